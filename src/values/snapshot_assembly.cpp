#include "snapshot_assembly.hpp"

#include <algorithm>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::size_t rows_a_step = 256;
constexpr std::size_t names_a_step = 16 * rows_a_step; // in bytes
constexpr std::size_t loose_a_step = 64;

std::string_view directory_part(std::string_view path) noexcept {
    return path.substr(0, path.find_last_of('/') + 1);
}

// Returns whether a directory is below another. Both paths end with a slash. The root "." has the
// path "", and all relative paths are below it.
bool is_below(std::string_view path, std::string_view top) noexcept {
    if (top.empty()) return !path.empty() && !path.starts_with('/') && !path.starts_with("../");
    return path.size() > top.size() && path.starts_with(top);
}

} // namespace

snapshot_assembly::snapshot_assembly(loose_rows const& loose)
    : loose_{loose}, rows_{loose.items.size()} {
    after_item_.reserve(loose.items.size());
}

bool snapshot_assembly::group_some() {
    auto const end = std::min(loose_.items.size(), after_item_.size() + loose_a_step);
    for (auto i = narrow(after_item_.size()); i < end; ++i) {
        auto const whole = loose_.path(loose_.items[i]);
        auto const path = directory_part(whole);
        auto const top = [&] { return groups_[open_groups_.back()].path; };
        while (!open_groups_.empty() && top() != path && !is_below(path, top()) &&
               !top().empty()) {
            open_groups_.pop_back();
        }
        if (open_groups_.empty() || top() != path) {
            open_groups_.push_back(groups_.size());
            groups_.push_back({path, i, i});
            paths_ += path.size();
        }
        group& of = groups_[open_groups_.back()];
        if (of.last != i) after_item_[std::exchange(of.last, i)] = i;
        after_item_.push_back(no_item);
        names_ += whole.size() - path.size() + 1;
    }
    return end < loose_.items.size();
}

bool snapshot_assembly::order_groups() {
    return group_sort_.step(
        groups_, [](group const& a, group const& b) { return path_less(a.path, b.path); });
}

std::string_view snapshot_assembly::names_of(piece const& of) noexcept {
    auto const& from = *of.from;
    std::size_t const begin = from.directories[of.directory].names;
    std::size_t const end = of.directory + 1 < from.directories.size()
                                ? from.directories[of.directory + 1].names
                                : from.names.size();
    return std::string_view{from.names}.substr(begin, end - begin);
}

void snapshot_assembly::expect(piece const& of) noexcept {
    rows_ += of.from->rows_of(of.directory).size();
    names_ += names_of(of).size();
    paths_ += path_of(of).size();
    ++directories_;
}

void snapshot_assembly::reserve() {
    if (made_.directories.capacity() >= directories_) return;
    narrow(rows_);
    made_.directories.reserve(directories_);
    made_.rows.reserve(rows_);
    made_.names.reserve(names_);
    made_.paths.reserve(paths_);
}

void snapshot_assembly::add(piece const& of) {
    reserve();
    auto const is_before = [&](group const& loose) { return path_less(loose.path, path_of(of)); };
    while (next_group_ < groups_.size() && is_before(groups_[next_group_])) {
        add_directory(nullptr, &groups_[next_group_++]);
        while (merged_) merge_some();
    }
    bool const has_loose =
        next_group_ < groups_.size() && groups_[next_group_].path == path_of(of);
    add_directory(&of, has_loose ? &groups_[next_group_++] : nullptr);
}

bool snapshot_assembly::step() {
    if (merged_) return merge_some();
    if (copied_) return copy_some();
    switch (stage_) {
    case stage::grouping:
        if (!group_some()) stage_ = stage::ordering_groups;
        return true;
    case stage::ordering_groups:
        if (order_groups()) return true;
        directories_ += groups_.size();
        stage_ = stage::adding;
        return false;
    case stage::adding: return false;
    case stage::adding_loose:
        reserve();
        if (next_group_ == groups_.size()) {
            stage_ = stage::finding_parents;
        } else {
            add_directory(nullptr, &groups_[next_group_++]);
        }
        return true;
    case stage::finding_parents:
        if (!find_parent()) {
            stage_ = stage::ordering;
            next_ = 0;
            made_.runs.reserve(2 * made_.directories.size());
        }
        return true;
    case stage::ordering:
        if (!order_some()) stage_ = stage::done;
        return true;
    case stage::done: break;
    }
    return false;
}

void snapshot_assembly::add_directory(piece const* known, group const* loose) {
    auto& made = made_.begin(known ? path_of(*known) : loose->path);
    if (known) made.mark = known->from->directories[known->directory].mark;
    if (known) copied_ = *known;
    merged_ = loose;
    next_row_ = next_name_ = 0;
    next_item_ = loose ? loose->first : no_item;
    loose ? merge_some() : copy_some();
}

