#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/detail/joint_descriptor.hpp>
#include <restat/detail/part_check.hpp>
#include <restat/enumerator/file_enumerator.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace restat {

/// A `file_enumerator` that joins the results of several enumerators. A path found by two parts
/// counts once. Enumerators of named files should stand before enumerators of directories. The
/// join is incremental if only a single part is incremental.
/// \errors the errors of the parts; after a part abandons the scan, the whole scan ends
template <class... Enumerators>
class joined_enumerator {
    static_assert((file_enumerator<Enumerators> && ...),
                  "one of Enumerators is no file_enumerator: it needs "
                  "enumerate(matcher_ref, snapshot_builder&, std::error_code&)");

    static constexpr std::size_t incremental_parts =
        (std::size_t{incremental_enumerator<Enumerators>} + ... + 0);

public:
    /// Stores the parts, in the order of their scans.
    explicit joined_enumerator(Enumerators... parts) : parts_{std::move(parts)...} {}

    /// Scans with each part in turn; ends after the error of a part.
    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error) {
        error.clear();
        auto const one = [&](auto& part) {
            part.enumerate(matcher, into, error);
            return !error;
        };
        std::apply([&](auto&... part) { return (one(part) && ...); }, parts_);
    }

    /// Refreshes the incremental part first, then joins the entries of all other parts to its
    /// result.
    void refresh(matcher_ref matcher, snapshot_update& update,
                 std::error_code& error) requires(incremental_parts == 1) {
        auto const tree = [&](auto& part) {
            if constexpr (incremental_enumerator<std::remove_reference_t<decltype(part)>>) {
                part.refresh(matcher, update, error);
            }
        };
        std::apply([&](auto&... part) { (tree(part), ...); }, parts_);
        if (error || update.is_paused()) return;
        snapshot_builder found{update.stop_token()};
        found.set_baseline(update.is_baseline());
        auto const other = [&](auto& part) {
            if constexpr (!incremental_enumerator<std::remove_reference_t<decltype(part)>>) {
                part.enumerate(matcher, found, error);
            }
            return !error;
        };
        bool const all = std::apply([&](auto&... part) { return (other(part) && ...); }, parts_);
        if (all) update.join(found.finish());
    }

    /// Returns the first positive answer of a part about the birth time of the object.
    bool birth_time(std::string_view path, stat_record const& of, stamp& made) const
        requires(birth_time_enumerator<Enumerators> || ...) {
        auto const one = [&](auto const& part) { return birth_ref{part}(path, of, made); };
        return std::apply([&](auto const&... part) { return (one(part) || ...); }, parts_);
    }
    /// Returns the offset given by the first part with this path. If no part holds the path,
    /// returns 0 if some part has no `root_prefix`, otherwise `npos`.
    std::size_t root_prefix(std::string_view path) const
        requires(root_prefix_enumerator<Enumerators> || ...) {
        std::size_t place = path.npos;
        bool all_know = true;
        auto const one = [&](auto const& part) {
            if constexpr (root_prefix_enumerator<std::remove_cvref_t<decltype(part)>>) {
                place = part.root_prefix(path);
            } else {
                all_know = false;
            }
            return place != path.npos;
        };
        bool const found =
            std::apply([&](auto const&... part) { return (one(part) || ...); }, parts_);
        return found || all_know ? place : 0;
    }

    /// Takes the hints of every part.
    void take_hints(snapshot const& latest,
                    hint_list& into) requires(hinting_enumerator<Enumerators> || ...) {
        std::apply([&](auto&... part) { (restat::take_hints(part, latest, into), ...); }, parts_);
    }
    /// Returns a descriptor that is readable while hints of any part wait, or -1.
    int hint_descriptor() requires(hinting_enumerator<Enumerators> || ...) {
        return std::apply(
            [&](auto&... part) { return hints_.of({restat::hint_descriptor(part)...}); }, parts_);
    }
    /// Returns the sum over all parts. A part without events is checked instead.
    event_coverage coverage() const requires(hinting_enumerator<Enumerators> || ...) {
        event_coverage sum;
        std::apply([&](auto const&... part) { ((sum += coverage_of(part)), ...); }, parts_);
        return sum;
    }
    /// Scans each part without events, and compares the result with the last one.
    void check_unwatched(matcher_ref matcher, snapshot const& latest,
                         hint_list& into) requires(hinting_enumerator<Enumerators> || ...) {
        std::size_t number = 0;
        auto const one = [&]<class Part>(Part& part) {
            auto& last = checks_[number++];
            if constexpr (hinting_enumerator<Part>) {
                restat::check_unwatched(part, matcher, latest, into);
            } else {
                snapshot_builder found;
                std::error_code error;
                part.enumerate(matcher, found, error);
                error ? into.lost() : last.compare(found.finish(), latest, into);
            }
        };
        std::apply([&](auto&... part) { (one(part), ...); }, parts_);
    }

    /// Returns a part by its position.
    template <std::size_t Index>
    auto& part() noexcept {
        return std::get<Index>(parts_);
    }
    template <std::size_t Index>
    auto const& part() const noexcept {
        return std::get<Index>(parts_);
    }

private:
    template <class Part>
    static event_coverage coverage_of(Part const& part) {
        if constexpr (hinting_enumerator<Part>) return part.coverage();
        return {.checked = 1};
    }

    std::tuple<Enumerators...> parts_;
    detail::joint_descriptor hints_;
    std::array<detail::part_check, sizeof...(Enumerators)> checks_; // of parts without events
};

template <class... Enumerators>
joined_enumerator(Enumerators...) -> joined_enumerator<Enumerators...>;

} // namespace restat
#endif
