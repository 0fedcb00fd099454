#include "program.hpp"

#include <boost/property_tree/json_parser.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fcntl.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using boost::property_tree::ptree;

/// A `restat` that prints the changes of a directory, after its baseline.
class printing : public running_program {
public:
    printing(temporary_directory const& of, std::vector<std::string> const& arguments,
             start_options how = {})
        : running_program{restat_with(with_defaults(arguments)), in(of, how)} {
        BOOST_REQUIRE(wait_for_error("a scan of "));
    }

private:
    static start_options in(temporary_directory const& of, start_options how) {
        how.directory = of.path();
        return how;
    }
    static std::vector<std::string> with_defaults(std::vector<std::string> const& arguments) {
        std::vector<std::string> all{"-v", "-n", "10ms", "--quiet-period", "50ms"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        return all;
    }
};

ptree parsed(std::string const& line) {
    std::istringstream text{line};
    ptree tree;
    boost::property_tree::read_json(text, tree);
    return tree;
}

} // namespace

BOOST_AUTO_TEST_SUITE(print)

BOOST_AUTO_TEST_CASE(path_that_goes_is_waited_for) {
    temporary_directory const there;
    there.write("a", "1");
    printing restat{there, {"a"}};
    there.remove("a");
    BOOST_TEST(restat.wait_for_output("removed a\n"));
    BOOST_TEST(restat.wait_for_error(
        "restat: cannot find 'a': No such file or directory; waiting for the path\n"));
    there.write("a", "1");
    BOOST_TEST(restat.wait_for_output("added a\n"));
}

BOOST_AUTO_TEST_CASE(directories_with_events_are_counted) {
    temporary_directory const there;
    there.write("a", "1");
    there.make_directory("b");
    printing restat{there, {"--events", "auto"}};
    BOOST_TEST(restat.wait_for_error("restat: events of the kernel cover 2 of 2 directories\n"));
    there.write("a", "22");
    BOOST_TEST(restat.wait_for_output("modified a\n"));
}

