#include <restat/escape.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <random>

using restat::escape;

namespace {

struct escape_case {
    std::string name;
    std::string shown;
    char const* reason;
};

escape_case const cases[] = {
    {"", "", "nothing"},
    {"src/main.cpp", "src/main.cpp", "a plain name stays"},
    {" a b ", " a b ", "so do blanks"},
    {"-rf 'x' \"y\" $z;*", "-rf 'x' \"y\" $z;*", "and what a shell would read"},
    {"~", "~", "the last byte before DEL"},
    // UTF-8 that is harmless
    {"\xc3\xa9", "\xc3\xa9", "U+00E9, two bytes"},
    {"\xc2\xa0", "\xc2\xa0", "U+00A0, the first behind C1"},
    {"\xe6\x97\xa5", "\xe6\x97\xa5", "U+65E5, three bytes"},
    {"\xed\x9f\xbf", "\xed\x9f\xbf", "U+D7FF, the last before the surrogates"},
    {"\xee\x80\x80", "\xee\x80\x80", "U+E000, the first behind them"},
    {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "U+1F600, four bytes"},
    {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf", "U+10FFFF, the last"},
    {"\xd7\x90", "\xd7\x90", "U+05D0, from right to left by itself"},
    {"e\xcc\x81", "e\xcc\x81", "U+0301, a combining accent"},
    // backslashes
    {"\\", "\\\\", "a backslash"},
    {"a\\nb", "a\\\\nb", "what looks escaped is not a newline"},
    {"\\x41", "\\\\x41", "nor a byte"},
    {"\\\n", "\\\\\\n", "a backslash and a newline"},
    // C0 and DEL
    {"a\tb", "a\\tb", "a tab"},
    {"a\nb", "a\\nb", "a newline"},
    {"a\rb", "a\\rb", "a carriage return, which overwrites the line"},
    {std::string(1, '\0'), "\\x00", "NUL"},
    {"\x01", "\\x01", "the first control character"},
    {"\a\b\v\f", "\\x07\\x08\\x0b\\x0c", "those that C has letters for"},
    {"\x1b[2J", "\\x1b[2J", "a terminal's order to clear the screen"},
    {"\x1b]0;me\x07", "\\x1b]0;me\\x07", "and to change its title"},
    {"\x1f", "\\x1f", "the last of C0"},
    {"\x7f", "\\x7f", "DEL"},
    // C1
    {"\x9b"
     "2J",
     "\\x9b2J", "C1 as a byte: the order to clear the screen again"},
    {"\x80\x9f", "\\x80\\x9f", "its first and last"},
    {"\xc2\x80", "\\xc2\\x80", "C1 as UTF-8: the first"},
    {"\xc2\x85", "\\xc2\\x85", "U+0085, next line"},
    {"\xc2\x9b"
     "2J",
     "\\xc2\\x9b2J", "U+009B, an order to the terminal"},
    {"\xc2\x9f", "\\xc2\\x9f", "the last"},
    // separators
    {"a\xe2\x80\xa8"
     "b",
     "a\\xe2\\x80\\xa8b", "U+2028, line separator"},
    {"a\xe2\x80\xa9"
     "b",
     "a\\xe2\\x80\\xa9b", "U+2029, paragraph separator"},
    {"\xe2\x80\xa7", "\xe2\x80\xa7", "U+2027 before them, a dot"},
    {"\xe2\x80\xaf", "\xe2\x80\xaf", "U+202F behind the overrides, a narrow blank"},
    // what changes the order of what is shown
    {"\xe2\x80\xaa", "\\xe2\\x80\\xaa", "U+202A, embedding from left to right"},
    {"\xe2\x80\xab", "\\xe2\\x80\\xab", "U+202B, embedding from right to left"},
    {"\xe2\x80\xac", "\\xe2\\x80\\xac", "U+202C, end of it"},
    {"\xe2\x80\xad", "\\xe2\\x80\\xad", "U+202D, override from left to right"},
    {"gpj.\xe2\x80\xae"
     "exe",
     "gpj.\\xe2\\x80\\xaeexe", "U+202E, override from right to left"},
    {"\xe2\x81\xa6", "\\xe2\\x81\\xa6", "U+2066, isolate from left to right"},
    {"\xe2\x81\xa7", "\\xe2\\x81\\xa7", "U+2067, isolate from right to left"},
    {"\xe2\x81\xa8", "\\xe2\\x81\\xa8", "U+2068, isolate"},
    {"\xe2\x81\xa9", "\\xe2\\x81\\xa9", "U+2069, end of it"},
    {"\xe2\x80\x8e", "\\xe2\\x80\\x8e", "U+200E, mark from left to right"},
    {"\xe2\x80\x8f", "\\xe2\\x80\\x8f", "U+200F, mark from right to left"},
    {"\xd8\x9c", "\\xd8\\x9c", "U+061C, mark of Arabic"},
    // what is not seen
    {"a\xe2\x80\x8b"
     "b",
     "a\\xe2\\x80\\x8bb", "U+200B, a blank of no width"},
    {"\xe2\x80\x8d", "\\xe2\\x80\\x8d", "U+200D, a joiner"},
    {"\xef\xbb\xbf"
     "a",
     "\\xef\\xbb\\xbfa", "U+FEFF, a byte order mark"},
    // what is not UTF-8
    {"\xff", "\\xff", "a byte that never is"},
    {"\xe9t\xe9", "\\xe9t\\xe9", "Latin-1"},
    {"\xc3", "\\xc3", "the end in the middle of two bytes"},
    {"\xe6\x97", "\\xe6\\x97", "of three"},
    {"\xf0\x9f\x98", "\\xf0\\x9f\\x98", "of four"},
    {"\xc3(", "\\xc3(", "a sequence that another byte ends"},
    {"\xe6\x97z", "\\xe6\\x97z", "also a longer one"},
    {"\xc3\xc3\xa9", "\\xc3\xc3\xa9", "a good one right behind a bad one"},
    {"\xa9", "\\xa9", "a continuation of nothing"},
    {"\xc0\xaf", "\\xc0\\xaf", "a slash, overlong in two bytes"},
    {"\xc1\xbf", "\\xc1\\xbf", "the last overlong one of two"},
    {"\xe0\x80\xaf", "\\xe0\\x80\\xaf", "a slash, overlong in three"},
    {"\xe0\x9f\xbf", "\\xe0\\x9f\\xbf", "the last overlong one of three"},
    {"\xe0\x82\x9b", "\\xe0\\x82\\x9b", "C1, overlong in three"},
    {"\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf", "a slash, overlong in four"},
    {"\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf", "the last overlong one of four"},
    {"\xed\xa0\x80", "\\xed\\xa0\\x80", "U+D800, the first surrogate"},
    {"\xed\xbf\xbf", "\\xed\\xbf\\xbf", "U+DFFF, the last"},
    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "behind the last code point"},
    {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80", "far behind it"},
    {"\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80", "the five bytes of an older UTF-8"},
};

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// What a person or a program does to get the name back.
std::string read_back(std::string_view shown) {
    std::string name;
    while (!shown.empty()) {
        char const c = shown.front();
        std::size_t length = 1;
        if (c != '\\') {
            name += c;
        } else if (shown.at(1) == 'x') {
            name += static_cast<char>(digit(shown.at(2)) << 4 | digit(shown.at(3)));
            length = 4;
        } else {
            char const of = shown.at(1);
            name += of == 't' ? '\t' : of == 'n' ? '\n' : of == 'r' ? '\r' : of;
            length = 2;
        }
        shown.remove_prefix(length);
    }
    return name;
}

std::string utf8(std::uint32_t point) {
    auto const tail = [&](unsigned shift) {
        return static_cast<char>(0x80U | (point >> shift & 0x3FU));
    };
    if (point < 0x80) return {static_cast<char>(point)};
    if (point < 0x800) return {static_cast<char>(0xC0U | point >> 6), tail(0)};
    if (point < 0x10000) return {static_cast<char>(0xE0U | point >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xF0U | point >> 18), tail(12), tail(6), tail(0)};
}

} // namespace

BOOST_AUTO_TEST_SUITE(escaping)

BOOST_AUTO_TEST_CASE(makes_each_name_safe_to_see) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c.reason);
        BOOST_TEST(escape(c.name) == c.shown);
        BOOST_TEST_INFO(c.reason);
        BOOST_TEST(escape("a" + c.name + "/b") == "a" + c.shown + "/b");
    }
}

