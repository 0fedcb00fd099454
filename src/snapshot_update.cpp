#include <restat/snapshot_update.hpp>

#include "plain_path.hpp"
#include "snapshot_access.hpp"
#include "snapshot_delta.hpp"
#include "view_tops.hpp"

#include <algorithm>

namespace restat {
namespace detail {
namespace {

void sort_findings(std::vector<finding>& findings) {
    std::stable_sort(findings.begin(), findings.end(), [](finding const& a, finding const& b) {
        return path_less(a.path, b.path);
    });
}

template <class T>
void append(std::vector<T>& to, std::vector<T> const& from) {
    to.insert(to.end(), from.begin(), from.end());
}

// Puts in order what consists of some runs that are: so do the directories that one worker walked.
template <class T, class Less>
void merge_runs(std::vector<T>& of, Less less) {
    std::vector<std::ptrdiff_t> ends{0};
    auto const size = static_cast<std::ptrdiff_t>(of.size());
    for (std::ptrdiff_t i = 1; i < size; ++i) {
        if (less(of.begin()[i], of.begin()[i - 1])) ends.push_back(i);
    }
    ends.push_back(size);
    while (ends.size() > 2) {
        std::vector<std::ptrdiff_t> fewer{0};
        for (std::size_t i = 0; i + 2 < ends.size(); i += 2) {
            std::inplace_merge(of.begin() + ends[i], of.begin() + ends[i + 1],
                               of.begin() + ends[i + 2], less);
            fewer.push_back(ends[i + 2]);
        }
        if (fewer.back() != size) fewer.push_back(size);
        ends = std::move(fewer);
    }
}

/// Tells apart what was in a directory and what is.
class change_list {
public:
    explicit change_list(snapshot_delta const& delta) : delta_{delta} {}

    /// Only those of rows that stay where they are, edits or not.
    change_set edits() {
        auto const& known = *delta_.known;
        for (scan_harvest const& of : delta_.harvests) {
            for (scan_harvest::edit const& edit : of.edits) {
                entry const old = known.at(known.directory_of(edit.at), known.rows[edit.at]);
                entry const now = of.fresh.kinds.unpack(edit.now, old.path);
                modified(old, now, differences(old, now));
            }
        }
        return ordered();
    }

    change_set run() {
        for (scan_harvest const& of : delta_.harvests) {
            for (loose_rows::item const& item : of.loose.items) compare_loose(of.loose, item);
        }
        if (delta_.known) compare_known();
        for (scan_harvest const& of : delta_.harvests) {
            for (std::uint32_t i = 0; i < of.fresh.directories.size(); ++i) {
                compare_directory(of.fresh, i);
            }
        }
        return ordered();
    }

private:
    // What was found under its own name and in its directory too is told once.
    change_set ordered() {
        std::stable_sort(changes_.begin(), changes_.end(), [](change const& a, change const& b) {
            return path_less(a.path, b.path);
        });
        auto const same = [](change const& a, change const& b) { return a.path == b.path; };
        changes_.erase(std::unique(changes_.begin(), changes_.end(), same), changes_.end());
        return change_set{std::move(changes_)};
    }

    void compare_known() {
        auto const& known = *delta_.known;
        for (scan_harvest const& of : delta_.harvests) {
            for (scan_harvest::edit const& edit : of.edits) {
                auto const directory = known.directory_of(edit.at);
                entry const old = known.at(directory, known.rows[edit.at]);
                both(old, of.fresh.kinds.unpack(edit.now, old.path));
            }
        }
        if (!delta_.restructured) return;
        for (std::uint32_t i = 0; i < known.directories.size(); ++i) {
            if (delta_.fates[i] != fate::gone && known.named == 0) continue;
            auto const row = known.directories[i].rows;
            auto const end = row + static_cast<std::uint32_t>(known.rows_of(i).size());
            for (auto at = row; at < end; ++at) {
                if (delta_.is_gone(at, i) && !is_listed(i, known.rows[at])) {
                    removed(known.at(i, known.rows[at]));
                }
            }
        }
    }

    void compare_directory(row_store const& fresh, std::uint32_t directory) {
        auto const now = fresh.rows_of(directory);
        auto const at = delta_.known ? delta_.known->find_directory(fresh.path(directory))
                                     : directory_row::no_directory;
        std::span<row const> was;
        if (at != directory_row::no_directory) was = delta_.known->rows_of(at);
        auto old = was.begin();
        auto const finish_old = [&](auto const& until) {
            for (; old != was.end() && until(delta_.known->name(at, *old)); ++old) {
                if (delta_.known->kinds[old->kind].named) continue;
                removed(delta_.known->at(at, *old));
            }
        };
        for (row const& one : now) {
            std::string_view const name = fresh.name(directory, one);
            finish_old([&](std::string_view other) { return other < name; });
            entry const is = fresh.at(directory, one);
            if (old != was.end() && name == delta_.known->name(at, *old)) {
                both(delta_.known->at(at, *old++), is);
            } else {
                added(is);
            }
        }
        finish_old([](std::string_view) { return true; });
    }

