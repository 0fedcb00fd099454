#include "restart/process_evidence.hpp"

#include "platform/modules/file_identity.hpp"

#include <algorithm>

namespace restat::detail {
namespace {

constexpr std::uint64_t largest_file = 1 << 20;
constexpr std::size_t most_files_read = 64; // files

} // namespace

process_evidence::process_evidence(std::vector<int> pids, std::string program,
                                   start_directory directory, written_files written_before)
    : pids_{std::move(pids)}
    , program_{std::move(program)}
    , directory_{std::move(directory)}
    , written_before_{std::move(written_before)} {}

file_use process_evidence::use_of(change const& what) {
    if (what.after.type != file_type::regular) return file_use::none;
    if (!files_) {
        files_ = files_of(pids_);
        program_file_ = file_number_at(program_.c_str());
    }
    file_number const file{what.after.device, what.after.inode};
    auto const is_in = [&](std::vector<file_number> const& some) {
        return std::binary_search(some.begin(), some.end(), file);
    };
    if (file == program_file_ || is_in(files_->loaded)) return file_use::program;
    if (is_in(files_->written) || written_before_.explain(what.after)) return file_use::written;
    if (!logs_) logs_ = files_of(readers_of_output());
    return is_in(logs_->written) ? file_use::written : file_use::none;
}

std::string process_evidence::content_of(change const& what) {
    bool const is_small =
        what.after.type == file_type::regular && what.after.size <= largest_file;
    if (!is_small || files_read_ == most_files_read) return {};
    ++files_read_;
    std::error_code unfinished;
    return content_identity(directory_.whole(what.path), read_of_others::everything, unfinished);
}

} // namespace restat::detail
