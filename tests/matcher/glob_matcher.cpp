#include <restat/matcher/glob_matcher.hpp>

#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/matcher_ref.hpp>

#include "candidates.hpp"

#include <atomic>
#include <map>
#include <thread>

using restat::any_matcher;
using restat::errc;
using restat::glob_matcher;
using restat::letter_case;
using restat::pattern_fault;
using restat::verdict;
using tests::directory;
using tests::file;
using tests::wanted;

static_assert(restat::path_matcher<glob_matcher>);
static_assert(std::copyable<glob_matcher>);
static_assert(!std::convertible_to<char const*, glob_matcher>, "no pattern by accident");

namespace {

struct glob_case {
    char const* glob;
    char const* path;
    bool found;
    char const* reason;
};

std::ostream& operator<<(std::ostream& to, glob_case const& c) {
    return to << "'" << c.glob << "' on '" << c.path << "': " << c.reason;
}

constexpr bool yes = true;
constexpr bool no = false;

glob_case const cases[] = {
    // names
    {"main.cpp", "main.cpp", yes, "a literal is itself"},
    {"main.cpp", "main.cpp2", no, "and nothing longer"},
    {"main.cpp", "xmain.cpp", no, "nor with something before it"},
    {"main.cpp", "main.cp", no, "nor shorter"},
    {"main.cpp", "src/deep/main.cpp", yes, "without a slash the last component counts"},
    {"src", "src/main.cpp", no, "and no other"},
    {"main.cpp", "./main.cpp", yes, "a leading ./ is not there"},
    {"#*#", "#notes#", yes, "# is a byte like others"},
    {"-x", "-x", yes, "so is -"},
    {"!x", "!x", yes, "so is ! outside of a set"},
    {"a,b", "a,b", yes, "so is , outside of braces"},
    {"a}", "a}", yes, "so is } that closes nothing"},
    {"a]", "a]", yes, "so is ] that closes nothing"},
    {".", "..", no, "a dot is no wildcard"},
    // * and ?
    {"*", "x", yes, "* is a name"},
    {"*", ".hidden", yes, "also one with a dot first"},
    {"*", "a/b", yes, "of the last component"},
    {"*.cpp", "a.cpp", yes, "an extension"},
    {"*.cpp", ".cpp", yes, "* is also nothing"},
    {"*.cpp", "a.cpp.o", no, "an extension is at the end"},
    {"*.cpp", "acpp", no, "with its dot"},
    {"a*b*c", "aXbYbZc", yes, "the last possible b is found"},
    {"a*b*c", "aXcYb", no, "the order counts"},
    {"*a*", "bab", yes, "in the middle"},
    {"*a", "aaab", no, "at the end"},
    {"?", "x", yes, "? is one byte"},
    {"?", ".", yes, "also a dot"},
    {"?", "xy", no, "not two"},
    {"??", "\xc3\xa9", yes, "an e with an accent is two bytes"},
    {"a?c", "a\nc", yes, "a newline is a byte"},
    {"a*", "a\xff\x1b", yes, "and so is what is not UTF-8"},
    {"a**b", "aXb", yes, "two stars inside a component are one"},
    {"**", "anything", yes, "stars alone are a name"},
    // paths
    {"src/*.cpp", "src/a.cpp", yes, "with a slash the whole path counts"},
    {"src/*.cpp", "src/x/a.cpp", no, "* does not cross directories"},
    {"src/*.cpp", "lib/src/a.cpp", no, "from its beginning"},
    {"src/*.cpp", "./src/a.cpp", yes, "less a leading ./"},
    {"./src/*.cpp", "src/a.cpp", yes, "of the glob too"},
    {"./a", "x/a", no, "a ./ ties the glob to the start"},
    {"./a", "a", yes, "where it is found"},
    {"src/?", "src/", no, "? is no empty name"},
    {"src?a", "src/a", no, "? is no slash"},
    {"src[/]a", "src/a", no, "nor is a set"},
    {"src[!x]a", "src/a", no, "nor is a negated set"},
    {"src*a", "src/a", no, "nor is *"},
    {"src\\/a", "src/a", yes, "an escaped slash is a slash"},
    {"/tmp/*", "/tmp/a", yes, "an absolute path"},
    {"/tmp/*", "tmp/a", no, "is not a relative one"},
    {"a/**b", "a/x/b", no, "two stars in front of a name are one"},
    {"a/**b", "a/xb", yes, "and so do not cross"},
    {"a**/b", "a/x/b", no, "two stars behind a name are one"},
    {"a**/b", "axx/b", yes, "and so do not cross"},
    // **/
    {"**/a", "a", yes, "**/ is no directory"},
    {"**/a", "x/a", yes, "or one"},
    {"**/a", "x/y/z/a", yes, "or several"},
    {"**/a", "/a", yes, "also the root of all"},
    {"**/a", "/x/a", yes, "and what is below it"},
    {"**/a", "xa", no, "whole ones"},
    {"**/a", "x/ya", no, "to the end"},
    {"**/a", "a/x", no, "and the rest must follow"},
    {"**/*.cpp", "a/b.cpp", yes, "the usual one"},
    {"**/*.cpp", ".hidden/b.cpp", yes, "hidden ones too"},
    {"a/**/b", "a/b", yes, "in the middle, none"},
    {"a/**/b", "a/x/b", yes, "in the middle, one"},
    {"a/**/b", "a/x/y/b", yes, "in the middle, two"},
    {"a/**/b", "a/xb", no, "in the middle, whole ones"},
    {"a/**/b", "ab", no, "the slash before it stays"},
    {"a/**/b", "x/a/b", no, "and so does the start"},
    {"**/a/**/b", "x/a/y/a/z/b", yes, "each tried at each component"},
    {"**/a/**/b", "x/b/a", no, "in their order"},
    {"**/**/a", "a", yes, "one after another are one"},
    {"**/**/**/a", "x/a", yes, "so are three"},
    {"***/a", "x/y/a", yes, "three stars are two"},
    {"**/*/a", "a", no, "a * is one directory at least"},
    {"**/*/a", "x/a", yes, "this one"},
    {"*/**/a", "x/a", yes, "in either order"},
    // /**
    {"a/**", "a/b", yes, "/** is what is below"},
    {"a/**", "a/b/c", yes, "at any depth"},
    {"a/**", "a/.b", yes, "hidden or not"},
    {"a/**", "a", no, "but not the directory itself"},
    {"a/**", "ab/c", no, "nor one that begins alike"},
    {"**/a/**", "x/a/y/z", yes, "with **/ before it"},
    {"**/**", "x", yes, "all"},
    {"**/**", "x/y", yes, "really all"},
    {"/**", "/x/y", yes, "all that is absolute"},
    {"/**", "x/y", no, "and only that"},
    // sets
    {"[abc]", "b", yes, "one of a set"},
    {"[abc]", "d", no, "not one of it"},
    {"[abc]", "ab", no, "only one"},
    {"[a-cx-z]", "y", yes, "two ranges"},
    {"[a-cx-z]", "m", no, "and what is between them"},
    {"[!a-c]", "d", yes, "what is outside"},
    {"[!a-c]", "b", no, "what is not outside"},
    {"[^a-c]", "d", yes, "^ is as !"},
    {"[^a-c]", "b", no, "^ is as !"},
    {"[a^!]", "^", yes, "but only at the head"},
    {"[]a]", "]", yes, "] is itself at the head"},
    {"[]a]", "a", yes, "and the set goes on"},
    {"[!]a]", "b", yes, "also behind a !"},
    {"[!]a]", "]", no, "also behind a !"},
    {"[-a]", "-", yes, "- is itself as the first"},
    {"[a-]", "-", yes, "and as the last"},
    {"[a-]", "b", no, "where it is no range"},
    {"[+--]", ",", yes, "or as the end of a range"},
    {"[\\]]", "]", yes, "an escape in a set"},
    {"[\\a-\\c]", "b", yes, "at both ends of a range"},
    {"[a\\-c]", "b", no, "an escaped - is no range"},
    {"[a\\-c]", "-", yes, "but itself"},
    {"[*?{},]", "{", yes, "wildcards are themselves in a set"},
    {"[*]", "x", no, "wildcards are themselves in a set"},
    {"[\x80-\xff]", "\xc3", yes, "bytes are not signed"},
    {"[!a]", "\xff", yes, "a negated set has all other bytes"},
    {"[[:digit:]_]", "7", yes, "a class"},
    {"[[:digit:]_]", "_", yes, "beside a byte"},
    {"[[:digit:]_]", "x", no, "and nothing else"},
    {"[![:digit:]]", "x", yes, "a class outside of which"},
    {"[[:alnum:][:space:]]", " ", yes, "two classes"},
    {"[[:punct:]]", "~", yes, "punctuation"},
    {"[[:xdigit:]]", "g", no, "hexadecimal digits"},
    {"[[:alpha:]]", "\xe9", no, "classes are of ASCII, in any locale"},
    {"[[:]", ":", yes, "what only begins as a class is bytes"},
    {"[[:a]", "a", yes, "what only begins as a class is bytes"},
    {"[:alpha:]", "p", yes, "a class without its set is a set"},
    // braces
    {"*.{cpp,hpp}", "a.hpp", yes, "the second alternative"},
    {"*.{cpp,hpp}", "a.cpp", yes, "the first"},
    {"*.{cpp,hpp}", "a.xpp", no, "neither"},
    {"{a}", "a", yes, "one alternative"},
    {"a{}b", "ab", yes, "an empty one"},
    {"a{,.bak}", "a", yes, "none or"},
    {"a{,.bak}", "a.bak", yes, "some"},
    {"{a,b{c,d}}e", "bde", yes, "nested"},
    {"{a,b{c,d}}e", "be", no, "nested"},
    {"{a,b}{c,d}", "bc", yes, "one after the other"},
    {"{a,b}{c,d}", "ab", no, "one after the other"},
    {"{*.o,build/}", "x.o", yes, "alternatives with and without a slash"},
    {"{src,include}/**/*.hpp", "include/x/a.hpp", yes, "directories"},
    {"{src/,}a", "x/a", yes, "each alternative is a glob of its own: a"},
    {"{src/,}a", "src/a", yes, "each alternative is a glob of its own: src/a"},
    {"{**/,x}a", "y/a", yes, "** in an alternative"},
    {"{**,x}/a", "y/z/a", yes, "** and what follows the brace"},
    {"{[,}],x}", "}", yes, "a set in a brace"},
    {"{\\,,\\}}", "}", yes, "escapes in a brace"},
    {"{\\,,\\}}", ",", yes, "escapes in a brace"},
    {"[{a,b}]", ",", yes, "a brace in a set is bytes"},
    // escapes
    {"\\*", "*", yes, "an escaped star"},
    {"\\*", "x", no, "is no wildcard"},
    {"\\[a]", "[a]", yes, "an escaped set"},
    {"\\{a,b}", "{a,b}", yes, "an escaped brace"},
    {"\\a", "a", yes, "a needless escape"},
    {"\\\\", "\\", yes, "a backslash"},
};

std::string times(std::size_t count, std::string_view text) {
    std::string all;
    while (count-- != 0) all += text;
    return all;
}

// Returns globs of every internal kind that match none of the paths above.
std::vector<std::string> crowd(std::size_t count) {
    std::vector<std::string> globs;
    for (std::size_t i = 0; globs.size() < count; ++i) {
        auto const n = std::to_string(i);
        for (auto const& glob :
             {"no-such-name" + n, "no/such/path" + n, "*.none" + n, "none" + n + "*", "*none" + n,
              "**/no-such-place/" + n + "/**", "none/*/" + n + "-*", "no[n]e*" + n + "?"}) {
            globs.push_back(glob);
        }
    }
    globs.insert(globs.end(), {"@*", "*%", "*@*%*", "[@%][@%]"}); // few bytes
    return globs;
}

// Returns a matcher of this glob among a thousand others, which are built once.
glob_matcher const& among_others(std::string const& glob,
                                 letter_case letters = letter_case::sensitive) {
    static std::map<std::pair<std::string, letter_case>, glob_matcher> made;
    auto const known = made.find({glob, letters});
    if (known != made.end()) return known->second;
    auto globs = crowd(500);
    globs.push_back(glob);
    auto const rest = crowd(500);
    globs.insert(globs.end(), rest.begin(), rest.end());
    return made.emplace(std::pair{glob, letters}, glob_matcher{globs, {.letters = letters}})
        .first->second;
}

} // namespace

