#include <restat/file_system/file_system.hpp>

#include <restat/testing/archetypes.hpp>

#include "enumerator/scanning.hpp"

#include <algorithm>
#include <tuple>

// Properties of every file system, tested on each implementation.
using namespace restat;
using namespace scanning;

namespace {

struct in_memory : memory_stage {
    testing::memory_file_system& files = tree;
};

struct in_the_kernel : native_stage {
    native_file_system files;
};

using models = std::tuple<in_memory, in_the_kernel>;

template <class Stage>
auto open(Stage& stage, std::string const& path, std::error_code& error) {
    return stage.files.open((stage.base() + path).c_str(), error);
}

template <class Stage>
paths listed(Stage& stage, std::string const& path) {
    std::error_code error;
    auto directory = open(stage, path, error);
    BOOST_TEST(!error);
    name_list names;
    while (stage.files.list(directory, names, error)) {
    }
    BOOST_TEST(!error);
    names.sort();
    paths all;
    for (std::size_t i = 0; i < names.size(); ++i) all.emplace_back(names[i].name);
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_file_system)

BOOST_AUTO_TEST_CASE_TEMPLATE(each_name_is_listed_once_without_the_dot_entries, Stage, models) {
    Stage stage;
    paths expected;
    for (int i = 0; i < 2000; ++i) expected.push_back("name-" + std::to_string(i));
    for (auto const& name : expected) stage.tree.make_directory("t/" + name);
    std::sort(expected.begin(), expected.end());
    BOOST_TEST((listed(stage, "t") == expected));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(type_of_a_listed_name_is_correct_or_unknown, Stage, models) {
    Stage stage;
    stage.tree.make_directory("t/directory");
    stage.tree.write("t/file");
    stage.tree.symlink("file", "t/link");
    std::error_code error;
    auto directory = open(stage, "t", error);
    name_list names;
    while (stage.files.list(directory, names, error)) {
    }
    names.sort();
    BOOST_REQUIRE(names.size() == 3U);
    file_type const expected[] = {file_type::directory, file_type::regular, file_type::symlink};
    for (std::size_t i = 0; i < 3; ++i) {
        BOOST_TEST((names[i].type == expected[i] || names[i].type == file_type::none));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(directories_alone_are_opened, Stage, models) {
    Stage stage;
    stage.tree.write("t/file");
    stage.tree.make_directory("t/directory");
    stage.tree.symlink("directory", "t/link");
    stage.tree.symlink("file", "t/to_file");
    std::error_code error;
    auto const top = open(stage, "t", error);
    struct row {
        char const* name;
        last_link link;
        std::errc expected;
    };
    for (auto const& [name, link, expected] : {
             row{"directory", last_link::keep, std::errc{}},
             row{"directory", last_link::follow, std::errc{}},
             row{"link", last_link::keep, std::errc::not_a_directory},
             row{"link", last_link::follow, std::errc{}},
             row{"file", last_link::keep, std::errc::not_a_directory},
             row{"to_file", last_link::follow, std::errc::not_a_directory},
             row{"missing", last_link::keep, std::errc::no_such_file_or_directory},
         }) {
        error = std::make_error_code(std::errc::io_error);
        auto const opened = stage.files.open(top, name, link, error);
        BOOST_TEST((error == expected || (!error && expected == std::errc{})), name);
        BOOST_TEST(static_cast<bool>(opened) == !error, name);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(renamed_directory_stays_open, Stage, models) {
    Stage stage;
    stage.tree.write("t/a/x", "12345");
    std::error_code error;
    auto directory = open(stage, "t/a", error);
    auto const before = stage.files.stat(directory, error);
    stage.tree.rename("t/a", "t/b");
    BOOST_TEST(stage.files.stat(directory, "x", last_link::keep, error).size == 5U);
    auto const after = stage.files.stat(directory, error);
    BOOST_TEST(!error);
    BOOST_TEST(after.inode == before.inode);
    BOOST_TEST(after.device == before.device);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(removed_directory_has_no_names, Stage, models) {
    Stage stage;
    stage.tree.write("t/a/x");
    std::error_code error;
    auto directory = open(stage, "t/a", error);
    stage.tree.remove("t/a");
    stage.files.stat(directory, "x", last_link::keep, error);
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
    name_list names;
    while (stage.files.list(directory, names, error)) {
    }
    BOOST_TEST(names.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(links_are_distinguished_from_their_targets, Stage, models) {
    Stage stage;
    stage.tree.write("t/file", "123");
    stage.tree.symlink("t/file", "link");
    stage.tree.link("t/file", "t/hard");
    std::error_code error;
    auto const path = stage.base() + "link";
    BOOST_TEST(
        (stage.files.stat(path.c_str(), last_link::keep, error).type == file_type::symlink));
    auto const target = stage.files.stat(path.c_str(), last_link::follow, error);
    BOOST_TEST((target.type == file_type::regular));
    BOOST_TEST(target.links == 2U);
    auto const other =
        stage.files.stat((stage.base() + "t/hard").c_str(), last_link::keep, error);
    BOOST_TEST((changed_fields(target, other) == fields::none));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(timestamp_of_a_write_is_not_ahead_of_the_clock, Stage, models) {
    Stage stage;
    stage.tree.write("x");
    std::error_code error;
    auto const record = stage.files.stat((stage.base() + "x").c_str(), last_link::keep, error);
    BOOST_TEST((record.ctime.seconds <= stage.files.now().seconds));
    BOOST_TEST((record.ctime.seconds + 60 > stage.files.now().seconds));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(regular_files_alone_are_read, Stage, models) {
    Stage stage;
    stage.tree.write("t/file", std::string("1\0\n3", 4));
    stage.tree.write("t/empty", "");
    stage.tree.write("t/long", std::string(100'000, 'a'));
    stage.tree.write("other", "2");
    stage.tree.make_directory("t/directory");
    stage.tree.symlink("file", "t/link");
    std::error_code error;
    auto const top = open(stage, "t", error);
    auto const absolute = stage.files.location(top, error) + "/file";
    BOOST_TEST(!error);
    constexpr auto invalid = std::errc::invalid_argument;
    struct row {
        std::string name;
        last_link link;
        std::size_t limit;
        std::errc expected;
        std::string content;
    };
    for (auto const& [name, link, limit, expected, content] : {
             row{"file", last_link::keep, 4, {}, std::string("1\0\n3", 4)},
             row{"empty", last_link::keep, 0, {}, ""},
             row{"long", last_link::keep, 100'000, {}, std::string(100'000, 'a')},
             row{"long", last_link::keep, 99'999, std::errc::file_too_large, ""},
             row{"../other", last_link::keep, 9, {}, "2"}, // a path
             row{absolute, last_link::keep, 9, {}, std::string("1\0\n3", 4)},
             row{"link", last_link::follow, 9, {}, std::string("1\0\n3", 4)},
             row{"link", last_link::keep, 9, invalid, ""}, // the link may be hostile
             row{"directory", last_link::keep, 9, invalid, ""},
             row{"gone", last_link::keep, 9, std::errc::no_such_file_or_directory, ""},
         }) {
        BOOST_TEST_INFO(name);
        BOOST_TEST(stage.files.read(top, name.c_str(), link, limit, error) == content);
        BOOST_TEST((error == expected || (!error && expected == std::errc{})), error.message());
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(location_of_a_directory_has_no_links, Stage, models) {
    Stage stage;
    stage.tree.write("t/a/x");
    stage.tree.symlink("t", "link");
    std::error_code error;
    auto const top = open(stage, "t", error);
    auto const there = stage.files.location(top, error);
    auto const through = open(stage, "link/a/../a", error);
    BOOST_TEST(there.starts_with('/'));
    BOOST_TEST(stage.files.location(through, error) == there + "/a");
    stage.tree.rename("t/a", "t/b");
    BOOST_TEST(stage.files.location(through, error) == there + "/b");
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(optional_members_of_file_systems)

BOOST_AUTO_TEST_CASE(missing_members_have_the_stated_results) {
    testing::file_system_archetype plain{0};
    testing::file_system_archetype::directory at;
    std::error_code error;
    stamp made{1, 2};
    stat_record record;
    read_birth_time(plain, "a", made, error);
    BOOST_TEST((error == std::errc::not_supported));
    error.clear();
    read_birth_time(plain, at, "a", made, error);
    BOOST_TEST((error == std::errc::not_supported));
    BOOST_TEST((made == stamp{1, 2}));
    error.clear();
    open_working_directory(plain, record, error);
    BOOST_TEST((error == std::errc::not_supported));
    BOOST_TEST(!is_mount_point(plain, at));
    BOOST_TEST(!trusts_stamps(plain, at));
    BOOST_TEST(core_time(plain).count() == 0);
    error.clear();
    BOOST_TEST(!open_watches(plain, error));
    BOOST_TEST((error == std::errc::not_supported));
    BOOST_TEST(!is_concurrent<testing::file_system_archetype>);
}

BOOST_AUTO_TEST_SUITE_END()
