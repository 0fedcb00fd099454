#include "enumerator/root_change.hpp"

#include "enumerator/scanning.hpp"
#include "support/watched_roots.hpp"

#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/enumerator/list_enumerator.hpp>

// A change of the roots or of a list by the host is no change of files.
using namespace support::roots;

BOOST_AUTO_TEST_SUITE(a_change_of_roots)

namespace {

using names = std::vector<text>;

void write_tree(watch const& w) {
    for (auto const* path : {"w/f", "w/d/f", "w/d/in/f", "w/out/f", "v/f", "v/in/f", "file"}) {
        w.files.write(path);
    }
}

verdict not_out(candidate const& c) {
    return c.name() == "out" ? verdict::exclude : verdict::none;
}

} // namespace

BOOST_AUTO_TEST_CASE(change_of_roots_is_no_change_of_files) {
    names const all{"w", "v", "file", "w/d", "w/out", "missing", "."};
    for (auto const how : ways) {
        for (unsigned from = 0; from < 1U << all.size(); from += 3) {
            watch w{how};
            write_tree(w);
            names before;
            for (std::size_t i = 0; i < all.size(); ++i) {
                if ((from >> i & 1U) != 0) before.push_back(all[i]);
            }
            w.begin(before, {not_out});
            auto const to = (from * 37 + 11) % (1U << all.size());
            names after;
            for (std::size_t i = 0; i < all.size(); ++i) {
                if ((to >> i & 1U) != 0) after.push_back(all[i]);
            }
            w.reloader->enumerator().roots() = after;
            w.settle();
            auto const told = w.take_told();
            BOOST_TEST(told == "", from << " to " << to << ": " << told);
            BOOST_TEST(scanning::told(w.reloader->latest()) == scanning::told(w.fresh()));
        }
    }
}

BOOST_AUTO_TEST_CASE(changes_of_files_in_view_before_and_after_are_delivered) {
    struct row {
        names before;
        names after;
        text told; // the changes from the edits below
    };
    for (auto const& [before, after, told] : {
             row{{"w"}, {"w", "w/d"}, "added w/d/new; modified w/f; removed w/d/in/f"},
             row{{"w/d", "w"}, {"w"}, "added w/d/new; modified w/f; removed w/d/in/f"},
             row{{"w"}, {"w/d"}, "added w/d/new; removed w/d/in/f"},
             row{{"w/d"}, {"w"}, "added w/d/new; removed w/d/in/f"},
             row{{"w/d"}, {"."}, "added w/d/new; removed w/d/in/f"},
             row{{"w", "v"}, {"w"}, "added w/d/new; modified w/f; removed w/d/in/f"},
             row{{"w"}, {"v", "w"}, "added w/d/new; modified w/f; removed w/d/in/f"},
             row{{"w/f"}, {"w"}, "modified w/f"},
             row{{"w"}, {"w/f"}, "modified w/f"},
             row{{"v"}, {"w"}, ""},
             row{{"w/out"}, {"w"}, ""},
             row{{"w"}, {"w/out"}, ""},
         }) {
        for (auto const how : ways) {
            watch w{how};
            write_tree(w);
            w.begin(before, {not_out});
            w.files.write("w/d/new");
            w.files.write("w/f", "22");
            w.files.write("w/out/f", "22");
            w.files.write("w/out/new");
            w.files.remove("w/d/in");
            w.files.remove("v/in");
            w.reloader->enumerator().roots() = after;
            w.settle();
            names parts;
            for (change const& one : w.told)
                parts.push_back(text{to_string(one.kind)} + " " + one.path);
            std::sort(parts.begin(), parts.end());
            text all;
            for (auto const& one : parts) all += (all.empty() ? "" : "; ") + one;
            BOOST_TEST(all == told, before.front() << " to " << after.front());
        }
    }
}

