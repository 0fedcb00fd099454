#include "enumerator/scanning.hpp"
#include "support/watched_roots.hpp"

#include <restat/matcher/gitignore_matcher.hpp>

// The spelling, the nesting and the removal of roots.
using namespace support::roots;

BOOST_AUTO_TEST_SUITE(a_root)

namespace {

struct spelling {
    char const* root;
    char const* told; // the path of the file x in the root
};

constexpr spelling spellings[] = {
    {"t/u", "t/u/x"},        {"./t/u", "t/u/x"},           {"t//u/", "t/u/x"},
    {"t/./u/.", "t/u/x"},    {"/t/u", "/t/u/x"},           {"//t//u//", "/t/u/x"},
    {"/../t/u", "/t/u/x"},   {"./t/./u/x", "t/u/x"},       {"/t/u/x", "/t/u/x"},
    {"/t/u//x/.", "/t/u/x"}, {"t/../t/u", "t/../t/u/x"},   {"t/l/../u", "t/l/../u/x"},
    {"..", "../t/u/x"},      {"../..//t/", "../../t/u/x"}, {".", "t/u/x"},
    {"/", "/t/u/x"},
};

} // namespace

BOOST_AUTO_TEST_CASE(root_in_any_spelling_may_be_removed_and_added_again) {
    for (auto const& [root, told] : spellings) {
        for (auto const how : ways) {
            watch w{how};
            w.files.write("t/u/x");
            w.files.write("t/u/y");
            w.files.make_directory("t/l");
            w.begin({root});
            BOOST_TEST_REQUIRE(w.reloader->latest().contains(split_path{std::string_view{told}}));
            w.files.write("t/u/x", "22");
            w.settle();
            BOOST_TEST(w.take_told(told) == text{"modified "} + told, root);
            w.files.remove("t/u");
            w.settle();
            BOOST_TEST(w.take_told(told) == text{"removed "} + told, root);
            w.files.write("t/u/x");
            w.settle();
            BOOST_TEST(w.take_told(told) == text{"added "} + told, root);
            w.files.remove("t");
            w.settle();
            BOOST_TEST(w.take_told(told) == text{"removed "} + told, root);
            BOOST_TEST(w.reloader->latest().empty(), root);
        }
    }
}

// For example, /home may have search permission without read permission, and a home directory
// below it may be a root.
BOOST_AUTO_TEST_CASE(root_below_an_unreadable_root_is_read) {
    for (auto const how : ways) {
        watch w{how};
        w.files.write("t/a/b/f");
        w.files.write("t/a/g");
        w.begin({"t/a/b", "t/a/g", "t"});
        w.files.fail_at("t/a", file_call::open, std::errc::permission_denied);
        w.settle();
        w.files.write("t/a/b/f", "22");
        w.files.write("t/a/b/new");
        w.files.write("t/a/g", "22");
        w.settle();
        BOOST_TEST(w.take_told() == "modified t/a/b/f; added t/a/b/new; modified t/a/g");
        w.settle();
        w.settle();
        BOOST_TEST(w.take_told() == "");
        BOOST_TEST((w.reloader->watch_state_of("t/a/b/f").is == watch_state::state::unchanged));
    }
}

BOOST_AUTO_TEST_CASE(directory_exchanged_with_an_unreadable_directory_is_delivered) {
    for (auto const how : ways) {
        watch w{how};
        w.files.write("t/n/m/f");
        w.files.write("t/a/b/g");
        w.begin({"t"});
        w.files.rename("t/a", "aside");
        w.files.rename("t/n/m", "t/a");
        w.files.rename("aside", "t/n/m");
        w.files.fail_at("t/a", file_call::open, std::errc::permission_denied);
        w.settle();
        BOOST_TEST(w.take_told() == "added t/n/m/b/g; removed t/n/m/f");
        w.settle();
        BOOST_TEST(w.take_told() == "");
        w.files.heal();
        w.settle();
        BOOST_TEST(w.take_told() == "removed t/a/b/g; added t/a/f");
        BOOST_TEST(scanning::told(w.reloader->latest()) == scanning::told(w.fresh()));
    }
}

BOOST_AUTO_TEST_CASE(root_below_a_directory_unreadable_from_the_start_is_scanned) {
    for (auto const how : ways) {
        watch w{how};
        w.files.write("t/a/b/f");
        w.files.fail_at("t/a", file_call::open, std::errc::permission_denied);
        w.begin({"t/a/b", "t"});
        w.files.write("t/a/b/new");
        w.settle();
        BOOST_TEST(w.take_told() == "added t/a/b/new");
    }
}

