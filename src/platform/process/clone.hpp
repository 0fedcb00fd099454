#pragma once

#include <sched.h>

// `RESTAT_CLONE` is clone(2) for a child borrowing the memory of its parent. The thread sanitizer
// treats every call of its own clone as a fork, so under the sanitizer the macro uses the clone
// of the C library.
#if defined(__SANITIZE_THREAD__)
#define RESTAT_UNDER_TSAN
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RESTAT_UNDER_TSAN
#endif
#endif
#ifdef RESTAT_UNDER_TSAN
extern "C" int __clone(int (*)(void*), void*, int, void*, ...) noexcept;
#define RESTAT_CLONE ::__clone
#else
#define RESTAT_CLONE ::clone
#endif
