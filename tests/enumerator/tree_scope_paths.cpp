#include "enumerator/scanning.hpp"
#include "values/snapshot_access.hpp"
#include "values/snapshot_delta.hpp"

#include <algorithm>
#include <random>
#include <set>

// Limited scans of trees with several paths to the same directory: by links and by bind mounts.
using namespace restat;
using namespace scanning;
using testing::memory_file_system;

namespace {

using walk_in_memory = basic_tree_enumerator<memory_file_system>;
using symlinks = tree_options::symlinks;

struct several_paths {
    explicit several_paths(symlinks links) : how{.links = links, .threads = 1} {
        for (auto const* path : {"t/a/x", "t/b/x", "t/b/a/y", "t/x"}) files.write(path);
        scan({});
    }

    std::string scan(std::vector<std::string> const& scope) {
        update.begin(known);
        if (!scope.empty()) update.limit_to(scope);
        std::error_code error;
        walk.refresh(always, update, error);
        BOOST_TEST_REQUIRE(!error);
        auto const changes = listed(update.changes());
        has_led_out = update.delta().led_out;
        update.apply(known);
        return changes;
    }

    snapshot whole() const {
        snapshot_builder found;
        std::error_code error;
        walk_in_memory another{std::vector<std::string>{"t"}, how, files};
        another.enumerate(always, found, error);
        return found.finish(known);
    }

    /// Changes some paths at random. Returns the directories of these paths and above.
    std::vector<std::string> change() {
        std::set<std::string> scope;
        for (auto n = 1 + pick(3); n > 0; --n) {
            auto const path = random_path(4);
            auto const other = random_path(2);
            try {
                change(path, other);
            } catch (reload_error const&) {
                // A file occupies the name of a directory, or nothing is at the path.
            }
            for (std::string const& changed : {path, other}) {
                for (auto end = changed.rfind('/'); end != changed.npos && end > 0;
                     end = changed.rfind('/', end - 1)) {
                    scope.insert(changed.substr(0, end));
                }
            }
        }
        files.advance(std::chrono::milliseconds{pick(10)});
        return {scope.begin(), scope.end()};
    }

    std::size_t pick(std::size_t n) { return dice() % n; }
    memory_file_system files;
    everything always;
    tree_options how;
    walk_in_memory walk{std::vector<std::string>{"t"}, how, files};
    snapshot_update update;
    snapshot known;
    bool has_led_out = false;
    std::mt19937 dice{3};

private:
    std::string random_path(std::size_t names) {
        std::string path = "t/";
        for (auto depth = pick(3); depth > 0; --depth) path += "ab"[pick(2)] + std::string{"/"};
        return path + "abxy"[pick(names)];
    }
    void change(std::string const& path, std::string const& other) {
        auto const type = files.record(path).type;
        switch (pick(7)) {
        case 0: return files.remove(path);
        case 1: return files.bind(other, path);
        case 2: return files.unmount(path);
        case 3: return files.symlink("/" + other, path);
        default:
            if (type != file_type::directory) files.write(path, std::to_string(pick(100)));
        }
    }
};

/// Returns whether some directory is known under two paths.
bool has_repeated_directory(snapshot const& known) {
    auto const* const all = detail::snapshot_access::contents(known);
    std::set<detail::object_id> seen;
    return all &&
           std::any_of(all->directories.begin(), all->directories.end(),
                       [&](auto const& one) { return !seen.insert(id_of(one.mark)).second; });
}

// A directory found within the limits may be known elsewhere.
void compare_with_whole_scans(symlinks links) {
    several_paths s{links};
    std::size_t led_out = 0;
    for (int i = 0; i < 3000; ++i) {
        auto scope = s.change();
        scope.resize(std::min(scope.size(), s.pick(4)));
        auto const was = s.known;
        auto const changes = s.scan(scope);
        led_out += s.has_led_out ? 1 : 0;
        BOOST_TEST_REQUIRE(changes == listed(diff(was, s.known)));
        // A stale link outside the limits may lead to a directory found at its own path.
        bool const may_repeat = links == symlinks::follow;
        BOOST_TEST_REQUIRE((may_repeat || !has_repeated_directory(s.known)), "after " << i);
        if (i % 5 != 0) continue;
        s.scan({});
        BOOST_TEST_REQUIRE(told(s.known) == told(s.whole()), "after " << i);
    }
    BOOST_TEST(led_out > 20U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_limited_scan_of_directories_with_several_paths)

BOOST_AUTO_TEST_CASE(bind_mounts_make_no_directory_known_twice) {
    compare_with_whole_scans(symlinks::named_only);
}

BOOST_AUTO_TEST_CASE(limited_scans_and_followed_links_leave_a_whole_scan_right) {
    compare_with_whole_scans(symlinks::follow);
}

BOOST_AUTO_TEST_SUITE_END()
