// What a program would use that has no library for the task.
#include "libraries.hpp"

#include "descriptor.hpp"

#include <memory>

#include <fts.h>
#include <sys/stat.h>

namespace bench {

std::size_t map_of_tree::count_changes() {
    std::size_t changes = 0;
    std::size_t present = 0;
    ++scan_;
    for (auto const& found : std::filesystem::recursive_directory_iterator{root_}) {
        if (!found.is_regular_file()) continue;
        auto const time = found.last_write_time();
        auto const [at, is_new] = known_.try_emplace(found.path().string());
        if (is_new || at->second.time != time) ++changes;
        at->second = {time, scan_};
        ++present;
    }
    if (present == known_.size()) return changes;
    return changes + std::erase_if(known_, [&](auto const& k) { return k.second.scan != scan_; });
}

std::size_t walk_by_fts(std::string const& root) {
    std::string path = root;
    char* const roots[] = {path.data(), nullptr};
    auto const close = [](FTS* walk) { ::fts_close(walk); };
    std::unique_ptr<FTS, decltype(close)> const walk{::fts_open(roots, FTS_PHYSICAL, nullptr),
                                                     close};
    if (!walk) must(-1, root);
    std::size_t files = 0;
    while (FTSENT const* const found = ::fts_read(walk.get())) {
        files += found->fts_info == FTS_F ? 1 : 0;
    }
    return files;
}

} // namespace bench
