#include <restat/snapshot.hpp>

#include "unread.hpp"

#include <algorithm>
#include <iterator>

namespace restat {

bool path_less(std::string_view a, std::string_view b) noexcept {
    auto const [i, j] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (j == b.end()) return false;
    if (i == a.end()) return true;
    auto const rank = [](char c) { return c == '/' ? -1 : static_cast<unsigned char>(c); };
    return rank(*i) < rank(*j);
}

snapshot::snapshot() noexcept = default;
snapshot::snapshot(snapshot const&) = default;
snapshot::snapshot(snapshot&&) noexcept = default;
snapshot& snapshot::operator=(snapshot const&) = default;
snapshot& snapshot::operator=(snapshot&&) noexcept = default;
snapshot::~snapshot() = default;

std::size_t snapshot::size() const noexcept { return rows_.size(); }

entry snapshot::operator[](std::size_t index) const noexcept {
    row const& at = rows_[index];
    return {path(index), at.record, at.link == 0 ? stat_record{} : links_[at.link - 1],
            at.incidental != 0};
}

std::string_view snapshot::path(std::size_t index) const noexcept {
    row const& at = rows_[index];
    return {names_.data() + at.name, at.length};
}

std::size_t snapshot::lower_bound(std::string_view path) const noexcept {
    auto const name = [this](row const& at) {
        return std::string_view{names_.data() + at.name, at.length};
    };
    auto const at = std::partition_point(rows_.begin(), rows_.end(), [&](row const& candidate) {
        return path_less(name(candidate), path);
    });
    return static_cast<std::size_t>(at - rows_.begin());
}

snapshot::iterator snapshot::find(std::string_view path) const noexcept {
    auto const at = lower_bound(path);
    return at < size() && this->path(at) == path ? iterator{*this, at} : end();
}

bool snapshot::contains(std::string_view path) const noexcept { return find(path) != end(); }

namespace {

// Of ordered paths, none below another, only the last that is not after a path can hold it.
bool is_within_any(std::vector<std::string> const& tops, std::string_view path) noexcept {
    auto const after = std::upper_bound(
        tops.begin(), tops.end(), path,
        [](std::string_view wanted, std::string const& top) { return path_less(wanted, top); });
    return after != tops.begin() && detail::is_within(path, *std::prev(after));
}

} // namespace

bool snapshot::revealed(std::string_view path) const noexcept {
    return is_within_any(revealed_, path);
}

bool snapshot::hidden(std::string_view path) const noexcept {
    return is_within_any(hidden_, path);
}

void snapshot::append(entry const& what) {
    row made;
    made.name = names_.size();
    made.length = static_cast<std::uint32_t>(what.path.size());
    if (what.link.type != file_type::none) {
        links_.push_back(what.link);
        made.link = static_cast<std::uint32_t>(links_.size()) & 0x7fffffffU;
    }
    made.incidental = what.incidental ? 1 : 0;
    made.record = what.record;
    names_ += what.path;
    rows_.push_back(made);
    unfinal_ += what.record.final && what.link.final ? 0 : 1;
}

} // namespace restat
