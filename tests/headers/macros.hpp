// Macros that other libraries define before a user includes restat. The headers of the standard
// library that restat needs come first: not all of them stand such macros.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <ranges>
#include <stop_token>
#include <string>
#include <system_error>
#include <tuple>
#include <vector>

#define min(a, b) ((a) < (b) ? (a) : (b)) // windows.h, and C programs
#define max(a, b) ((a) > (b) ? (a) : (b))
#define signals public // Qt
#define slots
#define emit
#define foreach(variable, container) for (variable : container)
#define forever for (;;)
#define major(device) ((device) >> 8) // <sys/sysmacros.h>
#define minor(device) ((device)&255)
#define unix 1 // -std=gnu++20
#define linux 1
#define Bool int // X11
#define Status int
#define None 0
#define Success 0
#define Always 2
#define check(condition) // macOS
#define verify(condition)
#define require(condition, label)