    void compare_loose(loose_rows const& in, loose_rows::item const& item) {
        auto const path = in.path(item);
        auto const at = delta_.known ? delta_.known->find_row(path) : snapshot::contents::no_row;
        entry const is = in.kinds.unpack(item.packed, path);
        if (at == snapshot::contents::no_row) return added(is);
        auto const directory = delta_.known->directory_of(at);
        both(delta_.known->at(directory, delta_.known->rows[at]), is);
    }

    // Whether a root that is none any more was come upon in its directory.
    bool is_listed(std::uint32_t directory, row const& old) const {
        auto const& known = *delta_.known;
        if (delta_.fates[directory] != fate::replaced) return false;
        std::string_view const name = known.name(directory, old);
        for (scan_harvest const& of : delta_.harvests) {
            for (std::uint32_t i = 0; i < of.fresh.directories.size(); ++i) {
                if (of.fresh.path(i) != known.path(directory)) continue;
                auto const rows = of.fresh.rows_of(i);
                return std::any_of(rows.begin(), rows.end(),
                                   [&](row const& one) { return of.fresh.name(i, one) == name; });
            }
        }
        return false;
    }

    bool is_loose(split_path path) const {
        for (scan_harvest const& of : delta_.harvests) {
            for (auto const& item : of.loose.items) {
                if (path == of.loose.path(item)) return true;
            }
        }
        return false;
    }

    void both(entry const& old, entry const& now) {
        if (auto const differing = differences(old, now); is_edit(differing)) {
            modified(old, now, differing);
        }
    }
    void modified(entry const& old, entry const& now, fields differing) {
        changes_.push_back(
            {change_kind::modified, now.path.str(), differing, old.record, now.record});
    }
    void added(entry const& now) {
        if (now.incidental && !is_told_of(now.path, *delta_.unread)) return;
        if (is_covered(delta_.revealed, delta_.steady, now.path)) return;
        changes_.push_back({change_kind::added, now.path.str(), fields::none, {}, now.record});
    }
    void removed(entry const& old) {
        if (is_loose(old.path)) return; // but under its own name
        if (old.incidental && !is_told_of(old.path, delta_.findings)) return;
        if (is_covered(delta_.hidden, delta_.steady, old.path)) return;
        changes_.push_back({change_kind::removed, old.path.str(), fields::none, old.record, {}});
    }

    snapshot_delta const& delta_;
    std::vector<change> changes_;
};

} // namespace

void scan_harvest::clear() noexcept {
    constexpr std::size_t much = 16'384; // rows that no scan of much the same tree needs again
    edits.clear();
    stamps.clear();
    if (fresh.rows.size() > much) fresh = {};
    fresh.clear();
    loose.items.clear();
    loose.paths.clear();
    loose.kinds.clear();
    named.clear();
    findings.clear();
    revealed.clear();
    hidden.clear();
    steady.clear();
    readable.clear();
    unfinished.clear();
}

void snapshot_delta::restart(std::size_t threads) {
    harvests.resize(std::max(harvests.size(), threads));
    for (scan_harvest& one : harvests) one.clear();
    fates.assign(known ? known->directories.size() : 0, fate::gone);
    revealed.clear();
    hidden.clear();
    steady.clear();
    findings.clear();
    restructured = led_out = false;
}

void snapshot_delta::conclude() {
    named.clear();
    revealed.clear();
    hidden.clear();
    steady.clear();
    findings.clear();
    for (scan_harvest const& of : harvests) {
        append(revealed, of.revealed);
        append(hidden, of.hidden);
        append(steady, of.steady);
        append(findings, of.findings);
        append(named, of.named);
        if (!of.fresh.directories.empty() || !of.loose.items.empty()) restructured = true;
    }
    keep_tops(revealed, steady);
    keep_tops(hidden, steady);
    if (scoped && unread) keep_findings();
    select_readable();
    sort_findings(findings);
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    if (std::find(fates.begin(), fates.end(), fate::gone) != fates.end()) restructured = true;
    if (known && known->named != named.size()) restructured = true;
}

// Most often there are none, as all could be read.
void snapshot_delta::select_readable() {
    readable.clear();
    for (scan_harvest const& of : harvests) {
        for (std::string_view const root : of.readable) {
            bool const is_below_unread =
                std::any_of(findings.begin(), findings.end(), [&](finding const& one) {
                    return !is_absence(one.error) && one.path != root &&
                           is_within(root, one.path);
                });
            if (is_below_unread) readable.emplace_back(root);
        }
    }
}

// What could not be read where this scan did not look is still unread.
void snapshot_delta::keep_findings() {
    auto const count = findings.size();
    for (finding const& old : *unread) {
        if (is_on_the_way(old.path)) continue;
        auto const same = [&](finding const& now) { return now.path == old.path; };
        auto const end = findings.begin() + static_cast<std::ptrdiff_t>(count);
        if (std::any_of(findings.begin(), end, same)) continue;
        auto at = known ? known->find_directory(old.path + '/') : directory_row::no_directory;
        if (at == directory_row::no_directory && known) {
            at = known->find_directory(
                std::string_view{old.path}.substr(0, old.path.find_last_of('/') + 1));
        }
        if (at == directory_row::no_directory || fates[at] == fate::kept) findings.push_back(old);
    }
}

void snapshot_delta::keep_all() noexcept {
    std::replace(fates.begin(), fates.end(), fate::gone, fate::kept);
}

bool snapshot_delta::is_in_scope(std::string_view path) const noexcept {
    return std::binary_search(scope.begin(), scope.end(), path, path_less);
}

bool snapshot_delta::is_on_the_way(std::string_view path) const noexcept {
    if (path.empty() || path == ".") return !scope.empty();
    auto const at = std::lower_bound(scope.begin(), scope.end(), path, path_less);
    return at != scope.end() && is_within(std::string_view{*at}, path);
}

bool snapshot_delta::is_gone(std::uint32_t row, std::uint32_t directory) const noexcept {
    if (known->kinds[known->rows[row].kind].named) {
        return !std::binary_search(named.begin(), named.end(), row);
    }
    return fates[directory] == fate::gone;
}

namespace {

/// Brings a snapshot up to date.
class renewal {
public:
    renewal(snapshot_delta& delta, snapshot& known) : delta_{delta}, known_{known} {}

