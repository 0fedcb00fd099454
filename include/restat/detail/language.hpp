#pragma once

// Every public header includes this file, directly or through another header. A compiler that
// reads an older standard gets one sentence instead of hundreds of errors: the second include
// names a file that does not exist, which ends the compilation.
#if __cplusplus < 202002L
#error "restat needs C++20: compile with -std=c++20 or a later standard"
#include <restat_needs_cpp20>
#endif
