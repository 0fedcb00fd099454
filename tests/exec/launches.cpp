#include "exec/life.hpp"

#include <boost/test/unit_test.hpp>

#include "support/refused_call.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>

using namespace restat::real;

namespace {

// Copies an edition with a unique build: bytes equal to the running program would be no change.
void build(life const& all, std::string const& name, unsigned edition) {
    fs::copy_file(EXEC_PROBE, all.path / "building");
    std::ofstream{all.path / "building", std::ios::app} << std::string(edition, '+');
    fs::rename(all.path / "building", all.path / name);
}

std::string file_of(int pid) {
    return fs::read_symlink("/proc/" + std::to_string(pid) + "/exe").string();
}

// Run 1 may end before its line.
bool ends_up_in_run_2(life const& all) {
    return wait_for([&] { return all.last_line() == "run 2"; }, 30s) &&
           all.stays_at(all.lines("log"));
}

// Makes a file sealed like a handoff, with different contents.
int sealed_file(char const* bytes) {
    int const file = ::memfd_create("test", MFD_ALLOW_SEALING);
    auto const size = std::char_traits<char>::length(bytes);
    if (::write(file, bytes, size) != static_cast<ssize_t>(size)) std::abort();
    ::fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    return file;
}

} // namespace

BOOST_AUTO_TEST_SUITE(exec_launches)

BOOST_FIXTURE_TEST_CASE(program_moved_away_and_rebuilt_is_restarted, life) {
    driven_process const probe{command("set-up")};
    BOOST_REQUIRE(has_runs(1));
    for (unsigned run = 1; run <= 3; ++run) { // mv app app.old; make
        fs::rename(path / "probe", path / "probe.old");
        BOOST_TEST(stays_at(run));
        build(*this, "probe", run);
        BOOST_TEST(has_runs(run + 1));
        BOOST_TEST(file_of(probe.pid()) == *this / "probe");
    }
}

// mv app app.old; make: between the exec of a run and its construction of the strategy.
BOOST_FIXTURE_TEST_CASE(program_moved_away_right_after_its_exec_waits_for_its_file, life) {
    driven_process const probe{command("set-up-again-moved-away", "away")};
    BOOST_REQUIRE(has_runs(1));
    edit(1);
    BOOST_REQUIRE(has_runs(2));
    BOOST_TEST(line(1) == "run 2");
    edit(2);
    BOOST_TEST(stays_at(2));
    build(*this, "probe", 1);
    BOOST_TEST(has_runs(3));
    BOOST_TEST(line(2) == "run 3");
    BOOST_TEST(file_of(probe.pid()) == *this / "probe");
}

BOOST_FIXTURE_TEST_CASE(program_rebuilt_right_after_its_exec_is_restarted, life) {
    driven_process const probe{command("set-up-again-rebuilt", "away")};
    BOOST_REQUIRE(has_runs(1));
    edit(1);
    // Run 2 may end before its line.
    BOOST_REQUIRE(wait_for([&] { return last_line() == "run 3"; }, 30s));
    BOOST_TEST(stays_at(lines("log")));
    BOOST_TEST(file_of(probe.pid()) == *this / "probe");
}

// The first start, by an absolute and by a relative name.
BOOST_FIXTURE_TEST_CASE(program_moved_away_right_after_its_start_waits_for_its_file, life) {
    for (auto const& name : {*this / "probe", std::string{"./probe"}}) {
        for (std::string const how : {"set-up-moved-away", "set-up-removed"}) {
            driven_process const probe{{"/bin/sh", "-c",
                                        "cd \"$1\"; exec \"$2\" " + how + " log config away",
                                        "sh", path.string(), name}};
            BOOST_REQUIRE(has_runs(1));
            BOOST_TEST(line(0) == "run 1", how);
            fs::rename(path / "away", path / "probe");
            fs::remove(path / "log");
        }
    }
}

// mv app app.old; mv new app: between the first start and the construction of the strategy.
BOOST_FIXTURE_TEST_CASE(program_moved_away_and_rebuilt_before_the_baseline_is_restarted, life) {
    driven_process const probe{command("set-up-rebuilt", "away")};
    BOOST_TEST(ends_up_in_run_2(*this));
    BOOST_TEST(file_of(probe.pid()) == *this / "probe");
}

BOOST_FIXTURE_TEST_CASE(program_replaced_before_the_baseline_is_restarted, life) {
    build(*this, "new", 1);
    driven_process const probe{command("set-up-replaced", "new")};
    BOOST_TEST(ends_up_in_run_2(*this));
    BOOST_TEST(file_of(probe.pid()) == *this / "probe");
}

