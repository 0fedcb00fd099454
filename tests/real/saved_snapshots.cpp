#include <restat/saved_snapshot.hpp>

#include "real/mounts.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/file_system/native_file_system.hpp>
#include <restat/testing/recording_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <thread>

using namespace restat;
using namespace std::chrono_literals;

// A host saves a snapshot, its file system is mounted anew under another device number, and the
// next run of the host resumes.
namespace {

using lines = std::vector<std::string>;

// `again` mounts the file system of this name anew, after a mount that takes its device number.
struct remount {
    char const* name;
    char const* again;
};

std::ostream& operator<<(std::ostream& to, remount const& how) { return to << how.name; }

std::vector<remount> const remounts{
    {"ext4", "umount $at && mkdir $with/other && truncate -s 32M $with/another && "
             "mkfs.ext4 -q -F $with/another && mount -o loop $with/another $with/other && "
             "mount -o loop $with/image $at"},
    {"overlayfs", "umount $at && mkdir $with/other && mount -t tmpfs tmpfs $with/other && "
                  "mount -t overlay -o lowerdir=$with/lower,upperdir=$with/upper,"
                  "workdir=$with/work overlay $at"},
};

real::mount_recipe recipe_of(remount const& how) {
    return *std::find_if(real::every_mount.begin(), real::every_mount.end(),
                         [&](auto const& one) { return std::string_view{one.name} == how.name; });
}

struct remounted_tree {
    explicit remounted_tree(remount const& how) : recipe{recipe_of(how)}, at{recipe} {}
    ~remounted_tree() { run("umount $with/other"); }

    bool run(std::string const& commands) const {
        auto const scratch = at.path().substr(0, at.path().size() - 3);
        return real::shell("at=" + at.path() + "; with=" + scratch + "/with; " + commands);
    }
    void write(std::string const& name, std::string const& text) const {
        std::ofstream{at.path() + '/' + name} << text;
    }
    std::uint64_t device() const {
        std::error_code error;
        return native_file_system{}
            .stat((at.path() + "/t/a").c_str(), last_link::keep, error)
            .device;
    }

    real::mount_recipe recipe;
    real::mounted at;
};

using reloader_type = basic_reloader<tree_enumerator, verdict (*)(candidate const&) noexcept,
                                     sleep_clock, testing::recording_restart>;

lines polled(reloader_type& of) {
    for (int i = 0; i < 8; ++i) {
        of.poll();
        std::this_thread::sleep_for(10ms);
    }
    lines all;
    for (auto const& set : of.strategy().take()) {
        for (change const& c : set) {
            all.push_back(to_string(c.kind).data() + (' ' + c.path.substr(c.path.size() - 1)));
        }
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(saved_snapshots)

BOOST_DATA_TEST_CASE(remount_between_two_runs_is_no_change,
                     boost::unit_test::data::make(remounts), how) {
    remounted_tree const tree{how};
    if (real::is_skipped(tree.at, tree.recipe)) return;
    testing::temp_tree const place;
    auto const root = tree.at.path() + "/t";
    snapshot_scope const scope{.roots = path_list{root}};
    auto const make = [&] {
        return reloader_type{tree_enumerator{root},
                             [](candidate const&) noexcept { return verdict::none; },
                             sleep_clock{}, testing::recording_restart{},
                             schedule{.interval = 10ms, .quiet_period = 10ms}};
    };
    std::filesystem::create_directory(root);
    for (auto const* name : {"t/a", "t/b", "t/c", "t/d"}) tree.write(name, "1");
    std::filesystem::create_symlink("a", root + "/l");
    std::this_thread::sleep_for(20ms);
    {
        auto first = make();
        first.baseline();
        save_snapshot(place / "state", first.delivered(), scope);
    }
    auto const before = tree.device();
    if (!tree.run(how.again)) {
        BOOST_TEST_MESSAGE("skipped: " << how.name << " cannot be mounted anew");
        return;
    }
    BOOST_TEST_REQUIRE(tree.device() != before);
    {
        auto next = make();
        BOOST_TEST(next.resume(load_snapshot(place / "state", scope)));
        BOOST_TEST(polled(next) == lines{});
    }
    tree.write("t/b", "2");
    tree.write("t/e", "1");
    std::filesystem::remove(root + "/c");
    auto next = make();
    BOOST_TEST(next.resume(load_snapshot(place / "state", scope)));
    BOOST_TEST(polled(next) == (lines{"modified b", "removed c", "added e"}));
}

BOOST_AUTO_TEST_SUITE_END()
