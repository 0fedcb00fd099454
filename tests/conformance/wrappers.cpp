#include <restat/testing/archetypes.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/restart/build_step.hpp>
#include <restat/restart/whole_file_restart.hpp>

#include "cli/keyed_restart.hpp"
#include "cli/progress.hpp"
#include "run/run_supervisor.hpp"
#include "support/no_reader.hpp"

#include <boost/test/unit_test.hpp>

// A wrapper of a policy models every concept that the wrapped policy models: no optional member is
// lost.
using namespace restat;
using namespace restat::testing;

namespace {

/// A strategy with all optional members.
struct full_strategy : supervising_archetype {
    using supervising_archetype::supervising_archetype;
    void hand_over(snapshot const&) {}
    bool inherit(snapshot&) { return false; }
    void learn(snapshot const&) {}
    void observe(observer*) {}
    time_point suspended_until() const { return {}; }
};

/// A matcher with all optional members. Each member returns a recognizable result.
struct full_matcher {
    verdict operator()(candidate const&) const noexcept { return verdict::include; }
    explanation explain(candidate const&) const {
        return {.says = verdict::include, .rule = "a rule"};
    }
    void faults(std::vector<finding>& into) const { into.push_back({"a path", {}, "match", {}}); }
    directory_rules on_directory(candidate const&, directory_reader&) const {
        return directory_rules::changed;
    }
    verdict previous_verdict(candidate const&) const noexcept { return verdict::exclude; }
};

/// An enumerator with all optional members.
struct full_enumerator : incremental_archetype {
    using incremental_archetype::incremental_archetype;
    bool birth_time(std::string_view, stat_record const&, stamp& made) const {
        made = {7, 0};
        return true;
    }
    std::size_t root_prefix(std::string_view) const { return 3; }
};

template <class Wrapper, class Wrapped>
constexpr bool keeps_strategy =
    restart_strategy<Wrapper> &&
    (supervising_strategy<Wrapper> || !supervising_strategy<Wrapped>)&&(
        handing_strategy<Wrapper> ==
        handing_strategy<Wrapped>)&&(learning_strategy<Wrapper> ==
                                     learning_strategy<Wrapped>)&&(reporting_strategy<Wrapper> ==
                                                                   reporting_strategy<Wrapped>);

template <template <class> class Wrapper>
constexpr bool keeps_strategies =
    keeps_strategy<Wrapper<strategy_archetype>, strategy_archetype>&&
        keeps_strategy<Wrapper<supervising_archetype>, supervising_archetype>&&
            keeps_strategy<Wrapper<handing_archetype>, handing_archetype>&&
                keeps_strategy<Wrapper<reporting_archetype>, reporting_archetype>&&
                    keeps_strategy<Wrapper<learning_archetype>, learning_archetype>&&
                        keeps_strategy<Wrapper<full_strategy>, full_strategy>;

static_assert(suspending_strategy<forwarding_restart<full_strategy>>);
static_assert(suspending_strategy<build_step<full_strategy>>);
static_assert(suspending_strategy<whole_file_restart<full_strategy>>);
static_assert(suspending_strategy<cli::keyed_restart<full_strategy>>);
static_assert(!suspending_strategy<forwarding_restart<strategy_archetype>>);
static_assert(!suspending_strategy<whole_file_restart<strategy_archetype>>);
static_assert(suspending_strategy<detail::supervised_program>);

static_assert(keeps_strategies<forwarding_restart>);
static_assert(keeps_strategies<build_step>);
static_assert(keeps_strategies<whole_file_restart>);
static_assert(keeps_strategy<forwarding_restart<full_strategy&>, full_strategy>);
static_assert(keeps_strategy<cli::keyed_restart<full_strategy>, full_strategy>);
static_assert(keeps_strategy<cli::keyed_restart<build_step<full_strategy>>, full_strategy>);
static_assert(supervising_strategy<detail::supervised_program>);
static_assert(learning_strategy<detail::supervised_program>);

static_assert(incremental_enumerator<joined_enumerator<full_enumerator, enumerator_archetype>>);
static_assert(incremental_enumerator<detail::supervised_files>);
static_assert(requires(detail::supervised_files const& files, stamp& made) {
    files.birth_time("", stat_record{}, made);
    files.root_prefix("");
});

static_assert(entering_matcher<cli::counting_matcher>);
static_assert(requires(cli::counting_matcher const& matcher, std::vector<finding>& into) {
    matcher.explain({});
    matcher.previous_verdict({});
    matcher.faults(into);
});

template <class Matcher>
void check_matcher(Matcher const& matcher, bool is_mirrored = false) {
    no_reader reader;
    candidate const path{.path = "a"};
    BOOST_TEST((matcher(path) == (is_mirrored ? verdict::exclude : verdict::include)));
    BOOST_TEST((previous_verdict_of(matcher, path) ==
                (is_mirrored ? verdict::include : verdict::exclude)));
    BOOST_TEST(explain(matcher, path).rule == "a rule");
    BOOST_TEST((enter_directory(matcher, path, reader) == directory_rules::changed));
    std::vector<finding> faults;
    collect_faults(matcher, faults);
    BOOST_TEST(faults.size() == 1U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(wrappers)

BOOST_AUTO_TEST_CASE(matcher_wrapper_keeps_every_optional_member) {
    full_matcher const inner;
    check_matcher(matcher_ref{inner});
    check_matcher(any_matcher{inner});
    check_matcher(forwarding_matcher{inner});
    check_matcher(not_matcher{inner}, true);
    check_matcher(not_matcher{any_matcher{inner}}, true);
}

BOOST_AUTO_TEST_CASE(enumerator_wrapper_keeps_every_optional_member) {
    joined_enumerator const joined{enumerator_archetype{0}, full_enumerator{0}};
    stamp made{};
    BOOST_TEST(birth_ref{joined}("a", {}, made));
    BOOST_TEST((made == stamp{7, 0}));
    BOOST_TEST(root_prefix(joined, "a") == 3U);
    joined_enumerator const other{enumerator_archetype{0}, enumerator_archetype{0}};
    BOOST_TEST(root_prefix(other, "a") == 0U);
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
    BOOST_CHECK_THROW(reloader{options{.compare = comparison::content}}, reload_error);
    BOOST_CHECK_THROW(reloader{options{.ready = readiness::survived}}, reload_error);
}

BOOST_AUTO_TEST_SUITE_END()
