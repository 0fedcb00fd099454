#include "restart/written_files.hpp"

#include <algorithm>

namespace restat::detail {
namespace {

constexpr std::uint32_t second = 1'000'000'000; // nanoseconds

stamp after_gap(stamp since) noexcept {
    constexpr std::chrono::nanoseconds gap = written_files::longest_gap;
    since.nanoseconds += static_cast<std::uint32_t>(gap.count());
    since.seconds += since.nanoseconds / second;
    since.nanoseconds %= second;
    return since;
}

} // namespace

void written_files::note(std::vector<file_number> const& open, stamp now) {
    for (auto& [file, known] : files_) {
        bool const is_open = std::binary_search(open.begin(), open.end(), file);
        if (!is_open && known.first_closed == stamp{}) known.first_closed = now;
    }
    for (auto const& file : open) {
        if (files_.size() < most_files || files_.contains(file)) files_[file] = {now, {}};
    }
}

bool written_files::explain(stat_record const& file) const noexcept {
    auto const at = files_.find({file.device, file.inode});
    if (at == files_.end()) return false;
    auto const& [last_open, first_closed] = at->second;
    auto const latest = after_gap(last_open);
    return file.ctime <= (first_closed == stamp{} ? latest : std::min(latest, first_closed));
}

} // namespace restat::detail