BOOST_AUTO_TEST_CASE(link_is_compared_as_a_link_if_one_of_the_scans_does_not_follow_it) {
    struct row {
        names before;
        names after;
        text edited; // between the two scans; empty for none
        text told;
    };
    for (auto const& [before, after, edited, told] : {
             row{{"w"}, {"w", "w/lf"}, "", ""},
             row{{"w"}, {"w", "w/ld"}, "", ""},
             row{{"w", "w/lf"}, {"w"}, "", ""},
             row{{"w", "w/ld"}, {"w"}, "", ""},
             row{{"w/ld"}, {"w"}, "", ""},
             row{{"w"}, {"w/ld"}, "", ""},
             row{{"w/lf"}, {"."}, "", ""},
             row{{"."}, {"w/lf"}, "", ""},
             row{{"w"}, {"w", "w/lf"}, "o/f", ""},
             row{{"w", "w/lf"}, {"w"}, "o/f", ""},
             row{{"w", "w/ld"}, {"w"}, "o/d/f", ""},
             row{{"w", "w/ld"}, {"w", "w/ld", "v"}, "o/d/f", "modified w/ld/f"},
             row{{"w"}, {"w", "w/lf"}, "w/lf", "modified w/lf"},
             row{{"w", "w/lf"}, {"w"}, "w/lf", "modified w/lf"},
             row{{"w/lf"}, {"w"}, "w/lf", "modified w/lf"},
         }) {
        for (auto const how : ways) {
            watch w{how};
            write_tree(w);
            w.files.write("o/f");
            w.files.write("o/other");
            w.files.write("o/d/f");
            w.files.symlink("../o/f", "w/lf");
            w.files.symlink("../o/d", "w/ld");
            w.begin(before);
            if (edited == "w/lf") {
                w.files.remove(edited);
                w.files.symlink("../o/other", edited);
            } else if (!edited.empty()) {
                w.files.write(edited, "22");
            }
            w.reloader->enumerator().roots() = after;
            w.settle();
            auto const all = w.take_told();
            BOOST_TEST(all == told, before.back() << " to " << after.back() << ": " << all);
            BOOST_TEST(scanning::told(w.reloader->latest()) == scanning::told(w.fresh()));
        }
    }
}

BOOST_AUTO_TEST_CASE(overlapping_roots_in_two_spellings_change_without_a_change_of_files) {
    struct row {
        names before;
        names after;
    };
    for (auto const& [before, after] : {
             row{{"w", "/w/d"}, {"/w/d"}},
             row{{"w", "/w/d"}, {"w"}},
             row{{"/w/d", "w"}, {"w"}},
             row{{"w"}, {"w", "/w/d"}},
             row{{"/w/d"}, {"w", "/w/d"}},
             row{{"w", "/w/f"}, {"w"}},
             row{{"w"}, {"/w/f", "w"}},
             row{{"w", "/w"}, {"/w"}},
             row{{"w", "/w"}, {"w"}},
             row{{"w"}, {"/w", "w"}},
             row{{".", "/w/d"}, {"."}},
             row{{".", "/w/d"}, {"/w"}},
             row{{"/", "w/d"}, {"/"}},
             row{{"w", "/w/d", "w/d/in"}, {"w", "w/d/in"}},
             row{{"w", "w/d/in"}, {"/w/d", "w/d/in", "w"}},
         }) {
        for (auto const how : ways) {
            watch w{how};
            write_tree(w);
            w.begin(before);
            w.reloader->enumerator().roots() = after;
            w.settle();
            auto const all = w.take_told();
            BOOST_TEST(all == "", before.front() << " to " << after.front() << ": " << all);
            BOOST_TEST(scanning::told(w.reloader->latest()) == scanning::told(w.fresh()));
            w.files.write("w/d/f", "22");
            w.settle();
            BOOST_TEST(w.told.size() == 1U);
        }
    }
}

namespace {

names sorted(names parts) {
    std::sort(parts.begin(), parts.end());
    return parts;
}

names take_sorted(watch& w) {
    names parts;
    for (change const& one : std::exchange(w.told, {}))
        parts.push_back(text{to_string(one.kind)} + " " + one.path);
    return sorted(std::move(parts));
}

void edit_tree(watch const& w) {
    w.files.write("w/d/new");
    w.files.write("w/f", "22");
    w.files.write("w/out/f", "22");
    w.files.write("w/out/new");
    w.files.remove("w/d/in/f");
}

} // namespace

