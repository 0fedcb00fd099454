#include <restat/depfile.hpp>

#include <restat/error.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace restat;

namespace {

using paths = std::vector<std::string>;
using rules = std::vector<depfile_rule>;

rules parsed(std::string_view text) {
    std::error_code error;
    auto const all = parse_depfile(text, error);
    BOOST_TEST(!error, error.message());
    return all;
}

std::error_code fault_of(std::string_view text) {
    std::error_code error;
    BOOST_TEST(parse_depfile(text, error).empty());
    return error;
}

} // namespace

BOOST_AUTO_TEST_SUITE(depfiles)

BOOST_AUTO_TEST_CASE(depfile_text_becomes_rules) {
    struct sample {
        char const* why;
        std::string_view text;
        rules expected;
    };
    std::vector<sample> const all{
        {"a rule", "a.o: a.c b.h\n", {{{"a.o"}, {"a.c", "b.h"}}}},
        {"continued lines", "a.o : a.c \\\n  b.h\\\n c.h\n", {{{"a.o"}, {"a.c", "b.h", "c.h"}}}},
        {"continued lines with CR", "a.o: a.c \\\r\n b.h\r\n", {{{"a.o"}, {"a.c", "b.h"}}}},
        {"no end of line", "a.o: a.c", {{{"a.o"}, {"a.c"}}}},
        {"several targets", "a.o a.d: a.c\n", {{{"a.o", "a.d"}, {"a.c"}}}},
        {"several rules, as by -MP", "a.o: b.h\n\nb.h:\n", {{{"a.o"}, {"b.h"}}, {{"b.h"}, {}}}},
        {"an escaped space", R"(a.o: my\ file.h)", {{{"a.o"}, {"my file.h"}}}},
        {"an escaped backslash before a space", R"(a.o: x\\ b)", {{{"a.o"}, {R"(x\)", "b"}}}},
        {"a backslash and an escaped space", R"(a.o: x\\\ b)", {{{"a.o"}, {R"(x\ b)"}}}},
        {"a backslash inside of a name", R"(a.o: x\y)", {{{"a.o"}, {R"(x\y)"}}}},
        {"a dollar", "a.o: cost$$.h $x\n", {{{"a.o"}, {"cost$.h", "$x"}}}},
        {"an escaped hash", R"(a.o: \#1.h)", {{{"a.o"}, {"#1.h"}}}},
        {"a comment", "# made by a tool \\\n and more\na.o: a.c # note\n", {{{"a.o"}, {"a.c"}}}},
        {"a colon in a name", "a:b.o: c:d.h\n", {{{"a:b.o"}, {"c:d.h"}}}},
        {"an escaped colon, as by GCC 10",
         R"(C\:/a.o: C\:/b.h D\:\c.h)",
         {{{"C:/a.o"}, {"C:/b.h", R"(D:\c.h)"}}}},
        {"a colon before a continued line", "a.o:\\\n a.c\n", {{{"a.o"}, {"a.c"}}}},
        {"a tab", "a.o:\ta.c\tb.h\n", {{{"a.o"}, {"a.c", "b.h"}}}},
        {"bytes above 127", "\xC3\xA4.o: \xFF.h\n", {{{"\xC3\xA4.o"}, {"\xFF.h"}}}},
        {"nothing", "", {}},
        {"empty lines", "\n \n\r\n", {}},
    };
    for (auto const& one : all) {
        BOOST_TEST_CONTEXT(one.why) { BOOST_TEST((parsed(one.text) == one.expected)); }
    }
}

BOOST_AUTO_TEST_CASE(malformed_depfile_is_refused) {
    BOOST_TEST((fault_of("a.o: a.c \\\n") == errc::incomplete));
    BOOST_TEST((fault_of("a.o: a.c \\\n   ") == errc::incomplete));
    BOOST_TEST((fault_of("a.o: a.c \\") == errc::incomplete));
    BOOST_TEST((fault_of("a.o: a.c\\") == errc::incomplete));
    BOOST_TEST((fault_of("a.o: a.c\nb.") == errc::incomplete));
    BOOST_TEST((fault_of("a.o a.c\nb.o: b.c\n") == std::errc::invalid_argument));
    BOOST_TEST((fault_of(": a.c\n") == std::errc::invalid_argument));
    BOOST_TEST((fault_of("a.o: a.c : b\n") == std::errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(depfile_replaces_the_edges_of_its_targets) {
    dependency_graph graph;
    graph.add("out/main.spv", "old.glsl");
    graph.add("other", "old.glsl");
    read_depfile(graph, "main.spv: ../src/main.frag\nmain.spv: /lib/x.glsl\nx.glsl:\n", "out");
    BOOST_TEST(graph.dependencies_of("out/main.spv") == (paths{"/lib/x.glsl", "src/main.frag"}));
    BOOST_TEST(graph.dependents_of("old.glsl") == paths{"other"});
    BOOST_TEST(graph.size() == 3U);
}

BOOST_AUTO_TEST_CASE(malformed_depfile_leaves_the_graph_unchanged) {
    dependency_graph graph;
    graph.add("a.o", "a.c");
    std::error_code error;
    read_depfile(graph, "a.o: b.c\nb.o: c.c \\\n", {}, error);
    BOOST_TEST((error == errc::incomplete));
    BOOST_TEST(graph.dependencies_of("a.o") == paths{"a.c"});
    BOOST_CHECK_THROW(read_depfile(graph, "a.o"), reload_error);
}

BOOST_AUTO_TEST_CASE(depfile_of_a_compiler_names_its_files) {
    testing::temp_tree tree;
    paths names{"a b.h", "x$y.h", "h#1.h", "plain.h", "t\\ u.h"};
    std::string includes;
    for (auto const& name : names) {
        tree.write(name, "");
        includes += "#include \"" + name + "\"\n";
    }
    tree.write("main.c", includes);
    auto const command = "cd '" + std::string{tree.path()} +
                         "' && cc -MD -MP -MF main.d -fsyntax-only main.c >cc.log 2>&1";
    if (std::system(command.c_str()) != 0) {
        BOOST_TEST_MESSAGE("skipped: there is no compiler named cc");
        return;
    }
    std::ifstream file{tree / "main.d"};
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    dependency_graph graph;
    read_depfile(graph, text);
    names.push_back("main.c");
    std::sort(names.begin(), names.end());
    auto found = graph.dependencies_of("main.o"); // and perhaps headers of the system
    std::erase_if(found, [](std::string const& path) { return path.starts_with('/'); });
    std::sort(found.begin(), found.end());
    BOOST_TEST(found == names, text);
}

BOOST_AUTO_TEST_SUITE_END()
