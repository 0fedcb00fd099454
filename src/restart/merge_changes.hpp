#pragma once

#include <restat/change_set.hpp>

namespace restat::detail {

/// Two change sets, one after the other, as one: a path that came and went again is in neither.
RESTAT_EXPORT change_set merge(change_set const& older, change_set const& newer);

} // namespace restat::detail
