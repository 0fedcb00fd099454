#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace restat;
using std::chrono::nanoseconds;
using testing::file_call;
using testing::memory_file_system;

namespace {

stat_record look(memory_file_system const& files, char const* path) {
    std::error_code error;
    auto const record = files.stat(path, last_link::keep, error);
    BOOST_TEST(!error, path);
    return record;
}

std::error_code error_of_look(memory_file_system const& files, char const* path) {
    std::error_code error;
    files.stat(path, last_link::follow, error);
    return error;
}

fields changed_by(memory_file_system const& files, char const* path, auto act) {
    auto const before = look(files, path);
    files.advance(std::chrono::seconds{1});
    act();
    return changed_fields(before, look(files, path));
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_file_system_in_memory)

BOOST_AUTO_TEST_CASE(changes_the_same_fields_as_a_real_file_system) {
    memory_file_system const files;
    files.write("d/x", "1");
    auto const stamps = fields::mtime | fields::ctime;
    BOOST_TEST((changed_by(files, "d/x", [&] { files.write("d/x", "2"); }) == stamps));
    BOOST_TEST(
        (changed_by(files, "d/x", [&] { files.write("d/x", "22"); }) == (stamps | fields::size)));
    BOOST_TEST((changed_by(files, "d/x", [&] { files.set_mode("d/x", 0600); }) ==
                (fields::mode | fields::ctime)));
    BOOST_TEST((changed_by(files, "d/x", [&] { files.set_mtime("d/x", {1, 2}); }) == stamps));
    BOOST_TEST((changed_by(files, "d/x", [&] { files.link("d/x", "d/y"); }) ==
                (fields::links | fields::ctime)));
    BOOST_TEST((changed_by(files, "d/x", [&] {
                    files.rename("d/x", "d/z");
                    files.rename("d/z", "d/x");
                }) == fields::ctime));
    BOOST_TEST((changed_by(files, "d", [&] { files.write("d/new"); }) == stamps));
    BOOST_TEST((changed_by(files, "d", [&] { files.write("d/new"); }) == fields::none));
    BOOST_TEST((changed_by(files, "d", [&] { files.remove("d/new"); }) == stamps));
}

BOOST_AUTO_TEST_CASE(stamps_with_its_granularity_and_lets_no_time_pass_by_itself) {
    memory_file_system const files{std::chrono::seconds{2}};
    files.write("a");
    auto const clock = files.now();
    files.advance(nanoseconds{3'999'999'999});
    files.write("b");
    BOOST_TEST(look(files, "a").ctime.nanoseconds == 0U);
    BOOST_TEST(look(files, "a").ctime.seconds % 2 == 0);
    BOOST_TEST(look(files, "b").ctime.seconds - look(files, "a").ctime.seconds == 4);
    BOOST_TEST(files.now().seconds - clock.seconds == 4);
    BOOST_TEST(clock.nanoseconds % 4'000'000 == 0U);
}

BOOST_AUTO_TEST_CASE(stamps_with_the_time_of_its_tick) {
    using namespace std::chrono_literals;
    memory_file_system const files{100ns, 4ms};
    files.write("a");
    auto const clock = files.now();
    for (int i = 0; i < 3; ++i) {
        files.advance(1ms);
        if (files.now() != clock) break;
        files.write("b");
        BOOST_TEST((look(files, "a").ctime == look(files, "b").ctime));
    }
    files.advance(4ms);
    files.write("b");
    BOOST_TEST((look(files, "a").ctime < look(files, "b").ctime));
    auto const ctime = look(files, "b").ctime.nanoseconds;
    BOOST_TEST(ctime % 100 == 0U);
    BOOST_TEST(files.now().nanoseconds - ctime < 100U);
    BOOST_TEST(files.now().nanoseconds % 100 != 0U, "the clock is finer than the stamps");
}

BOOST_AUTO_TEST_CASE(lets_time_pass_as_a_clock_does_and_calls_cost_some) {
    using namespace std::chrono_literals;
    memory_file_system const files;
    testing::manual_clock const clock;
    auto const began = files.now();
    files.follow(clock);
    BOOST_TEST((files.now() == began));
    clock.advance(2s);
    BOOST_TEST(files.now().seconds == began.seconds + 2);
    files.advance(1s);
    BOOST_TEST(files.now().seconds == began.seconds + 3);

    files.write("a");
    files.set_cost(file_call::stat, 3ms);
    auto const before = clock.now();
    look(files, "a");
    look(files, "a");
    BOOST_TEST((clock.now() - before == 6ms));
    files.record("a");
    BOOST_TEST((clock.now() - before == 6ms));
}

BOOST_AUTO_TEST_CASE(may_have_its_time_of_day_set) {
    memory_file_system const files;
    files.set_time(std::chrono::seconds{-5});
    files.write("a");
    BOOST_TEST(look(files, "a").mtime.seconds == -5);
}

BOOST_AUTO_TEST_CASE(record_ignores_injected_faults) {
    memory_file_system const files;
    files.write("a");
    files.fail_at("a", file_call::stat, std::errc::io_error);
    BOOST_TEST((files.record("a").type == file_type::regular));
    BOOST_TEST((files.record("b").type == file_type::none));
    BOOST_TEST(files.calls(file_call::stat) == 0U);
}

BOOST_AUTO_TEST_CASE(returns_cached_records_on_request) {
    memory_file_system const files;
    files.write("d/x", "1");
    std::error_code error;
    auto directory = files.open("d", error);
    BOOST_TEST(files.trusts_stamps(directory));
    files.cache_records(std::chrono::seconds{3});
    BOOST_TEST(!files.trusts_stamps(directory));
    auto const before = look(files, "d/x");
    files.advance(std::chrono::seconds{2});
    files.write("d/x", "22");
    BOOST_TEST((changed_fields(before, look(files, "d/x")) == fields::none));
    BOOST_TEST(files.record("d/x").size == 2U);
    files.advance(std::chrono::seconds{1});
    BOOST_TEST(look(files, "d/x").size == 2U);
    files.write("d/x", "333");
    files.cache_records({});
    BOOST_TEST(look(files, "d/x").size == 3U);
}

BOOST_AUTO_TEST_CASE(reuses_inode_numbers_on_request) {
    for (bool const reuse : {false, true}) {
        memory_file_system const files;
        files.reuse_inodes(reuse);
        files.write("a");
        auto const number = look(files, "a").inode;
        files.remove("a");
        files.write("b");
        BOOST_TEST((look(files, "b").inode == number) == reuse);
    }
}

BOOST_AUTO_TEST_CASE(resolves_links_as_the_kernel_does) {
    memory_file_system const files;
    files.write("a/b/x", "123");
    files.symlink("../a/./b/", "c/to_b");
    files.symlink("/c/to_b/../b/x", "to_x");
    files.symlink("loop", "loop");
    std::error_code error;
    BOOST_TEST(files.stat("to_x", last_link::follow, error).size == 3U);
    BOOST_TEST((error_of_look(files, "loop") == std::errc::too_many_symbolic_link_levels));
    BOOST_TEST((error_of_look(files, "to_x/y") == std::errc::not_a_directory));
    BOOST_TEST((error_of_look(files, "../../a/c") == std::errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_CASE(mounts_another_device_over_a_directory) {
    memory_file_system const files;
    files.write("a/x");
    auto const device = look(files, "a").device;
    files.mount("a", 42);
    files.write("a/y");
    BOOST_TEST(look(files, "a").device == 42U);
    BOOST_TEST(look(files, "a/y").device == 42U);
    BOOST_TEST((files.files() == std::vector<std::string>{"a/y"}));
    files.unmount("a");
    BOOST_TEST(look(files, "a/x").device == device);
    BOOST_CHECK_THROW(files.unmount("a"), reload_error);
}

BOOST_AUTO_TEST_CASE(fails_by_count_and_by_path_until_healed) {
    memory_file_system const files;
    files.write("a");
    files.write("b");
    files.fail(file_call::stat, std::errc::io_error, 2, 2);
    files.fail_at("/b/", file_call::stat, std::errc::permission_denied);
    BOOST_TEST(!error_of_look(files, "a"));
    BOOST_TEST((error_of_look(files, "a") == std::errc::io_error));
    BOOST_TEST((error_of_look(files, "a") == std::errc::io_error));
    BOOST_TEST(!error_of_look(files, "a"));
    BOOST_TEST((error_of_look(files, "./b") == std::errc::permission_denied));
    files.heal();
    BOOST_TEST(!error_of_look(files, "b"));
    BOOST_TEST(files.calls(file_call::stat) == 6U);
}

BOOST_AUTO_TEST_CASE(runs_a_hook_right_before_its_call_and_once) {
    memory_file_system const files;
    files.write("a");
    files.before(file_call::stat, 2, [&] { files.remove("a"); });
    BOOST_TEST(!error_of_look(files, "a"));
    BOOST_TEST((error_of_look(files, "a") == std::errc::no_such_file_or_directory));
    files.write("a");
    BOOST_TEST(!error_of_look(files, "a"));
}

BOOST_AUTO_TEST_CASE(listing_order_depends_on_the_seed) {
    memory_file_system const files;
    for (char const c : std::string{"abcdefghij"}) files.write("d/" + std::string(1, c));
    auto const listed = [&](unsigned seed) {
        files.shuffle(seed);
        std::error_code error;
        auto directory = files.open("d", error);
        name_list names;
        while (files.list(directory, names, error)) {
        }
        std::string all;
        for (std::size_t i = 0; i < names.size(); ++i) all += names[i].name;
        return all;
    };
    BOOST_TEST(listed(0) == "abcdefghij");
    auto const once = listed(1);
    BOOST_TEST(once != "abcdefghij");
    BOOST_TEST(once != listed(2));
    BOOST_TEST(once == listed(1));
    BOOST_TEST(std::is_permutation(once.begin(), once.end(), "abcdefghij"));
}

BOOST_AUTO_TEST_CASE(limits_open_descriptors) {
    memory_file_system const files;
    files.limit_descriptors(1);
    std::error_code error;
    auto first = files.open(".", error);
    BOOST_TEST(!error);
    files.open(".", error);
    BOOST_TEST((error == std::errc::too_many_files_open));
    first = {};
    files.open(".", error);
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(refuses_misuse_by_a_test) {
    memory_file_system const files;
    files.write("a/x");
    BOOST_CHECK_THROW(files.remove("b"), reload_error);
    BOOST_CHECK_THROW(files.rename("b", "c"), reload_error);
    BOOST_CHECK_THROW(files.link("a", "c"), reload_error);      // of a directory
    BOOST_CHECK_THROW(files.symlink("x", "a/x"), reload_error); // already exists
    BOOST_CHECK_THROW(files.write("a/x/y"), reload_error);      // below a file
}

BOOST_AUTO_TEST_CASE(rename_makes_no_circle) {
    memory_file_system const files;
    files.write("d/in/x", "1");
    files.symlink("d/in", "way");
    std::string_view const refused[][2] = {
        {"d", "d/in/new"},      // below itself
        {"d", "d/new"},         // directly below itself
        {"d", "way/new"},       // below itself, by a link
        {"d", "d/missing/new"}, // below itself, in a directory that is not there
        {"d/in", "d"},          // onto the directory above
        {"d/in/x", "d"},        // a file onto a directory above
        {"way/x", "d"},         // the same by a link
    };
    for (auto const& [from, to] : refused) {
        BOOST_CHECK_THROW(files.rename(from, to), reload_error);
        BOOST_TEST(files.record("d/in/x").size == 1u, from << " to " << to);
    }
    files.rename("d", "d");
    files.rename("d/in", "in");
    files.rename("in", "d");
    BOOST_TEST(files.record("d/x").size == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
