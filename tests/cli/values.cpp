#include "cli/values.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace restat::cli;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(values)

BOOST_AUTO_TEST_CASE(a_duration_has_a_unit_or_is_in_seconds) {
    struct {
        char const* text;
        std::chrono::nanoseconds length;
    } const table[] = {
        {"50ms", 50ms}, {"2s", 2s},    {"1.5s", 1500ms}, {"100us", 100us}, {"1m", 60s},
        {"10ns", 10ns}, {"2h", 2h},    {"2", 2s},        {"0.25", 250ms},  {"0", 0s},
        {".5s", 500ms}, {"1e3ms", 1s}, {"1min", 60s},    {"365h", 365h},
    };
    for (auto const& [text, length] : table) {
        auto const parsed = parse_duration(text);
        BOOST_REQUIRE_MESSAGE(parsed, text);
        BOOST_TEST(parsed->count() == length.count(), text);
    }
}

BOOST_AUTO_TEST_CASE(invalid_durations_are_rejected) {
    for (char const* text : {"", "ms", "5 ms", "50msx", "-1s", "-0", "+1s", "nan", "inf", "1e300",
                             "9000h", "0x10s", "1.2.3s", "2S", " 2s"}) {
        BOOST_TEST(!parse_duration(text), text);
    }
}

BOOST_AUTO_TEST_CASE(a_signal_has_a_name_or_a_number) {
    struct {
        char const* text;
        int signal;
    } const table[] = {
        {"TERM", SIGTERM},    {"SIGTERM", SIGTERM}, {"sigint", SIGINT}, {"hup", SIGHUP},
        {"SigUsr1", SIGUSR1}, {"15", SIGTERM},      {"1", SIGHUP},      {"64", 64}};
    for (auto const& [text, signal] : table) {
        auto const parsed = parse_signal(text);
        BOOST_REQUIRE_MESSAGE(parsed, text);
        BOOST_TEST(*parsed == signal, text);
    }
    for (char const* text : {"", "SIG", "TERMINATE", "0", "65", "-9", "9x", "SIGSIGTERM", "1 "}) {
        BOOST_TEST(!parse_signal(text), text);
    }
}

BOOST_AUTO_TEST_CASE(signal_is_printed_by_name) {
    BOOST_TEST(signal_name(SIGSEGV) == "SIGSEGV");
    BOOST_TEST(signal_name(40) == "signal 40");
}

BOOST_AUTO_TEST_CASE(a_word_can_be_pasted_into_a_shell) {
    struct {
        std::string text;
        std::string word;
    } const table[] = {
        {"out.log", "'out.log'"},      {"a b/$x`*\\", "'a b/$x`*\\'"},
        {"it's\\", "$'it\\'s\\\\'"},   {"a\nb\xff", "$'a\\x0ab\\xff'"},
        {"\xC3\xA9", "$'\\xc3\\xa9'"}, {"", "''"},
    };
    for (auto const& [text, word] : table) BOOST_TEST(shell_word(text) == word);
}

BOOST_AUTO_TEST_CASE(a_list_of_extensions_may_have_blanks_dots_and_stars) {
    std::vector<std::string> const both{"cpp", "tar.gz"};
    for (char const* text : {"cpp,tar.gz", ".cpp,.tar.gz", "*.cpp,*.tar.gz", "cpp, tar.gz",
                             " cpp ,\ttar.gz ", "cpp tar.gz", "*.cpp .tar.gz", "cpp\ntar.gz"}) {
        BOOST_TEST((parse_extensions(text) == both), text);
    }
    for (char const* text : {"*", "*.*", ".*", " * "}) {
        BOOST_TEST((parse_extensions(text) == std::vector<std::string>{"*"}), text);
    }
}

BOOST_AUTO_TEST_CASE(a_list_of_extensions_has_no_gaps_and_no_wildcards) {
    for (char const* text : {"", ",", "cpp,", ",cpp", "cpp,,hpp", ".", "a/b", " ", "cpp, ,hpp",
                             "c*", "*.c?", "*.{c,h}", "{c,h}", "[ch]", "**", "*."}) {
        BOOST_TEST(!parse_extensions(text), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
