#include <restat/testing/archetypes.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/clock/forwarding_clock.hpp>
#include <restat/enumerator/forwarding_enumerator.hpp>
#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/enumerator/module_enumerator.hpp>
#include <restat/enumerator/program_enumerator.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/file_system/forwarding_file_system.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/restart/build_step.hpp>
#include <restat/restart/whole_file_restart.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/optional_members.hpp>

#include "cli/chosen_kinds.hpp"
#include "cli/keyed_restart.hpp"
#include "cli/progress.hpp"
#include "run/run_supervisor.hpp"
#include "support/no_reader.hpp"

#include <boost/test/unit_test.hpp>

// A wrapper of a policy has exactly the optional members of the wrapped policy, for each archetype.
// `tests/headers/wrappers` refuses a wrapper that is not named here.
using namespace restat;
using namespace restat::testing;

namespace {

// Archetypes with a single optional member.
struct explaining : matcher_archetype {
    explanation explain(candidate const&) const { return {}; }
};
struct faulting : matcher_archetype {
    void faults(std::vector<finding>&) const {}
};
struct entering : matcher_archetype {
    directory_rules on_directory(candidate const&, directory_reader&) const {
        return directory_rules::no_rules;
    }
};
struct remembering : matcher_archetype {
    verdict previous_verdict(candidate const&) const noexcept { return verdict::none; }
};
struct dating : enumerator_archetype {
    bool birth_time(std::string_view, stat_record const&, stamp&) const { return false; }
};
struct rooted : enumerator_archetype {
    std::size_t root_prefix(std::string_view) const { return 0; }
};
struct mounting : file_system_archetype {
    bool is_mount_point(directory const&) const { return false; }
};
struct trusting : file_system_archetype {
    bool trusts_stamps(directory const&) const { return false; }
};
struct located : file_system_archetype {
    directory working_directory(stat_record&, std::error_code&) { return {}; }
};
struct timing : file_system_archetype {
    std::chrono::nanoseconds core_time() const { return {}; }
};
struct hearing : file_system_archetype {
    using watches = full_file_system_archetype::watches;
    watches open_watches(std::error_code&) { return {}; }
};
struct shared : file_system_archetype {
    static constexpr bool concurrent = true;
};
struct dating_files : file_system_archetype {
    stat_record birth_time(char const*, stamp&, std::error_code&) { return {}; }
    stat_record birth_time(directory&, char const*, stamp&, std::error_code&) { return {}; }
};

// Matchers.
template <class Wrapper, class Wrapped>
constexpr bool keeps_matcher = members_of_matcher<Wrapper> == members_of_matcher<Wrapped>;

template <template <class> class Wrapper>
constexpr bool keeps_matchers = keeps_matcher<Wrapper<matcher_archetype>, matcher_archetype>&&
    keeps_matcher<Wrapper<explaining>, explaining>&& keeps_matcher<Wrapper<faulting>, faulting>&&
        keeps_matcher<Wrapper<entering>, entering>&&
            keeps_matcher<Wrapper<remembering>, remembering>&&
                keeps_matcher<Wrapper<full_matcher_archetype>, full_matcher_archetype>;

template <class M>
using reference_matcher = forwarding_matcher<M const&>;
template <class M>
using first_of_pair = and_matcher<M, matcher_archetype>;
template <class M>
using second_of_pair = or_matcher<matcher_archetype, M>;
template <class M>
using pair_in_pair = then_matcher<matcher_archetype, and_matcher<M, M>>;

static_assert(members_of_matcher<matcher_archetype> == matcher_members{});
static_assert(members_of_matcher<full_matcher_archetype> ==
              matcher_members{true, true, true, true});
static_assert(keeps_matchers<forwarding_matcher>);
static_assert(keeps_matchers<reference_matcher>);
static_assert(keeps_matchers<not_matcher>);
static_assert(keeps_matchers<first_of_pair>); // detail::matcher_pair
static_assert(keeps_matchers<second_of_pair>);
static_assert(keeps_matchers<pair_in_pair>);
// Matchers with the base detail::erased_matcher have every member; the cases below check results.
static_assert(keeps_matcher<matcher_ref, full_matcher_archetype>);
static_assert(keeps_matcher<any_matcher, full_matcher_archetype>);
static_assert(keeps_matcher<cli::counting_matcher, full_matcher_archetype>);

// Enumerators.
template <class Wrapper, class Wrapped>
constexpr bool keeps_enumerator =
    members_of_enumerator<Wrapper> == members_of_enumerator<Wrapped>;

// A join checks its parts without events, whatever the members of its part with events.
constexpr enumerator_members without_checks(enumerator_members of) {
    of.checking = false;
    return of;
}
template <template <class> class Wrapper>
constexpr bool keeps_hints = without_checks(members_of_enumerator<Wrapper<hinting_archetype>>) ==
                             members_of_enumerator<hinting_archetype>;

template <template <class> class Wrapper>
constexpr bool keeps_enumerators =
    keeps_enumerator<Wrapper<enumerator_archetype>, enumerator_archetype>&& keeps_enumerator<
        Wrapper<incremental_archetype>, incremental_archetype>&& keeps_hints<Wrapper>&&
        keeps_enumerator<Wrapper<dating>, dating>&& keeps_enumerator<Wrapper<rooted>, rooted>&&
            keeps_enumerator<Wrapper<full_enumerator_archetype>, full_enumerator_archetype>;

template <class E>
using reference_enumerator = forwarding_enumerator<E&>;
template <class E>
using only_of_join = joined_enumerator<E>;
template <class E>
using first_of_join = joined_enumerator<E, enumerator_archetype>;
template <class E>
using second_of_join = joined_enumerator<enumerator_archetype, E>;

static_assert(members_of_enumerator<enumerator_archetype> == enumerator_members{});
static_assert(members_of_enumerator<full_enumerator_archetype> ==
              enumerator_members{true, true, true, true, true});
static_assert(keeps_enumerators<forwarding_enumerator>);
static_assert(keeps_enumerators<reference_enumerator>);
static_assert(keeps_enumerators<only_of_join>);
static_assert(keeps_enumerators<first_of_join>);
static_assert(keeps_enumerators<second_of_join>);
static_assert(keeps_enumerator<program_enumerator, tree_enumerator>);
static_assert(keeps_enumerator<restat::detail::child_modules, module_enumerator>);
static_assert(keeps_enumerator<restat::detail::supervised_files, program_enumerator>);
// An enumerator of a file system knows birth times if the file system does.
static_assert(members_of_enumerator<basic_tree_enumerator<dating_files>>.birth_time);
static_assert(!members_of_enumerator<basic_tree_enumerator<file_system_archetype>>.birth_time);

// File systems.
template <class F>
constexpr bool keeps_file_system =
    members_of_file_system<forwarding_file_system<F>> == members_of_file_system<F>;

static_assert(members_of_file_system<file_system_archetype> == file_system_members{});
static_assert(members_of_file_system<full_file_system_archetype> ==
              file_system_members{true, true, true, true, true, true, true});
static_assert(members_of_file_system<native_file_system> ==
              members_of_file_system<full_file_system_archetype>);
static_assert(keeps_file_system<file_system_archetype>);
static_assert(keeps_file_system<mounting> && keeps_file_system<trusting>);
static_assert(keeps_file_system<located> && keeps_file_system<timing>);
static_assert(keeps_file_system<hearing> && members_of_file_system<hearing>.watches);
static_assert(keeps_file_system<shared> && keeps_file_system<dating_files>);
static_assert(keeps_file_system<full_file_system_archetype>);
static_assert(keeps_file_system<memory_file_system> && keeps_file_system<native_file_system>);

// Clocks.
template <template <class> class Wrapper, class Clock>
constexpr bool keeps_clock = members_of_clock<Wrapper<Clock>> == members_of_clock<Clock>;

template <template <class> class Wrapper>
constexpr bool keeps_clocks =
    keeps_clock<Wrapper, clock_archetype>&& keeps_clock<Wrapper, descriptor_clock_archetype>&&
        keeps_clock<Wrapper, work_clock_archetype>&& keeps_clock<Wrapper, full_clock_archetype>;

template <class K>
using reference_clock = forwarding_clock<K&>;

static_assert(members_of_clock<clock_archetype> == clock_members{});
static_assert(members_of_clock<full_clock_archetype> == clock_members{true, true});
static_assert(keeps_clocks<forwarding_clock>);
static_assert(keeps_clocks<reference_clock>);

// Strategies.
template <class Wrapper, class Wrapped>
constexpr bool keeps_strategy = members_of_strategy<Wrapper> == members_of_strategy<Wrapped>;

template <template <class> class Wrapper>
constexpr bool keeps_strategies =
    keeps_strategy<Wrapper<strategy_archetype>, strategy_archetype>&&
        keeps_strategy<Wrapper<supervising_archetype>, supervising_archetype>&&
            keeps_strategy<Wrapper<handing_archetype>, handing_archetype>&&
                keeps_strategy<Wrapper<learning_archetype>, learning_archetype>&& keeps_strategy<
                    Wrapper<suspending_archetype>, suspending_archetype>&&
                    keeps_strategy<Wrapper<reporting_archetype>, reporting_archetype>&&
                        keeps_strategy<Wrapper<full_strategy_archetype>, full_strategy_archetype>;

// A wrapper with work of its own supervises it, and may suspend it: of the wrapped strategy it
// keeps all members, and needs none.
template <template <class> class Wrapper, class Wrapped, bool Suspends>
constexpr bool adds_supervision = [] {
    auto expected = members_of_strategy<Wrapped>;
    expected.supervising = true;
    expected.suspending |= Suspends;
    return members_of_strategy<Wrapper<Wrapped>> == expected;
}();

template <template <class> class Wrapper, bool Suspends>
constexpr bool adds_supervision_to_all = adds_supervision<Wrapper, strategy_archetype, Suspends>&&
    adds_supervision<Wrapper, supervising_archetype, Suspends>&&
        adds_supervision<Wrapper, handing_archetype, Suspends>&&
            adds_supervision<Wrapper, learning_archetype, Suspends>&&
                adds_supervision<Wrapper, suspending_archetype, Suspends>&&
                    adds_supervision<Wrapper, reporting_archetype, Suspends>&&
                        adds_supervision<Wrapper, full_strategy_archetype, Suspends>;

template <class R>
using reference_restart = forwarding_restart<R&>;
template <class R>
using keyed_restart = cli::keyed_restart<R>;

template <class R>
using kind_filter = cli::kind_filter<R>;

static_assert(members_of_strategy<strategy_archetype> == strategy_members{});
static_assert(members_of_strategy<full_strategy_archetype> ==
              strategy_members{true, true, true, true, true});
static_assert(keeps_strategies<forwarding_restart>);
static_assert(keeps_strategies<reference_restart>);
static_assert(keeps_strategies<whole_file_restart>);
static_assert(keeps_strategies<kind_filter>);
static_assert(adds_supervision_to_all<build_step, true>);
static_assert(adds_supervision_to_all<keyed_restart, false>);
static_assert(
    keeps_strategy<keyed_restart<build_step<full_strategy_archetype>>, full_strategy_archetype>);
static_assert(
    restat::detail::supervises<restat::detail::program_supervisor>); // which cannot be moved
static_assert(members_of_strategy<restat::detail::supervised_program> ==
              strategy_members{.supervising = true, .learning = true, .suspending = true});

// Checks that a wrapper of the full archetype has the results of the archetype.
template <class Matcher>
void check_full_matcher(Matcher const& matcher, bool is_mirrored = false, std::size_t held = 1) {
    no_reader reader;
    candidate const path{.path = "a"};
    BOOST_TEST((matcher(path) == (is_mirrored ? verdict::exclude : verdict::include)));
    BOOST_TEST((previous_verdict_of(matcher, path) ==
                (is_mirrored ? verdict::include : verdict::exclude)));
    BOOST_TEST(explain(matcher, path).rule == "a rule");
    BOOST_TEST((enter_directory(matcher, path, reader) == directory_rules::changed));
    std::vector<finding> faults;
    collect_faults(matcher, faults);
    BOOST_TEST(faults.size() == held);
}

// Checks that a wrapper of the least archetype has the defaults of the concept.
template <class Matcher>
void check_plain_matcher(Matcher const& matcher) {
    no_reader reader;
    candidate const path{.path = "a"};
    BOOST_TEST((matcher(path) == verdict::none));
    BOOST_TEST((previous_verdict_of(matcher, path) == verdict::none));
    BOOST_TEST((explain(matcher, path) == explanation{}));
    BOOST_TEST((enter_directory(matcher, path, reader) == directory_rules::no_rules));
    std::vector<finding> faults;
    collect_faults(matcher, faults);
    BOOST_TEST(faults.empty());
}

} // namespace

