#pragma once

#include "plain_path.hpp"
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
    /// The nearest known directory above a path, `.` for the one without a name; empty if none is
    /// known.
    static std::string_view known_above(snapshot const& of, std::string_view path) noexcept {
        auto const* const all = contents(of);
        while (all && !path.empty()) {
            path = directory_above(path);
            bool const known = all->find_directory(path) != directory_row::no_directory;
            if (known) return path.empty() ? "." : path;
        }
        return "";
    }
    static void fill(snapshot& what, snapshot::contents&& with) {
        what.contents_ = make_owned<snapshot::contents>(std::move(with));
    }
    static void tell(snapshot& of, std::vector<finding> findings,
                     std::vector<std::string> revealed, std::vector<std::string> hidden,
                     std::vector<std::string> steady) noexcept {
        of.findings_ = std::move(findings);
        of.revealed_ = std::move(revealed);
        of.hidden_ = std::move(hidden);
        of.steady_ = std::move(steady);
    }
    static std::vector<std::string> const& revealed(snapshot const& of) noexcept {
        return of.revealed_;
    }
    static std::vector<std::string> const& hidden(snapshot const& of) noexcept {
        return of.hidden_;
    }
};

} // namespace restat::detail
