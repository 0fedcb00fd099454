#pragma once

#include <restat/export.hpp>

#include <compare>
#include <cstdint>

namespace restat {

/// What kind of object a name stands for; `none` if there is no record.
enum class file_type : std::uint8_t {
    none,
    regular,
    directory,
    symlink,
    fifo,
    socket,
    character,
    block,
    unknown, ///< there, but of a kind that the file system would not tell
};

/// What to do with a symbolic link in which a path ends.
enum class last_link : unsigned char {
    keep,   ///< the link itself is meant; it is not opened
    follow, ///< what it leads to is meant
};

/// A file stamp: seconds since 1970, which may be negative, and nanoseconds from 0 to 999,999,999.
struct stamp {
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;

    friend auto operator<=>(stamp const&, stamp const&) = default;
};

/// What is remembered of one file: its whole identity, no field narrowed.
/// \source inode(7), statx(2)
struct stat_record {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0; ///< bytes
    stamp mtime = {};
    stamp ctime = {};
    std::uint32_t mode = 0; ///< permission bits, 07777
    std::uint32_t owner = 0;
    std::uint32_t group = 0;
    std::uint32_t links = 0;
    file_type type = file_type::none;
    bool final = true; ///< whether a later write is sure to leave another record (see `is_final`)
};

/// Which parts of two records differ; a set of bits.
enum class fields : std::uint16_t {
    none = 0,
    type = 1 << 0,
    mode = 1 << 1,
    owner = 1 << 2, ///< user or group
    size = 1 << 3,
    device = 1 << 4,
    inode = 1 << 5,
    mtime = 1 << 6,
    ctime = 1 << 7,
    links = 1 << 8,
    target = 1 << 9, ///< the symbolic link itself, of a path that was looked at both ways
};

constexpr fields operator|(fields a, fields b) noexcept {
    return static_cast<fields>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr fields operator&(fields a, fields b) noexcept {
    return static_cast<fields>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
constexpr fields& operator|=(fields& a, fields b) noexcept { return a = a | b; }
constexpr bool has(fields set, fields field) noexcept { return (set & field) != fields::none; }

/// Each field in which two records differ. Stamps are compared for inequality, never for order.
RESTAT_EXPORT fields differences(stat_record const& before, stat_record const& after) noexcept;

/// Whether such differences are an edit. All are, but for a link count that moved together with
/// nothing but ctime: that is a hard link made or removed. (An extended attribute moves ctime
/// alone, just as an edit with its mtime put back does; so it counts as one.)
constexpr bool is_edit(fields differing) noexcept {
    return differing != fields::none && differing != fields::links &&
           differing != (fields::links | fields::ctime);
}

/// Whether a record is final: whether a write after it must leave another ctime.
///
/// A kernel stamps with the time of the current tick, and a file system rounds that down to the
/// step it counts in. `before` and `after` are the file system's stamp clock read before and after
/// the record was taken: the record is final if the step that its ctime begins was over before.
///
/// The step is found from the stamp itself: the longest of a power of ten nanoseconds, a second
/// and two seconds of which it is a multiple. What other files of the same file system show is no
/// proof, since one may keep stamps of both kinds, as ext4 does with the inodes of an ext3. A
/// step taken for too long costs a wait of at most two seconds, and never an edit.
///
/// A ctime more than 20 ms later than `after` was made under another setting of the clock, and is
/// final too; nearer ones are not, since stamps run up to a tick ahead of the clock that can be
/// read where some file system stamps finely.
/// \source ktime_get_coarse_real_ts64 in the kernel's timekeeping document; multigrain timestamps
RESTAT_EXPORT bool is_final(stamp ctime, stamp before, stamp after) noexcept;

} // namespace restat
