#include <restat/file_system/name_list.hpp>

#include <algorithm>

namespace restat {

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
    kinds_ = {};
}

void name_list::keep_first(std::size_t count) noexcept {
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(count), items_.end());
}

void name_list::sort() {
    std::sort(items_.begin(), items_.end(), [this](item const& a, item const& b) {
        return std::string_view{names_.data() + a.name, a.length} <
               std::string_view{names_.data() + b.name, b.length};
    });
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
