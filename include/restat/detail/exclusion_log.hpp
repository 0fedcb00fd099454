#pragma once

#include <restat/detail/owned.hpp>
#include <restat/error.hpp>
#include <restat/export.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/snapshot.hpp>

#include <vector>

namespace restat::detail {

/// Keeps the paths that a matcher excludes while the baseline is taken. A root without a watched
/// file is then reported with the rule that excludes its files.
/// \cost a lock and an allocation for each excluded path, until a root has 1,000 of them
/// \threads any
class RESTAT_EXPORT exclusion_log final : public exclusion_listener {
public:
    exclusion_log();

    void excluded(candidate const& path) noexcept override;
    void clear() noexcept;

    /// Returns a finding of `errc::nothing_watched` for each root in which paths were excluded and
    /// of which `seen` holds no file. The reason is in `finding::operation`.
    std::vector<finding> report(snapshot const& seen, matcher_ref rules) const;

private:
    struct store;
    owned<store> store_;
};

} // namespace restat::detail