    void run() {
        auto* const all = snapshot_access::contents(known_);
        if (all) {
            take_kinds(*all);
            exchange(*all);
        }
        if (!delta_.restructured) {
            if (all) mark_unfinished(*all);
            return;
        }
        try {
            if (all) gather_known(*all);
            gather_fresh();
        } catch (...) {
            if (all) exchange(*all);
            throw;
        }
    }

    // Not the stamps: while a scan may be given up, a listing does not stand for its directory,
    // since what it had that is new was not walked.
    void run_edits() {
        auto* const all = snapshot_access::contents(known_);
        if (!all) return;
        take_kinds(*all);
        exchange_edits(*all);
        for (scan_harvest& of : delta_.harvests) of.edits.clear();
    }

private:
    using piece = snapshot::contents::piece;

    // All that can fail before anything is changed.
    void take_kinds(snapshot::contents& all) {
        for (scan_harvest& of : delta_.harvests) {
            for (scan_harvest::edit& edit : of.edits) {
                edit.now = all.kinds.take(edit.now, of.fresh.kinds);
                edit.now.name = all.rows[edit.at].name;
            }
        }
    }

    // Done twice, it changes nothing.
    void exchange(snapshot::contents& all) noexcept {
        exchange_edits(all);
        for (scan_harvest& of : delta_.harvests) {
            for (scan_harvest::stamp_edit& edit : of.stamps) {
                directory_row const old = all.directories[edit.directory];
                renew(all.directories[edit.directory], edit.now);
                edit.now = old;
            }
        }
    }

    void exchange_edits(snapshot::contents& all) noexcept {
        auto const weight = [&](row const& of) { return all.kinds.is_final(of) ? 0U : 1U; };
        for (scan_harvest& of : delta_.harvests) {
            for (scan_harvest::edit& edit : of.edits) {
                row& old = all.rows[edit.at];
                all.unfinal = all.unfinal + weight(edit.now) - weight(old);
                std::swap(old, edit.now);
            }
        }
    }

    static void renew(directory_row& old, directory_row const& now) {
        old.device = now.device;
        old.inode = now.inode;
        old.mtime = now.mtime;
        old.ctime = now.ctime;
        old.known = now.known;
        old.followed = now.followed;
        old.ruled = now.ruled;
    }

    // Known directories that are as they were. Rows that are roots are put in loosely, as they
    // may outlive their directory and be outlived by it.
    void gather_known(snapshot::contents const& all) {
        for (std::uint32_t i = 0; i < all.directories.size(); ++i) {
            auto const what = delta_.fates[i];
            bool const stays = what == fate::same || what == fate::kept;
            bool const has_named = all.named > 0 && gather_named(all, i);
            if (!stays) continue;
            if (!has_named) {
                pieces_.push_back({&all, i});
                continue;
            }
            renew(rest_.begin(all.path(i)), all.directories[i]);
            for (row const& one : all.rows_of(i)) {
                if (all.kinds[one.kind].named) continue;
                rest_.add(all.name(i, one), rest_.kinds.take(one, all.kinds));
            }
        }
    }

