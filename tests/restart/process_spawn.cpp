#include "platform/process/process_spawn.hpp"

#include <restat/restart/command_restart.hpp>

#include "restart/real_process.hpp"

#include <boost/test/unit_test.hpp>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

using namespace restat;
using namespace restat::real;
using kind = process_event_kind;

namespace {

struct fixture : supervised {
    command_restart make(std::string const& program, std::string const& argument = {}) {
        return command_restart{{.command = {program, argument}}, listener()};
    }
};

void restart(command_restart& it, int number) {
    std::error_code error;
    BOOST_TEST(
        (it.restart(changes({std::to_string(number)}), error) == restart_result::restarted));
}

// Makes a program whose loader is a copy; returns false on failure. Exec opens the loader last,
// and no earlier check opens it.
bool with_loader(std::string const& program, std::string const& loader, std::string const& made) {
    std::ostringstream text;
    text << std::ifstream{program, std::ios::binary}.rdbuf();
    std::string bytes = text.str();
    auto const in_name = bytes.find("/ld-");
    if (in_name == std::string::npos) return false;
    auto const begin = bytes.rfind('\0', in_name) + 1;
    std::string const name{bytes.c_str() + begin};
    if (name.size() < loader.size()) return false;
    fs::copy_file(name, loader);
    bytes.replace(begin, name.size(), loader + std::string(name.size() - loader.size(), '\0'));
    std::ofstream{made, std::ios::binary} << bytes;
    fs::permissions(made, fs::perms::owner_all);
    return true;
}

void hold_locks(std::stop_token stop, std::FILE* out) {
    while (!stop.stop_requested()) {
        std::vector<std::string> const all(100, "some text, too long to be held inside");
        std::fprintf(out, "%s\n", all.back().c_str());
        std::setlocale(LC_CTYPE, "C");
    }
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(process_spawn_, fixture)

BOOST_AUTO_TEST_CASE(threads_holding_locks_do_not_block_a_start) {
    char const* const asked = std::getenv("RESTAT_TEST_BUSY_RESTARTS"); // more in a long run
    int const restarts = asked ? std::atoi(asked) : 200;
    std::FILE* const nowhere = std::fopen("/dev/null", "w");
    {
        std::vector<std::jthread> busy;
        for (int i = 0; i < 8; ++i) busy.emplace_back(hold_locks, nowhere);
        auto it = make("/bin/true");
        it.start(real::now());
        for (int i = 0; i <= restarts; ++i) {
            auto const ends = static_cast<std::size_t>(i) + 1;
            BOOST_REQUIRE(drive(
                it, [&] { return count(kind::gone) == ends; }, 60s));
            if (i < restarts) restart(it, i);
        }
        BOOST_TEST(count(kind::start_failed) == 0U);
    }
    std::fclose(nowhere);
}

BOOST_AUTO_TEST_CASE(writer_detected_only_by_exec_delays_the_start) {
    auto const loader = dir / "l";
    if (!with_loader("/bin/sleep", loader, dir / "it")) {
        BOOST_TEST_MESSAGE("skipped: no loader in /bin/sleep, or its name is too short");
        return;
    }
    auto it = make(dir / "it", "60");
    {
        std::ofstream const writer{loader, std::ios::app};
        it.start(real::now());
        it.supervise(real::now());
        BOOST_TEST((it.last_error() == std::errc::text_file_busy), it.last_error().message());
        BOOST_TEST(!drive(
            it, [&] { return count(kind::started) > 0; }, 350ms)); // retried meanwhile
        BOOST_REQUIRE(count(kind::start_failed) == 1U);            // and reported once
        BOOST_TEST((events.at(0).pause > 0ns));
        BOOST_TEST(events.at(0).path == dir / "it");
    }
    BOOST_TEST(drive(it, [&] { return count(kind::started) == 1; }));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_SUITE_END()
