#include "cli/json.hpp"

#include "base/base64.hpp"
#include "base/utf8.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::cli;
using restat::detail::base64;
using restat::detail::is_utf8;

namespace {

std::string quoted(std::string_view text) {
    std::string result;
    append_json(result, text);
    return result;
}

std::chrono::system_clock::time_point at(std::int64_t milliseconds) {
    return std::chrono::system_clock::time_point{std::chrono::milliseconds{milliseconds}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(string_escapes_have_no_effect_on_terminals) {
    struct {
        char const* text;
        char const* json;
        char const* reason;
    } const table[] = {
        {"a b/c", R"("a b/c")", "plain"},
        {"a\"b\\c", R"("a\"b\\c")", "what ends a string, and what escapes"},
        {"\n\t\x1b\x7f", R"("\u000a\u0009\u001b\u007f")", "controls"},
        {"\xC2\x9B", R"("\u009b")", "a control of the second set"},
        {"\xE2\x80\xAE", R"("\u202e")", "right-to-left override"},
        {"\xE2\x80\xA8", R"("\u2028")", "line separator"},
        {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82", "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82\"",
         "two, three and four bytes"},
    };
    for (auto const& [text, expected, reason] : table)
        BOOST_TEST(quoted(text) == expected, reason);
}

BOOST_AUTO_TEST_CASE(only_well_formed_utf8_is_utf8) {
    for (char const* good : {"", "a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                             "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
        BOOST_TEST(is_utf8(good), good);
    }
    struct {
        char const* text;
        char const* reason;
    } const bad[] = {
        {"\x80", "a continuation alone"},     {"\xC3", "cut short"},
        {"\xC3(", "not continued"},           {"\xC0\x80", "overlong, two bytes"},
        {"\xE0\x80\x80", "overlong, three"},  {"\xF0\x80\x80\x80", "overlong, four"},
        {"\xED\xA0\x80", "half a surrogate"}, {"\xF4\x90\x80\x80", "above 10FFFF"},
        {"\xFF", "never a byte of it"},       {"a\xE2\x82", "cut short after a good one"},
    };
    for (auto const& [text, reason] : bad) BOOST_TEST(!is_utf8(text), reason);
}

BOOST_AUTO_TEST_CASE(base64_pads_to_four) { // RFC 4648, 10
    BOOST_TEST(base64("") == "");
    BOOST_TEST(base64("f") == "Zg==");
    BOOST_TEST(base64("fo") == "Zm8=");
    BOOST_TEST(base64("foo") == "Zm9v");
    BOOST_TEST(base64("foobar") == "Zm9vYmFy");
    BOOST_TEST(base64("\xFF\xFE\xFD") == "//79");
}

BOOST_AUTO_TEST_CASE(times_are_in_utc) {
    BOOST_TEST(rfc3339(at(0)) == "1970-01-01T00:00:00.000Z");
    BOOST_TEST(rfc3339(at(1769903999123)) == "2026-01-31T23:59:59.123Z");
    BOOST_TEST(rfc3339(at(-1)) == "1969-12-31T23:59:59.999Z");
}

BOOST_AUTO_TEST_CASE(batch_is_a_single_line) {
    change_set const changes{{{.kind = change_kind::added, .path = "a"},
                              {.path = "b", .changed = fields::size | fields::mtime},
                              {.kind = change_kind::removed, .path = "\xFF"}},
                             7};
    BOOST_TEST(json_line(changes, at(0)) ==
               R"({"batch":7,"time":"1970-01-01T00:00:00.000Z","changes":[)"
               R"({"kind":"added","path":"a"},)"
               R"({"kind":"modified","path":"b","fields":["mtime","size"]},)"
               R"({"kind":"removed","path_base64":"/w=="}]})"
               "\n");
}

BOOST_AUTO_TEST_CASE(rename_is_a_removal_and_an_addition_with_the_former_name) {
    change_set const changes{
        {{.kind = change_kind::renamed, .path = "new", .changed = fields::ctime, .from = "old"},
         {.kind = change_kind::renamed, .path = "z", .from = "\xFF"}},
        1};
    BOOST_TEST(json_line(changes, at(0)) ==
               R"({"batch":1,"time":"1970-01-01T00:00:00.000Z","changes":[)"
               R"({"kind":"added","path":"new","from":"old"},)"
               R"({"kind":"removed","path":"old"},)"
               R"({"kind":"added","path":"z","from_base64":"/w=="},)"
               R"({"kind":"removed","path_base64":"/w=="}]})"
               "\n");
}

BOOST_AUTO_TEST_SUITE_END()
