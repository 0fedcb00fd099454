#pragma once

#include "enumerator/worker_parts.hpp"

#include <cstdint>
#include <system_error>
#include <utility>

namespace restat::detail {

/// The result of a step of a check.
enum class check_result : unsigned char {
    done,
    paused, ///< the scan has to pause; the next step continues the check
    failed, ///< a known name is missing or has another type
};

/// Checks the lowest directory of a chain by its known names, without a listing: first the known
/// files, then adds the known subdirectories to the level.
///
/// After a failed check, the directory has to be listed after all: at once, or in the next scan if
/// other workers check a part of the files. A missing name was removed after the read of the
/// directory's record.
template <class FileSystem>
class known_check {
public:
    explicit known_check(worker_parts<FileSystem>& of) noexcept
        : scan_{of.scan}, chain_{of.chain}, recorder_{of.recorder}, splitter_{of.splitter} {}

    void begin() noexcept {
        auto const in = chain_.lowest().known;
        begin(step::files, 0, static_cast<std::uint32_t>(known().rows_of(in).size()));
        recorder_.begin_known();
    }
    /// Begins a part of the known files, given by another worker.
    void begin_part(std::uint32_t first, std::uint32_t end) noexcept {
        begin(step::part_of_files, first, end);
        is_split_ = true;
    }
    check_result advance() {
        if (step_ == step::below) return add_below();
        auto const result = check_files();
        if (step_ == step::part_of_files) return check_result::done;
        if (result != check_result::done) return result;
        step_ = step::below;
        next_ = chain_.lowest().known + 1;
        return add_below();
    }

private:
    enum class step : unsigned char { files, part_of_files, below };

    snapshot::contents const& known() const noexcept { return *scan_.known(); }

    void begin(step first_step, std::uint32_t first, std::uint32_t end) noexcept {
        step_ = first_step;
        next_ = first;
        end_ = end;
        is_split_ = lists_again_ = false;
    }

    check_result check_files() {
        auto const first = known().directories[chain_.lowest().known].rows;
        for (; next_ < end_; ++next_) {
            if (scan_.is_over()) return check_result::paused;
            if (known().kinds[known().rows[first + next_].kind].named) continue;
            if ((next_ & 255U) == 255) {
                if (scan_.stopped()) return check_result::done;
                share();
            }
            if (check_file(first + next_)) continue;
            if (is_split_) {
                if (!std::exchange(lists_again_, true)) recorder_.list_again();
                continue;
            }
            recorder_.undo_known();
            return check_result::failed;
        }
        return check_result::done;
    }

    void share() {
        auto const end = splitter_.share_files(next_, end_);
        if (end != end_) is_split_ = true;
        end_ = end;
    }

    // Returns false if the name is missing or has another type.
    bool check_file(std::uint32_t at) {
        auto& in = chain_.lowest();
        row const& old = known().rows[at];
        auto const type = known().kinds[old.kind].type;
        char const* const name = known().name(in.known, old);
        std::error_code error;
        last_link itself = last_link::keep;
        stat_record const record = type == file_type::directory
                                       ? read_identity(scan_->files, error, in.at, name)
                                       : read_record(scan_->files, error, in.at, name, itself);
        ++scan_.entries_checked;
        if (error) {
            if (is_absence(error)) return false;
            chain_.go_to(name);
            recorder_.fail(error, "stat");
            chain_.go_back();
            return true;
        }
        if (known().kinds.holds(old, record)) return true;
        if (record.type != type) return false;
        recorder_.add_edit(at, record);
        return true;
    }

    // Leaves out directories never listed, which hold only files that are roots. Also leaves out
    // directories that are roots themselves.
    check_result add_below() {
        auto& in = chain_.lowest();
        auto const& all = known().directories;
        for (std::uint32_t count = 1; next_ < all[in.known].end; ++count) {
            if (count % 256 == 0 && scan_.is_over()) return check_result::paused;
            auto const at = std::exchange(next_, all[next_].end);
            directory_row const& below = all[at];
            bool const was_entered =
                below.parent == in.known && below.mark.known != listing::none;
            if (!was_entered || scan_->roots.is_nested(known().path(at))) continue;
            auto name = known().path(at).substr(in.path_size);
            name.remove_suffix(1);
            auto const type = below.mark.followed ? file_type::symlink : file_type::directory;
            in.add_below(name, type, at);
        }
        recorder_.finish_known();
        return check_result::done;
    }

    worker_scan<FileSystem>& scan_;
    open_chain<FileSystem>& chain_;
    directory_recorder<FileSystem>& recorder_;
    work_splitter<FileSystem>& splitter_;
    step step_ = step::files;
    std::uint32_t next_ = 0;   // the next known file of the directory, or the next subdirectory
    std::uint32_t end_ = 0;    // of the files to be checked
    bool is_split_ = false;    // other workers check some files
    bool lists_again_ = false; // recorded by `list_again`
};

} // namespace restat::detail
