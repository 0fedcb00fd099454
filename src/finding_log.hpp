#pragma once

#include <restat/observer.hpp>

#include <vector>

namespace restat::detail {

/// Tells an observer of each finding once, and again only after a scan that did not have it.
class RESTAT_EXPORT finding_log {
public:
    void tell(std::vector<finding> found, observer& to);

private:
    std::vector<finding> known_; // ordered
};

} // namespace restat::detail
