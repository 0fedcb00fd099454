#include "change_search.hpp"

#include "entry_change.hpp"
#include "stable_order.hpp"
#include "view_tops.hpp"

#include <algorithm>
#include <utility>

namespace restat::detail {

bool change_search::step(std::optional<found_change>& found) {
    found_.reset();
    bool goes_on = false;
    switch (stage_) {
    case stage::loose: goes_on = step_loose(); break;
    case stage::edits: goes_on = step_edits(); break;
    case stage::gone: goes_on = step_gone(); break;
    case stage::fresh: goes_on = step_fresh(); break;
    case stage::done: return false;
    }
    if (!goes_on) {
        stage_ = static_cast<stage>(static_cast<unsigned>(stage_) + 1);
        harvest_ = item_ = 0;
        directory_ = row_ = 0;
    }
    std::swap(found, found_);
    return true;
}

// Returns whether this harvest has an item left. Otherwise moves on to the next harvest.
bool change_search::next_item(std::size_t size) noexcept {
    if (item_ < size) return true;
    ++harvest_;
    item_ = 0;
    return false;
}

bool change_search::step_loose() {
    if (range_ == range::edits || harvest_ == delta_.harvests.size()) return false;
    auto const& in = delta_.harvests[harvest_].loose;
    if (!next_item(in.items.size())) return true;
    auto const& item = in.items[item_++];
    auto const path = in.path(item);
    auto const* const known = delta_.known;
    auto const at = known ? known->find_row(path) : snapshot::contents::no_row;
    entry const now = in.kinds.unpack(item.packed, path);
    if (at == snapshot::contents::no_row) {
        added(now);
    } else {
        compare(known->entry_of(at), now);
    }
    return true;
}

bool change_search::step_edits() {
    if (!delta_.known || harvest_ == delta_.harvests.size()) return false;
    auto const& of = delta_.harvests[harvest_];
    if (!next_item(of.edits.size())) return true;
    auto const& edit = of.edits[item_++];
    entry const old = delta_.known->entry_of(edit.at);
    entry const now = of.fresh.kinds.unpack(edit.now, old.path);
    auto const changed = changes_between(old, now);
    if (reveals_target(old, now)) note_early(now);
    if (range_ == range::edits || is_edit(changed)) {
        found_ = modified_entry(old, now, changed);
        found_->row = edit.at;
    }
    return true;
}

// Finds removed directories, and known rows that are no longer roots.
bool change_search::step_gone() {
    if (range_ == range::edits || !delta_.known || !delta_.restructured) return false;
    auto const& known = *delta_.known;
    if (directory_ == known.directories.size()) return false;
    bool const may_be = delta_.fates[directory_] == fate::gone || known.named > 0;
    auto const rows = known.rows_of(directory_);
    if (!may_be || row_ == rows.size()) {
        ++directory_;
        row_ = 0;
        return true;
    }
    row const& old = rows[row_];
    auto const at = known.directories[directory_].rows + row_++;
    if (delta_.is_gone(at, directory_) && !is_listed(directory_, old))
        removed(known.at(directory_, old));
    return true;
}

bool change_search::step_fresh() {
    if (range_ == range::edits || harvest_ == delta_.harvests.size()) return false;
    auto const& fresh = delta_.harvests[harvest_].fresh;
    if (!has_begun_) {
        if (next_item(fresh.directories.size())) begin_fresh(fresh);
        return true;
    }
    bool const is_old_first =
        !was_.empty() &&
        (now_.empty() ||
         std::string_view{delta_.known->name(known_at_, was_[0])} < fresh.name(item_, now_[0]));
    if (is_old_first) {
        if (!delta_.known->kinds[was_[0].kind].named)
            removed(delta_.known->at(known_at_, was_[0]));
        was_ = was_.subspan(1);
    } else if (!now_.empty()) {
        entry const now = fresh.at(item_, now_[0]);
        bool const is_known = is_known_name(fresh.name(item_, now_[0]));
        is_known ? compare(delta_.known->at(known_at_, was_[0]), now) : added(now);
        if (is_known) was_ = was_.subspan(1);
        now_ = now_.subspan(1);
    } else {
        has_begun_ = false;
        ++item_;
    }
    return true;
}

void change_search::begin_fresh(row_store const& fresh) {
    has_begun_ = true;
    now_ = fresh.rows_of(item_);
    was_ = {};
    known_at_ = delta_.known ? delta_.known->find_directory(fresh.path(item_))
                             : directory_row::no_directory;
    if (known_at_ != directory_row::no_directory) was_ = delta_.known->rows_of(known_at_);
}

bool change_search::is_known_name(std::string_view name) const noexcept {
    return !was_.empty() && name == delta_.known->name(known_at_, was_[0]);
}

// Returns whether the listing of its directory contains a former root.
bool change_search::is_listed(std::uint32_t directory, row const& old) const {
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

bool change_search::is_loose(split_path path) const {
    for (scan_harvest const& of : delta_.harvests) {
        for (auto const& item : of.loose.items) {
            if (path == of.loose.path(item)) return true;
        }
    }
    return false;
}

void change_search::note_early(entry const& now) {
    if (!has_final_records(now)) early_ = now.path.str();
}

void change_search::compare(entry const& old, entry const& now) {
    if (reveals_target(old, now)) note_early(now);
    if (auto const changed = changes_between(old, now); is_edit(changed))
        found_ = modified_entry(old, now, changed);
}

void change_search::added(entry const& now) {
    bool const is_incidental = now.incidental && !is_reported(now.path, *delta_.unread);
    if (is_incidental || is_covered(delta_.revealed, delta_.steady, now.path))
        return note_early(now);
    found_ = added_entry(now);
}

void change_search::removed(entry const& old) {
    if (is_loose(old.path)) return; // but under its own name
    if (old.incidental && !is_reported(old.path, delta_.findings)) return;
    if (is_covered(delta_.hidden, delta_.steady, old.path)) return;
    found_ = removed_entry(old);
}

change_set find_changes(snapshot_delta const& delta, change_search::range of) {
    std::vector<change> changes;
    change_search search{delta, of};
    for (std::optional<found_change> found; search.step(found);) {
        if (found) changes.push_back(std::move(found->difference));
    }
    sort_stably(changes,
                [](change const& a, change const& b) { return path_less(a.path, b.path); });
    auto const same = [](change const& a, change const& b) { return a.path == b.path; };
    changes.erase(std::unique(changes.begin(), changes.end(), same), changes.end());
    return change_set{std::move(changes)};
}

} // namespace restat::detail
