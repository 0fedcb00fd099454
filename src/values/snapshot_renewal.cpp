#include "snapshot_renewal.hpp"

#include "snapshot_access.hpp"

#include <algorithm>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::size_t kept_rows_a_step = 256;

bool piece_is_before(snapshot::contents::piece const& a,
                     snapshot::contents::piece const& b) noexcept {
    return path_less(a.from->path(a.directory), b.from->path(b.directory));
}

// Replaces a row. The kind of the new row belongs to the same snapshot.
void replace(snapshot::contents& all, std::uint32_t at, row now) noexcept {
    auto const weight = [&](row const& of) { return all.kinds.is_final(of) ? 0U : 1U; };
    row& old = all.rows[at];
    now.name = old.name;
    all.unfinal = all.unfinal + weight(now) - weight(old);
    old = now;
}

} // namespace

snapshot_renewal::snapshot_renewal(snapshot_delta& delta, snapshot& known, range of)
    : delta_{delta}, known_{known}, range_{of} {
    delta.adopt_names(known);
    all_ = snapshot_access::contents(known);
    bool const is_copied = range_ == range::all && delta_.restructured;
    if (!is_copied && !all_) {
        stage_ = stage::done;
    } else if (is_copied) {
        stage_ = stage::known;
    }
}

bool snapshot_renewal::step() {
    bool goes_on = false;
    switch (stage_) {
    case stage::taking:
        if (!take_edit()) stage_ = stage::done;
        return stage_ != stage::done;
    case stage::known: goes_on = gather_known(); break;
    case stage::fresh: goes_on = gather_fresh(); break;
    case stage::order: goes_on = order_fresh(); break;
    case stage::loose: goes_on = loose_order_.step(loose_); break;
    case stage::grouping: goes_on = assembly_->step(); break;
    case stage::expecting: goes_on = expect_next(); break;
    case stage::copying: goes_on = copy_next(); break;
    case stage::finishing: goes_on = assembly_->step(); break;
    case stage::edits: goes_on = put_edit(); break;
    case stage::marks: goes_on = put_mark(); break;
    case stage::done: return false;
    }
    if (goes_on) return true;
    if (stage_ == stage::loose) assembly_.emplace(loose_);
    if (stage_ == stage::finishing) finish_copying();
    if (stage_ == stage::marks) mark_unfinished(*made_);
    stage_ = static_cast<stage>(static_cast<unsigned>(stage_) + 1);
    harvest_ = item_ = 0;
    directory_ = 0;
    return stage_ != stage::done;
}

// Returns whether this harvest has an item left. Otherwise moves on to the next harvest.
bool snapshot_renewal::next_item(std::size_t size) noexcept {
    if (item_ < size) return true;
    ++harvest_;
    item_ = 0;
    return false;
}

bool snapshot_renewal::take_edit() {
    if (harvest_ == delta_.harvests.size()) return false;
    auto const& of = delta_.harvests[harvest_];
    if (!next_item(of.edits.size())) return true;
    if (edits_.empty()) edits_.reserve(delta_.edits());
    auto const& edit = of.edits[item_++];
    edits_.push_back({edit.at, all_->kinds.take(edit.now, of.fresh.kinds)});
    return true;
}

bool snapshot_renewal::stays(std::uint32_t directory) const noexcept {
    auto const found = delta_.fates[directory];
    return found == fate::same || found == fate::kept;
}

// A row that is a root becomes a loose row, since a root and its directory may be removed
// separately.
bool snapshot_renewal::gather_known() {
    if (!all_ || directory_ == all_->directories.size()) return false;
    if (gathers_rest_) {
        gather_rest();
        return true;
    }
    if (all_->named > 0 && gather_named()) return true;
    bool const has_named = std::exchange(has_named_, false);
    copied_apart_.push_back(has_named);
    item_ = 0;
    if (has_named && stays(directory_)) {
        begin_rest();
    } else {
        ++directory_;
    }
    return true;
}

// Gathers the roots among some rows of a directory. Returns false after the last row.
bool snapshot_renewal::gather_named() {
    auto const rows = all_->rows_of(directory_);
    auto const first = all_->directories[directory_].rows;
    auto const end = std::min(rows.size(), item_ + kept_rows_a_step);
    for (; item_ < end; ++item_) {
        row const& one = rows[item_];
        if (!all_->kinds[one.kind].named) continue;
        has_named_ = true;
        if (!delta_.is_gone(first + static_cast<std::uint32_t>(item_), directory_))
            loose_.add(all_->at(directory_, one), true);
    }
    return item_ < rows.size();
}

void snapshot_renewal::begin_rest() {
    auto const rows = rest_.rows.size() + all_->rows_of(directory_).size();
    if (rows > rest_.rows.capacity())
        rest_.rows.reserve(std::max(rows, 2 * rest_.rows.capacity()));
    rest_.begin(all_->path(directory_)).mark = all_->directories[directory_].mark;
    fresh_.push_back({&rest_, static_cast<std::uint32_t>(rest_.directories.size() - 1)});
    gathers_rest_ = true;
    item_ = 0;
}

