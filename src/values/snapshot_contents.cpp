#include "snapshot_contents.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <numeric>

namespace restat::detail {
namespace {

constexpr unsigned nanosecond_bits = 30;
constexpr std::uint32_t nanosecond_mask = (1U << nanosecond_bits) - 1;
constexpr unsigned second_bits = 64 - nanosecond_bits;
constexpr std::size_t merged_items_a_step = 64;

std::uint64_t low(stamp time) noexcept {
    return static_cast<std::uint64_t>(time.seconds) << nanosecond_bits |
           (time.nanoseconds & nanosecond_mask);
}

std::uint32_t high(stamp time) noexcept {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(time.seconds) >> second_bits);
}

std::uint8_t nanoseconds_high(stat_record const& of) noexcept {
    return static_cast<std::uint8_t>(of.mtime.nanoseconds >> nanosecond_bits |
                                     of.ctime.nanoseconds >> nanosecond_bits << 2);
}

stamp whole(std::uint64_t low, std::uint32_t high, unsigned nanoseconds_high) noexcept {
    auto const seconds = std::uint64_t{high} << second_bits | low >> nanosecond_bits;
    return {static_cast<std::int64_t>(seconds),
            (static_cast<std::uint32_t>(low) & nanosecond_mask) | nanoseconds_high
                                                                      << nanosecond_bits};
}

std::uint32_t high(std::uint64_t number) noexcept {
    return static_cast<std::uint32_t>(number >> 32);
}

std::uint64_t joined(std::uint32_t high, std::uint32_t low) noexcept {
    return std::uint64_t{high} << 32 | low;
}

row_kind kind_of(stat_record const& record) noexcept {
    return {.device = record.device,
            .inode_high = high(record.inode),
            .size_high = high(record.size),
            .mtime_high = high(record.mtime),
            .ctime_high = high(record.ctime),
            .mode = record.mode,
            .owner = record.owner,
            .group = record.group,
            .links = record.links,
            .nanoseconds_high = nanoseconds_high(record),
            .type = record.type,
            .final = record.final};
}

row low_of(stat_record const& record) noexcept {
    return {.mtime = low(record.mtime),
            .ctime = low(record.ctime),
            .inode = static_cast<std::uint32_t>(record.inode),
            .size = static_cast<std::uint32_t>(record.size)};
}

std::size_t hash(row_kind const& of) noexcept {
    std::uint64_t sum = of.device;
    for (std::uint64_t const part :
         {joined(of.inode_high, of.size_high), joined(of.mtime_high, of.ctime_high),
          joined(of.mode, of.owner), joined(of.group, of.links), std::uint64_t{of.link},
          std::uint64_t{of.nanoseconds_high} << 16 | static_cast<std::uint64_t>(of.type) << 8 |
              static_cast<std::uint64_t>(of.final) << 2 |
              static_cast<std::uint64_t>(of.incidental) << 1 |
              static_cast<std::uint64_t>(of.named)}) {
        sum = add_to_hash(sum, part);
    }
    return static_cast<std::size_t>(sum);
}

} // namespace

std::uint32_t narrow(std::size_t number) {
    if (number > std::numeric_limits<std::uint32_t>::max() - 1) throw std::bad_alloc{};
    return static_cast<std::uint32_t>(number);
}

row row_kinds::pack(entry const& one, bool named) {
    auto kind = kind_of(one.record);
    kind.incidental = one.incidental;
    kind.named = named;
    if (one.link.type != file_type::none) {
        links_.push_back(one.link);
        kind.link = narrow(links_.size());
    }
    row made = low_of(one.record);
    made.kind = intern(kind);
    return made;
}

row row_kinds::take(row of, row_kinds const& others) {
    row_kind kind = others[of.kind];
    if (kind.link != 0) {
        links_.push_back(others.links_[kind.link - 1]);
        kind.link = narrow(links_.size());
    }
    of.kind = intern(kind);
    return of;
}

row row_kinds::not_incidental(row of) {
    row_kind kind = kinds_[of.kind];
    kind.incidental = false;
    of.kind = intern(kind);
    return of;
}

