#pragma once

#include <sched.h>

// `RESTAT_CLONE` is clone(2) for a child that borrows the memory of its parent. The thread
// sanitizer takes each call of its own clone for a fork, so there the one below it is meant.
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