// Gathers some rows of a directory that are no roots.
void snapshot_renewal::gather_rest() {
    auto const rows = all_->rows_of(directory_);
    auto const end = std::min(rows.size(), item_ + kept_rows_a_step);
    for (; item_ < end; ++item_) {
        row const& one = rows[item_];
        if (all_->kinds[one.kind].named) continue;
        rest_.add(all_->name(directory_, one), rest_.kinds.take(one, all_->kinds));
    }
    if (item_ < rows.size()) return;
    gathers_rest_ = false;
    item_ = 0;
    ++directory_;
}

bool snapshot_renewal::gather_fresh() {
    if (harvest_ == delta_.harvests.size()) return false;
    auto const& of = delta_.harvests[harvest_];
    auto const directories = of.fresh.directories.size();
    if (!next_item(directories + of.loose.items.size())) return true;
    auto const at = item_++;
    if (at < directories) {
        fresh_.push_back({&of.fresh, static_cast<std::uint32_t>(at)});
        return true;
    }
    auto const& item = of.loose.items[at - directories];
    bool const named = of.loose.kinds[item.packed.kind].named;
    loose_.add(of.loose.kinds.unpack(item.packed, of.loose.path(item)), named);
    return true;
}

bool snapshot_renewal::order_fresh() { return fresh_sort_.step(fresh_, piece_is_before); }

bool snapshot_renewal::expect_next() {
    if (directory_ < copied_apart_.size()) {
        auto const i = directory_++;
        if (stays(i) && !copied_apart_[i]) assembly_->expect({all_, i});
        return true;
    }
    if (item_ == fresh_.size()) return false;
    assembly_->expect(fresh_[item_++]);
    return true;
}

bool snapshot_renewal::copy_next() {
    if (assembly_->step()) return true;
    while (directory_ < copied_apart_.size() && (!stays(directory_) || copied_apart_[directory_]))
        ++directory_;
    bool const has_known = directory_ < copied_apart_.size();
    bool const has_fresh = next_fresh_ < fresh_.size();
    piece const known{all_, directory_};
    if (has_fresh && (!has_known || piece_is_before(fresh_[next_fresh_], known))) {
        assembly_->add(fresh_[next_fresh_++]);
    } else if (has_known) {
        assembly_->add(known);
        ++directory_;
    } else {
        assembly_->finish();
    }
    return has_fresh || has_known;
}

void snapshot_renewal::finish_copying() { made_ = make_owned<contents>(assembly_->take()); }

// Writes the edit of a copied row. Rows of listed directories are up to date.
bool snapshot_renewal::put_edit() {
    if (!all_ || harvest_ == delta_.harvests.size()) return false;
    auto const& of = delta_.harvests[harvest_];
    if (!next_item(of.edits.size())) return true;
    auto const& edit = of.edits[item_++];
    auto const from = all_->directory_of(edit.at);
    row const& old = all_->rows[edit.at];
    bool const named = all_->kinds[old.kind].named;
    if (named ? delta_.is_gone(edit.at, from) : !stays(from)) return true;
    auto const to = made_->find_directory(all_->path(from));
    if (to == directory_row::no_directory) return true;
    auto const at = made_->find_row(to, all_->name(from, old));
    if (at == contents::no_row) return true;
    replace(*made_, at, made_->kinds.take(edit.now, of.fresh.kinds));
    return true;
}

bool snapshot_renewal::put_mark() {
    if (!all_ || harvest_ == delta_.harvests.size()) return false;
    auto const& of = delta_.harvests[harvest_];
    if (!next_item(of.marks.size())) return true;
    auto const& edit = of.marks[item_++];
    auto const to = made_->find_directory(all_->path(edit.directory));
    if (stays(edit.directory) && to != directory_row::no_directory)
        made_->directories[to].mark = edit.now;
    return true;
}

void snapshot_renewal::commit() noexcept {
    if (made_) {
        snapshot_access::exchange(known_, made_);
    } else if (all_) {
        replace_in_place();
    }
    if (range_ == range::edits) return;
    delta_.discarded.take(snapshot_access::revealed(known_));
    delta_.discarded.take(snapshot_access::hidden(known_));
    snapshot_access::set_view(known_, std::move(delta_.findings), std::move(delta_.revealed),
                              std::move(delta_.hidden), std::move(delta_.steady));
    snapshot_access::renamed(known_) = std::move(delta_.renamed);
    snapshot_access::readable(known_) = std::move(delta_.readable);
    delta_.applied();
}

void snapshot_renewal::replace_in_place() noexcept {
    for (auto const& edit : edits_) replace(*all_, edit.at, edit.now);
    for (scan_harvest& of : delta_.harvests) {
        of.edits.clear();
        // An abandoned scan has not visited the new names in a listing, so the old mark of the
        // directory stays.
        if (range_ == range::edits) continue;
        for (auto const& edit : of.marks) {
            listing_mark& mark = all_->directories[edit.directory].mark;
            if (id_of(mark) != id_of(edit.now)) all_->index.drop();
            mark = edit.now;
        }
    }
    if (range_ == range::all) mark_unfinished(*all_);
}

void snapshot_renewal::mark_unfinished(contents& of) const noexcept {
    for (scan_harvest const& one : delta_.harvests) {
        for (std::string const& path : one.unfinished) {
            auto const at = of.find_directory(path);
            if (at != directory_row::no_directory)
                of.directories[at].mark.known = listing::unfinished;
        }
    }
}

} // namespace restat::detail