// The changes are older than the first scan with the new names, or even pending at that time.
BOOST_AUTO_TEST_CASE(changes_are_delivered_under_the_new_names_of_their_paths) {
    struct row {
        names before;
        names after;
        names told; // of the changes by edit_tree
    };
    names const relative{"added w/d/new", "modified w/f", "removed w/d/in/f"};
    names const absolute{"added /w/d/new", "modified /w/f", "removed /w/d/in/f"};
    names const both{"added /w/d/new", "modified w/f", "removed /w/d/in/f"};
    for (auto const& [before, after, told] : {
             row{{"w"}, {"/w"}, absolute},
             row{{"/w"}, {"w"}, relative},
             row{{"w"}, {"w", "/w/d"}, both},
             row{{"w", "/w/d"}, {"w"}, relative},
             row{{"/w/d", "w"}, {"/w"}, absolute},
             row{{"w"}, {"/w/f", "w"}, {"added w/d/new", "modified /w/f", "removed w/d/in/f"}},
             row{{"w", "/w/f"}, {"w"}, relative},
             row{{"w"}, {"/w/f"}, {"modified /w/f"}},
             row{{"/w/f"}, {"w"}, {"modified w/f"}},
             row{{"w"}, {"/w/d"}, {"added /w/d/new", "removed /w/d/in/f"}},
             row{{"w/d"}, {"/w"}, {"added /w/d/new", "removed /w/d/in/f"}},
             row{{"."}, {"/"}, absolute},
             row{{"/"}, {"."}, relative},
             row{{"w", "v"},
                 {"/v", "w", "/w/d/in"},
                 {"added w/d/new", "modified w/f", "removed /w/d/in/f"}},
         }) {
        for (auto const how : ways) {
            for (bool const is_pending : {false, true}) {
                // A pending change may be delivered before a scan hides its path.
                if (is_pending && told.size() < relative.size()) continue;
                watch w{how};
                write_tree(w);
                w.begin(before, {not_out});
                edit_tree(w);
                if (is_pending) w.clock.advance(1s);
                for (int i = 0; i < 30 && is_pending; ++i) w.step();
                BOOST_TEST(w.told.empty());
                w.reloader->enumerator().roots() = after;
                w.settle();
                BOOST_TEST((take_sorted(w) == sorted(told)), before.front()
                                                                 << " to " << after.front()
                                                                 << ", pending " << is_pending);
                BOOST_TEST(scanning::told(w.reloader->latest()) == scanning::told(w.fresh()));
                w.settle();
                BOOST_TEST(w.take_told() == "");
            }
        }
    }
}

namespace {

// As a pattern like `*.c` does, for files named f.
verdict files_f(candidate const& c) {
    return c.type == file_type::directory || c.name() == "f" ? verdict::none : verdict::exclude;
}
verdict no_directory_out(candidate const& c) {
    return c.type == file_type::directory ? not_out(c) : verdict::none;
}

} // namespace

