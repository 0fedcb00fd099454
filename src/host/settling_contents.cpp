#include "settling.hpp"

#include <utility>

// Reads the contents of unchanged files, part by part, for the comparison with later contents.
namespace restat::detail {

void settling::compare_contents(std::shared_ptr<file_reader> files) {
    contents_.use(std::move(files));
    learned_.clear();
    learns_ = contents_.is_on() && has_baseline_;
}

bool settling::learn_step() {
    if (!contents_.is_on() || is_merging()) return false;
    if (contents_.learn_answered()) return true;
    if (!learns_) return false;
    auto at = latest_.lower_bound(learned_);
    if (at < latest_.size() && latest_.path(at) == split_path{learned_}) ++at;
    learns_ = at < latest_.size();
    if (!learns_) return false;
    entry const next = latest_[at];
    auto path = next.path.str();
    bool const is_unchanged = !pending_.contains(path) && !held_.contains(path);
    if (!is_unchanged || !contents_.learn(next)) learned_ = std::move(path);
    return true;
}

bool settling::offers_nothing() const noexcept {
    return offer_.phase == offer_phase::done && offer_.changes.empty();
}

} // namespace restat::detail
