#include "enumerator/based_files.hpp"

#include "enumerator/scanning.hpp"
#include "support/watched_roots.hpp"

#include <restat/enumerator/list_enumerator.hpp>
#include <restat/enumerator/range_enumerator.hpp>
#include <restat/file_system/forwarding_file_system.hpp>

#include <array>
#include <filesystem>

// Relative roots while the host changes its working directory.
using namespace support::roots;

BOOST_AUTO_TEST_SUITE(relative_roots)

namespace {

/// Writes files, a nested directory, and the same names in the next working directory.
void write_tree(watch const& w) {
    for (auto const* path : {"home/t/x", "home/t/in/y", "home/conf", "else/t/x", "else/other"}) {
        w.files.write(path);
    }
    w.files.change_directory("home");
}

std::vector<text> const roots_of_each_kind{"t", "conf", "../home/t/in", "/else/other"};

/// A file system that cannot open the working directory.
struct files_without_base : forwarding_file_system<memory_file_system> {
    files_without_base(memory_file_system of, std::errc why)
        : forwarding_file_system{std::move(of)}, error_code{why} {}

    directory working_directory(stat_record&, std::error_code& error) const {
        error = std::make_error_code(error_code);
        return {};
    }
    std::errc error_code;
};

} // namespace

BOOST_AUTO_TEST_CASE(relative_roots_keep_their_meaning_after_a_change_of_directory) {
    for (auto const how : ways) {
        for (auto const* elsewhere : {"/", "else", "home/t"}) {
            watch w{how};
            write_tree(w);
            w.begin(roots_of_each_kind);
            auto const before = w.reloader->latest().size();
            w.files.change_directory(elsewhere);
            w.settle();
            BOOST_TEST(w.take_told() == "");
            BOOST_TEST(w.reloader->latest().size() == before);
            w.files.write("home/t/x", "22");
            w.files.write("home/conf", "22");
            w.files.write("home/t/new");
            w.files.write("else/t/x", "of no interest");
            w.settle();
            BOOST_TEST(w.take_told() == "modified conf; added t/new; modified t/x");
            w.files.write("home/t/in/y", "22");
            w.settle();
            BOOST_TEST(w.take_told() == "modified t/in/y");
            w.files.change_directory("home");
            w.files.remove("home/t/x");
            w.settle();
            BOOST_TEST(w.take_told() == "removed t/x");
        }
    }
}

BOOST_AUTO_TEST_CASE(relative_roots_keep_their_meaning_during_a_scan) {
    for (std::size_t nth = 1; nth < 12; ++nth) {
        for (auto const call : {file_call::open, file_call::stat, file_call::list}) {
            watch w{way::polls};
            write_tree(w);
            w.begin({"t", "conf", "../home/t/in"});
            w.files.write("home/t/x", "22");
            w.files.before(call, nth, [&] { w.files.change_directory("else"); });
            w.settle();
            BOOST_TEST(w.take_told() == "modified t/x");
        }
    }
}

BOOST_AUTO_TEST_CASE(relative_roots_follow_a_renamed_working_directory) {
    for (auto const how : ways) {
        watch w{how};
        write_tree(w);
        w.begin({"t", "conf"});
        w.files.rename("home", "moved");
        w.files.write("moved/conf", "22");
        w.settle();
        BOOST_TEST(w.take_told() == "modified conf");
        w.files.change_directory("else"); // now the path counts, and does not exist
        w.settle();
        BOOST_TEST(w.take_told() == "removed conf; removed t/in/y; removed t/x");
        w.files.rename("moved", "home");
        w.settle();
        BOOST_TEST(w.take_told() == "added conf; added t/in/y; added t/x");
    }
}

BOOST_AUTO_TEST_CASE(relative_roots_find_a_replaced_directory) {
    watch w{way::polls};
    write_tree(w);
    w.begin({"conf"});
    w.files.remove("home");
    w.settle();
    BOOST_TEST(w.take_told() == "removed conf");
    w.files.write("home/conf", "a new checkout"); // the host is in the removed directory
    w.settle();
    BOOST_TEST(w.take_told() == "added conf");
}

BOOST_AUTO_TEST_CASE(relative_roots_belong_to_the_directory_of_their_enumerator) {
    watch first{way::polls};
    write_tree(first);
    first.begin({"t"});
    first.files.change_directory("else");
    watch::walk second{path_list{"t"}, {}, first.files};
    BOOST_TEST(first.reloader->latest().size() == 2U);
    BOOST_TEST(scanning::told(scanning::scan(second)) == (scanning::paths{"t/x"}));
    first.files.change_directory("/");
    first.settle();
    BOOST_TEST(first.reloader->latest().size() == 2U);
    BOOST_TEST(scanning::told(scanning::scan(second)) == (scanning::paths{"t/x"}));
}