BOOST_AUTO_TEST_CASE(events_can_be_switched_off) {
    temporary_directory const there;
    there.write("a", "1");
    printing restat{there, {"--events", "off"}};
    there.write("a", "22");
    BOOST_TEST(restat.wait_for_output("modified a\n"));
    BOOST_TEST(restat.error().find("events of the kernel") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(edits_behind_links_are_printed_if_links_are_followed) {
    temporary_directory const there;
    temporary_directory const other;
    other.write("a", "1");
    other.make_directory("b");
    other.write("b/c", "1");
    std::filesystem::create_symlink(other / "a", there / "file");
    std::filesystem::create_symlink(other / "b", there / "directory");
    printing restat{there, {"-L"}};
    other.write("a", "22");
    BOOST_TEST(restat.wait_for_output("modified file\n"));
    other.write("b/c", "22");
    BOOST_TEST(restat.wait_for_output("modified directory/c\n"));
}

BOOST_AUTO_TEST_CASE(long_quiet_period_is_not_ended_by_the_default_limit) {
    temporary_directory const there;
    there.write("a", "1");
    printing restat{there, {"--quiet-period", "100s"}};
    there.write("a", "22");
    BOOST_TEST(restat.becomes_silent(std::chrono::milliseconds{1300})); // the limit is 1 s
    BOOST_TEST(restat.output() == "");
    printing limited{there, {"--quiet-period", "100s", "--max-wait", "50ms"}};
    there.write("a", "333");
    BOOST_TEST(limited.wait_for_output("modified a\n"));
}

BOOST_AUTO_TEST_CASE(each_change_is_a_line) {
    temporary_directory const there;
    there.write("old", "1");
    there.write("going", "1");
    printing restat{there, {}};
    there.write("old", "22");
    there.remove("going");
    there.write("new", "1");
    BOOST_TEST(restat.wait_for_output("modified old\n"));
    BOOST_TEST(restat.becomes_silent());
    BOOST_TEST(restat.output() == "removed going\nadded new\nmodified old\n");
    BOOST_TEST(restat.error().find("modified old (ctime, mtime, size), first seen ") !=
                   std::string::npos,
               restat.error());
    BOOST_TEST(restat.error().find(" before, waited for quiet") != std::string::npos,
               restat.error());
}

BOOST_AUTO_TEST_CASE(verbose_names_the_rule_that_includes_a_change) {
    temporary_directory const there;
    there.make_directory("src/lib");
    there.write("src/.ignore", "*.txt\n!kept.txt\n");
    for (char const* file : {"src/a.cpp", "src/kept.txt", "named"}) there.write(file, "1");
    printing restat{there, {"-g", "lib/*", "-e", "cpp,txt", "src", "named"}};
    for (char const* file : {"src/a.cpp", "src/kept.txt", "src/lib/x", "src/b.txt", "named"}) {
        there.write(file, "22");
    }
    for (char const* reason :
         {"src/a.cpp (ctime, mtime, size), first seen ", "; watched because of '*.cpp' (-e)\n",
          "; watched because of '!kept.txt' (src/.ignore:2)\n",
          "; watched because of 'lib/*' (-g)\n", // below its PATH
          "; watched because of 'named' (a PATH)\n"}) {
        BOOST_TEST(restat.wait_for_error(reason), reason);
    }
    BOOST_TEST(restat.error().find("b.txt") == std::string::npos);
    printing all{there, {}};
    there.write("src/c", "1");
    BOOST_TEST(all.wait_for_error("; no rule excludes it\n"));
}

BOOST_AUTO_TEST_CASE(records_end_with_nul) {
    temporary_directory const there;
    printing restat{there, {"-0"}};
    there.write("a\nb\tc", "1");
    using namespace std::string_literals;
    BOOST_TEST(restat.wait_for([&] { return restat.output() == "added\ta\nb\tc\0"s; }));
}

BOOST_AUTO_TEST_CASE(json_reads_back) {
    temporary_directory const there;
    std::string const odd = "q\"b\\n\n\x1b\xC3\xA9";
    there.write(odd, "1");
    printing restat{there, {"--json"}};
    there.append(odd, "2");
    BOOST_REQUIRE(restat.wait_for_output("\n"));
    there.write("\xFF", "1");
    BOOST_REQUIRE(restat.wait_for_output("}]}\n{\"batch\":2"));
    BOOST_REQUIRE(restat.wait_for_output("path_base64"));
    BOOST_TEST(restat.becomes_silent());

    std::istringstream lines{restat.output()};
    std::string line;
    BOOST_REQUIRE(std::getline(lines, line));
    auto const first = parsed(line);
    BOOST_TEST(first.get<int>("batch") == 1);
    BOOST_TEST(first.get<std::string>("time").size() == 24);
    auto const& change = first.get_child("changes").front().second;
    BOOST_TEST(change.get<std::string>("kind") == "modified");
    BOOST_TEST(change.get<std::string>("path") == odd);
    std::string fields;
    for (auto const& [key, field] : change.get_child("fields")) fields += field.data() + " ";
    BOOST_TEST(fields == "ctime mtime size ");

    BOOST_REQUIRE(std::getline(lines, line));
    auto const next = parsed(line);
    auto const& second = next.get_child("changes").front().second;
    BOOST_TEST(second.get<std::string>("kind") == "added");
    BOOST_TEST(second.get<std::string>("path_base64") == "/w==");
    BOOST_TEST(!std::getline(lines, line));
}

BOOST_AUTO_TEST_CASE(once_exits_after_the_first_batch) {
    temporary_directory const there;
    printing restat{there, {"-1"}};
    there.write("a", "1");
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->code == 0);
    BOOST_TEST(restat.output() == "added a\n");
}

BOOST_AUTO_TEST_CASE(colors_are_for_terminals_or_on_request) {
    temporary_directory const there;
    printing restat{there, {"--color=always", "-1"}};
    there.write("a", "1");
    BOOST_REQUIRE(restat.wait());
    BOOST_TEST(restat.output() == "\x1b[32madded\x1b[m a\n");
}

BOOST_AUTO_TEST_CASE(quiet_still_prints_changes) {
    temporary_directory const there;
    running_program restat{restat_with({"-q", "-1", "-n", "10ms"}), {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for([&] {
        there.append("a", "1"); // until a change comes after the baseline
        return !restat.output().empty();
    }));
    BOOST_REQUIRE(restat.wait());
    BOOST_TEST(restat.error() == "");
}

BOOST_AUTO_TEST_CASE(restat_exits_when_its_reader_is_gone) {
    temporary_directory const there;
    printing restat{there, {}};
    restat.close_output();
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->shell_status() == 0);
}

BOOST_AUTO_TEST_CASE(full_device_is_reported_once_and_watching_continues) {
    temporary_directory const there;
    printing restat{
        there, {}, {.prepare = [] { ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO); }}};
    there.write("a", "1");
    BOOST_TEST(restat.wait_for_error("cannot write to standard output: No space left on device"));
    there.write("b", "1");
    BOOST_TEST(restat.wait_for_error("added b"));
    BOOST_TEST(restat.becomes_silent());
    auto const& text = restat.error();
    BOOST_TEST(text.find("cannot write") == text.rfind("cannot write"), text);
    restat.signal(SIGTERM);
    BOOST_TEST(restat.wait()->signal == SIGTERM);
}

