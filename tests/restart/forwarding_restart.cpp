#include <restat/restart/forwarding_restart.hpp>

#include <restat/testing/archetypes.hpp>
#include <restat/testing/print.hpp>
#include <restat/testing/recording_restart.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::testing;
using namespace std::chrono_literals;

namespace {

/// Logs each call.
struct logging {
    std::string* log;

    restart_result restart(change_set const&, std::error_code&) {
        *log += "restart ";
        return restart_result::declined;
    }
    void start(time_point) { *log += "start "; }
    supervision supervise(time_point) {
        *log += "supervise ";
        return {};
    }
    void stop(time_point) { *log += "stop "; }
    int descriptor() { return 7; }
    time_point suspended_until() const { return time_point{5s}; }
    void hand_over(snapshot const&) { *log += "hand_over "; }
    bool inherit(snapshot&) {
        *log += "inherit ";
        return true;
    }
    void learn(snapshot const&) { *log += "learn "; }
    void observe(observer*) { *log += "observe "; }
};

/// Counts restarts.
struct counted : forwarding_restart<recording_restart> {
    using forwarding_restart::forwarding_restart;
    restart_result restart(change_set const& changes, std::error_code& error) {
        ++count;
        return then().restart(changes, error);
    }
    int count = 0;
};

} // namespace

static_assert(supervising_strategy<forwarding_restart<logging>>);
static_assert(handing_strategy<forwarding_restart<logging>>);
static_assert(learning_strategy<forwarding_restart<logging>>);
static_assert(suspending_strategy<forwarding_restart<logging>>);
static_assert(reporting_strategy<forwarding_restart<logging>>);
static_assert(!reporting_strategy<forwarding_restart<recording_restart>>);
static_assert(!supervising_strategy<forwarding_restart<recording_restart>>);
static_assert(!handing_strategy<forwarding_restart<recording_restart>>);
static_assert(!learning_strategy<forwarding_restart<recording_restart>>);
static_assert(!suspending_strategy<forwarding_restart<recording_restart>>);

BOOST_AUTO_TEST_SUITE(forwarding_restarts)

BOOST_AUTO_TEST_CASE(each_call_reaches_the_wrapped_strategy) {
    std::string log;
    forwarding_restart wrapped{logging{&log}};
    std::error_code error;
    snapshot known;
    BOOST_TEST(wrapped.restart({}, error) == restart_result::declined);
    wrapped.start({});
    wrapped.supervise({});
    wrapped.stop({});
    wrapped.hand_over(known);
    BOOST_TEST(wrapped.inherit(known));
    wrapped.learn(known);
    wrapped.observe(nullptr);
    BOOST_TEST(log == "restart start supervise stop hand_over inherit learn observe ");
    BOOST_TEST(wrapped.descriptor() == 7);
    BOOST_TEST((wrapped.suspended_until() == time_point{5s}));
}

BOOST_AUTO_TEST_CASE(reference_to_a_strategy_is_not_copied) {
    std::string log;
    logging one{&log};
    forwarding_restart<logging&> wrapped{one};
    BOOST_TEST(&wrapped.then() == &one);
}

BOOST_AUTO_TEST_CASE(wrapper_changes_only_the_members_that_it_declares) {
    recording_restart const record;
    counted wrapped{record};
    std::error_code error;
    BOOST_TEST(wrapped.restart({}, error) == restart_result::restarted);
    BOOST_TEST(wrapped.count == 1);
    BOOST_TEST(record.seen().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
