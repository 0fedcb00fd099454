#include <restat/testing/conformance.hpp>

#include "base/quoted.hpp"

#include <restat/diff.hpp>

#include <string>
#include <utility>

namespace restat::testing::detail {
namespace {

constexpr auto everything = [](candidate const&) noexcept { return verdict::none; };

snapshot list_all(enumerate const& list, snapshot const& previous, sentences& wrong) {
    snapshot_builder builder;
    std::error_code error;
    list(matcher_ref{everything}, builder, error);
    if (error) wrong.push_back("stops with an error: " + error.message());
    return builder.finish(previous);
}

void check_coverage(event_coverage const& of, sentences& wrong) {
    if (of.watched + of.partly + of.refused > of.directories)
        wrong.emplace_back("has more directories with and without events than directories");
    if (of.refused > 0 && !of.why) wrong.emplace_back("gives no reason for refused events");
}

// Gives the files of a scan, and notes those that cannot be checked on their own.
class named_files final : public scan_bounds {
public:
    named_files(snapshot const& known, std::vector<std::string> files)
        : known_{known}, files_{std::move(files)} {}

    std::optional<std::size_t> next_priority() override {
        if (next_ == files_.size()) return {};
        auto const at = known_.find(files_[next_++]);
        return at == known_.end() ? no_position : at.index();
    }
    void missed_priority() override { missed_.push_back(files_[next_ - 1]); }

    std::vector<std::string> const& missed() const noexcept { return missed_; }

private:
    snapshot const& known_;
    std::vector<std::string> files_;
    std::vector<std::string> missed_;
    std::size_t next_ = 0;
};

class hinted_scans {
public:
    hinted_scans(hint_calls const& calls) : calls_{calls} {}

    void begin();
    void scan_all();
    void after(std::string const& edit);
    sentences wrong() && { return std::move(wrong_); }

private:
    hint_list taken();
    void scan(hint_list const& hints);
    void scan(named_files& files, hint_list const* directories);
    void compare(snapshot const& fresh, std::string const& when);

    hint_calls const& calls_;
    snapshot known_;
    snapshot_update update_;
    sentences wrong_;
};

hint_list hinted_scans::taken() {
    hint_list hints;
    calls_.take(known_, hints);
    return hints;
}

void hinted_scans::begin() {
    scan_all();
    taken(); // of the time before the scan
    if (!taken().empty()) wrong_.emplace_back("gives hints again that were taken");
}

void hinted_scans::scan_all() {
    if (!calls_.update) {
        known_ = list_all(calls_.list, known_, wrong_);
        return;
    }
    update_.begin(known_);
    std::error_code error;
    calls_.update(matcher_ref{everything}, update_, error);
    if (error) wrong_.push_back("stops with an error: " + error.message());
    update_.apply(known_);
}

void hinted_scans::after(std::string const& edit) {
    auto const hints = taken();
    snapshot const before = known_;
    if (calls_.update) scan(hints); // a listing in between may widen the scan
    snapshot const fresh = list_all(calls_.list, before, wrong_);
    auto const edits = diff(before, fresh);
    if (!hints.empty() && calls_.update) {
        compare(fresh, edit);
    } else if (hints.empty() && !edits.empty()) {
        wrong_.push_back(edit + ": gives no hint of " + restat::detail::quoted(edits[0].path));
    }
    scan_all();
    if (!taken().empty()) wrong_.push_back(edit + ": gives hints again that were taken");
    check_coverage(calls_.coverage(), wrong_);
}

// Files that cannot be checked on their own lead to a scan of their directories, as in a reloader.
void hinted_scans::scan(hint_list const& hints) {
    named_files files{known_, {hints.files().begin(), hints.files().end()}};
    hint_list directories;
    for (std::string const& path : hints.directories()) directories.list(path);
    scan(files, hints.is_lost() ? nullptr : &directories);
    if (files.missed().empty() || hints.is_lost()) return;
    directories.clear();
    for (std::string const& path : files.missed()) {
        auto const slash = path.find_last_of('/');
        directories.list(slash == path.npos ? "." : path.substr(0, slash + 1));
    }
    named_files none{known_, {}};
    scan(none, &directories);
}

// Scans the directories, or the whole tree.
void hinted_scans::scan(named_files& files, hint_list const* directories) {
    update_.begin(known_);
    if (directories) {
        auto const& of = directories->directories();
        update_.limit_to({of.begin(), of.end()});
    }
    update_.bound(&files, {});
    std::error_code error;
    calls_.update(matcher_ref{everything}, update_, error);
    update_.apply(known_);
    update_.bound(nullptr, {});
}

void hinted_scans::compare(snapshot const& fresh, std::string const& when) {
    for (change const& one : diff(known_, fresh)) {
        wrong_.push_back(when + ": a scan of its hints does not find that " +
                         restat::detail::quoted(one.path) + " was " +
                         std::string{to_string(one.kind)});
    }
}

} // namespace

sentences check_hints(hint_calls const& calls, std::vector<std::function<void()>> const& edits) {
    hinted_scans run{calls};
    run.begin();
    for (std::size_t i = 0; i < edits.size(); ++i) {
        edits[i]();
        run.after("after edit " + std::to_string(i + 1));
    }
    return std::move(run).wrong();
}

} // namespace restat::testing::detail
