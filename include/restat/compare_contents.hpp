#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled.hpp>
#else
#include <restat/detail/file_reader.hpp>
#include <restat/detail/owned.hpp>
#include <restat/options.hpp>

#include <utility>

namespace restat {

/// Compares the contents of changed files from now on, for any strategy, as `options::compare`
/// does for a reloader made from options. The same bytes written again, a `touch`, a changed mode,
/// and a checkout there and back are then no change: the strategy is not called. Added, removed
/// and renamed files are always changes. Call it before the baseline; later, the first change of
/// a file may count whatever its content is.
///
///     restat::compare_contents(assets);
///
/// Each file is read after the baseline, and again only when its record differs. A file of another
/// size is not read before its delivery, but after it. These count as changed: a file of more than
/// 64 MiB, a file that cannot be read, and a file that is edited before its content was read, or
/// while the strategy loads it.
///
/// The polling thread reads the files. `poll` and `baseline` read all that is needed at once.
/// `poll_for` reads within its budget: a part of 64 KiB counts as an entry. After a baseline in
/// slices, it begins every second slice with such a part, so contents are known some slices later.
///
/// A program that the strategy starts may read its files later than the strategy returns. An edit
/// that is taken back to the delivered content, after the program has read it, is then no change.
/// Contents are compared by a hash of 64 bits, which is no protection against a forger.
/// \cost about 130 bytes and the path of each file; 0.5 ms to read a MiB from the page cache
/// \threads as `poll`
template <class Reloader>
void compare_contents(Reloader& reloader) {
    reloader.compare(comparison::content);
}

/// Does the same for a reloader of another file system, of which a copy reads the files: whole, in
/// one step. A relative path begins in the working directory of this file system.
template <class Reloader, file_system FileSystem>
void compare_contents(Reloader& reloader, FileSystem files) {
    detail::owned<detail::file_reader> reader{
        new detail::file_reader_of<FileSystem>{std::move(files)},
        [](detail::file_reader* of) noexcept { delete of; }};
    reloader.compare(comparison::content, std::move(reader));
}

} // namespace restat
#endif
