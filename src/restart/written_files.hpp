#pragma once

#include "platform/process/process_files.hpp"

#include <restat/stat_record.hpp>

#include <chrono>
#include <map>
#include <vector>

namespace restat::detail {

/// The files that the processes of a run were seen to have open for writing, for the question
/// whether such a process made a change.
///
///     seen open      last seen open   first seen closed
///     |--------------|----------------|-----------------> ctime of the file
///          the processes made it          another writer made it
///
/// The time between the last two is limited to `longest_gap`.
class written_files {
public:
    static constexpr std::chrono::milliseconds longest_gap{500};
    static constexpr std::size_t most_files = 10'000;

    /// Forgets the files of an earlier run.
    void begin_run() noexcept { files_.clear(); }
    /// Records the files open at this time, sorted; none after the end of the run. Forgets nothing:
    /// a file remains in the record until the next run.
    void note(std::vector<file_number> const& open, stamp now);
    /// Returns whether the processes had the file open at its last change.
    bool explain(stat_record const& file) const noexcept;

private:
    struct span {
        stamp last_open{};
        stamp first_closed{}; // after it was last open; zero while it is open
    };
    std::map<file_number, span> files_;
};

} // namespace restat::detail