BOOST_AUTO_TEST_SUITE(globs)

BOOST_AUTO_TEST_CASE(each_rule_holds_alone) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c);
        BOOST_TEST(glob_matcher{c.glob}(file(c.path)) == wanted(c.found));
    }
}

BOOST_AUTO_TEST_CASE(each_rule_holds_among_others) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c);
        BOOST_TEST(among_others(c.glob)(file(c.path)) == wanted(c.found));
    }
}

BOOST_AUTO_TEST_CASE(each_rule_holds_for_copies) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c);
        auto copy = glob_matcher{"other"};
        copy = among_others(c.glob);
        auto const moved = std::move(copy);
        BOOST_TEST(moved(file(c.path)) == wanted(c.found));
        BOOST_TEST(restat::matcher_ref{moved}(file(c.path)) == wanted(c.found));
    }
}

BOOST_AUTO_TEST_CASE(each_rule_is_explained_alone_and_among_others) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c);
        restat::explanation const expected{wanted(c.found), c.found ? c.glob : "", ""};
        BOOST_TEST((glob_matcher{c.glob}.explain(file(c.path)) == expected));
        BOOST_TEST((among_others(c.glob).explain(file(c.path)) == expected));
    }
}

BOOST_AUTO_TEST_CASE(each_rule_holds_among_others_when_folded) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c);
        auto const& folded = among_others(c.glob, letter_case::folded);
        BOOST_TEST(folded(file(tests::swap_case(c.path))) == wanted(c.found));
    }
}