entry row_kinds::unpack(row const& of, split_path path) const noexcept {
    row_kind const& kind = kinds_[of.kind];
    auto const record =
        stat_record{.device = kind.device,
                    .inode = joined(kind.inode_high, of.inode),
                    .size = joined(kind.size_high, of.size),
                    .mtime = whole(of.mtime, kind.mtime_high, kind.nanoseconds_high & 3U),
                    .ctime = whole(of.ctime, kind.ctime_high, kind.nanoseconds_high >> 2U),
                    .mode = kind.mode,
                    .owner = kind.owner,
                    .group = kind.group,
                    .links = kind.links,
                    .type = kind.type,
                    .final = kind.final};
    return {path, record, kind.link == 0 ? stat_record{} : links_[kind.link - 1],
            kind.incidental};
}

bool row_kinds::holds(row const& of, stat_record const& record) const noexcept {
    row const same = low_of(record);
    if (of.mtime != same.mtime || of.ctime != same.ctime || of.inode != same.inode ||
        of.size != same.size) {
        return false;
    }
    row_kind expected = kind_of(record);
    row_kind const& kind = kinds_[of.kind];
    expected.incidental = kind.incidental;
    expected.named = kind.named;
    return expected == kind;
}

bool row_kinds::is_final(row const& of) const noexcept {
    row_kind const& kind = kinds_[of.kind];
    return kind.final && (kind.link == 0 || links_[kind.link - 1].final);
}

void row_kinds::clear() noexcept {
    kinds_.clear();
    links_.clear();
    std::fill(table_.begin(), table_.end(), 0);
    last_ = 0;
}

std::uint32_t row_kinds::intern(row_kind const& kind) {
    if (last_ < kinds_.size() && kinds_[last_] == kind) return last_;
    if ((kinds_.size() + 1) * 4 > table_.size() * 3) grow();
    std::size_t const mask = table_.size() - 1;
    std::size_t at = hash(kind) & mask;
    while (table_[at] != 0 && !(kinds_[table_[at] - 1] == kind)) at = (at + 1) & mask;
    if (table_[at] == 0) {
        auto const index = narrow(kinds_.size() + 1);
        kinds_.push_back(kind);
        table_[at] = index;
    }
    return last_ = table_[at] - 1;
}

void row_kinds::grow() {
    std::vector<std::uint32_t> larger(std::max<std::size_t>(16, table_.size() * 2));
    std::size_t const mask = larger.size() - 1;
    for (std::uint32_t i = 0; i < kinds_.size(); ++i) {
        std::size_t at = hash(kinds_[i]) & mask;
        while (larger[at] != 0) at = (at + 1) & mask;
        larger[at] = i + 1;
    }
    table_ = std::move(larger);
}

std::span<row const> row_store::rows_of(std::size_t directory) const noexcept {
    std::size_t const begin = directories[directory].rows;
    std::size_t const end =
        directory + 1 < directories.size() ? directories[directory + 1].rows : rows.size();
    return {rows.data() + begin, end - begin};
}

void row_store::clear() noexcept {
    directories.clear();
    rows.clear();
    paths.clear();
    names.clear();
    kinds.clear();
}

directory_row& row_store::begin(std::string_view path) {
    directory_row made;
    made.path = paths.size();
    made.path_size = narrow(path.size());
    made.names = names.size();
    made.rows = narrow(rows.size());
    paths += path;
    directories.push_back(made);
    return directories.back();
}

void row_store::add(std::string_view name, row packed) {
    packed.name = narrow(names.size() - directories.back().names);
    names += name;
    names += '\0';
    rows.push_back(packed);
}

void row_store::renew(row_store const& other, std::uint32_t directory, row const& old, row now) {
    listing_mark const& same = other.directories[directory].mark;
    for (std::size_t i = 0; i < directories.size(); ++i) {
        listing_mark const& here = directories[i].mark;
        bool const begun = here.known == listing::none; // its identity is not known yet
        bool const is_it = begun || (here.device == same.device && here.inode == same.inode);
        if (!is_it || path(i) != other.path(directory)) continue;
        std::string_view const wanted = other.name(directory, old);
        auto const all = rows_of(i);
        auto const found = std::partition_point(all.begin(), all.end(), [&](row const& one) {
            return std::string_view{name(i, one)} < wanted;
        });
        if (found == all.end() || name(i, *found) != wanted) continue;
        bool const alike = kinds[found->kind].type == kinds[now.kind].type &&
                           kinds[found->kind].device == kinds[now.kind].device;
        if (!alike) continue;
        now.name = found->name;
        rows[directories[i].rows + static_cast<std::size_t>(found - all.begin())] = now;
    }
}

