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
    std::this_thread::sleep_for(std::chrono::milliseconds{120}); // longer than its quiet period
    in.append("file", text);
}

std::size_t times(std::string_view word, std::string_view in) {
    std::size_t found = 0;
    for (auto at = in.find(word); at != in.npos; at = in.find(word, at + 1)) ++found;
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(saves)

BOOST_AUTO_TEST_CASE(each_style_of_save_causes_a_single_restart) {
    struct {
        char const* name;
        void (*save)(directory, std::string const&);
        char const* quiet_period = "300ms"; // a busy machine may interrupt a save
    } const styles[] = {
        {"in place", save_in_place},
        {"rename over", save_by_rename},
        {"backup and rename", save_by_backup},
        {"sed -i", save_by_sed},
        {"vim", save_as_vim},
        {"touch -r", save_with_old_stamp},
        {"same size", save_same_size},
        {"truncate, write later", truncate_and_write_later, "100ms"},
    };
    for (auto const& [name, save, quiet_period] : styles) {
        temporary_directory const there;
        there.write("file", "text 1");
        there.write("other", "text");
        // Each save follows the start of the command, as a program's own writes do.
        watched_command restat{there, {"--quiet-period", quiet_period, "--loop-guard", "off"}};
        BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
        for (int run = 2; run <= 5; ++run) {
            save(there, "text " + std::to_string(run));
            auto const line = restat.next_line();
            BOOST_TEST(line == "run " + std::to_string(run) + " change: modified=file;", name);
        }
        BOOST_TEST(restat.becomes_silent());
        BOOST_TEST(restat.lines_left() == 0, name);
    }
}

BOOST_AUTO_TEST_CASE(reads_lists_and_ignored_files_are_not_changes) {
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
    there.write("file", "more text"); // the first relevant change
    BOOST_TEST(restat.next_line() == "run 2 change: modified=file;");
}

BOOST_AUTO_TEST_CASE(burst_of_files_causes_a_single_restart) {
    temporary_directory const there;
    watched_command restat{there, {"--quiet-period", "300ms", "--max-wait", "20s"}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    for (int i = 0; i < 500; ++i) there.write(std::to_string(i), "text");
    auto const line = restat.next_line();
    BOOST_TEST(line.starts_with("run 2 change: added=0;"));
    BOOST_TEST(std::count(line.begin(), line.end(), ';') == 500);
    BOOST_TEST(restat.becomes_silent());
    BOOST_TEST(restat.lines_left() == 0);
    BOOST_TEST(restat.error().find("restat: added 0, 1, 10 and 497 more; restarting\n") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(file_in_new_directories_causes_a_restart) {
    temporary_directory const there;
    there.write("file", "text");
    watched_command restat{there, {"--quiet-period", "300ms", "--loop-guard", "off"}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    there.make_directory("a/b/c");
    there.write("a/b/c/new", "text");
    BOOST_TEST(restat.next_line() == "run 2 change: added=a/b/c/new;");
    there.write("a/b/c/new", "more text");
    BOOST_TEST(restat.next_line() == "run 3 change: modified=a/b/c/new;");
}

BOOST_AUTO_TEST_CASE(continuously_written_file_is_delivered_each_max_wait) {
    temporary_directory const there;
    there.write("file", "");
    watched_command restat{there, {"--max-wait", "300ms", "--loop-guard", "off"}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    BOOST_TEST(restat.wait_for([&] {
        there.append("file", "x");
        return restat.lines_left() >= 3;
    }));
}

BOOST_AUTO_TEST_CASE(guard_stops_a_command_that_writes_a_watched_file) {
    temporary_directory const there;
    // Written at once: a file seen open for writing would be proof enough.
    auto const busy = shell_under_restat({"--quiet-period", "10ms"},
                                         "echo run; echo $$ >'out[1].log'; exec sleep 1000");
    running_program restat{busy, {.directory = there.path()}};
    auto const runs = [&] { return times("run\n", restat.output()); };
    BOOST_TEST(restat.wait_for_error("restat: out[1].log changed at the same point of the last "
                                     "runs, perhaps by the command; restarting in "));
    BOOST_REQUIRE(restat.wait_for([&] {
        return times("restat: the command itself changes out[1].log; these changes no longer "
                     "restart it (to ignore the file: --ignore 'out\\[1].log'; to restart: "
                     "--loop-guard off)\n",
                     restat.error()) == 1;
    }));
    auto const first = runs();
    BOOST_TEST(first >= 5);
    BOOST_TEST(restat.becomes_silent(std::chrono::milliseconds{2500}));
    there.write("other", "1");
    BOOST_REQUIRE(restat.wait_for([&] { return runs() == first + 1; }));
    BOOST_TEST(restat.becomes_silent(std::chrono::milliseconds{2500}));
    BOOST_TEST(runs() == first + 1);      // although the command wrote the file again
    there.write("out[1].log", "by hand"); // long after the write of the command
    BOOST_TEST(restat.wait_for([&] { return runs() >= first + 2; }));
}

BOOST_AUTO_TEST_CASE(log_held_open_by_the_command_causes_no_restart) {
    temporary_directory const there;
    there.write("log", "");
    auto const busy =
        shell_under_restat({"--quiet-period", "10ms"},
                           "echo run; exec 5>>log; while :; do echo line >&5; sleep 0.1; done");
    running_program restat{busy, {.directory = there.path()}};
    BOOST_TEST(restat.wait_for_error("restat: the command itself changes log; "));
    BOOST_TEST(restat.becomes_silent(std::chrono::milliseconds{1500}));
    BOOST_TEST(times("run\n", restat.output()) == 1U);
    there.write("other", "1");
    BOOST_TEST(restat.wait_for([&] { return times("run\n", restat.output()) == 2; }));
}

BOOST_AUTO_TEST_CASE(command_restarts_itself_without_the_guard) {
    temporary_directory const there;
    auto const busy = shell_under_restat({"--quiet-period", "10ms", "--loop-guard", "off"},
                                         "echo run; date +%N >out; exec sleep 1000");
    running_program restat{busy, {.directory = there.path()}};
    BOOST_TEST(restat.wait_for([&] { return times("run\n", restat.output()) >= 12; }));
    BOOST_TEST(times("same point", restat.error()) == 0U);
}

BOOST_AUTO_TEST_CASE(suggested_rule_stops_the_restarts) {
    temporary_directory const there;
    auto const calm = shell_under_restat({"--ignore", "out\\[1].log", "-n", "50ms"},
                                         "date +%N >'out[1].log'; echo run; exec sleep 1000");
    running_program restat{calm, {.directory = there.path()}};
    BOOST_TEST(restat.wait_for_output("run\n"));
    BOOST_TEST(restat.becomes_silent(std::chrono::milliseconds{1000}));
    BOOST_TEST(restat.output() == "run\n");
}

BOOST_AUTO_TEST_CASE(watched_file_may_vanish_and_return) {
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
