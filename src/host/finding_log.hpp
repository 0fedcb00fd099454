#pragma once

#include <restat/observer.hpp>

#include <vector>

namespace restat::detail {

/// Reports each finding to an observer once, and again only after a scan without this finding.
class finding_log {
public:
    void report(std::vector<finding> found, observer& to);

private:
    std::vector<finding> known_; // ordered
};

} // namespace restat::detail