// The first scan finds a file that was just written, so the baseline is another scan.
BOOST_FIXTURE_TEST_CASE(program_replaced_before_a_delayed_baseline_is_restarted, life) {
    build(*this, "new", 1);
    driven_process const probe{command("set-up-replaced-amid-writes", "new")};
    BOOST_TEST(ends_up_in_run_2(*this));
    BOOST_TEST(file_of(probe.pid()) == *this / "probe");
}

BOOST_FIXTURE_TEST_CASE(link_to_another_build_before_the_baseline_is_followed, life) {
    fs::create_directories(path / "1");
    fs::create_directories(path / "2");
    fs::rename(path / "probe", path / "1/probe");
    build(*this, "2/probe", 1);
    fs::create_symlink("1/probe", path / "probe");
    fs::create_symlink("2/probe", path / "new");
    driven_process const probe{command("set-up-replaced", "new")};
    BOOST_TEST(ends_up_in_run_2(*this));
    BOOST_TEST(file_of(probe.pid()) == *this / "2/probe");
}

// The process runs the content already.
BOOST_FIXTURE_TEST_CASE(equal_copy_put_in_place_before_the_baseline_restarts_nothing, life) {
    fs::copy_file(path / "probe", path / "new");
    driven_process const probe{command("set-up-replaced", "new")};
    BOOST_REQUIRE(has_runs(1));
    BOOST_TEST(stays_at(1));
    build(*this, "probe", 1);
    BOOST_TEST(has_runs(2));
    BOOST_TEST(file_of(probe.pid()) == *this / "probe");
}

// mv bin bin.old, and another bin: between the start by a relative name and the construction.
BOOST_FIXTURE_TEST_CASE(program_whose_directory_was_renamed_is_restarted_by_its_name, life) {
    fs::create_directory(path / "bin");
    fs::create_directory(path / "next");
    fs::rename(path / "probe", path / "bin/probe");
    build(*this, "next/probe", 1);
    driven_process const probe{{"/bin/sh", "-c",
                                "cd \"$1\"; exec bin/probe set-up-beside log bin next", "sh",
                                path.string()}};
    BOOST_TEST(ends_up_in_run_2(*this));
    BOOST_TEST(file_of(probe.pid()) == *this / "bin/probe");
}

// The name is right only in the directory of the start.
BOOST_FIXTURE_TEST_CASE(relative_name_in_another_directory_is_refused, life) {
    fs::create_directory(path / "sub");
    driven_process probe{{"/bin/sh", "-c",
                          "cd \"$1\"; exec ./probe set-up-elsewhere log config sub", "sh",
                          path.string()}};
    BOOST_TEST(probe.wait() == 0);
    BOOST_TEST(read("sub/log") == "the program's own file cannot be found again\n");
}

BOOST_FIXTURE_TEST_CASE(an_edit_in_the_gap_of_a_relink_waits_for_the_program, life) {
    driven_process const probe{command("content")};
    BOOST_REQUIRE(has_runs(1));
    for (unsigned run = 1; run <= 3; ++run) {
        fs::rename(path / "probe", path / "away");
        edit(run);
        BOOST_TEST(stays_at(run));
        fs::rename(path / "away", path / "probe"); // the same file, so no reason by itself
        BOOST_TEST(has_runs(run + 1));
        BOOST_TEST(line(run) == content(run));
    }
}

BOOST_FIXTURE_TEST_CASE(restart_waits_while_a_linker_has_the_program_open, life) {
    driven_process const probe{command("content")};
    BOOST_REQUIRE(has_runs(1));
    fs::copy_file(path / "probe", path / "new");
    int const linker = ::open((*this / "new").c_str(), O_WRONLY | O_CLOEXEC);
    fs::rename(path / "new", path / "probe");
    edit(1);
    BOOST_TEST(stays_at(1));
    ::close(linker);
    BOOST_TEST(has_runs(2));
    BOOST_TEST(line(1) == content(1));
}

BOOST_FIXTURE_TEST_CASE(wait_for_an_incomplete_program_and_its_end_are_reported_once, life) {
    driven_process const probe{command("report")};
    BOOST_REQUIRE(has_runs(1));
    auto const whole = read("probe");
    write("half", whole.substr(0, whole.size() / 2));
    fs::permissions(path / "half", fs::perms::owner_all);
    fs::rename(path / "half", path / "probe");
    BOOST_REQUIRE(has_runs(2));
    BOOST_TEST(line(1) == "waits: the program's file is incomplete");
    BOOST_TEST(stays_at(2));
    build(*this, "probe", 1);
    BOOST_REQUIRE(has_runs(4));
    BOOST_TEST(line(2) == "restarts");
    BOOST_TEST(line(3) == "run 2");
}

