// Random operations on the fake file system, looked at now and then: when all is quiet, what the
// reloader believes is what is there, and who loaded each file as he was told has its last content.

#include <restat/basic_reloader.hpp>

#include <restat/restart/callback_restart.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>

using namespace restat;
using namespace std::chrono_literals;

namespace {

using fake_tree = basic_tree_enumerator<testing::memory_file_system>;

struct loaded_files {
    testing::memory_file_system files;
    std::map<std::string, std::string> content;

    void load(std::string const& path) { content[path] = files.read(path); }
    void apply(change_set const& changes) {
        for (change const& c : changes) {
            if (c.kind == change_kind::removed) {
                content.erase(c.path);
            } else {
                load(c.path);
            }
        }
    }
};

std::map<std::string, std::string> content_of(testing::memory_file_system const& files) {
    std::map<std::string, std::string> content;
    for (auto const& path : files.files()) content[path] = files.read(path);
    return content;
}

// What people and tools do to a tree. Each leaves as little trace in the records as it can: the
// sizes are all the same, and so is, half of the time, mtime.
class meddler {
public:
    meddler(testing::memory_file_system files, unsigned seed) : files_{files}, dice_{seed} {}

    void act() {
        auto const path = any_path();
        switch (dice_() % 12) {
        case 0: remove(path); break;
        case 1: rename(path, any_path()); break;
        case 2: replace(path); break;
        case 3: write_unseen(path); break;
        case 4: rename(any_directory(), any_directory()); break;
        case 5: relink(path); break;
        case 6: files_.reuse_inodes(dice_() % 2 == 0); break;
        default: write(path);
        }
    }

    std::chrono::nanoseconds pause() {
        switch (dice_() % 4) {
        case 0: return 0ns;
        case 1: return std::chrono::microseconds{dice_() % 4000};
        case 2: return std::chrono::milliseconds{dice_() % 20};
        default: return std::chrono::milliseconds{dice_() % 300};
        }
    }

    bool looks() { return dice_() % 3 == 0; }

private:
    std::string any_directory() { return "tree/" + std::string(1, "abc"[dice_() % 3]); }
    std::string any_path() { return any_directory() + "/" + std::string(1, "wxyz"[dice_() % 4]); }
    std::string next_content() { return std::to_string(100000 + ++version_); }

    bool is_there(std::string const& path) const {
        std::error_code error;
        files_.stat(path.c_str(), last_link::keep, error);
        return !error;
    }
    bool is_link(std::string const& path) const {
        std::error_code error;
        return files_.stat(path.c_str(), last_link::keep, error).type == file_type::symlink;
    }
    void write(std::string const& path) {
        if (is_link(path)) files_.remove(path);
        files_.write(path, next_content());
    }
    void write_unseen(std::string const& path) {
        std::error_code error;
        auto const before = files_.stat(path.c_str(), last_link::keep, error);
        write(path);
        if (!error) files_.set_mtime(path, before.mtime);
    }
    void remove(std::string const& path) {
        if (is_there(path)) files_.remove(path);
    }
    void replace(std::string const& path) {
        files_.write("elsewhere", next_content());
        files_.make_directory(path.substr(0, path.rfind('/')));
        files_.rename("elsewhere", path);
    }
    void rename(std::string const& from, std::string const& to) {
        if (from == to || !is_there(from)) return;
        remove(to);
        files_.make_directory(to.substr(0, to.rfind('/')));
        files_.rename(from, to);
    }
    void relink(std::string const& path) {
        remove(path);
        files_.make_directory(path.substr(0, path.rfind('/')));
        files_.symlink("../" + next_content(), path);
    }

    testing::memory_file_system files_;
    std::mt19937 dice_;
    unsigned version_ = 0;
};

void pass_quietly(auto& reloader, auto const& pass) {
    for (int i = 0; i < 60; ++i) {
        reloader.poll();
        pass(100ms);
    }
}

void check(loaded_files const& loaded, snapshot const& believed) {
    auto const there = content_of(loaded.files);
    BOOST_TEST((loaded.content == there));
    std::vector<std::string> paths;
    for (auto const& [path, content] : there) paths.push_back(path);
    std::sort(paths.begin(), paths.end(), path_less);
    std::vector<std::string> seen;
    for (entry const e : believed) seen.emplace_back(e.path);
    BOOST_TEST(seen == paths, boost::test_tools::per_element());
}

void meddle_and_check(std::chrono::nanoseconds granularity, unsigned seed) {
    testing::memory_file_system const files{granularity};
    files.make_directory("tree");
    files.shuffle(seed);
    testing::manual_clock const clock;
    auto const pass = [&](std::chrono::nanoseconds time) {
        clock.advance(time);
        files.advance(time);
    };
    loaded_files loaded{files, {}};
    basic_reloader reloader{fake_tree{"tree", {}, files},
                            [](candidate const&) noexcept { return verdict::none; }, clock,
                            callback_restart{[&](change_set const& c) { loaded.apply(c); }}};
    while (reloader.poll().state == poll_state::starting) pass(5ms);
    loaded.content = content_of(files);

    meddler hands{files, seed};
    for (int i = 0; i < 300; ++i) {
        hands.act();
        pass(hands.pause());
        if (hands.looks()) reloader.poll();
    }
    pass_quietly(reloader, pass);
    check(loaded, reloader.latest());
}

} // namespace

BOOST_AUTO_TEST_SUITE(properties)

BOOST_AUTO_TEST_CASE(what_is_believed_and_delivered_is_what_is_there) {
    for (auto const granularity :
         {std::chrono::nanoseconds{1}, 4000000ns, 1000000000ns, 2000000000ns}) {
        for (unsigned seed = 1; seed <= 60; ++seed) {
            BOOST_TEST_CONTEXT("stamps of " << granularity.count() << " ns, seed " << seed) {
                meddle_and_check(granularity, seed);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
