#pragma once

#include <restat/detail/language.hpp>

// Included first by each header that does not exist with `RESTAT_DISABLED`.
#ifdef RESTAT_DISABLED
#error "this header of restat does not exist with RESTAT_DISABLED"
#include <restat_header_disabled>
#endif