BOOST_AUTO_TEST_CASE(each_rule_holds_for_the_other_letter_case_when_folded) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c);
        glob_matcher const folded{{c.glob}, {.letters = letter_case::folded}};
        BOOST_TEST(folded(file(tests::swap_case(c.path))) == wanted(c.found));
        BOOST_TEST(folded(file(c.path)) == wanted(c.found));
    }
}

BOOST_AUTO_TEST_CASE(each_rule_is_mirrored_by_not) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c);
        any_matcher const negated = !glob_matcher{c.glob};
        BOOST_TEST(negated(file(c.path)) == wanted(!c.found));
    }
}

BOOST_AUTO_TEST_CASE(each_rule_holds_below_a_root) {
    for (auto const& c : cases) {
        if (!c.found || *c.path == '/' || std::string_view{c.path}.starts_with("./")) continue;
        BOOST_TEST_INFO(c);
        auto const path = "/home/me/" + std::string{c.path};
        BOOST_TEST(glob_matcher{c.glob}(file(path, 9)) == verdict::include);
    }
}

BOOST_AUTO_TEST_CASE(each_rule_holds_for_directories) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c);
        auto const expected = c.found ? verdict::include : verdict::none;
        BOOST_TEST(glob_matcher{c.glob}(directory(c.path)) == expected);
    }
}

