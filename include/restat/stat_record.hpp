#pragma once

#include <restat/export.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace restat {

/// The type of the object behind a name; `none` if there is no record.
enum class file_type : std::uint8_t {
    none,
    regular,
    directory,
    symlink,
    fifo,
    socket,
    character,
    block,
    unknown, ///< exists, but the file system does not report its type
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(file_type of) noexcept {
    using enum file_type;
    switch (of) {
    case none: return "none";
    case regular: return "regular";
    case directory: return "directory";
    case symlink: return "symlink";
    case fifo: return "fifo";
    case socket: return "socket";
    case character: return "character";
    case block: return "block";
    case unknown: return "unknown";
    }
    return "invalid";
}

/// Selects the treatment of a symbolic link in the last component of a path.
enum class last_link : unsigned char {
    keep,   ///< refers to the link itself, without opening it
    follow, ///< refers to the target of the link
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(last_link of) noexcept {
    using enum last_link;
    switch (of) {
    case keep: return "keep";
    case follow: return "follow";
    }
    return "invalid";
}

/// A file's time stamp: seconds since 1970, which may be negative, and nanoseconds from 0 to
/// 999,999,999.
struct stamp {
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;

    friend auto operator<=>(stamp const&, stamp const&) = default;
};

/// The stored status of a file: its whole identity, with every field in full width.
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
    bool final = true; ///< whether any later write must leave a different record (see `is_final`)
};

/// The differences between two records, as a set of bits.
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
    target = 1 << 9, ///< the symbolic link itself, if link and target are both checked
};

constexpr fields operator|(fields a, fields b) noexcept {
    return static_cast<fields>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr fields operator&(fields a, fields b) noexcept {
    return static_cast<fields>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
constexpr fields& operator|=(fields& a, fields b) noexcept { return a = a | b; }
constexpr bool has(fields set, fields field) noexcept { return (set & field) != fields::none; }

/// Returns the names of the fields in a set, as `field_names` orders them: "mtime, size"; "none"
/// for the empty set.
RESTAT_EXPORT_OR({}, std::string to_string(fields of))

/// Returns each field with a difference between two records. Stamps are compared for inequality,
/// never for order.
[[nodiscard]] RESTAT_EXPORT fields changed_fields(stat_record const& before,
                                                  stat_record const& after) noexcept;

/// Returns whether differences are an edit. Every difference is, except for a link count that
/// changed alone or together with ctime alone: this means that a hard link was made or removed. (An
/// extended attribute changes ctime alone, just as an edit whose mtime is restored does; so this
/// difference counts as an edit.)
constexpr bool is_edit(fields changed) noexcept {
    return changed != fields::none && changed != fields::links &&
           changed != (fields::links | fields::ctime);
}

/// Returns whether a record is final: whether any write after the record must leave a different
/// ctime.
///
/// A kernel stamps with the time of the current tick, and a file system rounds this time down to
/// its own granularity. `before` and `after` are the file system's stamp clock, read before and
/// after the record was taken. The record is final if the granule that starts at its ctime was
/// over at `before`.
///
/// The granularity is derived from the stamp itself. It is the longest of a power of ten
/// nanoseconds, a second and two seconds of which the stamp is a multiple. Stamps of other files
/// on the same file system are no evidence: ext4 keeps two granularities if it was converted from
/// ext3. Too long an estimate costs a wait of at most two seconds, and never an edit.
///
/// A ctime more than 20 ms after `after` was made under another setting of the clock, and is
/// final too. A smaller lead is not final: where any file system uses fine-grained stamps, stamps
/// run up to a tick ahead of the readable clock.
/// \source ktime_get_coarse_real_ts64 in the kernel's timekeeping document; multigrain timestamps
RESTAT_EXPORT_OR({}, bool is_final(stamp ctime, stamp before, stamp after) noexcept)

} // namespace restat