BOOST_AUTO_TEST_CASE(signals_end_restat_with_blocked_output) {
    temporary_directory const there;
    int pipe[2];
    BOOST_REQUIRE(::pipe2(pipe, O_CLOEXEC) == 0);
    BOOST_REQUIRE(::fcntl(pipe[1], F_SETPIPE_SZ, 4096) >= 4096);
    {
        printing restat{there, {}, {.prepare = [&] { ::dup2(pipe[1], STDOUT_FILENO); }}};
        for (int i = 0; i < 200; ++i) there.write(std::string(200, 'x') + std::to_string(i), "1");
        BOOST_TEST(restat.wait_for_error("added"));
        BOOST_TEST(restat.becomes_silent());
        restat.signal(SIGINT);
        BOOST_TEST(restat.ends_by(SIGINT));
    }
    ::close(pipe[0]);
    ::close(pipe[1]);
}

BOOST_AUTO_TEST_CASE(unreadable_directory_is_reported_once_without_removals) {
    temporary_directory const there;
    there.make_directory("shut");
    there.write("shut/a", "1");
    printing restat{there, {}, {.prepare = obey_permissions}};
    BOOST_REQUIRE(::chmod((there / "shut").c_str(), 0) == 0);
    BOOST_TEST(restat.wait_for_error("restat: cannot open 'shut': Permission denied\n"));
    there.write("b", "1");
    BOOST_TEST(restat.wait_for_output("added b\n"));
    BOOST_TEST(restat.becomes_silent());
    BOOST_REQUIRE(::chmod((there / "shut").c_str(), 0755) == 0);
    there.append("shut/a", "2");
    BOOST_TEST(restat.wait_for_output("modified shut/a\n"));
    BOOST_TEST(restat.output() == "added b\nmodified shut/a\n");
    BOOST_TEST(restat.error().find("cannot open") == restat.error().rfind("cannot open"));
}

BOOST_AUTO_TEST_CASE(own_output_in_the_tree_is_not_a_change) {
    temporary_directory const there;
    there.write("a", "");
    there.make_directory("logs");
    auto const to_files = [] {
        ::dup2(::open("changes.log", O_WRONLY | O_CREAT, 0600), STDOUT_FILENO);
        ::dup2(::open("logs/errors.log", O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
    };
    there.write("logs/changes.log", ""); // only the name is the same
    running_program restat{restat_with({"-v", "-n", "20ms", "--quiet-period", "20ms"}),
                           {.directory = there.path(), .prepare = to_files}};
    auto const printed = [&] {
        std::ifstream file{there / "changes.log"};
        return std::string{std::istreambuf_iterator<char>{file}, {}};
    };
    auto const told = [&](std::string_view text) {
        return restat.wait_for([&] { return printed().find(text) != std::string::npos; });
    };
    BOOST_REQUIRE(restat.wait_for([&] {
        return std::filesystem::exists(there / "logs/errors.log") &&
               std::filesystem::file_size(there / "logs/errors.log") > 0;
    }));
    there.write("a", "1");
    BOOST_REQUIRE(told("modified a\n"));
    there.write("logs/changes.log", "2");
    BOOST_REQUIRE(told("modified logs/changes.log\n"));
    there.write("a", "22");
    BOOST_REQUIRE(told("modified logs/changes.log\nmodified a\n"));
    BOOST_TEST(printed() == "modified a\nmodified logs/changes.log\nmodified a\n");
}

BOOST_AUTO_TEST_SUITE_END()
