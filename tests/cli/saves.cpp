#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace {

using directory = temporary_directory const&;

void save_in_place(directory in, std::string const& text) { in.write("file", text); }

void save_by_rename(directory in, std::string const& text) {
    in.write("file.new", text);
    in.rename("file.new", "file");
}

void save_by_backup(directory in, std::string const& text) {
    in.rename("file", "file~");
    in.write("file", text);
    in.remove("file~");
}

void save_by_sed(directory in, std::string const& text) {
    auto const command = "sed -i '1s/.*/" + text + "/' '" + in / "file" + "'";
    BOOST_REQUIRE(std::system(command.c_str()) == 0);
}

void save_as_vim(directory in, std::string const& text) {
    in.write(".file.swp", "swap");
    in.write("4913", "");
    in.remove("4913");
    save_by_backup(in, text);
    in.remove(".file.swp");
}

void save_with_old_stamp(directory in, std::string const& text) {
    struct stat before {};
    BOOST_REQUIRE(::stat((in / "file").c_str(), &before) == 0);
    in.write("file", text);
    timespec const times[] = {before.st_atim, before.st_mtim};
    BOOST_REQUIRE(::utimensat(AT_FDCWD, (in / "file").c_str(), times, 0) == 0);
}

void save_same_size(directory in, std::string const& text) {
    int const file = ::open((in / "file").c_str(), O_WRONLY | O_CLOEXEC);
    BOOST_REQUIRE(file >= 0);
    BOOST_TEST(::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::close(file);
}

void truncate_and_write_later(directory in, std::string const& text) {
    in.write("file", "");
    std::this_thread::sleep_for(std::chrono::milliseconds{150}); // more than a quiet period
    in.append("file", text);
}

// Never three times about as long, after which the command would be suspected.
void pause_as_people_do(int time) {
    std::this_thread::sleep_for(std::chrono::milliseconds{150} * (time % 3));
}

// Starts until restarts are suspended: more than the fewest where they are not at all regular, as
// on a busy machine.
constexpr std::size_t fewest = 3;
constexpr std::size_t most = 11;

std::size_t times(std::string_view word, std::string_view in) {
    std::size_t found = 0;
    for (auto at = in.find(word); at != in.npos; at = in.find(word, at + 1)) ++found;
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(saves)

BOOST_AUTO_TEST_CASE(each_save_of_any_style_is_one_restart) {
    struct {
        char const* name;
        void (*save)(directory, std::string const&);
    } const styles[] = {
        {"in place", save_in_place},
        {"rename over", save_by_rename},
        {"backup and rename", save_by_backup},
        {"sed -i", save_by_sed},
        {"vim", save_as_vim},
        {"touch -r", save_with_old_stamp},
        {"same size", save_same_size},
        {"truncate, write later", truncate_and_write_later},
    };
    for (auto const& [name, save] : styles) {
        temporary_directory const there;
        there.write("file", "text 1");
        there.write("other", "text");
        watched_command restat{there, {"--quiet-period", "100ms"}};
        BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
        for (int run = 2; run <= 5; ++run) {
            pause_as_people_do(run);
            save(there, "text " + std::to_string(run));
            auto const line = restat.next_line();
            BOOST_TEST(line == "run " + std::to_string(run) + " change: modified=file;", name);
        }
        BOOST_TEST(restat.becomes_silent());
        BOOST_TEST(restat.lines_left() == 0, name);
    }
}

BOOST_AUTO_TEST_CASE(reading_listing_and_ignored_files_are_no_change) {
    temporary_directory const there;
    there.write("file", "text");
    there.make_directory(".git");
    watched_command restat{there, {"-i", "*.log"}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    BOOST_TEST(std::system(("cat '" + there / "file" + "' >/dev/null; ls -R '" + there.path() +
                            "' >/dev/null")
                               .c_str()) == 0);
    there.write("out.log", "1");
    there.write(".git/index", "1");
    there.write("file~", "1");
    BOOST_TEST(restat.becomes_silent());
    there.write("file", "more text"); // the first thing that counts
    BOOST_TEST(restat.next_line() == "run 2 change: modified=file;");
}

BOOST_AUTO_TEST_CASE(a_burst_of_files_is_one_restart) {
    temporary_directory const there;
    watched_command restat{there, {"--quiet-period", "300ms", "--max-wait", "20s"}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    for (int i = 0; i < 500; ++i) there.write(std::to_string(i), "text");
    auto const line = restat.next_line();
    BOOST_TEST(line.starts_with("run 2 change: added=0;"));
    BOOST_TEST(std::count(line.begin(), line.end(), ';') == 500);
    BOOST_TEST(restat.becomes_silent());
    BOOST_TEST(restat.lines_left() == 0);
    BOOST_TEST(restat.error().find("restat: added 0 and 499 more; restarting\n") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_written_for_ever_is_delivered_each_max_wait) {
    temporary_directory const there;
    there.write("file", "");
    watched_command restat{there, {"--max-wait", "300ms"}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    BOOST_TEST(restat.wait_for([&] {
        there.append("file", "x");
        return restat.lines_left() >= 3;
    }));
}

BOOST_AUTO_TEST_CASE(a_command_that_writes_what_is_watched_does_not_restart_at_full_speed) {
    temporary_directory const there;
    auto const busy = shell_under_restat({"--quiet-period", "10ms"},
                                         "echo run; date +%N >'out[1].log'; exec sleep 1000");
    running_program restat{busy, {.directory = there.path()}};
    auto const runs = [&] { return times("run\n", restat.output()); };
    auto const suspensions = [&] {
        return times("restat: out[1].log changed soon after each of the last starts, so restarts "
                     "are suspended until something else changes",
                     restat.error());
    };
    BOOST_REQUIRE(restat.wait_for([&] { return suspensions() >= 1; }));
    BOOST_TEST(restat.wait_for_error("; if the command writes it, leave it out: --ignore "
                                     "'out\\[1].log'\n"));
    BOOST_TEST(restat.becomes_silent(std::chrono::milliseconds{2500}));
    auto const first = runs();
    BOOST_TEST((first >= fewest && first <= most));
    there.write("other", "1");
    BOOST_REQUIRE(restat.wait_for([&] { return suspensions() >= 2; })); // it begins anew
    BOOST_TEST(restat.becomes_silent(std::chrono::milliseconds{2500}));
    auto const second = runs();
    BOOST_TEST(second >= first + fewest);
    there.write("out[1].log", "by hand"); // the last write was long ago
    BOOST_TEST(restat.wait_for([&] { return runs() > second; }));
    BOOST_TEST(
        restat.becomes_silent(std::chrono::milliseconds{700})); // and it is suspected still
}

// The slowest writes; a program that ends by itself may take long to get there.
BOOST_AUTO_TEST_CASE(what_a_command_writes_before_it_ends_does_not_start_it_for_ever) {
    temporary_directory const there;
    auto const make = shell_under_restat({"--quiet-period", "10ms", "-n", "50ms"},
                                         "sleep 2.2; echo made; date +%N >a.out");
    running_program restat{make, {.directory = there.path()}};
    BOOST_TEST(restat.wait_for_error("restat: a.out changed soon after each of the last starts"));
    BOOST_TEST(restat.becomes_silent(std::chrono::milliseconds{2600}));
    auto const runs = times("made\n", restat.output());
    BOOST_TEST((runs >= fewest && runs <= most));
}

BOOST_AUTO_TEST_CASE(the_rule_that_is_named_ends_it) {
    temporary_directory const there;
    auto const calm = shell_under_restat({"--ignore", "out\\[1].log", "-n", "50ms"},
                                         "date +%N >'out[1].log'; echo run; exec sleep 1000");
    running_program restat{calm, {.directory = there.path()}};
    BOOST_TEST(restat.wait_for_output("run\n"));
    BOOST_TEST(restat.becomes_silent(std::chrono::milliseconds{1000}));
    BOOST_TEST(restat.output() == "run\n");
}

BOOST_AUTO_TEST_CASE(a_named_file_may_vanish_and_come_back) {
    temporary_directory const there;
    there.write("file", "1");
    watched_command restat{there, {"file"}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    there.remove("file");
    BOOST_TEST(restat.next_line() == "run 2 change: removed=file;");
    there.write("file", "1");
    BOOST_TEST(restat.next_line() == "run 3 change: added=file;");
}

BOOST_AUTO_TEST_SUITE_END()
