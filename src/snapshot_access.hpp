#pragma once

#include "snapshot_contents.hpp"

namespace restat::detail {

/// The parts of a snapshot, for those who make one.
struct snapshot_access {
    /// None if it is empty.
    static snapshot::contents const* contents(snapshot const& of) noexcept {
        return of.contents_ ? &*of.contents_ : nullptr;
    }
    static snapshot::contents* contents(snapshot& of) noexcept {
        return of.contents_ ? &*of.contents_ : nullptr;
    }
    static void fill(snapshot& what, snapshot::contents&& with) {
        what.contents_ = make_owned<snapshot::contents>(std::move(with));
    }
    static std::vector<finding>& findings(snapshot& of) noexcept { return of.findings_; }
};

} // namespace restat::detail
