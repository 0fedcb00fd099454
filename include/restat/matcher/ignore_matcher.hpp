#pragma once

#include <restat/detail/owned.hpp>
#include <restat/matcher/explanation.hpp>
#include <restat/options.hpp>

namespace restat {

/// A `path_matcher` that leaves out what `options` ignores and lets the rest through.
///
/// A pattern is a name, a glob or a `regex`, and leaves out files and directories alike; an
/// ignored directory's name leaves out that directory with all below it. Else `none`.
/// \errors a `pattern_error` for a malformed pattern
class RESTAT_EXPORT ignore_matcher {
public:
    explicit ignore_matcher(options const& from);
    /// Sets `fault` instead of throwing, and then ignores nothing.
    ignore_matcher(options const& from, pattern_fault& fault);

    verdict operator()(candidate const& path) const noexcept;
    /// A rule without an origin of its own comes from the field of `options` that has it.
    explanation explain(candidate const& path) const;
    void faults(std::vector<finding>& into) const;

private:
    struct rules;
    detail::owned<rules const> rules_;
};

} // namespace restat
