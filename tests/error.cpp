#include <restat/error.hpp>

#include <boost/test/unit_test.hpp>

#include <set>

using namespace restat;

BOOST_AUTO_TEST_SUITE(errors)

BOOST_AUTO_TEST_CASE(each_error_has_a_message_of_its_own) {
    std::set<std::string> messages{reload_category().message(0)}; // of no error
    int const last = static_cast<int>(errc::snapshot_scope);
    for (int code = 1; code <= last; ++code) {
        auto const message = std::error_code{static_cast<errc>(code)}.message();
        BOOST_TEST(messages.insert(message).second, message << " stands for two errors");
    }
}

BOOST_AUTO_TEST_CASE(error_code_of_the_library_compares_with_its_value) {
    std::error_code const error = errc::not_ready;
    BOOST_TEST((error == errc::not_ready));
    BOOST_TEST((error != errc::ended_early));
    BOOST_TEST(error.category().name() == std::string_view{"restat"});
    BOOST_TEST(static_cast<bool>(error));
}

BOOST_AUTO_TEST_CASE(text_of_a_finding_names_operation_path_and_error) {
    auto const refused = std::make_error_code(std::errc::permission_denied);
    BOOST_TEST(to_string(finding{"src/a\n", refused, "open"}) ==
               "cannot open 'src/a\\n': Permission denied");
    BOOST_TEST(to_string(finding{"", refused, "scan"}) == "cannot scan: Permission denied");
}

BOOST_AUTO_TEST_CASE(text_of_a_thrown_exception_quotes_it) {
    BOOST_TEST(to_string(finding{"a", errc::exception_thrown, "deliver", "out\nof luck"}) ==
               "cannot deliver 'a': an exception was thrown: out\\nof luck");
}

BOOST_AUTO_TEST_CASE(text_about_nothing_watched_gives_the_reason) {
    BOOST_TEST(to_string(finding{"src", errc::nothing_watched, "it holds no file"}) ==
               "no files are watched in 'src': it holds no file");
    BOOST_TEST(to_string(finding{"", errc::nothing_watched, "there is no root"}) ==
               "no files are watched: there is no root");
}

BOOST_AUTO_TEST_CASE(exception_carries_code_path_and_operation) {
    reload_error const thrown{{"a", errc::incomplete, "read"}};
    BOOST_TEST((thrown.code() == errc::incomplete));
    BOOST_TEST(thrown.path() == "a");
    BOOST_TEST(thrown.operation() == "read");
    BOOST_TEST(std::string_view{thrown.what()} == "cannot read 'a': the file is incomplete");
}

BOOST_AUTO_TEST_CASE(fault_of_a_pattern_is_true_and_has_a_text) {
    pattern_fault fault;
    BOOST_TEST(!fault);
    fault = {errc::bad_pattern, "a[b", 1, "missing ]"};
    BOOST_TEST(static_cast<bool>(fault));
    BOOST_TEST(to_string(fault) == "bad pattern 'a[b' at byte 1: missing ]");
    pattern_error const thrown{fault};
    BOOST_TEST(thrown.pattern() == "a[b");
    BOOST_TEST(thrown.offset() == 1U);
}

BOOST_AUTO_TEST_CASE(fault_of_an_unsupported_pattern_names_no_byte) {
    auto const unsupported = std::make_error_code(std::errc::not_supported);
    pattern_fault const fault{unsupported, "a$", 0, "this build has none"};
    BOOST_TEST(to_string(fault) == "cannot use the pattern 'a$': this build has none");
    std::string const said = pattern_error{fault}.what();
    BOOST_TEST(said.starts_with("cannot use the pattern (this build has none) 'a$': "), said);
}

BOOST_AUTO_TEST_CASE(text_of_a_long_pattern_shows_the_bytes_around_the_fault) {
    pattern_fault const fault{errc::bad_pattern, std::string(500, 'x') + '[', 500, "missing ]"};
    auto const text = to_string(fault);
    BOOST_TEST(text.size() < 300U);
    BOOST_TEST(text.find("...xxx") != text.npos);
    BOOST_TEST(text.find("x[' at byte 500: missing ]") != text.npos);
}

BOOST_AUTO_TEST_CASE(failed_call_throws_its_error) {
    auto const error = make_error_code(errc::program_unknown);
    BOOST_CHECK_EXCEPTION(
        detail::throw_error(error, "find", "p"), reload_error, [&](auto const& thrown) {
            return thrown.code() == error && thrown.path() == "p" && thrown.operation() == "find";
        });
    BOOST_CHECK_THROW(detail::throw_error(pattern_fault{errc::bad_pattern, "[", 0, "missing ]"}),
                      pattern_error);
}

BOOST_AUTO_TEST_SUITE_END()