BOOST_AUTO_TEST_CASE(lets_each_name_be_read_back) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c.reason);
        BOOST_TEST(read_back(escape(c.name)) == c.name);
    }
}

BOOST_AUTO_TEST_CASE(lets_every_two_bytes_be_read_back_and_shows_no_control) {
    for (unsigned first = 0; first < 256; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            std::string const name{static_cast<char>(first), static_cast<char>(second)};
            auto const shown = escape(name);
            BOOST_REQUIRE(read_back(shown) == name);
            for (char const c : shown) BOOST_REQUIRE((c < 0 || (c >= ' ' && c != '\x7f')));
        }
    }
}

BOOST_AUTO_TEST_CASE(lets_bytes_at_random_be_read_back) {
    unsigned const seed = std::random_device{}();
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::mt19937 random{seed};
    for (int round = 0; round < 20'000; ++round) {
        std::string name;
        for (auto left = random() % 20; left != 0; --left) {
            bool const often = random() % 2 == 0;
            name += often ? "\\\xc2\xe2\x80\xa8\x9bnx0"[random() % 9]
                          : static_cast<char>(random() % 256);
        }
        BOOST_REQUIRE(read_back(escape(name)) == name);
    }
}

BOOST_AUTO_TEST_CASE(shows_each_code_point_as_it_is_or_as_all_of_its_bytes) {
    std::size_t hidden = 0;
    for (std::uint32_t point = 0; point <= 0x10FFFF; ++point) {
        if (point >= 0xD800 && point < 0xE000) continue;
        auto const name = utf8(point);
        auto const shown = escape(name);
        if (shown == name) continue;
        ++hidden;
        if (point >= 0x80) BOOST_REQUIRE(shown.size() == 4 * name.size());
    }
    // C0, DEL, C1; the backslash; 2 separators and U+FEFF; 10 of direction, 3 of no width.
    BOOST_TEST(hidden == 32U + 1 + 32 + 1 + 3 + 15);
}

BOOST_AUTO_TEST_SUITE_END()
