#pragma once

#include <restat/snapshot.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How a snapshot is laid out.
//
//     directories   ""         "a/"         "a/b/"      in order of path
//     rows          x z | a-file m | p q r              of each directory, in order of name
//     names         x\0z\0  a-file\0m\0  p\0q\0r\0      each ended by a NUL, to be handed to stat
//     runs          a/a-file | a/b/p a/b/q a/b/r | a/m | x z    the same rows in order of path
//
// A row is 32 bytes: the low part of each number, which is all of it in most cases, and the index
// of a `row_kind`, which holds the rest: what many files share, and what is rare. So no value is
// too large to be kept, and none costs more than a kind of its own.
namespace restat::detail {

/// A number of rows, names or directories in 32 bits; more of them fit into no machine of today.
/// \errors throws `std::bad_alloc` if it does not fit
std::uint32_t narrow(std::size_t number);

/// What rows share.
struct row_kind {
    std::uint64_t device = 0;
    std::uint32_t inode_high = 0;
    std::uint32_t size_high = 0;
    std::uint32_t mtime_high = 0; ///< bits of the seconds beyond 34
    std::uint32_t ctime_high = 0;
    std::uint32_t mode = 0;
    std::uint32_t owner = 0;
    std::uint32_t group = 0;
    std::uint32_t links = 0;
    std::uint32_t link = 0;            ///< index into the links plus one
    std::uint8_t nanoseconds_high = 0; ///< two bits of each stamp
    file_type type = file_type::none;
    bool final = true;
    bool incidental = false;
    bool named = false; ///< a root of its own, not found in a listing

    friend bool operator==(row_kind const&, row_kind const&) = default;
};

/// One file.
struct row {
    std::uint64_t mtime = 0; ///< 34 bits of seconds, 30 of nanoseconds
    std::uint64_t ctime = 0;
    std::uint32_t inode = 0;
    std::uint32_t size = 0;
    std::uint32_t name = 0; ///< in the names of its directory
    std::uint32_t kind = 0;
};
static_assert(sizeof(row) == 32);

/// The kinds of some rows, each once, and the records of symbolic links.
class RESTAT_EXPORT row_kinds {
public:
    /// The row of a record; its name is left to the caller.
    row pack(entry const& what, bool named = false);
    /// A row of the same value that had its kind among others.
    row take(row of, row_kinds const& others);
    /// The same row of a file that is not incidental, as it was found in another way, too.
    row not_incidental(row of);
    entry unpack(row const& of, split_path path) const noexcept;
    /// Whether a row stands for this very record, and has no link.
    bool holds(row const& of, stat_record const& record) const noexcept;

    row_kind const& operator[](std::uint32_t index) const noexcept { return kinds_[index]; }
    bool is_final(row const& of) const noexcept;
    std::size_t size() const noexcept { return kinds_.size(); }
    void clear() noexcept;

private:
    std::uint32_t intern(row_kind const& kind);
    void grow();

    std::vector<row_kind> kinds_;
    std::vector<stat_record> links_;
    std::vector<std::uint32_t> table_; // kinds by their hash: index plus one, 0 where free
    std::uint32_t last_ = 0;           // the kind that was asked for last
};

/// What is known of a listing.
enum class listing : std::uint8_t {
    none,       ///< the directory was not listed
    unfinished, ///< has to be listed again, whatever its record says
    whole,      ///< holds for as long as the record of the directory stays the same
};

/// A directory that was walked, or that just has files.
struct directory_row {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    stamp mtime = {};
    stamp ctime = {};
    std::size_t path = 0;  ///< in the paths
    std::size_t names = 0; ///< where its names begin
    std::uint32_t path_size = 0;
    std::uint32_t rows = 0; ///< its first; those of the next directory follow
    std::uint32_t end = 0;  ///< the first directory behind all below it
    std::uint32_t parent = no_directory;
    listing known = listing::none;
    bool followed = false; ///< by way of a symbolic link
    bool ruled = true;     ///< a matcher has rules of it, or may have

    static constexpr std::uint32_t no_directory = 0xffffffff;
};

/// Rows by directory.
struct RESTAT_EXPORT row_store {
    std::vector<directory_row> directories;
    std::vector<row> rows;
    std::string paths; // of the directories, each ended by a slash, but for "" and "."
    std::string names;
    row_kinds kinds;

    std::string_view path(std::size_t directory) const noexcept {
        return {paths.data() + directories[directory].path, directories[directory].path_size};
    }
    std::span<row const> rows_of(std::size_t directory) const noexcept;
    char const* name(std::size_t directory, row const& of) const noexcept {
        return names.data() + directories[directory].names + of.name;
    }
    entry at(std::size_t directory, row const& of) const noexcept {
        return kinds.unpack(of, {path(directory), name(directory, of)});
    }
    void clear() noexcept;
    /// Begins a directory, into which rows are added in order of name.
    directory_row& begin(std::string_view path);
    void add(std::string_view name, row packed);
    /// Replaces the row of a file of another store, if that is here, by what it is now.
    void renew(row_store const& other, std::uint32_t directory, row const& old, row now);
};

/// Rows with whole paths, in any order.
struct RESTAT_EXPORT loose_rows {
    struct item {
        std::size_t path;
        std::size_t size;
        row packed;
    };

    std::vector<item> items;
    std::string paths;
    row_kinds kinds;

    std::string_view path(item const& of) const noexcept {
        return {paths.data() + of.path, of.size};
    }
    void add(entry const& what, bool named = false);
    /// In order of path, each once: the row that was added first, incidental if all of them are.
    void order();
};

} // namespace restat::detail

namespace restat {

struct snapshot::contents : detail::row_store {
    struct run {
        std::uint32_t index = 0; ///< of the first row, in order of path
        std::uint32_t row = 0;
        std::uint32_t directory = 0;
    };

    std::vector<run> runs;
    std::size_t unfinal = 0; ///< rows that are not final
    std::size_t named = 0;   ///< rows that are roots of their own

    /// A directory of some store.
    struct piece {
        detail::row_store const* from;
        std::uint32_t directory;
    };

    /// Puts together directories, in order of path, and loose rows, in order too. A loose row
    /// stands before one of the same path.
    RESTAT_EXPORT static contents assemble(std::span<piece const> pieces,
                                           detail::loose_rows const& loose);

    /// The run that has this index, sought from `hint` on.
    std::size_t run_of(std::size_t index, std::size_t hint = 0) const noexcept;
    /// The directory of this path (with its slash), or `no_directory`.
    RESTAT_EXPORT std::uint32_t find_directory(std::string_view path) const noexcept;
    static constexpr std::uint32_t no_row = 0xffffffff;

    /// The row of this path, or `no_row`.
    RESTAT_EXPORT std::uint32_t find_row(std::string_view path) const noexcept;
    /// The row of this name in a directory, or `no_row`.
    RESTAT_EXPORT std::uint32_t find_row(std::uint32_t directory,
                                         std::string_view name) const noexcept;
    /// The directory that has a row.
    std::uint32_t directory_of(std::uint32_t row) const noexcept;
    /// Counts a row that was added.
    void count(detail::row const& one) noexcept;
    /// Takes the record of a path that has a row for one that is not final.
    void doubt(std::string_view path);
};

} // namespace restat
