#pragma once

#include "directory_index.hpp"
#include "stepwise_sort.hpp"

#include <restat/snapshot.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The memory layout of a snapshot.
//
//     directories   ""         "a/"         "a/b/"      in order of path
//     rows          x z | a-file m | p q r              of each directory, in order of name
//     names         x\0z\0  a-file\0m\0  p\0q\0r\0      each ends with a NUL, as stat(2) requires
//     runs          a/a-file | a/b/p a/b/q a/b/r | a/m | x z    the same rows in order of path
//
// A row has 32 bytes: the low part of each number, and the index of a `row_kind`. For most files
// the low part is the whole number. The `row_kind` has the high parts and the values shared by
// many files. So every value fits, and a rare value costs at most a kind of its own.
namespace restat::detail {

/// Converts a number of rows, names, or directories to 32 bits. No machine of today has the memory
/// for more. \errors throws `std::bad_alloc` for a larger number
std::uint32_t narrow(std::size_t number);

/// The values shared by rows.
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
    bool named = false; ///< a root, not found in a listing

    friend bool operator==(row_kind const&, row_kind const&) = default;
};

/// The record of a file.
struct row {
    std::uint64_t mtime = 0; ///< 34 bits of seconds, 30 of nanoseconds
    std::uint64_t ctime = 0;
    std::uint32_t inode = 0;
    std::uint32_t size = 0;
    std::uint32_t name = 0; ///< offset in the names of its directory
    std::uint32_t kind = 0;
};
static_assert(sizeof(row) == 32);

/// The kinds of a set of rows, without duplicates, and the records of symbolic links.
class RESTAT_EXPORT row_kinds {
public:
    /// Makes the row of an entry. The caller sets the name of the row.
    row pack(entry const& one, bool named = false);
    /// Makes a row of these kinds from an equal row of other kinds.
    row take(row of, row_kinds const& others);
    /// Makes an equal row without `incidental`: the file was also found in a regular way.
    row not_incidental(row of);
    entry unpack(row const& of, split_path path) const noexcept;
    /// Returns whether a row has exactly this record, and no link.
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
    std::vector<std::uint32_t> table_; // hash table: index plus one; 0 if free
    std::uint32_t last_ = 0;           // last result of `intern`
};

/// The known state of a directory's listing.
enum class listing : std::uint8_t {
    none,       ///< the directory was not listed
    unfinished, ///< must be listed again, even with an unchanged record
    whole,      ///< valid until the record of the directory changes
};

/// The listing of a directory: its state, and the directory at that time.
struct listing_mark {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    stamp mtime = {};
    stamp ctime = {};
    listing known = listing::none;
    bool followed = false; ///< reached through a symbolic link
    bool ruled = true;     ///< a matcher has, or may have, rules from this directory

    friend bool operator==(listing_mark const&, listing_mark const&) = default;
};

inline object_id id_of(listing_mark const& of) noexcept { return {of.device, of.inode}; }

/// A visited directory, or the directory of a root file.
struct directory_row {
    listing_mark mark;
    std::size_t path = 0;  ///< offset in the paths
    std::size_t names = 0; ///< offset of its first name
    std::uint32_t path_size = 0;
    std::uint32_t rows = 0; ///< index of its first row; the next directory's rows follow
    std::uint32_t end = 0;  ///< index of the first directory after its subtree
    std::uint32_t parent = no_directory;

    static constexpr std::uint32_t no_directory = 0xffffffff;
};

/// Rows by directory.
struct RESTAT_EXPORT row_store {
    std::vector<directory_row> directories;
    std::vector<row> rows;
    std::string paths; // of directories, with a slash at the end, except "" and "."
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
    /// Begins a directory. The caller adds its rows in order of name.
    directory_row& begin(std::string_view path);
    void add(std::string_view name, row packed);
    /// Replaces the row of a file by `now`, if this store has the file. `old` is the file's row in
    /// another store.
    void renew(row_store const& other, std::uint32_t directory, row const& old, row now);
};

/// Frees the largest part of a store that is no longer used. Returns false if none is left.
bool free_part(row_store& of) noexcept;

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
    void add(entry const& one, bool named = false);
    /// Sorts the rows by path and drops duplicates. The first added row of a path stays, as
    /// incidental only if every row of the path is.
    void order();
};

/// Takes the steps of `loose_rows::order` separately.
class loose_order {
public:
    /// Takes the next step. Returns false if the rows are in order.
    bool step(loose_rows& of);

private:
    stepwise_sort<loose_rows::item> sort_;
    std::size_t next_ = 0;
    std::size_t kept_ = 0; // rows, each of another path
    bool is_done_ = false;
};

} // namespace restat::detail

namespace restat {

struct snapshot::contents : detail::row_store {
    /// Rows of a directory without a gap in the order of paths.
    struct run {
        std::uint32_t index = 0; ///< of the first row, in order of path
        std::uint32_t row = 0;
        std::uint32_t directory = 0;
    };

    std::vector<run> runs;
    std::size_t unfinal = 0; ///< number of rows without a final record
    std::size_t named = 0;   ///< number of roots among the rows
    detail::lazy_index index;

    /// A directory of a store.
    struct piece {
        detail::row_store const* from;
        std::uint32_t directory;
    };

    /// Assembles directories and loose rows, both in order of path. A loose row replaces a
    /// directory row of the same path.
    RESTAT_EXPORT static contents assemble(std::span<piece const> pieces,
                                           detail::loose_rows const& loose);

    /// Returns the run that holds the entry at this position.
    /// \cost constant at `hint` and its successor, else a search
    std::size_t run_of(std::size_t position, std::size_t hint = 0) const noexcept;
    /// Returns the directory with this path (with its slash), or `no_directory`.
    RESTAT_EXPORT std::uint32_t find_directory(std::string_view path) const noexcept;
    /// Returns the number of directories before this path (with its slash) in order.
    RESTAT_EXPORT std::uint32_t directories_before(std::string_view path) const noexcept;
    static constexpr std::uint32_t no_row = 0xffffffff;

    /// Returns the row with this path, or `no_row`.
    RESTAT_EXPORT std::uint32_t find_row(std::string_view path) const noexcept;
    /// Returns the row with this name in a directory, or `no_row`.
    RESTAT_EXPORT std::uint32_t find_row(std::uint32_t directory,
                                         std::string_view name) const noexcept;
    /// Returns the directory of a row.
    std::uint32_t directory_of(std::uint32_t row) const noexcept;
    /// Returns the entry of a row.
    entry entry_of(std::uint32_t row) const noexcept { return at(directory_of(row), rows[row]); }
    /// Counts an added row.
    void count(detail::row const& one) noexcept;
    /// Marks the record of a path as not final. The path must have a row.
    void mark_not_final(std::string_view path);
};

} // namespace restat
