#include <restat/stat_record.hpp>

namespace restat {

fields changed_fields(stat_record const& a, stat_record const& b) noexcept {
    auto const when = [](bool differs, fields field) { return differs ? field : fields::none; };
    return when(a.type != b.type, fields::type) | when(a.mode != b.mode, fields::mode) |
           when(a.owner != b.owner || a.group != b.group, fields::owner) |
           when(a.size != b.size, fields::size) | when(a.device != b.device, fields::device) |
           when(a.inode != b.inode, fields::inode) | when(a.mtime != b.mtime, fields::mtime) |
           when(a.ctime != b.ctime, fields::ctime) | when(a.links != b.links, fields::links);
}

namespace {

// A fine-grained stamp of any file system moves all later stamps ahead of the readable clock, by
// up to a tick (at most 10 ms).
constexpr std::uint32_t ahead = 20'000'000;

constexpr std::uint32_t second = 1'000'000'000;

stamp later(stamp of, std::uint64_t nanoseconds) noexcept {
    auto const sum = of.nanoseconds + nanoseconds;
    return {of.seconds + static_cast<std::int64_t>(sum / second),
            static_cast<std::uint32_t>(sum % second)};
}

// Returns the longest granularity, in nanoseconds, whose multiple is this stamp: 2 s (FAT), 1 s
// (ext3), 10 ms (exFAT), 1 us (UDF), 100 ns (NTFS), and any value between for a server.
std::uint64_t longest_step(stamp of) noexcept {
    if (of.nanoseconds == 0) return of.seconds % 2 == 0 ? 2 * std::uint64_t{second} : second;
    std::uint32_t step = 1;
    while (of.nanoseconds % (step * 10) == 0) step *= 10;
    return step;
}

} // namespace

bool is_final(stamp ctime, stamp before, stamp after) noexcept {
    return later(ctime, longest_step(ctime)) <= before || later(after, ahead) < ctime;
}

} // namespace restat
