#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/hint_list.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/snapshot_builder.hpp>
#include <restat/snapshot_update.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace restat {

/// A `file_enumerator` finds the watched files and reads their records.
///
/// Notation: `e` a value of the type, `m` a `matcher_ref`, `b` a `snapshot_builder&`, `c` an
/// `error_code&`, `p` a `string_view`, `r` a `stat_record const&`, `t` a `stamp&`, `s` a
/// `snapshot const&`, `h` a `hint_list&`.
///
/// | expression | meaning |
/// | --- | --- |
/// | `e.enumerate(m, b, c)` | adds each object for which `watches(m(path))`, once, in any order |
///
/// Optional members. The library calls each through a function, which knows the result for an
/// enumerator without the member:
///
/// | expression | meaning |
/// | --- | --- |
/// | `e.refresh(m, u, c)` | brings a known snapshot up to date; see `incremental_enumerator` |
/// | `e.birth_time(p, r, t)` | whether `r` still holds for `p`; sets birth time `t` |
/// | `e.root_prefix(p)` | offset in a delivered path of the part below its root |
/// | `e.take_hints(s, h)` | adds what events named since the last call; see `hinting_enumerator` |
/// | `e.hint_descriptor()` | readable while hints wait, or -1 |
/// | `e.coverage()` | the `event_coverage` of the known directories |
/// | `e.check_unwatched(m, s, h)` | adds what differs without an event; see `checking_enumerator` |
///
/// | member | function | without the member |
/// | --- | --- | --- |
/// | `refresh` | | each scan calls `enumerate`, whole and not in slices |
/// | `birth_time` | `birth_ref` | false: no rename is certain |
/// | `root_prefix` | `restat::root_prefix` | 0: every path counts as below its root |
/// | `take_hints` | `restat::take_hints` | adds nothing |
/// | `hint_descriptor` | `restat::hint_descriptor` | -1 |
/// | `coverage` | `restat::coverage` | one directory without events |
/// | `check_unwatched` | `restat::check_unwatched` | adds nothing |
///
/// A wrapper takes all optional members from its base, `forwarding_enumerator`.
///
/// Semantic requirements: The scan does not open a directory excluded by the matcher. A path that
/// cannot be read is added with its error, and the scan continues. `enumerate` sets `c` only if
/// no statement about the whole tree is possible: without memory, without descriptors, or after
/// cancellation. The caller then abandons the scan, and the known entries stay. The enumerator
/// reads the stamp clock before and after each record, and sets `stat_record::final` by `is_final`.
/// A wrong `final` loses an edit within the same tick. Directories are added only if an option of
/// the enumerator says so. The enumerator notifies the matcher of each directory before any
/// question about its contents; see `path_matcher` for the consequences of changed rules.
/// `birth_time` and `root_prefix` are const; `root_prefix` returns `npos` for a path that no scan
/// visits.
///
/// Models: `tree_enumerator`, `list_enumerator`, `range_enumerator`, `module_enumerator`,
/// `program_enumerator`, `joined_enumerator`.
template <class E>
concept file_enumerator = std::move_constructible<E> &&
    requires(E& e, matcher_ref m, snapshot_builder& b, std::error_code& c) {
    e.enumerate(m, b, c);
};

namespace detail {

// Satisfied by a type with `refresh`, also if it cannot be moved.
template <class E>
concept refreshes = requires(E& e, matcher_ref m, snapshot_update& u, std::error_code& c) {
    e.refresh(m, u, c);
};

} // namespace detail

/// An `incremental_enumerator` can also bring a known snapshot up to date. The scan then builds
/// only the differences, not another snapshot.
///
/// Notation: as above, and `u` a `snapshot_update&` after its `begin`.
///
/// | expression | meaning |
/// | --- | --- |
/// | `e.refresh(m, u, c)` | puts the differences from the known snapshot into `u` |
///
/// `u` also carries the limits of a call. An implementation may ignore the limits: it does more
/// work and is still correct.
///
/// | member of `u` | duty of `refresh` |
/// | --- | --- |
/// | `u.is_over()` | calls it before each entry; once true, returns after `u.pause(true)` |
/// | `u.is_paused()` | continues in place after `u.pause(false)`; restarts for another `m` |
/// | `u.bounds()` | first checks each file of `next_priority`; calls `missed_priority` if needed |
/// | `u.count(n)` | passes the number of entries checked |
/// | `u.spend(x)` (optional) | passes the processor time of its threads |
/// | `u.is_limited()` | checks only the paths of `u.limit_to`; all other known entries stay |
///
/// Between two calls of a paused scan, the caller may take the edits so far out of `u` and put
/// them into the known snapshot (`apply_edits`). The rows of the known snapshot stay in place
/// until the scan ends. In the meantime, an open directory may be removed or replaced. The scan
/// then searches for the directory again by its name, and never treats the directory as empty.
///
/// Semantic requirements: After `u` is applied, the known snapshot is equal to the result of
/// `enumerate` and `finish`. The scan may use a known listing of a directory only under three
/// conditions. The record of the directory is unchanged since before the listing. The record was
/// final at the time. The file system updates the stamps of a directory whenever a name appears
/// or disappears in the directory.
///
/// Models: `tree_enumerator`, `program_enumerator`, `joined_enumerator` of a single incremental
/// part and any other parts.
template <class E>
concept incremental_enumerator = file_enumerator<E> && detail::refreshes<E>;

