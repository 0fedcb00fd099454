#pragma once

#include "enumerator/known_check.hpp"
#include "enumerator/listing_check.hpp"

#include <cstdint>

namespace restat::detail {

/// The check of the lowest directory of a chain, by its known names or by a listing.
///
/// The worker lists a directory unless three conditions hold. The record of the directory is equal
/// to the record of the known listing. This record was final at the time of the listing. The file
/// system has trusted stamps. A listing does not count as known if some name could not be read, if
/// a link leads elsewhere, or if a directory was reached another way.
template <class FileSystem>
class directory_check {
public:
    explicit directory_check(worker_parts<FileSystem>& of) noexcept
        : scan_{of.scan}
        , chain_{of.chain}
        , recorder_{of.recorder}
        , questions_{of.questions}
        , known_{of}
        , listed_{of} {}

    bool is_done() const noexcept { return step_ == step::done; }

    /// Begins the check of the lowest directory. `record` is the record of the directory.
    void begin(stat_record const& record) {
        now_ = {record};
        auto const id = chain_.lowest().id;
        auto const root_file = scan_->named.lower_bound({id, ""});
        now_.has_root_files = root_file != scan_->named.end() && root_file->first == id;
        if (!has_known_names()) return list(false);
        now_.ruled = scan_.known()->directories[chain_.lowest().known].mark.ruled;
        if (now_.ruled && questions_.read_rules(now_, nullptr)) return list(true);
        known_.begin();
        step_ = step::known;
    }
    /// Begins the check of a part of the known files, given by another worker.
    void begin_part(std::uint32_t first, std::uint32_t end) noexcept {
        known_.begin_part(first, end);
        step_ = step::known;
    }
    /// Continues the check. Returns false if the scan has to pause.
    bool advance() {
        if (step_ == step::known) {
            auto const result = known_.advance();
            if (result == check_result::paused) return false;
            if (result == check_result::failed) list(false);
        }
        if (step_ == step::listing && !listed_.advance(now_)) return false;
        step_ = step::done;
        chain_.go_back();
        chain_.close_above();
        return true;
    }
    /// Continues with a directory that was opened again.
    void reopened() noexcept {
        if (step_ == step::listing) listed_.reopened();
    }
    /// Gives up the check. The directory may be in no snapshot so far, so its parent has to be
    /// listed again.
    void abandon() {
        if (is_done()) return;
        recorder_.list_parent_again();
        if (step_ == step::listing) listed_.abandon();
        stop();
    }
    /// Forgets the check, together with all results of the scan.
    void stop() noexcept { step_ = step::done; }

private:
    enum class step : unsigned char { done, known, listing };

    void list(bool has_rules) noexcept {
        listed_.begin(has_rules);
        step_ = step::listing;
    }

    // Returns whether the directory still has its known names.
    bool has_known_names() {
        auto const& in = chain_.lowest();
        bool const may_skip = in.known != directory_row::no_directory && !scan_->list_all &&
                              !in.rules_changed && !now_.has_root_files;
        if (!may_skip) return false;
        listing_mark const& old = scan_.known()->directories[in.known].mark;
        return old.known == listing::whole && old.device == now_.record.device &&
               old.inode == now_.record.inode && old.mtime == now_.record.mtime &&
               old.ctime == now_.record.ctime && scan_->trusts(in.at, now_.record.device);
    }

    worker_scan<FileSystem>& scan_;
    open_chain<FileSystem>& chain_;
    directory_recorder<FileSystem>& recorder_;
    rule_questions<FileSystem>& questions_;
    known_check<FileSystem> known_;
    listing_check<FileSystem> listed_;
    step step_ = step::done;
    directory_state now_;
};

} // namespace restat::detail