BOOST_AUTO_TEST_SUITE(wrappers)

BOOST_AUTO_TEST_CASE(matcher_wrapper_has_the_results_of_the_wrapped_matcher) {
    full_matcher_archetype const inner{0};
    auto const full = [] { return full_matcher_archetype{0}; };
    auto const least = [] { return matcher_archetype{0}; };
    check_full_matcher(matcher_ref{inner});
    check_full_matcher(any_matcher{full()});
    check_full_matcher(any_matcher{any_matcher{full()}});
    check_full_matcher(forwarding_matcher{full()});
    check_full_matcher(forwarding_matcher<full_matcher_archetype const&>{inner});
    check_full_matcher(cli::counting_matcher{any_matcher{full()}});
    check_full_matcher(or_matcher<full_matcher_archetype, full_matcher_archetype>{full(), full()},
                       false, 2);
    check_full_matcher(then_matcher<matcher_archetype, full_matcher_archetype>{least(), full()});
    check_full_matcher(then_matcher<full_matcher_archetype, matcher_archetype>{full(), least()});
    check_full_matcher(not_matcher{full()}, true);
    check_full_matcher(not_matcher{any_matcher{full()}}, true);
}

BOOST_AUTO_TEST_CASE(matcher_without_optional_members_has_the_defaults_in_each_wrapper) {
    matcher_archetype const inner{0};
    check_plain_matcher(matcher_ref{inner});
    check_plain_matcher(any_matcher{matcher_archetype{0}});
    check_plain_matcher(any_matcher{});
    check_plain_matcher(forwarding_matcher{matcher_archetype{0}});
    check_plain_matcher(cli::counting_matcher{any_matcher{matcher_archetype{0}}});
    check_plain_matcher(not_matcher{matcher_archetype{0}});
    check_plain_matcher(and_matcher<matcher_archetype, matcher_archetype>{matcher_archetype{0},
                                                                          matcher_archetype{0}});
}