/// An enumerator with `birth_time`.
template <class E>
concept birth_time_enumerator = requires(E const& e, std::string_view p, stat_record const& r,
                                         stamp& t) {
    bool{e.birth_time(p, r, t)};
};

/// An enumerator with `root_prefix`.
template <class E>
concept root_prefix_enumerator = requires(E const& e, std::string_view p) {
    std::size_t{e.root_prefix(p)};
};

/// An enumerator that knows from events where something may differ. The last three members go
/// together.
///
/// | expression | duty |
/// | --- | --- |
/// | `e.take_hints(s, h)` | adds every hint since the last call to `h`; never blocks |
/// | `e.hint_descriptor()` | returns a descriptor that is readable while hints wait, or -1 |
/// | `e.coverage()` | const; says how many directories have events |
///
/// `s` is the result of the last applied scan, in which the enumerator looks up the paths of its
/// events. The first call follows the baseline. A hint that `s` cannot resolve yet stays with the
/// enumerator until a later scan was applied.
///
/// Semantic requirements: An event source starts to watch a directory before the scan checks the
/// directory. So every change after the check leads to a hint, if `coverage` counts its directory
/// as watched. After a loss of events, `take_hints` calls `h.lost()`. `take_hints` reads the
/// events, so the descriptor is no longer readable after the call. Hints are not the truth: a scan
/// of the named paths finds the differences. With a descriptor of -1, the hints of each poll are
/// those that came before the poll.
template <class E>
concept hinting_enumerator = requires(E& e, E const& k, snapshot const& s, hint_list& h) {
    e.take_hints(s, h);
    { e.hint_descriptor() } -> std::convertible_to<int>;
    { k.coverage() } -> std::convertible_to<event_coverage>;
};

/// A `hinting_enumerator` that can check the few places without events, such as its roots. `run`
/// calls `check_unwatched` at each interval, while scans of everything are rare.
///
/// | expression | duty |
/// | --- | --- |
/// | `e.check_unwatched(m, s, h)` | adds to `h` what differs since the last call or scan |
///
/// Semantic requirements: `coverage` counts the places as `checked`. A place adds one hint per
/// difference, not one per call.
template <class E>
concept checking_enumerator = hinting_enumerator<E> &&
    requires(E& e, matcher_ref m, snapshot const& s, hint_list& h) {
    e.check_unwatched(m, s, h);
};

/// Refers to an enumerator for its birth times. The enumerator must outlive the reference. A
/// default-constructed reference has no enumerator and knows no birth time.
class birth_ref {
public:
    constexpr birth_ref() noexcept = default;
    template <class E>
        requires file_enumerator<E>
    explicit birth_ref(E const& enumerator) noexcept : object_{&enumerator}, call_{&call<E>} {}

    /// Returns whether the object of this record is still at the path and its birth time is
    /// known.
    bool operator()(std::string_view path, stat_record const& of, stamp& made) const {
        return call_ && call_(object_, path, of, made);
    }

private:
    template <class E>
    static bool call(void const* object, std::string_view path, stat_record const& of,
                     stamp& made) {
        if constexpr (birth_time_enumerator<E>) {
            return static_cast<E const*>(object)->birth_time(path, of, made);
        } else {
            return false;
        }
    }

    void const* object_ = nullptr;
    bool (*call_)(void const*, std::string_view, stat_record const&, stamp&) = nullptr;
};

/// Returns the offset in a path at which the part below its root begins, or `npos` if no root
/// holds the path. Returns 0 for an enumerator without `root_prefix`.
template <class E>
std::size_t root_prefix(E const& enumerator, std::string_view path) {
    if constexpr (root_prefix_enumerator<E>) {
        return enumerator.root_prefix(path);
    } else {
        return 0;
    }
}

/// Adds the hints since the last call; without `take_hints`, none.
template <class E>
void take_hints(E& enumerator, snapshot const& latest, hint_list& into) {
    if constexpr (hinting_enumerator<E>) enumerator.take_hints(latest, into);
}

/// Adds what differs in places without events; without `check_unwatched`, nothing.
template <class E>
void check_unwatched(E& enumerator, matcher_ref matcher, snapshot const& latest,
                     hint_list& into) {
    if constexpr (checking_enumerator<E>) enumerator.check_unwatched(matcher, latest, into);
}

/// Returns a descriptor that is readable while hints wait, or -1.
template <class E>
int hint_descriptor(E& enumerator) {
    if constexpr (hinting_enumerator<E>) {
        return enumerator.hint_descriptor();
    } else {
        return -1;
    }
}

/// Returns how many directories have events. An enumerator without this member counts as one
/// directory without events.
template <class E>
event_coverage coverage(E const& enumerator) {
    if constexpr (hinting_enumerator<E>) {
        return enumerator.coverage();
    } else {
        return {.directories = 1};
    }
}

} // namespace restat
