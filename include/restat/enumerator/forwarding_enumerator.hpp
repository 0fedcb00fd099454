#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/enumerator/file_enumerator.hpp>

#include <type_traits>
#include <utility>

namespace restat {

/// A base for wrappers of another enumerator: has each member of the wrapped enumerator and
/// forwards every call to it. A wrapper redeclares only the members that it changes.
///
///     template <class Enumerator>
///     struct timed_enumerator : restat::forwarding_enumerator<Enumerator> {
///         using restat::forwarding_enumerator<Enumerator>::forwarding_enumerator;
///         void refresh(restat::matcher_ref matcher, restat::snapshot_update& update,
///                      std::error_code& error)
///             requires restat::incremental_enumerator<Enumerator> {
///             stopwatch const watch;
///             this->of().refresh(matcher, update, error);
///         }
///     };
///
/// `Enumerator` may be a reference to an enumerator with a longer lifetime than the wrapper.
template <class Enumerator>
class forwarding_enumerator {
    using inner = std::remove_reference_t<Enumerator>;

public:
    /// Stores the wrapped enumerator, or the reference to it.
    explicit forwarding_enumerator(Enumerator of) : of_(std::forward<Enumerator>(of)) {}

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error) {
        of_.enumerate(matcher, into, error);
    }
    void refresh(matcher_ref matcher, snapshot_update& update,
                 std::error_code& error) requires detail::refreshes<inner> {
        of_.refresh(matcher, update, error);
    }
    bool birth_time(std::string_view path, stat_record const& of,
                    stamp& made) const requires birth_time_enumerator<inner> {
        return of_.birth_time(path, of, made);
    }
    std::size_t root_prefix(std::string_view path) const requires root_prefix_enumerator<inner> {
        return of_.root_prefix(path);
    }
    void take_hints(snapshot const& latest, hint_list& into) requires hinting_enumerator<inner> {
        of_.take_hints(latest, into);
    }
    int hint_descriptor() requires hinting_enumerator<inner> { return of_.hint_descriptor(); }
    event_coverage coverage() const requires hinting_enumerator<inner> { return of_.coverage(); }
    void check_unwatched(matcher_ref matcher, snapshot const& latest,
                         hint_list& into) requires checking_enumerator<inner> {
        of_.check_unwatched(matcher, latest, into);
    }

    /// Returns the wrapped enumerator.
    inner& of() noexcept { return of_; }
    inner const& of() const noexcept { return of_; }

private:
    Enumerator of_;
};

} // namespace restat