BOOST_AUTO_TEST_CASE(root_file_may_be_removed_and_created_again) {
    for (auto const* root : {"t/u/x", "/t/u/x", "t/l/../u/x", "../t/u/x"}) {
        for (auto const how : ways) {
            watch w{how};
            w.files.write("t/u/x");
            w.files.make_directory("t/l");
            w.begin({root});
            w.files.remove("t/u/x");
            w.settle();
            BOOST_TEST(w.take_told() == text{"removed "} + root);
            w.files.write("t/u/x", "2");
            w.settle();
            BOOST_TEST(w.take_told() == text{"added "} + root);
            w.files.remove("t/u/x");
            w.files.write("t/u/x/now/a/directory");
            w.settle();
            BOOST_TEST(w.take_told() ==
                       text{"removed "} + root + "; added " + root + "/now/a/directory");
        }
    }
}

// A directory that cannot be opened is no file, whatever the path was before.
BOOST_AUTO_TEST_CASE(root_file_replaced_by_an_unreadable_directory_is_removed) {
    using roots = std::vector<text>;
    for (auto const& named : {roots{"t", "t/a"}, roots{"t/a", "t"}, roots{"t/a"}, roots{"/t/a"},
                              roots{"t"}, roots{"t", "l"}}) {
        for (auto const how : ways) {
            watch w{how};
            w.files.write("t/a");
            w.files.write("t/b");
            w.files.symlink("t/a", "l");
            w.begin(named);
            w.files.remove("t/a");
            w.files.write("t/a/f");
            w.files.fail_at("t/a", file_call::open, std::errc::permission_denied);
            w.files.fail_at("l", file_call::open, std::errc::permission_denied);
            w.settle();
            text all;
            for (change const& one : w.told) all += text{to_string(one.kind)} + one.path + ';';
            auto const path = named[0] == "/t/a" ? text{"/t/a"} : text{"t/a"};
            BOOST_TEST(w.told_of(path) == "removed " + path, named.back() << ": " << all);
            if (named.back() == "l") BOOST_TEST(w.told_of("l") == "removed l");
            w.told.clear();
            BOOST_TEST(scanning::told(w.reloader->latest()) == scanning::told(w.fresh()));
            w.files.heal();
            w.settle();
            BOOST_TEST(w.told_of(path + "/f") == "added " + path + "/f");
            BOOST_TEST(scanning::told(w.reloader->latest()) == scanning::told(w.fresh()));
        }
    }
}

// A directory that cannot be read keeps what is known below it, also if it is a root.
BOOST_AUTO_TEST_CASE(root_directory_keeps_its_files_while_it_is_unreadable) {
    for (auto const how : ways) {
        watch w{how};
        w.files.write("t/a/f");
        w.begin({"t", "t/a"});
        w.files.fail_at("t/a", file_call::open, std::errc::permission_denied);
        w.settle();
        BOOST_TEST(w.take_told() == "");
        BOOST_TEST(w.reloader->latest().contains(split_path{"t/a/f"}));
    }
}

BOOST_AUTO_TEST_CASE(path_below_a_root_is_found_in_any_spelling) {
    for (auto const& [root, told] : spellings) {
        watch w{way::slices};
        w.files.write("t/u/x");
        w.files.make_directory("t/l");
        w.begin({root});
        std::string const path{told};
        auto const slash = path.find('/', 1);
        for (auto const& asked :
             {path, path.substr(0, slash) + "/./" + path.substr(slash + 1), path + "/",
              path.substr(0, slash) + "//" + path.substr(slash + 1), path + "/."}) {
            auto const at = w.reloader->latest().find(asked);
            BOOST_REQUIRE((at != w.reloader->latest().end()));
            BOOST_TEST((*at).path.str() == path);
            BOOST_TEST(w.reloader->watch_state_of(asked).path == path);
            BOOST_TEST((w.reloader->watch_state_of(asked).is == watch_state::state::unchanged));
            w.reloader->pin(asked);
            w.clock.advance(1s);
            w.reloader->poll_for(1ms);
            w.clock.advance(10ms); // before the next scan
            BOOST_TEST(w.reloader->poll_for(1ms).entries_checked > 0U);
            w.reloader->unpin(asked);
        }
        BOOST_TEST(w.reloader->enumerator().root_prefix(path) != path.npos);
        BOOST_TEST(w.take_told() == "");
    }
}

