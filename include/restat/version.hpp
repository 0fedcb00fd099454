#pragma once

#include <restat/detail/language.hpp>

/// The version of these headers; semantic versioning. CMake reads the three numbers from here.
#define RESTAT_VERSION_MAJOR 0
#define RESTAT_VERSION_MINOR 1
#define RESTAT_VERSION_PATCH 0