BOOST_FIXTURE_TEST_CASE(program_found_in_path_is_accepted, life) {
    for (std::string const search : {"$1", ".", ""}) { // an empty entry is the directory itself
        fs::remove(path / "log");
        driven_process const probe{{"/bin/sh", "-c",
                                    "cd \"$1\"; PATH=" + search +
                                        ":/nowhere; exec probe set-up "
                                        "log config",
                                    "sh", path.string()}};
        BOOST_REQUIRE(has_runs(1));
        edit(1);
        BOOST_TEST(has_runs(2), search);
        BOOST_TEST(line(1) == "run 2");
        edit(2);
        BOOST_TEST(has_runs(3), search);
    }
}

BOOST_FIXTURE_TEST_CASE(changed_link_is_followed_at_each_restart, life) {
    fs::copy_file(path / "probe", path / "second");
    fs::create_symlink("probe", path / "current");
    auto words = command("set-up");
    words[0] = *this / "current";
    driven_process const probe{words};
    BOOST_REQUIRE(has_runs(1));
    fs::create_symlink("second", path / "next");
    fs::rename(path / "next", path / "current");
    edit(1);
    BOOST_TEST(has_runs(2));
    BOOST_TEST(file_of(probe.pid()) == *this / "second");
}

// Like libtool: the program is no longer started by the wrapper's own name.
BOOST_FIXTURE_TEST_CASE(program_replaced_by_a_wrapper_script_restarts_once, life) {
    driven_process const probe{command("set-up")};
    BOOST_REQUIRE(has_runs(1));
    fs::copy_file(path / "probe", path / "probe.real");
    write("new", "#!/bin/sh\nexec '" + *this / "probe.real" + "' \"$@\"\n");
    fs::permissions(path / "new", fs::perms::owner_all);
    fs::rename(path / "new", path / "probe");
    BOOST_TEST(has_runs(2));
    BOOST_TEST(line(1) == "run 2");
    BOOST_TEST(stays_at(2));
    BOOST_TEST(file_of(probe.pid()) == *this / "probe.real");
    edit(1);
    BOOST_TEST(has_runs(3));
    BOOST_TEST(stays_at(3));
    build(*this, "probe.real", 1);
    BOOST_TEST(has_runs(4));
    BOOST_TEST(stays_at(4));
}

BOOST_FIXTURE_TEST_CASE(bytes_and_baseline_are_handed_off_without_memory_files, life) {
    driven_process const probe{command("read"), [] { refuse_call(SYS_memfd_create, EPERM); }};
    BOOST_REQUIRE(has_runs(1));
    for (unsigned run = 1; run <= 3; ++run) {
        edit(run);
        BOOST_REQUIRE(has_runs(run + 1));
        auto const number = std::to_string(run + 1);
        BOOST_TEST(line(run).starts_with(number + ' '), line(run));
        BOOST_TEST(line(run).ends_with(' ' + number + ' ' + content(run)), line(run));
    }
}

// A variable that resembles a handoff is removed and ignored. A descriptor with the number in the
// variable stays open.
BOOST_FIXTURE_TEST_CASE(foreign_handoff_variable_is_ignored_and_removed, life) {
    int const plain = ::open((*this / "config").c_str(), O_RDONLY);
    int const unsealed = ::memfd_create("test", 0);
    int const garbage = sealed_file("no hand-over at all");
    int const empty = sealed_file("");
    std::vector<std::string> values{"",   "x",  "-1", "0",      "1", "2", "99999999999999999999",
                                    "3 ", " 3", "+3", "1000000"};
    for (int const number : {plain, unsealed, garbage, empty}) {
        values.push_back(std::to_string(number));
        values.push_back(std::to_string(number) + "x");
    }
    for (auto const& value : values) {
        fs::remove(path / "log");
        ::setenv("RESTAT_HANDOVER", value.c_str(), 1);
        driven_process probe{command("look")};
        ::unsetenv("RESTAT_HANDOVER");
        BOOST_TEST(probe.wait() == 0);
        BOOST_TEST(line(0).starts_with("1 untold 0,1,2,"), value << ": " << line(0));
        for (int const number : {plain, unsealed}) {
            BOOST_TEST((line(0) + ',').find(',' + std::to_string(number) + ',') !=
                           std::string::npos,
                       value << ": " << line(0));
        }
    }
    for (int const number : {plain, unsealed, garbage, empty}) ::close(number);
}

BOOST_AUTO_TEST_SUITE_END()
