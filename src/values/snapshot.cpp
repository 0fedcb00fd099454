#include <restat/snapshot.hpp>

#include "base/plain_path.hpp"
#include "snapshot_contents.hpp"
#include "view_tops.hpp"

#include <algorithm>
#include <iterator>
#include <new>

namespace restat {

snapshot::snapshot() noexcept = default;
snapshot::snapshot(snapshot const& other)
    : findings_{other.findings_}
    , revealed_{other.revealed_}
    , hidden_{other.hidden_}
    , steady_{other.steady_}
    , renamed_{other.renamed_}
    , readable_{other.readable_} {
    if (other.contents_) contents_ = detail::make_owned<contents>(*other.contents_);
}
snapshot::snapshot(snapshot&&) noexcept = default;
snapshot& snapshot::operator=(snapshot const& other) { return *this = snapshot{other}; }
snapshot& snapshot::operator=(snapshot&& other) noexcept {
    snapshot gone{std::move(other)};
    std::swap(contents_, gone.contents_);
    std::swap(findings_, gone.findings_);
    std::swap(revealed_, gone.revealed_);
    std::swap(hidden_, gone.hidden_);
    std::swap(steady_, gone.steady_);
    std::swap(renamed_, gone.renamed_);
    std::swap(readable_, gone.readable_);
    return *this;
}
snapshot::~snapshot() = default;

std::size_t snapshot::size() const noexcept { return contents_ ? contents_->rows.size() : 0; }

bool snapshot::is_final() const noexcept { return !contents_ || contents_->unfinal == 0; }

entry snapshot::operator[](std::size_t index) const noexcept {
    return at(index, run_of(index, 0));
}

std::size_t snapshot::run_of(std::size_t index, std::size_t hint) const noexcept {
    return contents_ ? contents_->run_of(index, hint) : 0;
}

entry snapshot::at(std::size_t index, std::size_t run) const noexcept {
    auto const& in = contents_->runs[run];
    return contents_->at(in.directory, contents_->rows[in.row + (index - in.index)]);
}

split_path snapshot::path(std::size_t index) const noexcept {
    auto const& in = contents_->runs[run_of(index, 0)];
    return {contents_->path(in.directory),
            contents_->name(in.directory, contents_->rows[in.row + (index - in.index)])};
}

std::size_t snapshot::lower_bound(split_path path) const noexcept {
    if (!contents_) return 0;
    auto const& all = *contents_;
    auto const is_before = [&](std::uint32_t directory, detail::row const& row) {
        return path_less({all.path(directory), all.name(directory, row)}, path);
    };
    auto const behind =
        std::partition_point(all.runs.begin(), all.runs.end(), [&](contents::run const& r) {
            return is_before(r.directory, all.rows[r.row]);
        });
    if (behind == all.runs.begin()) return 0;
    auto const& in = *(behind - 1);
    auto const first = all.rows.begin() + in.row;
    std::size_t const end = behind == all.runs.end() ? all.rows.size() : behind->index;
    auto const last = first + static_cast<std::ptrdiff_t>(end - in.index);
    auto const at = std::partition_point(
        first, last, [&](detail::row const& row) { return is_before(in.directory, row); });
    return in.index + static_cast<std::size_t>(at - first);
}

snapshot::iterator snapshot::find(split_path path) const noexcept {
    auto const at = lower_bound(path);
    if (at < size() && this->path(at) == path) return iterator{*this, at};
    return find_respelled(path);
}

// Reports "not found" if there is no memory to respell the path.
snapshot::iterator snapshot::find_respelled(split_path path) const noexcept try {
    auto const given = path.str();
    if (detail::is_plain_path(given)) return end();
    auto const plain = detail::plain_path(given);
    auto const at = lower_bound(plain);
    return at < size() && this->path(at) == plain ? iterator{*this, at} : end();
} catch (std::bad_alloc const&) {
    return end();
}

bool snapshot::contains(split_path path) const noexcept { return find(path) != end(); }

bool snapshot::revealed(split_path path) const noexcept {
    return detail::is_covered(revealed_, steady_, path) || detail::depth_of(renamed_, path) > 0;
}

bool snapshot::hidden(split_path path) const noexcept {
    return detail::is_covered(hidden_, steady_, path) || detail::depth_of(renamed_, path) > 0;
}

} // namespace restat
