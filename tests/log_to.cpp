#include <restat/log_to.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <functional>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

using namespace restat;
using namespace std::chrono_literals;

namespace {

// A stream read by the test.
class log_pipe {
public:
    log_pipe() {
        int ends[2];
        BOOST_TEST_REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
        reader_ = ends[0];
        ::fcntl(ends[1], F_SETFL, 0); // a write to a full pipe blocks
        stream_ = ::fdopen(ends[1], "w");
    }
    log_pipe(log_pipe const&) = delete;
    ~log_pipe() {
        if (reader_ >= 0) ::close(reader_);
        if (stream_) std::fclose(stream_);
    }

    std::FILE* stream() const { return stream_; }
    void close_reader() { ::close(std::exchange(reader_, -1)); }
    void close_descriptor() { ::close(::fileno(stream_)); }
    void fill() {
        int const writer = ::fileno(stream_);
        ::fcntl(writer, F_SETFL, O_NONBLOCK);
        for (char const block[4096] = {}; ::write(writer, block, sizeof block) > 0;) {
        }
        ::fcntl(writer, F_SETFL, 0);
    }
    std::string read() {
        std::string text;
        char block[4096];
        for (ssize_t got = 0; (got = ::read(reader_, block, sizeof block)) > 0;)
            text.append(block, static_cast<std::size_t>(got));
        return text;
    }

private:
    int reader_ = -1;
    std::FILE* stream_ = nullptr;
};

using action = std::function<restart_result(change_set const&, std::error_code&)>;

struct acting_restart {
    action* act;
    restart_result restart(change_set const& changes, std::error_code& error) {
        return (*act)(changes, error);
    }
};

struct fixture {
    fixture() {
        files.follow(clock);
        files.write("t/a.conf", "1");
        files.write("t/b", "1");
        clock.advance(1s);
        reloader.observe(&log);
    }

    poll_state poll_after(std::chrono::milliseconds pause) {
        clock.advance(pause);
        try {
            return reloader.poll().state;
        } catch (std::runtime_error const&) {
            return poll_state::refused;
        }
    }

