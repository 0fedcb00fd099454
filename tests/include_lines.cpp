#include <restat/include_lines.hpp>

#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <stdexcept>

using namespace restat;

namespace {

using paths = std::vector<std::string>;
using lines = std::vector<include_line>;

include_line quoted(std::string name) { return {std::move(name), include_form::quoted}; }
include_line angled(std::string name) { return {std::move(name), include_form::angled}; }

struct files_in_memory {
    bool operator()(std::string const& path, std::string& text) {
        ++reads[path];
        auto const at = files.find(path);
        if (at == files.end()) return false;
        text = at->second;
        return true;
    }

    std::map<std::string, std::string> files;
    std::map<std::string, int> reads;
};

} // namespace

BOOST_AUTO_TEST_SUITE(include_lines_)

BOOST_AUTO_TEST_CASE(include_lines_are_found_outside_of_comments_and_literals) {
    struct sample {
        char const* why;
        std::string_view text;
        lines expected;
    };
    std::vector<sample> const all{
        {"both forms", "#include \"a\"\n#include <b/c.h>\n", {quoted("a"), angled("b/c.h")}},
        {"no end of line", "#include \"a\"", {quoted("a")}},
        {"blanks", "  #\t include\t\"a\"\n# include<b>\r\n", {quoted("a"), angled("b")}},
        {"blanks in a name", "#include \"a b\"\n", {quoted("a b")}},
        {"a comment to the end of the line",
         "// #include \"a\"\n#include \"b\"\n",
         {quoted("b")}},
        {"a comment of several lines", "/* x\n#include \"a\"\n*/#include \"b\"\n", {quoted("b")}},
        {"comments in the line", "/**/ # /*x*/ include /*\n*/ \"a\" // b\n", {quoted("a")}},
        {"a comment without end", "#include \"a\"\n/* #include \"b\"\n", {quoted("a")}},
        {"after code", "int x; #include \"a\"\n", {}},
        {"a continued line", "#inc\\\nlude \\\r\n\"a\"\n", {quoted("a")}},
        {"CR as the end of a line",
         "#version 450\r#include \"a\"\r// \\\r#include \"b\"\r#include \"c\"\r",
         {quoted("a"), quoted("c")}},
        {"a continued comment", "// x \\\n#include \"a\"\n#include \"b\"\n", {quoted("b")}},
        {"a condition", "#if 0\n#include \"a\"\n#endif\n", {quoted("a")}},
        {"other lines", "#included \"a\"\n#include_next <a>\n#define include \"a\"\n", {}},
        {"a macro", "#include NAME\n#include \"b\"\n", {quoted("b")}},
        {"a name without end", "#include \"a\n#include <b\n#include \"c\"\n", {quoted("c")}},
        {"an empty name", "#include \"\"\n#include <>\n", {}},
        {"a comment sign in a literal", "auto s = \"/*\";\n#include \"a\"\n", {quoted("a")}},
        {"an escape in a literal", "auto s = \"\\\"/*\";\n#include \"a\"\n", {quoted("a")}},
        {"a quote as a character", "auto c = '\"';\n#include \"a\"\n", {quoted("a")}},
        {"digits apart", "auto n = 1'000; /*\n#include \"a\"\n*/\n", {}},
        {"an apostrophe in a message", "#error don't\n#include \"a\"\n", {quoted("a")}},
        {"a raw literal",
         "auto s = R\"x(\n#include \"a\"\n/*)x\";\n#include \"b\"\n",
         {quoted("b")}},
        {"a byte order mark", "\xEF\xBB\xBF#include \"a\"\n", {quoted("a")}},
        {"nothing", "", {}},
        {"a lone hash", "#", {}},
        {"a lone directive", "#include", {}},
        {"a backslash at the end", "\"\\", {}},
    };
    for (auto const& one : all) {
        BOOST_TEST_CONTEXT(one.why) { BOOST_TEST((parse_includes(one.text) == one.expected)); }
    }
}

BOOST_AUTO_TEST_CASE(form_has_a_name) {
    BOOST_TEST(to_string(include_form::quoted) == "quoted");
    BOOST_TEST(to_string(include_form::angled) == "angled");
}

BOOST_AUTO_TEST_CASE(includes_are_read_through_all_files) {
    files_in_memory read{{{"s/main.frag", "#include \"light.glsl\"\n#include <noise.glsl>\n"},
                          {"s/light.glsl", "#include \"../common.glsl\"\n"},
                          {"common.glsl", ""},
                          {"lib/noise.glsl", "#include \"common.glsl\"\n"},
                          {"lib/common.glsl", ""}},
                         {}};
    dependency_graph graph;
    read_includes(graph, "s/main.frag", {"lib"}, read);
    BOOST_TEST(graph.dependencies_of("s/main.frag") == (paths{"lib/noise.glsl", "s/light.glsl"}));
    BOOST_TEST(graph.dependencies_of("s/light.glsl") == paths{"common.glsl"});
    BOOST_TEST(graph.dependencies_of("lib/noise.glsl") == paths{"lib/common.glsl"});
    for (auto const& [path, count] : read.reads) BOOST_TEST(count == 1, path);
}

