#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/file_system/file_system.hpp>
#include <restat/matcher/path_matcher.hpp>
#include <restat/restart/restart_strategy.hpp>

/// The optional members of a model, for static tests of wrappers: a wrapper keeps the members of
/// its archetype, and adds none.
///
///     static_assert(members_of_matcher<my_wrapper<full_matcher_archetype>> ==
///                   members_of_matcher<full_matcher_archetype>);
///     static_assert(members_of_matcher<my_wrapper<matcher_archetype>> == matcher_members{});
/// \see archetypes.hpp
namespace restat::testing {

/// Which optional members a matcher has.
struct matcher_members {
    bool explain = false;
    bool faults = false;
    bool on_directory = false;
    bool previous_verdict = false;
    friend bool operator==(matcher_members const&, matcher_members const&) = default;
};
template <path_matcher M>
inline constexpr matcher_members members_of_matcher{explaining_matcher<M>, faulting_matcher<M>,
                                                    entering_matcher<M>, remembering_matcher<M>};

/// Which optional members an enumerator has.
struct enumerator_members {
    bool refresh = false;
    bool birth_time = false;
    bool root_prefix = false;
    bool hinting = false;  ///< `take_hints`, `hint_descriptor` and `coverage`
    bool checking = false; ///< `check_unwatched`
    friend bool operator==(enumerator_members const&, enumerator_members const&) = default;
};
template <file_enumerator E>
inline constexpr enumerator_members members_of_enumerator{
    incremental_enumerator<E>, birth_time_enumerator<E>, root_prefix_enumerator<E>,
    hinting_enumerator<E>, checking_enumerator<E>};

/// Which optional members a file system has.
struct file_system_members {
    bool birth_time = false;
    bool is_mount_point = false;
    bool trusts_stamps = false;
    bool working_directory = false;
    bool core_time = false;
    bool watches = false; ///< and `open_watches`
    bool concurrent = false;
    friend bool operator==(file_system_members const&, file_system_members const&) = default;
};
template <file_system F>
inline constexpr file_system_members members_of_file_system{
    birth_time_file_system<F>,        mount_point_file_system<F>, stamp_trusting_file_system<F>,
    working_directory_file_system<F>, core_time_file_system<F>,   watching_file_system<F>,
    concurrent_file_system<F>};

/// Which optional members a clock has.
struct clock_members {
    bool wait_for_descriptor = false;
    bool work_now = false;
    friend bool operator==(clock_members const&, clock_members const&) = default;
};
template <waitable_clock K>
inline constexpr clock_members members_of_clock{descriptor_clock<K>, work_clock<K>};

/// Which optional members a strategy has.
struct strategy_members {
    bool supervising = false; ///< `start`, `supervise`, `stop` and `descriptor`
    bool handing = false;     ///< `hand_over` and `inherit`
    bool learning = false;    ///< `learn`
    bool suspending = false;  ///< `suspended_until`
    bool reporting = false;   ///< `observe`
    friend bool operator==(strategy_members const&, strategy_members const&) = default;
};
template <restart_strategy R>
inline constexpr strategy_members members_of_strategy{
    supervising_strategy<R>, handing_strategy<R>, learning_strategy<R>, suspending_strategy<R>,
    reporting_strategy<R>};

} // namespace restat::testing
