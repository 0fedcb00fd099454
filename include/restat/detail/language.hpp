#pragma once

// Every public header includes this file, directly or through another header. A compiler for an
// older standard prints a single sentence instead of hundreds of errors: the second include names a
// missing file, and so ends the compilation at this point.
#if __cplusplus < 202002L
#error "restat needs C++20: compile with -std=c++20 or a later standard"
#include <restat_needs_cpp20>
#endif