// The path of the base counts only if the base is certainly not the working directory, or if its
// permissions forbid to open it.
BOOST_AUTO_TEST_CASE(relative_path_has_the_error_that_kept_the_base_from_being_opened) {
    memory_file_system tree;
    tree.write("home/conf");
    tree.write("home/t/x");
    tree.change_directory("home");
    auto const base = detail::base_directory::of(tree);
    tree.rename("home", "moved");
    for (auto const why :
         {std::errc::too_many_files_open, std::errc::too_many_files_open_in_system,
          std::errc::not_enough_memory, std::errc::io_error}) {
        files_without_base files{tree, why};
        detail::based_files<files_without_base> based{files, base};
        based.begin();
        std::error_code error;
        based.stat("conf", last_link::keep, error);
        BOOST_TEST((error == why), error.message());
        error.clear();
        based.open("t", error);
        BOOST_TEST((error == why), error.message());
        based.stat("/moved/conf", last_link::keep, error);
        BOOST_TEST(!error, error.message());
        based.end();
        based.stat("conf", last_link::keep, error);
        BOOST_TEST(!error, error.message()); // as named
    }
    tree.rename("moved", "home");
    for (auto const why : {std::errc::permission_denied, std::errc::no_such_file_or_directory}) {
        files_without_base files{tree, why};
        detail::based_files<files_without_base> based{files, base};
        based.begin();
        std::error_code error;
        based.stat("conf", last_link::keep, error);
        BOOST_TEST(!error, error.message());
        based.open("t", error);
        BOOST_TEST(!error, error.message());
    }
}

BOOST_AUTO_TEST_CASE(relative_roots_keep_no_descriptor_between_scans) {
    watch w{way::polls};
    write_tree(w);
    w.begin({"t"});
    auto const opened = w.files.opened().size();
    w.files.limit_descriptors(12);
    w.settle();
    BOOST_TEST(w.take_told() == "");
    BOOST_TEST(w.files.opened().size() > opened);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(relative_paths_of_real_files)

namespace {

/// Sets the working directory of this process, and restores it at the end.
struct at_home {
    testing::temp_tree tree;
    std::filesystem::path before = std::filesystem::current_path();

    at_home() {
        for (auto const* path : {"home/a", "home/b/x", "else/a"}) tree.write(path);
        std::filesystem::current_path(tree / "home");
    }
    ~at_home() {
        std::error_code error;
        std::filesystem::current_path(before, error);
    }
    void leave() const { std::filesystem::current_path(tree / "else"); }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(relative_paths_keep_their_meaning_in_each_enumerator, at_home) {
    tree_enumerator walk{{"a", "b", "missing"}};
    list_enumerator list{{"a", "b/x"}};
    range_enumerator range{std::array{"a", "./b/x"}};
    leave();
    scanning::paths const expected{"a", "b/x"};
    BOOST_TEST(scanning::told(scanning::scan(walk)) == expected);
    BOOST_TEST(scanning::told(scanning::scan(list)) == expected);
    BOOST_TEST(scanning::told(scanning::scan(range)) == expected);
    std::error_code error;
    auto const record =
        native_file_system{}.stat((tree / "home/a").c_str(), last_link::keep, error);
    auto const seen = scanning::scan(walk);
    BOOST_TEST((changed_fields((*seen.find("a")).record, record) == fields::none));
    stamp there;
    stamp by_walk;
    stamp by_list;
    auto const birth_time =
        native_file_system{}.birth_time((tree / "home/a").c_str(), there, error);
    BOOST_TEST(walk.birth_time("a", birth_time, by_walk) == !error);
    BOOST_TEST(list.birth_time("a", birth_time, by_list) == !error);
    BOOST_TEST((error || (by_walk == there && by_list == there)));
}

BOOST_FIXTURE_TEST_CASE(relative_paths_follow_a_renamed_unreadable_directory, at_home) {
    tree_enumerator walk{{"a", "b"}};
    tree.rename("home", "moved");
    namespace fs = std::filesystem;
    fs::permissions(tree / "moved", fs::perms{0311});
    BOOST_TEST(scanning::told(scanning::scan(walk)) == (scanning::paths{"a", "b/x"}));
    fs::permissions(tree / "moved", fs::perms{0755});
    leave();
    BOOST_TEST(scanning::scan(walk).empty());
}

BOOST_AUTO_TEST_SUITE_END()