bool free_part(row_store& of) noexcept {
    if (of.rows.capacity() > 0) return std::vector<row>{}.swap(of.rows), true;
    if (of.names.capacity() > std::string{}.capacity()) return std::string{}.swap(of.names), true;
    if (of.directories.capacity() == 0) return false;
    of = {};
    return true;
}

void loose_rows::add(entry const& one, bool named) {
    items.push_back({paths.size(), one.path.size(), kinds.pack(one, named)});
    one.path.append_to(paths);
}

void loose_rows::order() {
    loose_order order;
    while (order.step(*this)) continue;
}

bool loose_order::step(loose_rows& of) {
    auto& items = of.items;
    using item = loose_rows::item;
    if (sort_.step(items, [&](item const& a, item const& b) {
            return path_less(of.path(a), of.path(b));
        }))
        return true;
    if (is_done_) return false;
    auto const end = std::min(items.size(), next_ + merged_items_a_step);
    for (; next_ < end; ++next_) {
        item const& one = items[next_];
        bool const is_new = kept_ == 0 || of.path(items[kept_ - 1]) != of.path(one);
        if (is_new) {
            items[kept_++] = one;
        } else if (row& first = items[kept_ - 1].packed; !of.kinds[one.packed.kind].incidental) {
            first = of.kinds.not_incidental(first);
        }
    }
    if (next_ < items.size()) return true;
    items.resize(kept_);
    is_done_ = true;
    return false;
}

namespace {

std::string_view directory_of(std::string_view path) noexcept {
    return path.substr(0, path.find_last_of('/') + 1);
}

} // namespace

} // namespace restat::detail

namespace restat {

std::size_t snapshot::contents::run_of(std::size_t position, std::size_t hint) const noexcept {
    auto const holds = [&](std::size_t at) {
        return at < runs.size() && runs[at].index <= position &&
               (at + 1 == runs.size() || position < runs[at + 1].index);
    };
    if (holds(hint)) return hint;
    if (holds(hint + 1)) return hint + 1;
    auto const at = std::partition_point(runs.begin(), runs.end(),
                                         [&](run const& r) { return r.index <= position; });
    return at == runs.begin() ? 0 : static_cast<std::size_t>(at - runs.begin()) - 1;
}

std::uint32_t snapshot::contents::find_directory(std::string_view path) const noexcept {
    auto const at = directories_before(path);
    bool const found = at < directories.size() && this->path(at) == path;
    return found ? at : detail::directory_row::no_directory;
}

std::uint32_t snapshot::contents::directories_before(std::string_view path) const noexcept {
    std::size_t low = 0;
    for (std::size_t count = directories.size(); count > 0;) {
        std::size_t const half = count / 2;
        if (path_less(this->path(low + half), path)) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return static_cast<std::uint32_t>(low);
}

std::uint32_t snapshot::contents::find_row(std::string_view path) const noexcept {
    auto const directory = detail::directory_of(path);
    auto const at = find_directory(directory);
    if (at == detail::directory_row::no_directory) return no_row;
    return find_row(at, path.substr(directory.size()));
}

std::uint32_t snapshot::contents::find_row(std::uint32_t directory,
                                           std::string_view name) const noexcept {
    auto const all = rows_of(directory);
    auto const at = std::partition_point(all.begin(), all.end(), [&](detail::row const& r) {
        return std::string_view{this->name(directory, r)} < name;
    });
    if (at == all.end() || this->name(directory, *at) != name) return no_row;
    return directories[directory].rows + static_cast<std::uint32_t>(at - all.begin());
}

std::uint32_t snapshot::contents::directory_of(std::uint32_t row) const noexcept {
    auto const behind =
        std::partition_point(directories.begin(), directories.end(),
                             [&](detail::directory_row const& d) { return d.rows <= row; });
    return static_cast<std::uint32_t>(behind - directories.begin()) - 1;
}

void snapshot::contents::count(detail::row const& one) noexcept {
    unfinal += kinds.is_final(one) ? 0 : 1;
    named += kinds[one.kind].named ? 1 : 0;
}

void snapshot::contents::mark_not_final(std::string_view path) {
    detail::row& one = rows[find_row(path)];
    if (!kinds.is_final(one)) return;
    entry doubted = kinds.unpack(one, path);
    doubted.record.final = false;
    auto const name = one.name;
    one = kinds.pack(doubted, kinds[one.kind].named);
    one.name = name;
    ++unfinal;
}

} // namespace restat
