#include <restat/file_system/name_list.hpp>

#include <algorithm>

namespace restat {
namespace {

constexpr std::size_t first_run = 128;    // names sorted at once
constexpr std::size_t names_a_step = 256; // merged

} // namespace

// Returns a kind from 0 to 511, by the length of a name and three of its bytes. Most lookups of
// missing names are for kinds without any name in the list.
std::size_t name_list::kind_of(std::string_view name) noexcept {
    if (name.empty()) return 0;
    auto const byte = [&](std::size_t at) -> std::size_t {
        return static_cast<unsigned char>(name[at]);
    };
    return (name.size() + 31 * byte(0) + 37 * byte(name.size() / 2) +
            41 * byte(name.size() - 1)) %
           512;
}

void name_list::add(std::string_view name, file_type type) {
    auto const kind = kind_of(name);
    kinds_[kind / 64] |= std::uint64_t{1} << kind % 64;
    items_.push_back({names_.size(), name.size(), type});
    names_ += name;
    names_ += '\0';
}

void name_list::clear() noexcept {
    names_.clear();
    items_.clear();
    merged_.clear();
    run_ = sorted_ = 0;
    kinds_ = {};
}

void name_list::keep_first(std::size_t count) noexcept {
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(count), items_.end());
}

void name_list::sort() {
    while (sort_some()) continue;
}

bool name_list::is_less(item const& a, item const& b) const noexcept {
    return std::string_view{names_.data() + a.name, a.length} <
           std::string_view{names_.data() + b.name, b.length};
}

// Sorts runs of a fixed size, then merges neighbors until a single run is left.
bool name_list::sort_some() {
    if (run_ == 0) {
        sort_run();
        if (sorted_ < items_.size()) return true;
        run_ = first_run;
        sorted_ = 0;
    }
    if (run_ < items_.size() && merge_some()) return true;
    run_ = 0;
    return false;
}

void name_list::sort_run() {
    auto const end = std::min(sorted_ + first_run, items_.size());
    auto const at = [&](std::size_t i) {
        return items_.begin() + static_cast<std::ptrdiff_t>(i);
    };
    std::sort(at(sorted_), at(end),
              [this](item const& a, item const& b) { return is_less(a, b); });
    sorted_ = end;
}

// Moves some names from two runs to the merged run. Returns false once all names form
// a single run.
bool name_list::merge_some() {
    std::size_t const all = items_.size();
    if (merged_.empty()) {
        merged_.reserve(all);
        left_ = 0;
        right_ = run_;
    }
    for (std::size_t n = 0; n < names_a_step && merged_.size() < all; ++n) {
        std::size_t const pair = merged_.size() / (2 * run_) * (2 * run_);
        std::size_t const middle = std::min(pair + run_, all);
        std::size_t const end = std::min(pair + 2 * run_, all);
        bool const takes_right =
            right_ < end && (left_ == middle || is_less(items_[right_], items_[left_]));
        merged_.push_back(items_[takes_right ? right_++ : left_++]);
        if (merged_.size() < end) continue;
        left_ = end;
        right_ = std::min(end + run_, all);
    }
    if (merged_.size() < all) return true;
    items_.swap(merged_);
    merged_.clear();
    run_ *= 2;
    return run_ < all;
}

listed_name name_list::operator[](std::size_t index) const noexcept {
    item const& at = items_[index];
    return {{names_.data() + at.name, at.length}, at.type};
}

bool name_list::contains(std::string_view name) const noexcept {
    auto const kind = kind_of(name);
    if ((kinds_[kind / 64] >> kind % 64 & 1) == 0) return false;
    auto const named = [this](item const& at) {
        return std::string_view{names_.data() + at.name, at.length};
    };
    auto const at =
        std::lower_bound(items_.begin(), items_.end(), name,
                         [&](item const& i, std::string_view n) { return named(i) < n; });
    return at != items_.end() && named(*at) == name;
}

} // namespace restat
