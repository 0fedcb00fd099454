#pragma once

#include <restat/detail/owned.hpp>
#include <restat/error.hpp>
#include <restat/export.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/snapshot.hpp>

#include <vector>

namespace restat::detail {

/// Keeps the paths excluded by a matcher while the scan takes the baseline. For each root without a
/// watched file, the log then reports the rule behind the exclusion of its files.
/// \cost a lock and an allocation for each excluded path, until a root has 1,000 of them
/// \threads any
class RESTAT_EXPORT exclusion_log final : public exclusion_listener {
public:
    exclusion_log();

    void excluded(candidate const& path) noexcept override;
    void clear() noexcept;

    /// Returns a finding of `errc::nothing_watched` for each root with excluded paths and without a
    /// file in `seen`. The reason is in `finding::operation`.
    std::vector<finding> report(snapshot const& scanned, matcher_ref rules) const;

private:
    struct store;
    owned<store> store_;
};

} // namespace restat::detail