BOOST_AUTO_TEST_CASE(letters_differ_by_case_unless_folded) {
    struct {
        char const* glob;
        char const* path;
    } const only_folded[] = {
        {"README", "readme"}, {"*.CPP", "a.cpp"},           {"[A-F]", "b"},
        {"x[b]", "XB"},       {"[[:upper:]]", "a"},         {"[A-z]x", "aX"},
        {"SRC/**", "src/a"},  {"{Makefile,x}", "MAKEFILE"},
    };
    for (auto const& c : only_folded) {
        BOOST_TEST_INFO(c.glob);
        BOOST_TEST(glob_matcher{c.glob}(file(c.path)) == verdict::exclude);
        BOOST_TEST((glob_matcher{{c.glob}, {.letters = letter_case::folded}}(file(c.path))) ==
                   verdict::include);
    }
    glob_matcher const outside{{"[!A]"}, {.letters = letter_case::folded}};
    BOOST_TEST(outside(file("a")) == verdict::exclude);
    BOOST_TEST(outside(file("b")) == verdict::include);
    glob_matcher const other{{"[@`]"}, {.letters = letter_case::folded}};
    BOOST_TEST(other(file("`")) == verdict::include);
    BOOST_TEST(other(file("\xe0")) == verdict::exclude); // 0x20 apart, but not letters
}