BOOST_AUTO_TEST_CASE(empty_root_is_missing) {
    watch w{way::polls};
    w.files.write("/x");
    w.begin({"", "x"});
    BOOST_TEST(w.reloader->latest().size() == 1U);
    w.files.write("x", "2");
    w.settle();
    BOOST_TEST(w.take_told() == "modified x");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(roots_that_overlap)

namespace {

using names = std::vector<text>;

/// Requires no change of an unchanged path while names are added and removed in other directories.
struct commotion {
    watch& w;
    names places; // the directories of the added and removed names

    void run() {
        for (int i = 0; i < 6; ++i) {
            for (auto const& place : places) w.files.write(place + "/n" + std::to_string(i));
            w.settle();
            for (auto const& place : places) {
                auto const path = place + "/n" + std::to_string(i);
                bool const is_watched = w.reloader->latest().contains(path);
                text const expected = is_watched ? "added " + path : "";
                BOOST_TEST(w.told_of(path) == expected);
            }
            BOOST_TEST(w.take_told_elsewhere("/n") == "");
            for (auto const& place : places) w.files.remove(place + "/n" + std::to_string(i));
            w.settle();
            BOOST_TEST(w.take_told_elsewhere("/n") == "");
        }
    }
};

rules without(names const& left_out) {
    return {[=](candidate const& c) {
        bool const is_out =
            std::find(left_out.begin(), left_out.end(), c.relative()) != left_out.end();
        return is_out ? verdict::exclude : verdict::none;
    }};
}

void write_tree(watch const& w) {
    for (auto const* path : {"w/f", "w/d/f", "w/d/sub/f", "w/d/sub/in/f", "w/out/f",
                             "w/out/gen/f", "w/out/gen/in/f", "w/out/rest/f"}) {
        w.files.write(path);
    }
    w.files.symlink("out/gen", "w/l");
}

text all_of(snapshot const& seen) {
    text paths;
    for (entry const e : seen) paths += (paths.empty() ? "" : " ") + e.path.str();
    return paths;
}

struct case_of {
    names roots;
    names left_out; // paths relative to a root
    text watched;
};

std::vector<case_of> const cases{
    {{"w/d", "w"}, {"out"}, "w/d/f w/d/sub/f w/d/sub/in/f w/f w/l"},
    {{"w", "w/d"}, {"out"}, "w/d/f w/d/sub/f w/d/sub/in/f w/f w/l"},
    {{"w/d/sub", "w", "./w//d"}, {"out"}, "w/d/f w/d/sub/f w/d/sub/in/f w/f w/l"},
    // A root in a directory that a second root excludes.
    {{"w", "w/out/gen"}, {"out", "d"}, "w/f w/l w/out/gen/f w/out/gen/in/f"},
    {{"w/out/gen", "w"}, {"out", "d"}, "w/f w/l w/out/gen/f w/out/gen/in/f"},
    {{".", "w/out/gen/in"}, {"w/out", "w/d"}, "w/f w/l w/out/gen/in/f"},
    // A file in such a directory.
    {{"w", "w/out/f"}, {"out", "d"}, "w/f w/l w/out/f"},
    {{"w/out/gen/f", "w"}, {"out", "d"}, "w/f w/l w/out/gen/f"},
    {{"w/out", "w/out/gen/in/f"}, {"gen"}, "w/out/f w/out/gen/in/f w/out/rest/f"},
    // The innermost root alone decides about an exclusion, in any order of the roots.
    {{"w", "w/d"}, {"d/sub", "out"}, "w/d/f w/d/sub/f w/d/sub/in/f w/f w/l"},
    {{"w/d", "w"}, {"sub", "out"}, "w/d/f w/f w/l"},
    {{"w", "w/d"}, {"sub", "out"}, "w/d/f w/f w/l"},
    // Through a link, and through `..`.
    {{"w/out/gen", "w/l/in/f"}, {}, "w/l/in/f w/out/gen/f"},
    {{"w/l/in/f", "w/out/gen"}, {}, "w/l/in/f w/out/gen/f"},
    {{"w/d", "w/d/../out/rest"}, {"sub"}, "w/d/../out/rest/f w/d/f"},
    {{"w/d/../out/rest", "w/d"}, {"sub"}, "w/d/../out/rest/f w/d/f"},
    {{"w/d/../out/rest/f", "w/d"}, {"sub"}, "w/d/../out/rest/f w/d/f"},
};

} // namespace

BOOST_AUTO_TEST_CASE(overlapping_roots_are_watched_equally_in_every_scan) {
    for (auto const& [roots, left_out, watched] : cases) {
        for (auto const how : ways) {
            for (std::size_t const threads : {1U, 4U}) {
                watch w{how, threads};
                write_tree(w);
                w.begin(roots, without(left_out));
                BOOST_TEST(all_of(w.reloader->latest()) == watched, roots.front());
                commotion{w, {"w", "w/d", "w/d/sub", "w/out", "w/out/gen", "w/out/gen/in"}}.run();
                BOOST_TEST(all_of(w.reloader->latest()) == watched, roots.front());
                BOOST_TEST(all_of(w.fresh()) == watched, roots.front());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(edits_are_delivered_once_wherever_they_are) {
    for (auto const& [roots, left_out, watched] : cases) {
        for (auto const how : ways) {
            watch w{how};
            write_tree(w);
            w.begin(roots, without(left_out));
            for (auto const* path :
                 {"w/f", "w/d/f", "w/d/sub/in/f", "w/out/gen/f", "w/out/gen/in/f"}) {
                w.files.write(path, "again");
                w.settle();
                auto const told = w.take_told();
                bool const is_once = told.find("; ") == told.npos && !told.empty();
                BOOST_TEST((is_once || watched.find(path) == watched.npos), told);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(nested_roots_may_be_removed_and_added_again) {
    for (auto const how : ways) {
        for (auto const& roots : {names{"w", "w/d/sub"}, names{"w/d/sub", "w"}}) {
            watch w{how};
            w.files.write("w/d/f");
            w.files.write("w/d/sub/f");
            w.begin(roots);
            w.files.remove("w/d/sub");
            w.settle();
            BOOST_TEST(w.take_told() == "removed w/d/sub/f");
            w.files.write("w/d/sub/g");
            w.settle();
            BOOST_TEST(w.take_told() == "added w/d/sub/g");
            w.files.remove("w");
            w.settle();
            BOOST_TEST(w.take_told() == "removed w/d/f; removed w/d/sub/g");
            BOOST_TEST(w.reloader->latest().empty());
        }
    }
}

// A scan may know a root file alone of its directory: the directory was unreadable, or a mount
// point of a directory watched under another path. The scan of the directory above for another
// change must not forget this directory.
BOOST_AUTO_TEST_CASE(directory_with_a_known_root_file_is_entered_once_it_can_be) {
    for (auto const how : ways) {
        for (bool const is_bound : {false, true}) {
            for (int steps = 0; steps < 120; steps += 3) {
                watch w{how};
                for (auto const* path : {"w/d/f", "w/d/g", "w/e/f"}) w.files.write(path);
                if (is_bound) {
                    w.files.bind("w/e", "w/d");
                } else {
                    w.files.fail_at("w/d", file_call::open, std::errc::permission_denied);
                }
                w.begin({"w/d/f", "w"});
                w.files.write("w/new");
                for (int i = 0; i < steps; ++i) {
                    w.clock.advance(20ms);
                    w.step();
                }
                is_bound ? w.files.unmount("w/d") : w.files.heal();
                w.settle();
                BOOST_TEST(all_of(w.reloader->latest()) == "w/d/f w/d/g w/e/f w/new",
                           steps << ", bound " << is_bound);
            }
        }
    }
}

// Rules in a directory are unknown until a scan visits the directory.
BOOST_AUTO_TEST_CASE(root_file_excluded_by_a_rule_of_its_directory_is_watched) {
    for (auto const& roots : {names{"t", "t/a.log"}, names{"t/a.log", "t"}, names{"t/a.log"}}) {
        watch w{way::polls};
        w.files.write("t/.git/HEAD");
        w.files.make_directory("t/.git/objects");
        w.files.make_directory("t/.git/refs");
        w.files.write("t/.gitignore", "*.log\n.git*\n");
        w.files.write("t/a.log");
        w.files.write("t/b.log");
        w.clock.advance(1s);
        basic_reloader reloader{watch::walk{roots, {}, w.files}, gitignore_matcher{}, w.clock,
                                told_restart{&w.told}};
        reloader.baseline();
        for (int i = 0; i < 5; ++i) {
            BOOST_TEST(all_of(reloader.latest()) == "t/a.log");
            w.files.write("t/b.log", "again");
            w.clock.advance(1s);
            i % 2 == 0 ? static_cast<void>(reloader.poll())
                       : static_cast<void>(reloader.poll_for(1ms));
        }
        BOOST_TEST(w.take_told() == "");
    }
}

BOOST_AUTO_TEST_CASE(path_below_several_roots_belongs_to_the_innermost) {
    watch w{way::polls};
    w.begin({".", "w/out/gen", "w"}, without({"out"}));
    auto const& walk = w.reloader->enumerator();
    BOOST_TEST(walk.root_prefix("x/y") == 0U);
    BOOST_TEST(walk.root_prefix("w/x") == 2U);
    BOOST_TEST(walk.root_prefix("w/out/gen/x") == 10U);
    BOOST_TEST(walk.root_prefix("w/out/gem/x") == 2U);
    BOOST_TEST((w.reloader->watch_state_of("w/out/gen/x").is == watch_state::state::missing));
    BOOST_TEST((w.reloader->watch_state_of("w/out/gem/x").is == watch_state::state::excluded));
}

BOOST_AUTO_TEST_SUITE_END()
