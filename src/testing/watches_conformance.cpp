#include "testing/watches_conformance.hpp"

#include "base/quoted.hpp"
#include "platform/files/wait.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

namespace restat::testing::detail {
namespace {

constexpr int most_takes = 100;

/// Thrown if the watches refuse everything, so that nothing more can be checked.
struct no_watch {};

struct directory_at {
    file_system_calls::directory at;
    file_identity identity;
};

/// Checks watches on a tree, and collects the faults. A `lost` hint stands for every other hint,
/// and demands that the directories be added again.
class watch_inspection {
public:
    watch_inspection(file_system_calls const& files, tree_calls const& tree,
                     std::string const& top, sentences& wrong)
        : files_{files}, w_{files.watches}, tree_{tree}, top_{top}, wrong_{wrong} {}

    void run();

private:
    struct seen_hint {
        file_identity directory;
        std::string name;
        watch_event kind;
    };
    // A change, and the hint that it needs.
    struct change {
        std::string what;
        std::function<void()> act;
        file_identity at;
        std::string name;
        watch_event kind;
    };

    void expect(bool holds, std::string sentence);
    directory_at open(std::string const& name);
    bool add(directory_at const& at);
    file_identity watch(std::string const& name);
    void take();
    void drain();
    bool has_hint(file_identity of, std::string const& name, watch_event kind) const;
    bool has_hint_of(file_identity of) const;
    bool is_readable() const;
    void check_change(change const& one);

    void check_adding();
    void check_changes();
    void check_early_hints();
    void check_identities();
    void check_forgetting();
    void check_removal();
    void check_descriptor();
    void check_throwing_sink();
    void check_threads();

