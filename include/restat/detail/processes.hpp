#pragma once

#include <restat/detail/language.hpp>

#ifdef RESTAT_WITHOUT_PROCESSES
#error "this header starts processes; the library was built with RESTAT_BUILD_PROCESSES=OFF"
#endif
