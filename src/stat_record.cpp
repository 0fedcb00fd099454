#include <restat/stat_record.hpp>

namespace restat {

fields differences(stat_record const& a, stat_record const& b) noexcept {
    auto const when = [](bool differs, fields field) { return differs ? field : fields::none; };
    return when(a.type != b.type, fields::type) | when(a.mode != b.mode, fields::mode) |
           when(a.owner != b.owner || a.group != b.group, fields::owner) |
           when(a.size != b.size, fields::size) | when(a.device != b.device, fields::device) |
           when(a.inode != b.inode, fields::inode) | when(a.mtime != b.mtime, fields::mtime) |
           when(a.ctime != b.ctime, fields::ctime) | when(a.links != b.links, fields::links);
}

namespace {

// A fine-grained stamp that some file system gave moves the stamps of all others ahead of the
// clock that can be read, by up to a tick (at most 10 ms).
constexpr std::uint32_t ahead = 20'000'000;

stamp with_ahead(stamp of) noexcept {
    of.nanoseconds += ahead;
    if (of.nanoseconds >= 1'000'000'000) {
        of.nanoseconds -= 1'000'000'000;
        ++of.seconds;
    }
    return of;
}

} // namespace

bool is_final(stamp ctime, stamp before, stamp after) noexcept {
    stamp const latest = with_ahead(after);
    if (ctime.nanoseconds == 0) { // whole seconds; an even one may stand for two
        std::int64_t const step = ctime.seconds % 2 == 0 ? 2 : 1;
        return before.seconds >= ctime.seconds + step || ctime.seconds > latest.seconds;
    }
    return ctime < before || latest < ctime;
}

} // namespace restat
