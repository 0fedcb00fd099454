// What stands before each block of the manual that is no program of its own. What the blocks use
// without declaring it is declared here.
#pragma once

#include <restat/stat_reloader.hpp>

using namespace std::chrono_literals;

[[maybe_unused]] static int serve() { return 0; }
