#pragma once

#include <restat/change_set.hpp>

namespace restat::detail {

/// Merges two consecutive change sets. A path added and then removed is in neither set
/// afterwards.
change_set merge(change_set const& older, change_set const& newer);

} // namespace restat::detail