// The type of a missing root is unknown: a rule for files may exclude its name.
BOOST_AUTO_TEST_CASE(files_removed_with_their_root_are_delivered_after_a_change_of_roots) {
    struct row {
        names before;
        names after;
        verdict (*rule)(candidate const&);
        text gone; // removed before the change of roots
        names told;
    };
    names const below_d{"removed w/d/f", "removed w/d/in/f"};
    for (auto const& [before, after, rule, gone, told] : {
             row{{"w/out", "w"}, {"w/out"}, not_out, "w/out", {"removed w/out/f"}},
             row{{"w", "/w/out"}, {"/w/out"}, not_out, "w/out", {"removed /w/out/f"}},
             row{{"w/d", "w"}, {"w/d"}, files_f, "w/d", below_d},
             row{{"w", "w/d"}, {"w", "v"}, files_f, "w/d", below_d},
             row{{"w"}, {"w/d", "w"}, files_f, "w/d", below_d},
             row{{"w"}, {"w/d"}, files_f, "w/d", below_d},
             row{{"w"}, {"w/d/in"}, files_f, "w/d", {"removed w/d/in/f"}},
             row{{"w"}, {"w/d/f"}, files_f, "w/d", {"removed w/d/f"}},
             row{{"file", "v"}, {"file"}, no_directory_out, "file", {"removed file"}},
         }) {
        for (auto const how : ways) {
            for (bool const is_pending : {false, true}) {
                watch w{how};
                write_tree(w);
                w.begin(before, {rule});
                w.files.remove(gone);
                if (is_pending) w.clock.advance(1s);
                for (int i = 0; i < 30 && is_pending; ++i) w.step();
                BOOST_TEST(w.told.empty());
                w.reloader->enumerator().roots() = after;
                w.settle();
                BOOST_TEST((take_sorted(w) == told), before.front()
                                                         << " to " << after.front()
                                                         << ", pending " << is_pending);
                BOOST_TEST(scanning::told(w.reloader->latest()) == scanning::told(w.fresh()));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(root_excluded_as_a_directory_before_comes_into_view_without_a_change) {
    for (auto const how : ways) {
        watch w{how};
        write_tree(w);
        w.begin({"w"}, {no_directory_out});
        w.reloader->enumerator().roots() = {"w", "w/out"};
        w.settle();
        BOOST_TEST(w.take_told() == "");
        BOOST_TEST(w.reloader->latest().contains(split_path{"w/out/f"}));
        w.reloader->enumerator().roots() = {"w"};
        w.settle();
        BOOST_TEST(w.take_told() == "");
    }
}

// The rule excludes f directly below its root.
BOOST_AUTO_TEST_CASE(file_excluded_as_a_root_leaves_the_view_without_a_change) {
    auto const no_top_f = [](candidate const& c) {
        return c.relative() == "f" ? verdict::exclude : verdict::none;
    };
    for (auto const how : ways) {
        watch w{how};
        write_tree(w);
        w.begin({"w"}, {no_top_f});
        w.reloader->enumerator().roots() = {"w/d/f"};
        w.settle();
        BOOST_TEST(w.take_told() == "");
        BOOST_TEST(w.reloader->latest().empty());
    }
}

BOOST_AUTO_TEST_CASE(names_may_change_again_before_the_scan_ends) {
    for (int steps = 0; steps < 40; ++steps) {
        watch w{way::entries};
        write_tree(w);
        w.begin({"w"});
        w.files.write("w/d/f", "22");
        w.clock.advance(1s);
        for (int i = 0; i < steps; ++i) w.step();
        w.reloader->enumerator().roots() = {"/w"};
        for (int i = 0; i < steps; ++i) w.step();
        w.reloader->enumerator().roots() = {"w", "/w/d"};
        for (int i = 0; i < steps; ++i) w.step();
        w.reloader->enumerator().roots() = {"w"};
        w.settle();
        BOOST_TEST(w.take_told() == "modified w/d/f", steps);
        BOOST_TEST(scanning::told(w.reloader->latest()) == scanning::told(w.fresh()));
    }
}

// The names of an abandoned scan are neither those of the last scan nor those of the next one.
BOOST_AUTO_TEST_CASE(paths_out_of_view_have_their_former_names_after_an_abandoned_scan) {
    using list = std::vector<std::string>;
    for (auto const& [first, meanwhile, last] : {std::array<list, 3>{{{"w"}, {"/w"}, {"w/d"}}},
                                                 {{{"w"}, {"/w"}, {"/w/d"}}},
                                                 {{{"/w"}, {"w"}, {"/w/d"}}},
                                                 {{{"/w"}, {"w"}, {"w/d"}}},
                                                 {{{"w"}, {"/w", "w/d"}, {"/w/d/in"}}},
                                                 {{{"w"}, {"w/d", "/w"}, {"w/d/in"}}},
                                                 {{{"w"}, {"/w"}, {"v"}}},
                                                 {{{"/w"}, {"w"}, {"v"}}},
                                                 {{{"w"}, {"/w"}, {"/v"}}},
                                                 {{{"file"}, {"/file"}, {"v"}}},
                                                 {{{"/file", "w"}, {"file", "/w"}, {"w/d"}}}}) {
        for (int steps = 0; steps < 60; ++steps) {
            watch w{way::entries};
            write_tree(w);
            w.begin(first);
            w.reloader->enumerator().roots() = meanwhile;
            for (int i = 0; i < steps; ++i) w.step();
            w.reloader->enumerator().roots() = last;
            w.settle();
            BOOST_TEST(w.take_told() == "",
                       first[0] << " " << meanwhile[0] << " " << last[0] << " " << steps);
            BOOST_TEST(scanning::told(w.reloader->latest()) == scanning::told(w.fresh()));
        }
    }
}

// `v/..` need not be the directory above v: v may be a link.
BOOST_AUTO_TEST_CASE(root_that_leaves_another_one_is_not_below_it) {
    using list = std::vector<std::string>;
    for (auto const how : ways) {
        for (auto const& [before, after] : {std::array<list, 2>{{{"v"}, {"v/../w"}}},
                                            {{{"v/../w"}, {"v"}}},
                                            {{{"."}, {"v/../w"}}},
                                            {{{"v/../w"}, {"."}}},
                                            {{{"/v"}, {"v/../w"}}},
                                            {{{"v/../w"}, {"/v"}}},
                                            {{{"v", "v/../w"}, {"v"}}},
                                            {{{"v"}, {"v", "v/../w"}}},
                                            {{{"v/in/../../w/d"}, {"v", "v/in"}}},
                                            {{{"v"}, {"v/in/.."}}}}) {
            watch w{how};
            write_tree(w);
            w.begin(before);
            w.reloader->enumerator().roots() = after;
            w.settle();
            BOOST_TEST(w.take_told() == "", before[0] << " to " << after[0]);
            BOOST_TEST(scanning::told(w.reloader->latest()) == scanning::told(w.fresh()));
        }
    }
}

// Nothing below an unreadable directory counts as removed, whatever its name is.
BOOST_AUTO_TEST_CASE(unreadable_directory_keeps_its_files_under_their_new_names) {
    for (auto const how : ways) {
        watch w{how};
        write_tree(w);
        w.begin({"w"});
        w.files.fail_at("w/d", file_call::open, std::errc::permission_denied);
        w.reloader->enumerator().roots() = {"/w"};
        w.settle();
        BOOST_TEST(w.take_told() == "");
        BOOST_TEST(w.reloader->latest().contains(split_path{"/w/d/in/f"}));
        w.files.heal();
        w.files.write("w/d/in/f", "22");
        w.settle();
        BOOST_TEST(w.take_told() == "modified /w/d/in/f");
    }
}

// A file that is no root any more lies below a root, but cannot be read there.
BOOST_AUTO_TEST_CASE(unreadable_file_stays_known_after_its_own_root_is_removed) {
    struct fault {
        char const* at;
        file_call what;
    };
    constexpr fault faults[] = {{"w/d/in", file_call::open},
                                {"w/d", file_call::open},
                                {"w", file_call::open},
                                {"w/d/in", file_call::list},
                                {"w/d/in/f", file_call::stat}};
    for (auto const& roots : {names{"w", "w/d/in/f"}, {"w/d/in/f"}, {"w", "/w/d/in/f"}}) {
        for (auto const& fault : faults) {
            for (auto const how : ways) {
                watch w{how};
                write_tree(w);
                w.begin(roots);
                w.files.fail_at(fault.at, fault.what, std::errc::permission_denied);
                w.reloader->enumerator().roots() = {"w"};
                w.settle();
                BOOST_TEST(w.take_told() == "");
                BOOST_TEST(w.reloader->latest().contains(split_path{"w/d/in/f"}),
                           roots.size() << fault.at);
                w.files.heal();
                w.settle();
                BOOST_TEST(w.told_of("w/d/in/f") == "", roots.size() << fault.at);
                w.files.write("w/d/in/f", "22");
                w.settle();
                BOOST_TEST(w.told_of("w/d/in/f") == "modified w/d/in/f", roots.size()
                                                                             << fault.at);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(unreadable_file_leaves_the_view_with_its_root) {
    for (auto const how : ways) {
        watch w{how};
        write_tree(w);
        w.begin({"w", "w/out/f"}, {not_out});
        w.files.fail_at("w/out/f", file_call::stat, std::errc::permission_denied);
        w.reloader->enumerator().roots() = {"w"};
        w.settle();
        BOOST_TEST(w.take_told() == "");
        BOOST_TEST(!w.reloader->latest().contains(split_path{"w/out/f"}));
    }
}

BOOST_AUTO_TEST_CASE(path_has_the_name_given_by_the_innermost_root_in_any_spelling) {
    for (auto const& roots : {names{"w", "/w/d"}, {"/w/d", "w"}}) {
        for (auto const how : ways) {
            watch w{how};
            write_tree(w);
            w.begin(roots);
            w.files.write("w/d/f", "22");
            w.files.write("w/f", "22");
            w.settle();
            BOOST_TEST(w.take_told() == "modified /w/d/f; modified w/f");
        }
    }
}

BOOST_AUTO_TEST_CASE(changes_after_a_change_of_roots_are_delivered) {
    for (auto const how : ways) {
        watch w{how};
        write_tree(w);
        w.begin({"w"});
        w.reloader->enumerator().roots() = {"v", "missing"};
        w.settle();
        w.files.write("v/new");
        w.files.write("missing/x");
        w.files.remove("v/f");
        w.settle();
        BOOST_TEST(w.take_told() == "added missing/x; removed v/f; added v/new");
        w.files.write("w/f", "unwatched");
        w.settle();
        BOOST_TEST(w.take_told() == "");
    }
}

BOOST_AUTO_TEST_CASE(change_of_roots_is_reported_on_request) {
    watch w{way::polls};
    write_tree(w);
    w.clock.advance(1s);
    basic_reloader reloader{
        watch::walk{"file", {.selection = selection_changes::reported}, w.files}, rules{},
        w.clock, told_restart{&w.told}};
    reloader.baseline();
    reloader.enumerator().roots() = {"v"};
    for (int i = 0; i < 4; ++i) {
        w.clock.advance(1s);
        reloader.poll();
    }
    BOOST_TEST(w.take_told() == "removed file; added v/f; added v/in/f");
}

BOOST_AUTO_TEST_CASE(pending_changes_of_a_removed_root_are_dropped) {
    for (auto const how : ways) {
        watch w{how};
        write_tree(w);
        w.begin({"w", "v"});
        w.files.write("v/f", "22");
        w.clock.advance(1s);
        w.step(); // the change is pending
        w.reloader->enumerator().roots() = {"w"};
        w.settle();
        BOOST_TEST(w.take_told() == "");
    }
}

BOOST_AUTO_TEST_CASE(change_of_roots_is_compared_with_the_last_applied_scan) {
    watch w{way::polls};
    write_tree(w);
    w.begin({"w"});
    w.reloader->enumerator().roots() = {"v"};
    w.clock.advance(1s);
    w.files.before(file_call::list, 1, [&] { throw std::bad_alloc{}; });
    std::error_code error;
    w.reloader->poll(error);
    BOOST_TEST(static_cast<bool>(error));
    w.settle();
    BOOST_TEST(w.take_told() == "");
    BOOST_TEST(w.reloader->latest().size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_change_of_a_list)

namespace {

struct listed {
    explicit listed(std::vector<text> const& paths,
                    selection_changes selection = selection_changes::silent)
        : list{paths, selection} {}
    text changes() {
        auto after = scanning::scan(list, seen);
        auto const told = scanning::listed(diff(seen, after));
        seen = std::move(after);
        text all;
        for (std::size_t at = 0; at < told.size(); at = told.find(';', at) + 2) all += told[at];
        return all;
    }

    list_enumerator list;
    snapshot seen = scanning::scan(list);
};

} // namespace

BOOST_AUTO_TEST_CASE(change_of_a_list_is_no_change_of_files) {
    testing::temp_tree const tree;
    for (auto const* name : {"a", "b", "c"}) tree.write(name);
    listed l{{tree / "a", tree / "b", tree / "missing"}};
    l.list.paths() = {tree / "b", tree / "c", tree / "late"};
    BOOST_TEST(l.changes() == "");
    BOOST_TEST(l.seen.size() == 2U);
    tree.write("late"); // a listed file that was missing
    BOOST_TEST(l.changes() == "a");
    tree.remove("b");
    BOOST_TEST(l.changes() == "r");
    tree.write("b");
    BOOST_TEST(l.changes() == "a");
    tree.remove("c");
    tree.make_directory("c/now/a/directory");
    BOOST_TEST(l.changes() == "r");
    BOOST_TEST(scanning::findings(l.seen, tree.path() + "/") ==
               (scanning::paths{"cannot watch 'c': Is a directory"}));
    tree.remove("c");
    tree.write("c");
    BOOST_TEST(l.changes() == "a");
}

BOOST_AUTO_TEST_CASE(change_of_a_list_is_reported_on_request) {
    testing::temp_tree const tree;
    for (auto const* name : {"a", "b"}) tree.write(name);
    listed l{{tree / "a"}, selection_changes::reported};
    l.list.paths() = {tree / "b"};
    BOOST_TEST(l.changes() == "ra");
}

BOOST_AUTO_TEST_CASE(change_of_a_list_beside_a_tree_is_no_change) {
    testing::temp_tree const tree;
    for (auto const* name : {"t/a", "t/b", "c"}) tree.write(name);
    joined_enumerator both{list_enumerator{tree / "t/a"}, tree_enumerator{tree / "t"}};
    auto seen = scanning::scan(both);
    for (auto const& now : {std::vector<text>{tree / "c"},
                            {tree / "t/a", tree / "c"},
                            {tree / "t/b"},
                            {tree / "t/b", tree / "t/a"},
                            {}}) {
        both.part<0>().paths() = now;
        for (int i = 0; i < 2; ++i) {
            auto after = scanning::scan(both, seen);
            BOOST_TEST(diff(seen, after).empty());
            seen = std::move(after);
            BOOST_TEST(seen.contains(split_path{tree / "t/a"}));
        }
    }
    tree.write("t/a", "22");
    BOOST_TEST(diff(seen, scanning::scan(both, seen)).size() == 1U);
}

BOOST_AUTO_TEST_CASE(listed_file_stays_in_view_without_the_root_around_it) {
    testing::temp_tree const tree;
    for (auto const* name : {"t/a", "t/b", "t/c"}) tree.write(name);
    joined_enumerator both{list_enumerator{{tree / "t/a", tree / "t/b"}},
                           tree_enumerator{tree / "t"}};
    auto const before = scanning::scan(both);
    tree.remove("t/a");
    tree.remove("t/c"); // out of view in the next scan
    tree.write("t/b", "22");
    both.part<1>().roots().clear();
    auto const after = scanning::scan(both, before);
    BOOST_TEST(!after.hidden(split_path{tree / "t/a"}));
    BOOST_TEST(!after.hidden(split_path{tree / "t/b"}));
    text all;
    for (change const& one : diff(before, after))
        all += text{to_string(one.kind)} + " " + one.path.substr(tree.path().size() + 1) + ";";
    BOOST_TEST(all == "removed t/a;modified t/b;");
}

// A pending deletion of a listed file, found by an earlier scan.
BOOST_AUTO_TEST_CASE(missing_listed_file_stays_in_view_without_the_root_around_it) {
    testing::temp_tree const tree;
    for (auto const* name : {"t/a", "t/b"}) tree.write(name);
    joined_enumerator both{list_enumerator{tree / "t/a"}, tree_enumerator{tree / "t"}};
    auto const before = scanning::scan(both);
    tree.remove("t/a");
    auto const between = scanning::scan(both, before);
    both.part<1>().roots().clear();
    auto after = scanning::scan(both, between);
    BOOST_TEST(!after.hidden(split_path{tree / "t/a"}));
    BOOST_TEST(after.hidden(split_path{tree / "t/b"}));
    both.part<1>().roots() = {tree.path()};
    after = scanning::scan(both, after);
    BOOST_TEST(!after.revealed(split_path{tree / "t/a"}));
    BOOST_TEST(after.revealed(split_path{tree / "t/b"}));
}

BOOST_AUTO_TEST_SUITE_END()