    file_system_calls const& files_;
    file_system_calls::watch_calls const& w_;
    tree_calls const& tree_;
    std::string const& top_;
    sentences& wrong_;
    std::vector<seen_hint> seen_; // by the last `take`
    bool is_lost_ = false;        // in the last `take`
};

void watch_inspection::expect(bool holds, std::string sentence) {
    if (holds || std::find(wrong_.begin(), wrong_.end(), sentence) != wrong_.end()) return;
    wrong_.push_back(std::move(sentence));
}

directory_at watch_inspection::open(std::string const& name) {
    std::error_code error;
    directory_at opened{files_.open((top_ + "/" + name).c_str(), error), {}};
    if (!error) {
        auto const record = files_.stat_open(opened.at, error);
        opened.identity = {record.device, record.inode};
    }
    if (!error) return opened;
    expect(false, "does not open a directory to watch: '" + error.message() + "'");
    throw no_watch{};
}

// Returns false for a file system without events, which may refuse a directory.
bool watch_inspection::add(directory_at const& at) {
    auto const stale = std::make_error_code(std::errc::owner_dead);
    std::error_code error = stale;
    auto const trust = w_.add(at.at, error);
    expect(error != stale, "add() keeps the error of the previous call");
    if (error == stale) error.clear();
    expect((trust == watch_trust::none) == static_cast<bool>(error),
           "add() refuses a directory without an error, or watches one with an error");
    if (error == std::errc::not_supported) return false;
    expect(!error, "refuses a directory: '" + error.message() + "'");
    return !error;
}

file_identity watch_inspection::watch(std::string const& name) {
    auto const at = open(name);
    if (!add(at)) throw no_watch{};
    w_.name(at.at, at.identity);
    return at.identity;
}

void watch_inspection::take() {
    seen_.clear();
    is_lost_ = false;
    auto const error = w_.take([&](watch_hint const& hint) {
        is_lost_ |= hint.kind == watch_event::lost;
        seen_.push_back({hint.directory, std::string{hint.name}, hint.kind});
    });
    expect(!error, "take() breaks: '" + error.message() + "'");
}

void watch_inspection::drain() {
    for (int i = 0; i < most_takes; ++i) {
        take();
        if (seen_.empty()) return;
    }
    expect(false, "passes hints without end although nothing changes");
}

bool watch_inspection::has_hint(file_identity of, std::string const& name,
                                watch_event kind) const {
    return is_lost_ || std::any_of(seen_.begin(), seen_.end(), [&](seen_hint const& one) {
               // The content of a name may also be covered by a hint about all names.
               bool const is_right = one.kind == kind || one.kind == watch_event::names;
               return one.directory == of && is_right && (one.name == name || one.name.empty());
           });
}

bool watch_inspection::has_hint_of(file_identity of) const {
    return std::any_of(seen_.begin(), seen_.end(),
                       [&](seen_hint const& one) { return one.directory == of; });
}

bool watch_inspection::is_readable() const {
    using restat::detail::monotonic_now;
    return restat::detail::wait_readable(w_.descriptor(), -1, monotonic_now());
}

void watch_inspection::check_adding() {
    auto const at = open("a");
    if (!add(at)) throw no_watch{};
    expect(!w_.has(at.identity), "has a directory before its name");
    auto const trust = w_.name(at.at, at.identity);
    expect(trust != watch_trust::none, "name() refuses a directory that was added");
    expect(w_.has(at.identity), "has no directory that was added and named");
    expect(!w_.has({at.identity.device, at.identity.inode + 1'000'000}),
           "has a directory that was never added");
    expect(w_.empty_is_inert(at.at), "has default-constructed or moved-from watches in use");
}

void watch_inspection::check_change(change const& one) {
    drain();
    one.act();
    take();
    expect(has_hint(one.at, one.name, one.kind), "has no hint of " + one.what);
    if (!is_lost_) return;
    watch("a");
    watch("b");
}

void watch_inspection::check_changes() {
    auto const a = watch("a");
    auto const b = watch("b");
    constexpr auto names = watch_event::names;
    constexpr auto file = watch_event::file;
    auto const write = [&](char const* name, char const* content) {
        tree_.write(std::string{"checked/a/"} + name, content);
    };
    auto const rename = [&](char const* from, char const* to) {
        tree_.rename(std::string{"checked/"} + from, std::string{"checked/"} + to);
    };
    std::vector<change> all{
        {"a new file", [&] { write("new", "1"); }, a, "new", names},
        {"a write", [&] { write("new", "22"); }, a, "new", file},
        {"a new directory", [&] { tree_.make_directory("checked/a/d"); }, a, "d", names},
        {"a new link", [&] { tree_.link("checked/a/new", "checked/b/hard"); }, b, "hard", names},
        {"a new symbolic link", [&] { tree_.symlink("new", "checked/a/s"); }, a, "s", names},
        {"the old name of a rename", [&] { rename("a/new", "b/moved"); }, a, "new", names},
        {"the new name of a rename", [&] { rename("b/moved", "a/back"); }, a, "back", names},
        {"a replaced file", [&] { write("other", "3"), rename("a/other", "a/back"); }, a, "back",
         names},
        {"a renamed directory", [&] { rename("a/d", "b/e"); }, b, "e", names},
        {"a removed file", [&] { tree_.remove("checked/a/back"); }, a, "back", names},
        {"a removed directory", [&] { tree_.remove("checked/b/e"); }, b, "e", names},
    };
    if (tree_.set_mode) {
        auto const act = [&] { tree_.set_mode("checked/a/new", 0600); };
        all.insert(all.begin() + 2, change{"a changed mode", act, a, "new", file});
    }
    for (change const& one : all) check_change(one);
}

void watch_inspection::check_early_hints() {
    auto const at = open("early");
    drain();
    if (!add(at)) return;
    tree_.write("checked/early/file", "1");
    take();
    bool const was_lost = is_lost_;
    w_.name(at.at, at.identity);
    take();
    expect(was_lost || has_hint(at.identity, "file", watch_event::names),
           "loses a hint between add() and name()");
    watch("early");
    drain();
    tree_.write("checked/early/again", "1");
    take();
    expect(has_hint(at.identity, "again", watch_event::names),
           "loses the watch of a directory that is added twice");
}

void watch_inspection::check_identities() {
    auto const at = watch("moving");
    tree_.rename("checked/moving", "checked/b/moved");
    drain();
    tree_.write("checked/b/moved/file", "1");
    take();
    expect(has_hint(at, "file", watch_event::names), "loses the watch of a renamed directory");
}

void watch_inspection::check_forgetting() {
    auto const at = watch("forgotten");
    tree_.write("checked/forgotten/before", "1");
    w_.forget(at);
    expect(!w_.has(at), "has a directory that was forgotten");
    tree_.write("checked/forgotten/after", "1");
    take();
    expect(!has_hint_of(at), "passes a hint of a forgotten directory");
    w_.forget(at);
    watch("forgotten");
    drain();
    tree_.write("checked/forgotten/again", "1");
    take();
    expect(has_hint(at, "again", watch_event::names),
           "loses the hints of a directory that is added again after forget()");
}

void watch_inspection::check_removal() {
    auto const at = watch("removed");
    drain();
    tree_.remove("checked/removed");
    take();
    expect(has_hint(at, {}, watch_event::gone), "has no 'gone' hint of a removed directory");
    expect(!w_.has(at), "has a directory that was removed");
}

void watch_inspection::check_descriptor() {
    if (w_.descriptor() < 0) return;
    watch("a");
    drain();
    expect(!is_readable(), "has a readable descriptor without a hint");
    tree_.write("checked/a/readable", "1");
    expect(is_readable(), "has a descriptor that is not readable while hints wait");
    drain();
}

void watch_inspection::check_throwing_sink() {
    auto const at = watch("a");
    drain();
    tree_.write("checked/a/thrown", "1");
    bool is_thrown = false;
    try {
        static_cast<void>(w_.take([](watch_hint const&) { throw no_watch{}; }));
    } catch (no_watch const&) {
        is_thrown = true;
    }
    expect(is_thrown, "take() keeps an exception of its sink");
    take();
    expect(!is_thrown || is_lost_, "has no 'lost' hint after an exception of the sink");
    expect(!is_lost_ || !w_.has(at), "has a directory after events were lost");
    watch("a");
    watch("b");
}

void watch_inspection::check_threads() {
    if (!files_.is_concurrent) return;
    constexpr int threads = 4;
    std::mutex mutex;
    bool all_added = true;
    {
        std::vector<std::jthread> all;
        for (int i = 0; i < threads; ++i) {
            all.emplace_back([&, i] {
                std::error_code error;
                auto const path = top_ + "/thread" + std::to_string(i);
                auto const at = files_.open(path.c_str(), error);
                auto const record = files_.stat_open(at, error);
                bool const is_added = w_.add(at, error) != watch_trust::none;
                w_.name(at, {record.device, record.inode});
                bool const is_known = w_.has({record.device, record.inode});
                std::lock_guard const lock{mutex};
                all_added &= is_added && is_known;
            });
        }
    }
    expect(all_added, "refuses a directory added by another thread");
    for (int i = 0; i < threads; ++i) {
        auto const name = "thread" + std::to_string(i);
        auto const at = open(name).identity;
        drain();
        tree_.write("checked/" + name + "/file", "1");
        take();
        expect(has_hint(at, "file", watch_event::names),
               "has no hint of a directory added by another thread");
    }
}

void watch_inspection::run() try {
    for (char const* const name : {"a", "b", "early", "moving", "forgotten", "removed"})
        tree_.make_directory(std::string{"checked/"} + name);
    for (int i = 0; i < 4; ++i) tree_.make_directory("checked/thread" + std::to_string(i));
    std::error_code error = std::make_error_code(std::errc::owner_dead);
    bool const is_open = w_.open(error);
    expect(is_open == !error, "open_watches() fails without an error, or succeeds with an error");
    expect(is_open, "opens no queue of events: '" + error.message() + "'");
    if (!is_open) return;
    check_adding();
    check_changes();
    check_early_hints();
    check_identities();
    check_forgetting();
    check_removal();
    check_descriptor();
    check_throwing_sink();
    check_threads();
} catch (no_watch const&) {
}

} // namespace

void check_watches(file_system_calls const& files, tree_calls const& tree, std::string const& top,
                   sentences& wrong) {
    watch_inspection{files, tree, top, wrong}.run();
    tree.remove("checked");
}

} // namespace restat::testing::detail
