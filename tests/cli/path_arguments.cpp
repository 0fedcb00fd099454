#include "cli/path_arguments.hpp"

#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/resource.h>

using namespace restat::cli;

namespace {

using words = std::vector<std::string>;

/// Returns the arguments for these paths, and their count.
std::pair<words, std::size_t> arguments_of(words const& command, words const& paths,
                                           std::size_t bytes = 10'000) {
    std::size_t inserted = 0;
    auto all = with_paths(command, paths, bytes, inserted);
    return {std::move(all), inserted};
}

} // namespace

BOOST_AUTO_TEST_SUITE(path_arguments)

BOOST_AUTO_TEST_CASE(each_placeholder_becomes_the_paths) {
    BOOST_TEST(
        (arguments_of({"a", "{}", "b"}, {"c d", "e\n"}).first == words{"a", "c d", "e\n", "b"}));
    BOOST_TEST((arguments_of({"{}", "x{}", "{}"}, {"c"}).first == words{"c", "x{}", "c"}));
    BOOST_TEST((arguments_of({"a", "{}"}, {}).first == words{"a"}));
    BOOST_TEST(has_placeholder({"a", "{}"}));
    BOOST_TEST(!has_placeholder({"a{}"}));
}

BOOST_AUTO_TEST_CASE(path_with_a_leading_dash_is_no_option) {
    BOOST_TEST(
        (arguments_of({"rm", "{}"}, {"-rf", "a/-b"}).first == words{"rm", "./-rf", "a/-b"}));
}

BOOST_AUTO_TEST_CASE(first_paths_that_fit_are_given) {
    std::size_t const of_command = 2 + 3 + 2 * sizeof(char*);
    std::size_t const of_path = 2 + sizeof(char*);
    words const paths{"a", "b", "c"};
    BOOST_TEST(arguments_of({"x", "{}"}, paths, of_command + 3 * of_path).second == 3U);
    BOOST_TEST((arguments_of({"x", "{}"}, paths, of_command + 3 * of_path - 1).first ==
                words{"x", "a", "b"}));
    BOOST_TEST(arguments_of({"x", "{}"}, paths, 0).second == 0U);
    words const long_path{"a", std::string(128 * 1024, 'b'), "c"}; // longer than an argument
    BOOST_TEST(arguments_of({"x", "{}"}, long_path, 1'000'000).second == 1U);
}

BOOST_AUTO_TEST_CASE(list_of_variables_takes_its_part) {
    auto const all = bytes_beside({});
    BOOST_TEST(all >= 100'000U);
    BOOST_TEST(bytes_beside({"A=1"}) == all - 4 - sizeof(char*));
    BOOST_TEST(bytes_beside({std::string(10'000'000, 'a')}) == 0U);
}

BOOST_AUTO_TEST_CASE(command_gets_names_of_any_bytes_as_whole_arguments) {
    temporary_directory const there;
    running_program restat{restat_with({"-n", "50ms", "--", "printf", "<%s>", "{}", "end"}),
                           {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("<end>"));
    BOOST_REQUIRE(restat.wait_for_error("waiting for a change\n"));
    there.make_directory("new");
    for (auto const* name : {"new/a b", "new/c\nd", "new/$(e)"}) there.write(name, "1");
    there.write("-f", "1");
    BOOST_REQUIRE(restat.wait_for_output("<./-f>"));
    BOOST_TEST(restat.wait_for([&] {
        auto const& text = restat.output();
        return text.find("<new/a b>") != text.npos && text.find("<new/c\nd>") != text.npos &&
               text.find("<new/$(e)>") != text.npos;
    }));
}

BOOST_AUTO_TEST_CASE(paths_beyond_the_list_of_arguments_are_counted_and_kept_in_the_changes) {
    temporary_directory const there;
    std::string const script = "echo $#; tr -cd '\\0' <$RESTAT_CHANGES | wc -c";
    auto const small_stack = [] {
        rlimit limit{};
        ::getrlimit(RLIMIT_STACK, &limit);
        limit.rlim_cur = 512 * 1024; // the list of arguments then has 128 KiB
        ::setrlimit(RLIMIT_STACK, &limit);
    };
    running_program restat{
        restat_with({"-n", "50ms", "-p", "-1", "--quiet-period", "1s", "--max-wait", "1m", "--",
                     "sh", "-c", script, "sh", "{}"}),
        {.directory = there.path(), .prepare = small_stack}};
    BOOST_TEST(restat.becomes_silent());
    std::string const name(100, 'a');
    for (int i = 1000; i < 3000; ++i) there.write(name + std::to_string(i), "");
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->code == 0, restat.error());
    auto const given = std::stoi(restat.output());
    BOOST_TEST(given > 500);
    BOOST_TEST(given < 1300);
    BOOST_TEST(restat.output() == std::to_string(given) + "\n2000\n");
    BOOST_TEST(
        restat.error().find("restat: " + std::to_string(given) +
                            " of 2000 changed paths fit into the arguments of the command; "
                            "RESTAT_CHANGES has all\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
