#include <restat/snapshot_update.hpp>

#include "base/plain_path.hpp"
#include "change_search.hpp"
#include "snapshot_access.hpp"
#include "snapshot_delta.hpp"
#include "snapshot_renewal.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace restat {

snapshot_update::snapshot_update() : delta_{detail::make_owned<detail::snapshot_delta>()} {}
snapshot_update::snapshot_update(snapshot_update&&) noexcept = default;
snapshot_update::~snapshot_update() = default;

void snapshot_update::begin(snapshot const& known, std::stop_token stop) {
    stop_ = std::move(stop);
    bounds_ = nullptr;
    entries_checked_ = 0;
    spent_ = {};
    paused_ = false;
    delta_->drop_names();
    delta_->indexing.reset();
    delta_->known = detail::snapshot_access::contents(known);
    delta_->unread = &known.findings();
    delta_->readable_before = &detail::snapshot_access::readable(known);
    delta_->scoped = false;
    delta_->restart(1);
}

void snapshot_update::limit_to(std::vector<std::string> paths) {
    for (std::string& path : paths) {
        path = detail::plain_path(path);
        if (path == ".") path.clear();
        if (!path.empty() && !path.ends_with('/')) path += '/';
    }
    if (!std::is_sorted(paths.begin(), paths.end(), path_less))
        std::sort(paths.begin(), paths.end(), path_less);
    delta_->scope = std::move(paths);
    delta_->scoped = true;
}

bool snapshot_update::is_limited() const noexcept { return delta_->scoped; }

void snapshot_update::list_all() noexcept {
    delta_->list_all = true;
    paused_ = false;
}
bool snapshot_update::lists_all() const noexcept { return delta_->list_all; }

void snapshot_update::join(snapshot const& found) { delta_->join(found); }

change_set snapshot_update::edits() const {
    return detail::find_changes(*delta_, detail::change_search::range::edits);
}
change_set snapshot_update::changes() const {
    return detail::find_changes(*delta_, detail::change_search::range::all);
}

bool snapshot_update::view_changed() const noexcept {
    return !delta_->revealed.empty() || !delta_->hidden.empty() || !delta_->renamed.empty();
}

std::vector<finding> const& snapshot_update::findings() const noexcept {
    return delta_->findings;
}

void snapshot_update::apply(snapshot& known) {
    detail::snapshot_renewal renewal{*delta_, known, detail::snapshot_renewal::range::all};
    while (renewal.step()) continue;
    renewal.commit();
    delta_->free_all();
    delta_->list_all = false;
}

void snapshot_update::apply_edits(snapshot& known) {
    detail::snapshot_renewal renewal{*delta_, known, detail::snapshot_renewal::range::edits};
    while (renewal.step()) continue;
    renewal.commit();
}

} // namespace restat