void snapshot_assembly::add_loose(row_kind const* beside) {
    auto const& item = loose_.items[std::exchange(next_item_, after_item_[next_item_])];
    row packed = made_.kinds.take(item.packed, loose_.kinds);
    if (beside && !beside->incidental) packed = made_.kinds.not_incidental(packed);
    made_.add(loose_.path(item).substr(merged_->path.size()), packed);
    made_.count(made_.rows.back());
}

// Merges some rows of a directory with its loose rows.
bool snapshot_assembly::merge_some() {
    auto const rows =
        copied_ ? copied_->from->rows_of(copied_->directory) : std::span<row const>{};
    auto const has_loose = [&] { return next_item_ != no_item; };
    for (std::size_t n = 0; n < rows_a_step && (has_loose() || next_row_ < rows.size()); ++n) {
        if (next_row_ == rows.size()) {
            add_loose(nullptr);
            continue;
        }
        row const& one = rows[next_row_];
        auto const& from = *copied_->from;
        std::string_view const name = from.name(copied_->directory, one);
        auto const loose = has_loose() ? loose_name() : std::string_view{};
        if (has_loose() && loose <= name) {
            bool const is_same = loose == name;
            add_loose(is_same ? &from.kinds[one.kind] : nullptr);
            next_row_ += is_same ? 1 : 0;
        } else {
            made_.add(name, made_.kinds.take(one, from.kinds));
            made_.count(made_.rows.back());
            ++next_row_;
        }
    }
    if (!has_loose() && next_row_ == rows.size()) {
        merged_ = nullptr;
        copied_.reset();
    }
    return true;
}

bool snapshot_assembly::copy_some() {
    auto const names = names_of(*copied_).substr(next_name_);
    made_.names += names.substr(0, names_a_step);
    next_name_ += std::min(names.size(), names_a_step);
    auto const rows = copied_->from->rows_of(copied_->directory);
    auto const end = std::min(rows.size(), next_row_ + rows_a_step);
    for (; next_row_ < end; ++next_row_) {
        made_.rows.push_back(made_.kinds.take(rows[next_row_], copied_->from->kinds));
        made_.count(made_.rows.back());
    }
    if (next_row_ == rows.size() && names.size() <= names_a_step) copied_.reset();
    return true;
}

bool snapshot_assembly::find_parent() {
    auto& all = made_.directories;
    auto const count = static_cast<std::uint32_t>(all.size());
    auto const close = [&] {
        all[parents_.back()].end = next_;
        parents_.pop_back();
    };
    if (next_ == count) {
        while (!parents_.empty()) close();
        return false;
    }
    auto const path = made_.path(next_);
    while (!parents_.empty() && !made_.path(parents_.back()).empty() &&
           !is_below(path, made_.path(parents_.back()))) {
        close();
    }
    if (!parents_.empty() && is_below(path, made_.path(parents_.back()))) {
        all[next_].parent = parents_.back();
    }
    parents_.push_back(next_++);
    return true;
}

// Visits the next directory. Before it, its parent emits its rows up to this subdirectory.
bool snapshot_assembly::order_some() {
    auto const close = [&] {
        give(open_.back(), made_.rows_of(open_.back().directory).size());
        open_.pop_back();
    };
    if (next_ == made_.directories.size()) {
        while (!open_.empty()) close();
        made_.runs.shrink_to_fit();
        return false;
    }
    while (!open_.empty() && made_.directories[open_.back().directory].end <= next_) close();
    if (!open_.empty()) {
        open_directory& above = open_.back();
        auto const rows = made_.rows_of(above.directory).subspan(above.next);
        auto const end = std::partition_point(rows.begin(), rows.end(), [&](row const& one) {
            return path_less({made_.path(above.directory), made_.name(above.directory, one)},
                             made_.path(next_));
        });
        give(above, above.next + static_cast<std::size_t>(end - rows.begin()));
    }
    open_.push_back({next_++, 0});
    return true;
}

void snapshot_assembly::give(open_directory& of, std::size_t end) {
    if (end > of.next) add_run(of.directory, of.next, end - of.next);
    of.next = end;
}

void snapshot_assembly::add_run(std::uint32_t directory, std::size_t first, std::size_t count) {
    auto const row = static_cast<std::uint32_t>(made_.directories[directory].rows + first);
    bool const continues = !made_.runs.empty() && made_.runs.back().directory == directory &&
                           made_.runs.back().row + (ordered_ - made_.runs.back().index) == row;
    if (!continues) made_.runs.push_back({static_cast<std::uint32_t>(ordered_), row, directory});
    ordered_ += count;
}

} // namespace restat::detail

namespace restat {

snapshot::contents snapshot::contents::assemble(std::span<piece const> pieces,
                                                detail::loose_rows const& loose) {
    detail::snapshot_assembly all{loose};
    while (all.step()) continue;
    for (piece const& of : pieces) all.expect(of);
    for (piece const& of : pieces) {
        all.add(of);
        while (all.step()) continue;
    }
    all.finish();
    while (all.step()) continue;
    return all.take();
}

} // namespace restat