BOOST_AUTO_TEST_CASE(missing_file_leaves_an_edge_to_each_place) {
    files_in_memory read{{{"s/main", "#include \"x\"\n#include <y>\n#include \"/z\"\n"}}, {}};
    dependency_graph graph;
    read_includes(graph, "s/main", {"lib", "sys"}, read);
    BOOST_TEST(graph.dependencies_of("s/main") ==
               (paths{"/z", "lib/x", "lib/y", "s/x", "sys/x", "sys/y"}));
    read.files["lib/x"] = read.files["sys/x"] = "";
    read_includes(graph, "s/main", {"lib", "sys"}, read);
    BOOST_TEST(graph.dependencies_of("s/main") ==
               (paths{"/z", "lib/x", "lib/y", "s/x", "sys/y"}));
}

BOOST_AUTO_TEST_CASE(includes_in_a_circle_end) {
    files_in_memory read{{{"a", "#include \"b\"\n"}, {"b", "#include \"a\"\n"}}, {}};
    dependency_graph graph;
    read_includes(graph, "a", {}, read);
    BOOST_TEST(graph.dependencies_of("b") == paths{"a"});
    BOOST_TEST(graph.size() == 2U);
}

BOOST_AUTO_TEST_CASE(file_that_includes_itself_by_a_detour_is_read_once) {
    int reads = 0;
    dependency_graph graph;
    read_includes(graph, "a", {}, [&](std::string const&, std::string& text) {
        if (++reads > 10) throw std::runtime_error{"no end"};
        text = "#include \"x/../a\"\n";
        return true;
    });
    BOOST_TEST(reads == 1);
    BOOST_TEST(graph.dependencies_of("a") == paths{"a"});
}

BOOST_AUTO_TEST_CASE(include_that_is_gone_loses_its_edge) {
    files_in_memory read{{{"a", "#include \"b\"\n#include \"c\"\n"}, {"b", ""}, {"c", ""}}, {}};
    dependency_graph graph;
    read_includes(graph, "a", {}, read);
    read.files["a"] = "#include \"c\"\n";
    read_includes(graph, "a", {}, read);
    BOOST_TEST(graph.dependencies() == paths{"c"});
    read.files.erase("a");
    read_includes(graph, "a", {}, read);
    BOOST_TEST(graph.empty());
}

BOOST_AUTO_TEST_CASE(chain_of_includes_needs_no_recursion) {
    constexpr int length = 20'000;
    dependency_graph graph;
    read_includes(graph, "0", {}, [](std::string const& path, std::string& text) {
        int const next = std::stoi(path) + 1;
        if (next < length) text = "#include \"" + std::to_string(next) + "\"\n";
        return true;
    });
    BOOST_TEST(graph.size() == length - 1U);
}

// With each `../s/`, the path of a file would be longer than that of the file before.
BOOST_AUTO_TEST_CASE(chain_of_includes_by_detours_has_paths_of_constant_length) {
    constexpr int length = 2'000;
    testing::temp_tree tree;
    for (int i = 0; i < length; ++i) {
        tree.write("s/" + std::to_string(i), "#include \"../s/" + std::to_string(i + 1) + "\"\n");
    }
    dependency_graph graph;
    read_includes(graph, tree / "s/0");
    BOOST_TEST(graph.size() == std::size_t{length});
    BOOST_TEST(graph.dependents_of(tree / "s/2000") == paths{tree / "s/1999"});
}

BOOST_AUTO_TEST_CASE(exception_of_the_reader_passes_through) {
    dependency_graph graph;
    auto const fail = [](std::string const&, std::string&) -> bool {
        throw std::runtime_error{"no"};
    };
    BOOST_CHECK_THROW(read_includes(graph, "a", {}, fail), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(includes_of_a_memory_file_system_are_read) {
    testing::memory_file_system files;
    files.write("s/main.frag", "#include \"light.glsl\"\n");
    files.write("s/light.glsl");
    dependency_graph graph;
    read_includes(graph, "s/main.frag", {}, [&](std::string const& path, std::string& text) {
        if (files.record(path).type != file_type::regular) return false;
        text = files.read(path);
        return true;
    });
    BOOST_TEST(graph.dependencies() == paths{"s/light.glsl"});
}

BOOST_AUTO_TEST_CASE(includes_on_disk_are_read_and_a_directory_is_no_file) {
    testing::temp_tree tree;
    tree.write("s/main", "#include \"x\"\n");
    tree.write("s/x/file", "");
    tree.write("lib/x", "#include <y>\n");
    dependency_graph graph;
    read_includes(graph, tree / "s/main", tree / "lib");
    BOOST_TEST(graph.dependencies_of(tree / "s/main") == (paths{tree / "lib/x", tree / "s/x"}));
    BOOST_TEST(graph.dependencies_of(tree / "lib/x") == paths{tree / "lib/y"});
}

BOOST_AUTO_TEST_SUITE_END()
