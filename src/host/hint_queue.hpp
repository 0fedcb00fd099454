#pragma once

#include <restat/change_set.hpp>
#include <restat/detail/reloader_state.hpp>
#include <restat/hint_list.hpp>
#include <restat/time_point.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace restat::detail {

/// The hints of a reloader, from their arrival to the end of their scan.
///
///                  a scan begins              ends, with a difference there
///     waiting --------------------> scanned --------------------------------> done
///        ^                           |   |                                      ^
///        |      it is given up       |   | ends, without a difference           |
///        +---------------------------+   v                                      |
///                                      doubted, for a tick ---- scanned again --+
///
/// An event may come before its difference can be seen, so a hint without a difference leads to a
/// second scan. A file is covered by the slice of its check, a directory by a limited scan, and a
/// loss by a pass over the tree.
class hint_queue {
public:
    /// Returns the list to which the enumerator adds; `taken` follows.
    hint_list& waiting() noexcept { return waiting_; }
    /// Notes the end of the call of the enumerator. More than a quarter of the known directories
    /// are a loss: a pass over the tree, on all threads, is cheaper.
    void taken(std::size_t known_directories) noexcept;
    /// Notes a loss: anything may differ.
    void lose() noexcept { lost_ = true; }

    /// Returns whether only a pass over the tree finds all differences.
    bool is_lost() const noexcept { return lost_; }
    /// Returns the time of the earliest useful check of files and directories; `max()` without any.
    time_point next() const noexcept;
    /// Returns whether directories wait for a limited scan.
    bool has_directories(time_point now) const noexcept;

    /// Returns the next file to check on its own, or null.
    std::string const* next_file(time_point now) noexcept;
    /// Returns the file given last.
    std::string const& given() const noexcept { return given_; }
    /// Lists the directories of the files instead, for an enumerator without checks of files.
    void list_files(time_point now) noexcept;

    /// Takes the directories for a limited scan.
    hint_list::paths take_directories(time_point now);
    /// Notes the begin of a pass over the tree. In slices, files are still checked on their own. If
    /// the enumerator makes only passes, the pass follows each hint as a loss.
    void pass_began(bool in_slices, scan_ability how) noexcept;
    /// Returns the number of edits without a hint, after a pass over the tree. The
    /// enumerator added its hints after the pass, too. Names are not counted: a new directory is
    /// known by its listing.
    std::size_t misses(change_set const& changed) const noexcept;
    /// Notes the differences found by a scan.
    void differ(change_set const& changed) noexcept;
    /// Notes the end of a slice: each given file was checked.
    void slice_ended(time_point now) noexcept;
    /// Notes the end of a scan. Returns whether the scan followed a loss.
    bool scan_ended(time_point now) noexcept;
    void give_up() noexcept;

    /// Returns whether files or directories were taken since the last call.
    bool take_used() noexcept { return std::exchange(is_used_, false); }

    /// Returns the directory of a file as a hint names it.
    static std::string_view directory_of(std::string_view file) noexcept;

private:
    bool has_named(std::string_view file) const noexcept;
    void doubt(hint_list const& these, time_point now) noexcept;
    void note_losses() noexcept;

    hint_list waiting_;
    hint_list doubted_; // found no difference so far
    time_point doubted_until_{};
    hint_list scanned_; // by the scan under way
    hint_list scanned_again_;
    std::string given_;
    bool lost_ = false;
    bool scanned_lost_ = false; // the pass under way covers a loss
    bool is_used_ = false;
};

} // namespace restat::detail
