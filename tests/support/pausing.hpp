#pragma once

#include <restat/snapshot_update.hpp>

#include <utility>

namespace support {

/// Pauses a scan before each entry for which the function returns true.
template <class Pauses>
class pausing final : public restat::scan_bounds {
public:
    explicit pausing(Pauses pauses) : pauses_{std::move(pauses)} {}
    bool is_over() override { return pauses_(); }

private:
    Pauses pauses_;
};

} // namespace support