    bool gather_named(snapshot::contents const& all, std::uint32_t directory) {
        bool any = false;
        auto row = all.directories[directory].rows;
        for (auto const& one : all.rows_of(directory)) {
            bool const named = all.kinds[one.kind].named;
            if (named && !delta_.is_gone(row, directory)) {
                loose_.add(all.at(directory, one), true);
            }
            any |= named;
            ++row;
        }
        return any;
    }

    void gather_fresh() {
        for (scan_harvest const& of : delta_.harvests) {
            for (std::uint32_t i = 0; i < of.fresh.directories.size(); ++i) {
                pieces_.push_back({&of.fresh, i});
            }
            for (auto const& item : of.loose.items) {
                bool const named = of.loose.kinds[item.packed.kind].named;
                loose_.add(of.loose.kinds.unpack(item.packed, of.loose.path(item)), named);
            }
        }
        for (std::uint32_t i = 0; i < rest_.directories.size(); ++i)
            pieces_.push_back({&rest_, i});
        merge_runs(pieces_, [](piece const& a, piece const& b) {
            return path_less(a.from->path(a.directory), b.from->path(b.directory));
        });
        loose_.order();
        auto made = snapshot::contents::assemble(pieces_, loose_);
        mark_unfinished(made);
        snapshot_access::fill(known_, std::move(made));
    }

    void mark_unfinished(snapshot::contents& made) const {
        for (scan_harvest const& of : delta_.harvests) {
            for (std::string const& path : of.unfinished) {
                auto const at = made.find_directory(path);
                if (at != directory_row::no_directory) {
                    made.directories[at].known = listing::unfinished;
                }
            }
        }
    }

    snapshot_delta& delta_;
    snapshot& known_;
    std::vector<piece> pieces_;
    row_store rest_;
    loose_rows loose_;
};

} // namespace
} // namespace detail

snapshot_update::snapshot_update() : delta_{detail::make_owned<detail::snapshot_delta>()} {}
snapshot_update::snapshot_update(snapshot_update&&) noexcept = default;
snapshot_update::~snapshot_update() = default;

void snapshot_update::begin(snapshot const& known, std::stop_token stop) {
    stop_ = std::move(stop);
    bounds_ = {};
    looked_at_ = 0;
    spent_ = {};
    paused_ = false;
    delta_->known = detail::snapshot_access::contents(known);
    delta_->unread = &known.findings();
    delta_->readable_before = &detail::snapshot_access::readable(known);
    delta_->scoped = false;
    delta_->restart(1);
}

void snapshot_update::limit_to(std::vector<std::string> paths) {
    for (std::string& path : paths) {
        path = detail::plain_path(path);
        if (path == ".") path.clear();
        if (!path.empty() && !path.ends_with('/')) path += '/';
    }
    std::sort(paths.begin(), paths.end(), path_less);
    delta_->scope = std::move(paths);
    delta_->scoped = true;
}

bool snapshot_update::is_limited() const noexcept { return delta_->scoped; }

void snapshot_update::list_all() noexcept {
    delta_->list_all = true;
    paused_ = false;
}
bool snapshot_update::lists_all() const noexcept { return delta_->list_all; }

void snapshot_update::join(snapshot const& found) { delta_->join(found); }

change_set snapshot_update::edits() const {
    return delta_->known ? detail::change_list{*delta_}.edits() : change_set{};
}
change_set snapshot_update::changes() const { return detail::change_list{*delta_}.run(); }

bool snapshot_update::view_changed() const noexcept {
    return !delta_->revealed.empty() || !delta_->hidden.empty();
}

std::vector<finding> const& snapshot_update::findings() const noexcept {
    return delta_->findings;
}

void snapshot_update::apply(snapshot& known) {
    auto findings = delta_->findings;
    auto revealed = delta_->revealed;
    auto hidden = delta_->hidden;
    auto steady = delta_->steady;
    auto readable = delta_->readable;
    detail::renewal{*delta_, known}.run();
    detail::snapshot_access::tell(known, std::move(findings), std::move(revealed),
                                  std::move(hidden), std::move(steady));
    detail::snapshot_access::readable(known) = std::move(readable);
    delta_->list_all = false;
    delta_->pending = false;
    delta_->known = nullptr;
    delta_->restart(0);
}

void snapshot_update::apply_edits(snapshot& known) {
    detail::renewal{*delta_, known}.run_edits();
}

} // namespace restat
