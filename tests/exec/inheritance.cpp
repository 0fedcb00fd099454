#include <restat/restart/inheritance.hpp>

#include "exec/life.hpp"

#include <restat/error.hpp>
#include <restat/restart/command_restart.hpp>
#include <restat/restart/fork_restart.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace restat;
using namespace restat::real;

BOOST_AUTO_TEST_SUITE(exec_inheritance)

// In the old process, each descriptor occupies the other descriptor's place.
BOOST_FIXTURE_TEST_CASE(descriptors_follow_the_contract_of_socket_activation, life) {
    write("a", "A");
    write("b", "B");
    driven_process probe{{*this / "probe", "activate", *this / "log", *this / "a", *this / "b"}};
    BOOST_TEST(probe.wait() == 0);
    BOOST_TEST(line(0) == "2 first:second mine BA 3 4 -1 close-on-exec untold");
    BOOST_TEST(line(1).starts_with("none 0,1,2")); // and neither has the next run
    BOOST_TEST(line(1).find(",3,4") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(invalid_name_or_descriptor_is_refused) {
    inheritance next;
    for (std::string const name : {"", "a:b", "a\n", "\xc3\xa4"}) {
        BOOST_CHECK_THROW(next.keep(0, name), reload_error);
    }
    BOOST_CHECK_THROW(next.keep(0, std::string(256, 'x')), reload_error);
    BOOST_CHECK_THROW(next.keep(-1, "http"), reload_error);
    BOOST_CHECK_THROW(next.keep(100'000, "http"), reload_error);
    BOOST_TEST(next.descriptors().empty());
    next.keep(0, std::string(255, 'x'));
    BOOST_TEST(next.descriptors().size() == 1U);
}

BOOST_AUTO_TEST_CASE(second_descriptor_under_a_name_replaces_the_first) {
    inheritance next;
    next.keep(0, "a");
    next.keep(1, "b");
    next.keep(2, "a");
    BOOST_REQUIRE(next.descriptors().size() == 2U);
    BOOST_TEST(next.descriptors()[0].number == 2);
    next.stash("x", "1");
    next.stash("x", "2");
    BOOST_REQUIRE(next.blobs().size() == 1U);
    BOOST_TEST(next.blobs()[0].bytes == "2");
}

BOOST_AUTO_TEST_CASE(no_inheritance_without_a_previous_run) {
    BOOST_TEST(take_descriptor("http") == -1);
    BOOST_TEST(!take_blob("level").has_value());
}

BOOST_FIXTURE_TEST_CASE(command_gets_kept_descriptors_and_stashed_bytes_at_each_start, life) {
    write("a", "A");
    write("b", "B");
    int const a = ::open((*this / "a").c_str(), O_RDONLY | O_CLOEXEC);
    int const b = ::open((*this / "b").c_str(), O_RDONLY | O_CLOEXEC);
    auto const before = open_descriptors();
    command_restart it{{.command = command("take")}};
    it.keep(b, "first");
    it.keep(a, "second");
    std::string const bytes{"x\0y", 3};
    it.stash("text", bytes);
    it.start(real::now());
    std::string const common = " mine untold 0,1,2,3,4,";
    // The last three have numbers that were free here: the bytes, the directory being listed and,
    // from the second start on, the changes.
    auto const gets = [&](std::size_t of, std::string const& first, std::ptrdiff_t more) {
        auto const told = line(of);
        BOOST_TEST(told.starts_with(first + common), told);
        BOOST_TEST(std::count(told.begin(), told.end(), ',') == 4 + more, told);
    };
    BOOST_TEST(drive(it, [&] { return lines("log") == 1; }));
    gets(0, "3 4 BA " + bytes, 1);

    it.keep(a, "first"); // from the next start on
    it.stash("text", "z");
    std::error_code error;
    it.restart(changes({"a"}), error); // passed by a separate descriptor
    BOOST_TEST(drive(it, [&] { return lines("log") == 2; }));
    gets(1, "3 4 AA z", 2);
    BOOST_TEST(finish(it));
    BOOST_TEST(open_descriptors() == before);
    ::close(a);
    ::close(b);
}

BOOST_FIXTURE_TEST_CASE(command_cannot_get_a_descriptor_at_a_kept_number, life) {
    command_restart it{{.command = command("take"), .keep = {4}}};
    it.keep(0, "first");
    BOOST_CHECK_THROW(it.keep(0, "second"), reload_error);
}

BOOST_FIXTURE_TEST_CASE(command_does_not_start_without_a_closed_descriptor, life) {
    command_restart it{{.command = command("take")}};
    int const gone = ::dup(0);
    it.keep(gone, "first");
    ::close(gone);
    it.start(real::now());
    it.supervise(real::now());
    BOOST_TEST((it.last_error() == std::errc::bad_file_descriptor));
    BOOST_TEST(finish(it));
}

BOOST_FIXTURE_TEST_CASE(a_function_in_a_process_of_its_own_takes_them_too, life) {
    write("a", "A");
    int const a = ::open((*this / "a").c_str(), O_RDONLY | O_CLOEXEC);
    fork_restart it{[&] {
        bool const right = take_descriptor("first") == a && take_descriptor("first") == -1;
        write("log", (right ? "same " : "other ") + take_blob("text").value_or("nothing") + '\n');
    }};
    it.keep(a, "first");
    it.stash("text", "x");
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return lines("log") == 1; }));
    BOOST_TEST(read("log") == "same x\n");
    BOOST_TEST(finish(it));
    BOOST_TEST(take_descriptor("first") == -1); // this process does not own the descriptor
    ::close(a);
}

BOOST_AUTO_TEST_SUITE_END()
