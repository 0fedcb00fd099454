#include "enumerator/rule_questions.hpp"

#include "enumerator/walking.hpp"

using namespace restat;
using testing::memory_file_system;

namespace {

/// Records each question. Excludes the name `out`; before a change of rules, the name `was_out`.
struct recording_matcher {
    struct record {
        std::vector<std::string> asked;
        std::string entered;
        directory_rules rules = directory_rules::no_rules;
        bool names_are_known = false;
    };

    verdict operator()(candidate const& c) const noexcept {
        to->asked.emplace_back(c.path);
        return c.name() == "out" ? verdict::exclude : verdict::none;
    }
    verdict previous_verdict(candidate const& c) const noexcept {
        return c.name() == "was_out" ? verdict::exclude : verdict::none;
    }
    directory_rules on_directory(candidate const& c, directory_reader& reader) const {
        to->entered = std::string{c.path} + "|" + std::string{c.relative()};
        to->names_are_known = !reader.may_hold("no such name");
        return to->rules;
    }

    record* to;
};

struct asking {
    explicit asking(memory_file_system const& of, snapshot from = {},
                    std::vector<std::string> roots = {"t"})
        : s{of, std::move(from), {.roots = std::move(roots), .matcher = matcher}} {
        s.enter_root();
    }
    bool is_in_view(std::string const& name, file_type type = file_type::regular) {
        s.chain.go_to(name);
        return questions.is_in_view(type);
    }

    recording_matcher::record record;
    recording_matcher matcher{&record};
    walking::stage s;
    detail::rule_questions<memory_file_system> questions{s.scan, s.chain};
    detail::directory_state now;
};

memory_file_system small_tree() {
    memory_file_system const tree;
    tree.write("t/d/f");
    tree.write("t/out");
    tree.write("t/was_out");
    tree.advance(std::chrono::seconds{1});
    return tree;
}

} // namespace

BOOST_AUTO_TEST_SUITE(questions_to_a_matcher, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(names_are_asked_in_blocks) {
    name_list names;
    for (int i = 100; i < 200; ++i) names.add(std::to_string(i), file_type::regular);
    names.add("out", file_type::regular);
    names.sort();
    asking a{small_tree()};
    a.questions.begin_names();
    BOOST_TEST(a.questions.is_wanted(names, 0, a.now));
    BOOST_TEST(a.record.asked.size() == 64U);
    BOOST_TEST(a.record.asked.front() == "t/100");
    for (std::size_t i = 1; i < 100; ++i) BOOST_TEST(a.questions.is_wanted(names, i, a.now));
    BOOST_TEST(!a.questions.is_wanted(names, 100, a.now));
    BOOST_TEST(a.record.asked.size() == 101U);
    a.questions.begin_names();
    a.s.pause(true);
    BOOST_TEST(a.questions.is_wanted(names, 0, a.now));
    BOOST_TEST(a.record.asked.size() == 102U); // a single question before a pause
}

BOOST_AUTO_TEST_CASE(root_files_and_undecided_names_are_not_asked) {
    name_list names;
    names.add("file", file_type::regular);
    names.add("link", file_type::symlink);
    names.add("unknown", file_type::none);
    asking a{small_tree()};
    a.s.shared.how.links = tree_options::symlinks::follow;
    a.s.shared.named.insert({a.s.chain.lowest().id, "file"});
    a.now.has_root_files = true;
    BOOST_TEST(!a.questions.is_wanted(names, 0, a.now));
    BOOST_TEST(a.questions.is_wanted(names, 1, a.now));
    BOOST_TEST(a.questions.is_wanted(names, 2, a.now));
    BOOST_TEST(a.record.asked.empty());
}

BOOST_AUTO_TEST_CASE(root_below_another_root_is_left_to_its_own_walk) {
    asking a{small_tree(), {}, {"t", "t/d"}};
    BOOST_TEST(!a.is_in_view("d", file_type::directory));
    BOOST_TEST(a.record.asked.empty());
    BOOST_TEST(a.is_in_view("e", file_type::directory));
    BOOST_TEST(a.is_in_view("d")); // a file of this name is no root of directories
    BOOST_TEST(a.s.chain.path() == "t/d");
}

BOOST_AUTO_TEST_CASE(change_of_rules_reveals_and_hides_paths) {
    auto const tree = small_tree();
    asking a{tree, walking::known_tree(tree)};
    auto const& found = a.s.found();
    BOOST_TEST(!a.is_in_view("out"));
    BOOST_TEST(a.is_in_view("was_out"));
    BOOST_TEST(found.hidden.empty());
    BOOST_TEST(found.revealed.empty());
    a.s.chain.lowest().rules_changed = true;
    a.is_in_view("out");
    a.is_in_view("was_out");
    a.is_in_view("d", file_type::directory);
    BOOST_TEST((scanning::paths{found.hidden.begin(), found.hidden.end()}) ==
               scanning::paths{"t/out"});
    BOOST_TEST((scanning::paths{found.revealed.begin(), found.revealed.end()}) ==
               scanning::paths{"t/was_out"});
}

BOOST_AUTO_TEST_CASE(path_of_another_type_is_not_hidden_by_a_change_of_rules) {
    auto const tree = small_tree();
    tree.make_directory("t/e/out");
    tree.advance(std::chrono::seconds{1});
    asking a{tree, walking::known_tree(tree)};
    a.s.chain.lowest().rules_changed = true;
    a.is_in_view("out", file_type::directory); // a known file
    a.s.enter("e");
    a.s.chain.lowest().rules_changed = true;
    a.is_in_view("out"); // a known directory
    BOOST_TEST(a.s.found().hidden.empty());
}

BOOST_AUTO_TEST_CASE(rules_are_read_with_the_names_of_the_directory) {
    asking a{small_tree()};
    name_list names;
    names.add("d", file_type::directory);
    BOOST_TEST(!a.questions.read_rules(a.now, &names));
    BOOST_TEST(a.record.entered == "t|");
    BOOST_TEST(a.record.names_are_known);
    BOOST_TEST(!a.now.ruled);
    a.s.enter("d");
    a.record.rules = directory_rules::rules;
    BOOST_TEST(!a.questions.read_rules(a.now, nullptr));
    BOOST_TEST(a.record.entered == "t/d|d");
    BOOST_TEST(!a.record.names_are_known);
    BOOST_TEST(a.now.ruled);
    BOOST_TEST(!a.s.chain.lowest().rules_changed);
    a.record.rules = directory_rules::changed;
    BOOST_TEST(a.questions.read_rules(a.now, nullptr));
    BOOST_TEST(a.s.chain.lowest().rules_changed);
}

BOOST_AUTO_TEST_CASE(matcher_without_rules_is_not_entered) {
    walking::stage s{small_tree()};
    s.enter_root();
    detail::rule_questions<memory_file_system> questions{s.scan, s.chain};
    detail::directory_state now;
    BOOST_TEST(!questions.read_rules(now, nullptr));
    BOOST_TEST(!now.ruled);
}

BOOST_AUTO_TEST_SUITE_END()