BOOST_AUTO_TEST_CASE(copy_of_a_counting_matcher_outlives_the_original) {
    auto first = std::make_unique<cli::counting_matcher>(any_matcher{full_matcher_archetype{0}});
    cli::counting_matcher const second{*first};
    first.reset();
    check_full_matcher(second);
    BOOST_TEST(second.tally->matcher_calls.load() > 0U);
}

BOOST_AUTO_TEST_CASE(enumerator_wrapper_has_the_results_of_the_wrapped_enumerator) {
    joined_enumerator const joined{enumerator_archetype{0}, full_enumerator_archetype{0}};
    forwarding_enumerator const forwarding{full_enumerator_archetype{0}};
    stamp made{};
    BOOST_TEST(birth_ref{joined}("a", {}, made));
    BOOST_TEST((made == stamp{7, 0}));
    BOOST_TEST(birth_ref{forwarding}("a", {}, made));
    BOOST_TEST(root_prefix(joined, "a") == 3U);
    BOOST_TEST(root_prefix(forwarding, "a") == 3U);
    BOOST_TEST(
        (coverage(joined) == event_coverage{.directories = 5, .watched = 4, .checked = 1}));
    BOOST_TEST((coverage(forwarding) == event_coverage{.directories = 5, .watched = 4}));
    joined_enumerator const other{enumerator_archetype{0}, enumerator_archetype{0}};
    BOOST_TEST((coverage(other) == event_coverage{.directories = 1}));
    BOOST_TEST(root_prefix(other, "a") == 0U);
    BOOST_TEST(!birth_ref{other}("a", {}, made));
}

