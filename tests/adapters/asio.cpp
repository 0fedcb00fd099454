#include <restat/adapters/asio.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <fcntl.h>

#ifdef RESTAT_BOOST_ASIO
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
namespace net = boost::asio;
#ifdef BOOST_ASIO_HAS_CO_AWAIT
#define HAS_COROUTINES
#endif
#else
#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
namespace net = asio;
#ifdef ASIO_HAS_CO_AWAIT
#define HAS_COROUTINES
#endif
#endif

using namespace restat;
using namespace std::chrono_literals;

namespace {

verdict every_file(candidate const&) noexcept { return verdict::none; }

struct asio_host {
    using calls = std::function<void(change_set const&)>;

    asio_host() {
        tree.write("a");
        reloader.baseline();
    }

    /// Runs the context until it has no work, or for a time.
    void run() { context.run_for(60s); }
    void edit(std::string const& content) { tree.write("a", content); }

    testing::temp_tree tree;
    net::io_context context{1};
    std::thread::id delivered_on;
    int deliveries = 0;
    std::function<void()> on_delivery = [] {};
    basic_reloader<tree_enumerator, verdict (*)(candidate const&) noexcept, interruptible_clock,
                   callback_restart<calls>>
        reloader{tree_enumerator{tree.path()}, every_file, interruptible_clock{},
                 callback_restart<calls>{[this](change_set const&) {
                     delivered_on = std::this_thread::get_id();
                     ++deliveries;
                     on_delivery();
                 }},
                 schedule{.interval = 20ms, .quiet_period = 5ms}};
    using poller = asio_poller<decltype(reloader)>;
};

bool is_aborted(std::optional<asio_error> const& ended) {
    return ended && *ended == net::error::operation_aborted;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(asio_pollers, asio_host)

BOOST_AUTO_TEST_CASE(callbacks_run_in_the_event_loop) {
    poller files{context.get_executor(), reloader};
    std::optional<asio_error> ended;
    on_delivery = [&] { deliveries < 3 ? edit(std::string(5, 'x')) : files.cancel(); };
    files.async_run([&](asio_error error) { ended = error; });
    edit("more");
    run();
    BOOST_TEST(deliveries == 3);
    BOOST_TEST((delivered_on == std::this_thread::get_id()));
    BOOST_TEST(is_aborted(ended));
}

BOOST_AUTO_TEST_CASE(single_poll_has_its_result) {
    poller files{context.get_executor(), reloader};
    poll_state state{};
    edit("more");
    std::function<void(asio_error, poll_result)> const next = [&](asio_error error,
                                                                  poll_result result) {
        BOOST_TEST(!error);
        state = result.state;
        if (state != poll_state::delivered) files.async_poll(next);
    };
    files.async_poll(next);
    run();
    BOOST_TEST((state == poll_state::delivered));
    BOOST_TEST(deliveries == 1);
}

BOOST_AUTO_TEST_CASE(exception_of_a_callback_does_not_end_the_loop) {
    poller files{context.get_executor(), reloader};
    std::optional<asio_error> ended;
    on_delivery = [&] {
        if (deliveries == 1) throw std::runtime_error{"syntax error"};
        files.cancel();
    };
    files.async_run([&](asio_error error) { ended = error; });
    edit("more");
    run();
    BOOST_TEST(deliveries == 2);
    BOOST_TEST((reloader.failure() != nullptr));
    BOOST_TEST(is_aborted(ended));
}

BOOST_AUTO_TEST_CASE(poller_may_end_before_its_operation) {
    std::optional<asio_error> ended;
    {
        poller files{context.get_executor(), reloader};
        files.async_run([&](asio_error error) { ended = error; });
    }
    run();
    BOOST_TEST(is_aborted(ended));
    BOOST_TEST(::fcntl(reloader.descriptor(), F_GETFD) == FD_CLOEXEC); // still open
}

// The wait has ended, and its handler is queued.
BOOST_AUTO_TEST_CASE(poller_may_end_between_a_wake_up_and_its_poll) {
    auto files = std::make_unique<poller>(context.get_executor(), reloader);
    std::optional<asio_error> ended;
    files->async_run([&](asio_error error) { ended = error; });
    reloader.clock().wait_until(reloader.clock().now() + 50ms, {});
    net::post(context, [&] { files.reset(); });
    run();
    BOOST_TEST(is_aborted(ended));
}

BOOST_AUTO_TEST_CASE(stop_of_the_reloader_ends_the_operation) {
    poller files{context.get_executor(), reloader};
    std::optional<asio_error> ended;
    on_delivery = [&] { reloader.stop(); };
    files.async_run([&](asio_error error) { ended = error; });
    edit("more");
    run();
    BOOST_TEST(is_aborted(ended));
}

BOOST_AUTO_TEST_CASE(poller_runs_again_after_its_cancellation) {
    poller files{context.get_executor(), reloader};
    std::optional<asio_error> ended;
    files.async_run([&](asio_error error) { ended = error; });
    files.cancel();
    run();
    BOOST_TEST(is_aborted(ended));
    context.restart();
    on_delivery = [&] { files.cancel(); };
    files.async_run([](asio_error) {});
    edit("more");
    run();
    BOOST_TEST(deliveries == 1);
}

#ifndef RESTAT_BOOST_ASIO // 1.74 has no cancellation slots
BOOST_AUTO_TEST_CASE(cancellation_slot_ends_the_operation) {
    poller files{context.get_executor(), reloader};
    net::cancellation_signal end;
    std::optional<asio_error> ended;
    files.async_run(
        net::bind_cancellation_slot(end.slot(), [&](asio_error error) { ended = error; }));
    net::post(context, [&] { end.emit(net::cancellation_type::terminal); });
    run();
    BOOST_TEST(is_aborted(ended));
}
#endif

#ifdef HAS_COROUTINES
namespace {

net::awaitable<void> count_deliveries(asio_host::poller& files, int& seen) {
    while (seen < 2) {
        auto const result = co_await files.async_poll(net::use_awaitable);
        if (result.state == poll_state::delivered) ++seen;
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(coroutine_waits_for_each_poll) {
    poller files{context.get_executor(), reloader};
    int seen = 0;
    std::exception_ptr thrown;
    on_delivery = [&] { edit(std::string(5, 'x')); };
    edit("more");
    net::co_spawn(context, count_deliveries(files, seen),
                  [&](std::exception_ptr error) { thrown = error; });
    run();
    BOOST_TEST(seen == 2);
    BOOST_TEST((thrown == nullptr));
}

BOOST_AUTO_TEST_CASE(cancellation_ends_the_coroutine_by_an_exception) {
    poller files{context.get_executor(), reloader};
    int seen = 0;
    std::exception_ptr thrown;
    net::co_spawn(context, count_deliveries(files, seen),
                  [&](std::exception_ptr error) { thrown = error; });
    net::post(context, [&] { files.cancel(); });
    run();
    BOOST_TEST((thrown != nullptr));
}
#endif

BOOST_AUTO_TEST_SUITE_END()
