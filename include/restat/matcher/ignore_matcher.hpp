#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/detail/owned.hpp>
#include <restat/matcher/path_matcher.hpp>
#include <restat/options.hpp>

namespace restat {

/// A `path_matcher` made from the ignore rules of `options`: excludes each ignored path.
///
/// A pattern is a name, a glob or a `regex`, and excludes files and directories alike. The name
/// of an ignored directory excludes this directory and its subtree. The verdict on every other
/// path is `none`.
/// \errors a `pattern_error` for a malformed pattern
class RESTAT_EXPORT ignore_matcher {
public:
    /// Compiles the patterns of the options.
    /// \errors throws `pattern_error` for a malformed pattern
    explicit ignore_matcher(options const& from);
    /// Sets `fault` instead of throwing; after a fault the matcher ignores nothing.
    ignore_matcher(options const& from, pattern_fault& fault);

    verdict operator()(candidate const& path) const noexcept;
    /// Returns the deciding rule. Without an origin of its own, a rule gets the name of its field
    /// in `options`.
    explanation explain(candidate const& path) const;
    /// Appends the patterns that gave up for the first time since the last call.
    void faults(std::vector<finding>& into) const;

private:
    struct rules;
    detail::owned<rules const> rules_;
};

template <>
inline constexpr bool enable_matcher_logic<ignore_matcher> = true;

} // namespace restat
#endif