BOOST_AUTO_TEST_CASE(enumerator_wrapper_passes_on_the_hints_of_each_wrapped_enumerator) {
    hint_list hints;
    joined_enumerator joined{full_enumerator_archetype{0}, enumerator_archetype{0}};
    take_hints(joined, {}, hints);
    BOOST_TEST(hints.files().contains("a file"));
    BOOST_TEST(hint_descriptor(joined) == -1);
    forwarding_enumerator lossy{hinting_archetype{0}};
    take_hints(lossy, {}, hints);
    BOOST_TEST(hints.is_lost());
    BOOST_TEST(hint_descriptor(lossy) == -1);
    enumerator_archetype plain{0};
    matcher_archetype const any{0};
    hints.clear();
    take_hints(plain, {}, hints);
    BOOST_TEST(hints.empty());
    BOOST_TEST(hint_descriptor(plain) == -1);
    check_unwatched(plain, matcher_ref{any}, {}, hints);
    BOOST_TEST(hints.empty());
    check_unwatched(joined, matcher_ref{any}, {}, hints);
    BOOST_TEST(hints.files().contains("a root"));
}

BOOST_AUTO_TEST_CASE(options_unsupported_by_the_strategy_are_refused) {
    struct from_nothing : strategy_archetype {
        from_nothing() : strategy_archetype{0} {}
    };
    struct from_options : enumerator_archetype {
        explicit from_options(options const&) : enumerator_archetype{0} {}
    };
    struct matcher : matcher_archetype {
        explicit matcher(options const&) : matcher_archetype{0} {}
    };
    struct clock : clock_archetype {
        clock() : clock_archetype{0} {}
    };
    using reloader = basic_reloader<from_options, matcher, clock, from_nothing>;
    BOOST_CHECK_NO_THROW(reloader{options{}});
    BOOST_CHECK_NO_THROW(reloader{options{.compare = comparison::content}});
    BOOST_CHECK_THROW(reloader{options{.guard = loop_guard::off}}, reload_error);
    BOOST_CHECK_THROW(reloader{options{.ready = readiness::survived}}, reload_error);
}

BOOST_AUTO_TEST_SUITE_END()