    log_pipe pipe;
    log_to log{pipe.stream()};
    testing::memory_file_system files;
    testing::manual_clock clock;
    action act = [](auto const&, auto&) { return restart_result::restarted; };
    basic_reloader<basic_tree_enumerator<testing::memory_file_system>,
                   verdict (*)(candidate const&) noexcept, testing::manual_clock, acting_restart>
        reloader{basic_tree_enumerator<testing::memory_file_system>{"t", {}, files},
                 [](candidate const&) noexcept { return verdict::none; }, clock,
                 acting_restart{&act}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(log_to_a_stream, fixture)

BOOST_AUTO_TEST_CASE(line_names_the_change_the_file_and_the_next_step) {
    reloader.poll();
    BOOST_TEST(pipe.read() == "restat: watching 2 files\n");
    files.write("t/a.conf", "longer");
    files.write("t/new\nline", "1");
    poll_after(1s);
    poll_after(75ms);
    BOOST_TEST(pipe.read() ==
               "restat: 't/a.conf' modified (ctime, mtime, size) and 1 other path changed; "
               "reloading\n");
    files.remove("t/new\nline");
    poll_after(1s);
    poll_after(75ms);
    BOOST_TEST(pipe.read() == "restat: 't/new\\nline' removed; reloading\n");
}

BOOST_AUTO_TEST_CASE(wait_for_a_missing_file_is_written_once) {
    auto const missing = std::make_error_code(std::errc::no_such_file_or_directory);
    log.on_finding({"app", missing, "find"});
    BOOST_TEST(pipe.read() ==
               "restat: cannot find 'app': No such file or directory; waiting for it\n");
    for (auto const* operation : {"restart with", "start"}) {
        log.on_finding({"app", missing, operation});
        BOOST_TEST(pipe.read() == "");
    }
    log.on_finding({"other", missing, "restart with"});
    BOOST_TEST(pipe.read() ==
               "restat: cannot restart with 'other': No such file or directory; trying again\n");
    // The file is back, and its interpreter is missing.
    log.on_delivering(change_set{{{change_kind::added, "app"}}});
    pipe.read();
    log.on_finding({"app", missing, "restart with"});
    BOOST_TEST(pipe.read() ==
               "restat: cannot restart with 'app': No such file or directory; trying again\n");
}

BOOST_AUTO_TEST_CASE(repeated_exception_is_written_once) {
    reloader.poll();
    act = [](auto const&, auto&) -> restart_result { throw std::runtime_error{"line 3"}; };
    files.write("t/a.conf", "bad");
    poll_after(1s);
    poll_after(75ms);
    for (int i = 0; i < 100; ++i) poll_after(10ms);
    auto const text = pipe.read();
    BOOST_TEST(text == "restat: watching 2 files\n"
                       "restat: 't/a.conf' modified (ctime, mtime, size); reloading\n"
                       "restat: cannot deliver 't/a.conf': an exception was thrown: line 3; "
                       "trying again\n");
    act = [](auto const&, auto&) { return restart_result::restarted; };
    poll_after(5s);
    BOOST_TEST(pipe.read() == "restat: reloaded: 't/a.conf' modified (ctime, mtime, size)\n");
}

BOOST_AUTO_TEST_CASE(edit_after_a_refusal_is_written_again) {
    reloader.poll();
    act = [](auto const&, std::error_code& error) {
        error = errc::incomplete;
        return restart_result::refused;
    };
    files.write("t/b", "bad");
    poll_after(1s);
    poll_after(75ms);
    BOOST_TEST(pipe.read().ends_with("restat: reload refused: the file is incomplete; "
                                     "trying again\n"));
    act = [](auto const&, auto&) { return restart_result::declined; };
    files.write("t/b", "better");
    poll_after(1s);
    poll_after(75ms);
    BOOST_TEST(pipe.read() == "restat: 't/b' modified (ctime, mtime, size); reloading\n"
                              "restat: no reload was needed\n");
}

BOOST_AUTO_TEST_CASE(reason_found_by_the_strategy_is_written_once_and_the_restart_after_it) {
    reloader.poll();
    pipe.read();
    bool is_first = true;
    act = [&](change_set const&, std::error_code& error) {
        error = errc::program_truncated;
        if (std::exchange(is_first, false)) log.on_finding({"app", error, "restart with"});
        return restart_result::refused;
    };
    files.write("t/b", "bad");
    poll_after(1s);
    poll_after(75ms);
    for (int i = 0; i < 100; ++i) poll_after(10ms);
    BOOST_TEST(pipe.read() == "restat: 't/b' modified (ctime, mtime, size); reloading\n"
                              "restat: cannot restart with 'app': the program's file is "
                              "incomplete; trying again\n");
    act = [&](change_set const& changes, std::error_code&) {
        log.on_restarting(changes);
        return restart_result::restarted;
    };
    poll_after(5s);
    BOOST_TEST(
        pipe.read().starts_with("restat: restarting: 't/b' modified (ctime, mtime, size)\n"));
}

BOOST_AUTO_TEST_CASE(suspended_reload_is_written_once_with_the_remedy) {
    reloader.poll();
    pipe.read();
    act = [](auto const&, auto&) { return restart_result::suspended; };
    files.write("t/b", "new");
    poll_after(1s);
    poll_after(75ms);
    auto const text = pipe.read();
    BOOST_TEST(text.starts_with("restat: 't/b' modified (ctime, mtime, size); reloading\n"
                                "restat: the restart-loop guard delays the reload"),
               text);
    BOOST_TEST(text.ends_with("(loop_guard::off turns the guard off)\n"), text);
    reloader.poll();
    poll_after(1s);
    BOOST_TEST(pipe.read() == "");
    act = [](auto const&, auto&) { return restart_result::restarted; };
    files.write("t/c", "x");
    poll_after(1s);
    poll_after(75ms);
    BOOST_TEST(pipe.read().find("reload") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(closed_reader_raises_no_signal) {
    pipe.close_reader();
    std::signal(SIGPIPE, SIG_DFL);
    reloader.poll();
    files.write("t/b", "other");
    poll_after(1s);
    BOOST_TEST((poll_after(75ms) == poll_state::delivered));
}

BOOST_AUTO_TEST_CASE(closed_or_missing_stream_is_ignored) {
    log_to none{nullptr};
    reloader.observe(&none);
    BOOST_TEST((reloader.poll().state == poll_state::unchanged));
    reloader.observe(&log);
    pipe.close_descriptor();
    files.write("t/b", "other");
    poll_after(1s);
    BOOST_TEST((poll_after(75ms) == poll_state::delivered));
}

BOOST_AUTO_TEST_CASE(lines_lost_to_a_full_pipe_are_counted) {
    pipe.fill();
    reloader.poll();
    files.write("t/b", "other");
    poll_after(1s);
    BOOST_TEST((poll_after(75ms) == poll_state::delivered));
    pipe.read();
    files.write("t/b", "again, and longer");
    poll_after(1s);
    poll_after(75ms);
    BOOST_TEST(pipe.read() == "restat: 2 lines lost\n"
                              "restat: 't/b' modified (ctime, mtime, size); reloading\n");
}

BOOST_AUTO_TEST_SUITE_END()