BOOST_AUTO_TEST_CASE(final_slash_selects_directories) {
    for (char const* glob : {"build/", "./build/", "**/build/", "b*d/", "build//"}) {
        BOOST_TEST_INFO(glob);
        BOOST_TEST(glob_matcher{glob}(directory("build")) == verdict::include);
        BOOST_TEST(glob_matcher{glob}(file("build")) == verdict::exclude);
    }
    BOOST_TEST(glob_matcher{"build/"}(directory("x/build")) == verdict::include);
    BOOST_TEST(glob_matcher{"./build/"}(directory("x/build")) == verdict::none);
    BOOST_TEST(glob_matcher{"build/"}(file("build/x")) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(whole_path_or_the_part_below_the_root_matches) {
    glob_matcher const below{"lib/*.c"};
    BOOST_TEST(below(file("project/lib/a.c", 8)) == verdict::include);
    BOOST_TEST(below(file("project/lib/a.c", 0)) == verdict::exclude);
    BOOST_TEST(below(file("project/xlib/a.c", 8)) == verdict::exclude);
    glob_matcher const whole{"project/*/*.c"};
    BOOST_TEST(whole(file("project/lib/a.c", 8)) == verdict::include);
    glob_matcher const from_dot{"lib/*.c"};
    BOOST_TEST(from_dot(file("./project/lib/a.c", 10)) == verdict::include);
}

BOOST_AUTO_TEST_CASE(root_with_a_final_slash_matches) {
    BOOST_TEST(glob_matcher{"src"}(directory("src/")) == verdict::include);
    BOOST_TEST(glob_matcher{"a/src"}(directory("a/src/", 6)) == verdict::include);
    BOOST_TEST(glob_matcher{"**"}(directory("/")) == verdict::none);
}

BOOST_AUTO_TEST_CASE(directory_is_excluded_by_not) {
    auto const sources = glob_matcher{"*.cpp"} & !glob_matcher{"build"};
    BOOST_TEST(sources(directory("build")) == verdict::exclude);
    BOOST_TEST(sources(directory("src")) == verdict::none);
    BOOST_TEST(sources(file("src/a.cpp")) == verdict::include);
    BOOST_TEST(sources(file("src/a.hpp")) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(glob_matcher_takes_a_single_glob_or_many) {
    std::string const text = "*.c";
    for (auto const& made :
         {glob_matcher{"*.c"}, glob_matcher{text}, glob_matcher{"*.h", text},
          glob_matcher{{"*.h", "*.c"}}, glob_matcher{std::vector<std::string>{"*.c"}},
          glob_matcher{{"*.h", "*.C"}, {.letters = letter_case::folded}}}) {
        BOOST_TEST(made(file("a.c")) == verdict::include);
        BOOST_TEST(made(file("a.d")) == verdict::exclude);
    }
    BOOST_TEST(glob_matcher{std::vector<std::string>{}}(file("a")) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(extension_matches_as_its_glob_and_each_byte_matches_itself) {
    auto const of = [](char const* extension, letter_case letters = letter_case::sensitive) {
        return glob_matcher{std::vector<std::string>{},
                            {.letters = letters, .extensions = {extension}, .origins = {"-e"}}};
    };
    struct {
        char const* extension;
        char const* path;
        bool found;
    } const each[] = {
        {"c", "src/a.c", yes},
        {"c", ".c", yes},
        {"c", "ac", no},
        {"c", "a.cc", no},
        {"tar.gz", "a.tar.gz", yes},
        {"tar.gz", "a.gz", no},
        {"*", "a.*", yes},
        {"*", "a.c", no},
        {"[c]", "a.[c]", yes},
        {"[c]", "a.c", no},
        {"{c,h}", "a.c", no},
        {"c\\", "a.c\\", yes},
        {"!", "a.!", yes},
        {"c", "a.C", no},
    };
    for (auto const& c : each) {
        BOOST_TEST_INFO(c.extension << " on " << c.path);
        auto const expected = c.found ? verdict::include : verdict::exclude;
        BOOST_TEST(of(c.extension)(file(c.path)) == expected);
    }
    BOOST_TEST(of("Cpp", letter_case::folded)(file("a.cPP")) == verdict::include);
    BOOST_TEST(of("c")(directory("a.c")) == verdict::include);
    BOOST_TEST(of("c")(directory("a")) == verdict::none);
    BOOST_TEST(of("c").explain(file("a.c")).rule == "*.c");
}

BOOST_AUTO_TEST_CASE(extensions_follow_the_globs) {
    glob_matcher const both{{"*.c", "x*"},
                            {.extensions = {"h", "c"}, .origins = {"g1", "g2", "e1", "e2"}}};
    BOOST_TEST(both.explain(file("a.c")).origin == "g1");
    BOOST_TEST(both.explain(file("x.h")).origin == "g2");
    BOOST_TEST(both.explain(file("a.h")).origin == "e1");
    BOOST_TEST(both(file("a.d")) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(extension_without_a_possible_file_is_malformed) {
    for (auto const& extension : {std::string{}, std::string{"a/b"}, std::string{"a\0b", 3}}) {
        pattern_fault fault;
        glob_matcher const none{{"*.c"}, {.extensions = {"h", extension}}, fault};
        BOOST_TEST((fault.error == errc::bad_pattern));
        BOOST_TEST(fault.pattern == extension);
        BOOST_TEST(none(file("a.c")) == verdict::exclude);
        BOOST_TEST(none(file("a.h")) == verdict::exclude);
    }
}

BOOST_AUTO_TEST_CASE(each_of_thousands_of_globs_is_found) {
    std::vector<std::string> globs;
    for (int i = 0; i < 5000; ++i) {
        globs.push_back("file" + std::to_string(i) + ".c");
        globs.push_back("dir" + std::to_string(i) + "/**/*.h");
    }
    glob_matcher const many{globs};
    for (int i = 0; i < 5000; i += 37) {
        auto const number = std::to_string(i);
        BOOST_TEST(many(file("x/file" + number + ".c")) == verdict::include);
        BOOST_TEST(many(file("dir" + number + "/x/a.h")) == verdict::include);
        BOOST_TEST(many(file("dir" + number + "/x/a.c")) == verdict::exclude);
    }
    BOOST_TEST(many(file("file5000.c")) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(glob_longer_than_a_word_matches_whole) {
    for (auto const length : {61U, 62U, 63U, 64U, 65U, 126U, 127U, 128U, 1000U, 16383U}) {
        std::string const name(length, 'x');
        glob_matcher const exact{"a" + name};
        BOOST_TEST_INFO(length);
        BOOST_TEST(exact(file("a" + name)) == verdict::include);
        BOOST_TEST(exact(file(name)) == verdict::exclude);
        BOOST_TEST(exact(file("a" + name + "x")) == verdict::exclude);
        if (length > 16000) continue;
        glob_matcher const deep{name + "/**/" + name + "/*"};
        BOOST_TEST(deep(file(name + "/" + name + "/a")) == verdict::include);
        BOOST_TEST(deep(file(name + "/b/c/" + name + "/a")) == verdict::include);
        BOOST_TEST(deep(file(name + "/b/c/x" + name + "/a")) == verdict::exclude);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(malformed_globs)

BOOST_AUTO_TEST_CASE(malformed_globs_are_rejected_with_offset_and_reason) {
    struct {
        char const* glob;
        std::size_t offset;
        char const* reason;
    } const faults[] = {
        {"a[b", 1, "missing ]"},
        {"ab[", 2, "missing ]"},
        {"[]", 0, "missing ]"},
        {"[!]", 0, "missing ]"},
        {"a[b\\]", 1, "missing ]"},
        {"[[:alpha:]", 0, "missing ]"},
        {"x{a,b", 1, "missing }"},
        {"x{a,{b,c}", 1, "missing }"},
        {"{a[}]", 0, "missing }"},
        {"a\\", 1, "no byte after the backslash"},
        {"[a\\", 2, "no byte after the backslash"},
        {"[z-a]", 1, "the end of the range is below its start"},
        {"x[b\xff-\x80]", 3, "the end of the range is below its start"},
        {"x[[:nope:]]", 2, "unknown character class"},
        {"[a[:ALPHA:]]", 2, "unknown character class"},
        {"", 0, "matches no name"},
        {"/", 0, "matches no name"},
        {"{a,}", 0, "matches no name"},
    };
    for (auto const& expected : faults) {
        pattern_fault fault;
        glob_matcher const made{{"*.good", expected.glob, "*.more"}, {}, fault};
        BOOST_TEST_INFO(expected.glob);
        BOOST_TEST((fault.error == errc::bad_pattern));
        BOOST_TEST(fault.pattern == expected.glob);
        BOOST_TEST(fault.offset == expected.offset);
        BOOST_TEST(fault.reason == expected.reason);
        BOOST_TEST(made(file("a.good")) == verdict::exclude);
    }
}

BOOST_AUTO_TEST_CASE(nul_byte_is_rejected_with_its_offset) {
    using namespace std::string_literals;
    for (auto const& glob : {"ab\0c"s, "[a\0]"s, "a\\\0"s, "{a,\0"s}) {
        pattern_fault fault;
        glob_matcher{{glob}, {}, fault};
        BOOST_TEST((fault.error == errc::bad_pattern));
        BOOST_TEST(fault.offset == glob.find('\0'));
        BOOST_TEST(fault.reason == "a NUL byte, which no path contains");
    }
}

BOOST_AUTO_TEST_CASE(huge_globs_are_rejected_at_once_in_a_short_sentence) {
    constexpr std::size_t count = 4'000'000;
    struct {
        std::string glob;
        std::size_t offset;
        char const* reason;
    } const faults[] = {
        {times(count, "x"), 16384, "expands to more than"},
        {times(count, "*"), 16384, "expands to more than"},
        {times(count, "{"), 1024, "more than 1,024 nested braces"},
        {times(count, "{a,b}"), 50, "expands to more than"},
        {"{" + times(count, ","), 0, "expands to more than"},
        {"a[" + times(count, "[:"), 1, "missing ]"},
        {"a[" + times(count, "x-y"), 1, "missing ]"},
        {times(count, "x") + '\0', count, "a NUL byte"},
    };
    double const seconds = tests::cpu_seconds([&] {
        for (auto const& expected : faults) {
            pattern_fault fault;
            glob_matcher{{expected.glob}, {}, fault};
            BOOST_TEST_INFO(expected.glob.substr(0, 20));
            BOOST_TEST(static_cast<bool>(fault));
            BOOST_TEST(fault.offset == expected.offset);
            BOOST_TEST(fault.reason.find(expected.reason) == 0U);
            BOOST_TEST(to_string(fault).size() < 400U);
        }
    });
    BOOST_TEST_MESSAGE("globs of megabytes refused in " << seconds << " s");
    BOOST_TEST(seconds < 120); // about 2 s, mostly for the sets; a limit against a hang
}

BOOST_AUTO_TEST_CASE(exception_has_the_same_fault) {
    BOOST_CHECK_EXCEPTION(glob_matcher("ok", "a[b"), restat::pattern_error, [](auto const& e) {
        return e.pattern() == "a[b" && e.offset() == 1 && e.code() == errc::bad_pattern &&
               std::string{e.what()}.find("missing ]") != std::string::npos;
    });
}

BOOST_AUTO_TEST_CASE(valid_glob_clears_the_fault) {
    pattern_fault fault;
    glob_matcher{{"["}, {}, fault};
    BOOST_TEST(static_cast<bool>(fault));
    glob_matcher{{"a"}, {}, fault};
    BOOST_TEST(!fault);
}

BOOST_AUTO_TEST_CASE(too_large_expansions_are_rejected_at_once) {
    struct {
        std::string glob;
        std::size_t offset;
    } const faults[] = {
        {times(30, "{a,b}"), 50}, // 2^30 alternatives; the 11th brace makes 2^11
        {times(30, "{a,") + "b" + times(30, "}") + times(6, "{c,d}"), 0},
        {"{" + times(1024, "a,") + "a}", 0},         // 1,025 alternatives
        {std::string(16385, 'x'), 16384},            // a byte too many
        {times(10, "{a,b}") + times(7, "c"), 56},    // 1,024 alternatives of 17 bytes
        {times(8000, "{a,b"), 0},                    // the reason is the braces, not the depth
        {times(4, "{{a,b},{c,d}}{{a,b},{c,d}}"), 0}, // nested
    };
    double const seconds = tests::cpu_seconds([&] {
        for (auto const& expected : faults) {
            pattern_fault fault;
            glob_matcher{{expected.glob}, {}, fault};
            BOOST_TEST_INFO(expected.glob.substr(0, 40));
            BOOST_TEST(static_cast<bool>(fault));
            if (expected.offset != 0) {
                BOOST_TEST((fault.error == errc::pattern_too_large));
                BOOST_TEST(fault.offset == expected.offset);
            }
        }
    });
    BOOST_TEST(seconds < 20);
}

BOOST_AUTO_TEST_CASE(expansions_at_the_limit_are_accepted) {
    std::string ten;
    for (int i = 0; i < 10; ++i) ten += "{a,b}";
    BOOST_TEST(glob_matcher{ten}(file("abababbbaa")) == verdict::include);
    BOOST_TEST(glob_matcher{ten + "cccccc"}(file("ababababbacccccc")) == verdict::include);
    BOOST_TEST(glob_matcher{std::string(16384, 'x')}(file(std::string(16384, 'x'))) ==
               verdict::include);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(hostile_globs)

BOOST_AUTO_TEST_CASE(hostile_globs_take_no_longer_than_others) {
    // Start and end of each path fit its glob; a single `a` is missing in between.
    auto const deep = times(2000, "a/");
    auto const many_stars = times(30, "*a");
    struct {
        std::string glob;
        std::string path;
    } const attacks[] = {
        {times(30, "**/a/") + "**/b", times(29, "c/a/") + times(400, "c/") + "b"},
        {"a/" + times(22, "**/") + "?b", deep + "b"},
        {many_stars + "b", times(29, "ba") + "b"},
        {many_stars + "*b", times(29, "ba") + times(200, "b")},
        {times(16, "*a"), times(15, "ba")},
        {"a/**/" + times(16, "*a") + "/**/b", deep + times(15, "ba") + "/b"},
        {times(200, "*") + "b" + times(200, "*") + "c", times(254, "a") + "c"},
        {times(200, "?") + many_stars, times(200, "a") + times(29, "ba")},
    };
    for (auto const& attack : attacks) {
        glob_matcher const matcher{attack.glob};
        auto said = verdict::none;
        double const seconds = tests::cpu_seconds([&] {
            for (int i = 0; i < 100; ++i) said = matcher(file(attack.path));
        });
        BOOST_TEST_MESSAGE(attack.glob.substr(0, 40) << ": " << seconds * 1e4 << " us");
        BOOST_TEST(said == verdict::exclude);
        BOOST_TEST(seconds < 20); // 100 us to 20 ms each; a limit against a hang
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(globs_shared_by_threads)

BOOST_AUTO_TEST_CASE(threads_get_the_same_verdicts) {
    glob_matcher const matcher = among_others("src/**/[a-m]*.{cpp,hpp}");
    std::vector<std::jthread> threads;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, own = matcher] {
            for (int i = 0; i < 2000; ++i) {
                wrong += matcher(file("src/x/y/main.cpp")) != verdict::include;
                wrong += own(file("src/x/y/zero.cpp")) != verdict::exclude;
            }
        });
    }
    threads.clear();
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
