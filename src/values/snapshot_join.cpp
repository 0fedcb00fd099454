#include "base/unread.hpp"
#include "snapshot_delta.hpp"

#include <algorithm>

// Joins the entries of other enumerators to the entries of a tree. Joined entries count as root
// files, because no directory records their arrival or removal.
namespace restat::detail {
namespace {

bool is_same(entry const& a, entry const& b) noexcept {
    return changed_fields(a, b) == fields::none && a.record.final == b.record.final &&
           a.link.final == b.link.final && a.incidental == b.incidental;
}

} // namespace

void snapshot_delta::join(snapshot const& found) {
    bool const has_other_roots = !revealed.empty() || !hidden.empty();
    if (has_other_roots) note_steady(found);
    for (entry const one : found) join(one);
    auto& into = harvests[0];
    for (finding const& one : found.findings()) {
        into.findings.push_back(one);
        if (known && !is_absence(one.error)) keep_named(one.path);
    }
    if (known && known->named > 0) leave_to_listing();
    conclude();
}

// Keeps paths in view if other enumerators name the paths, whatever the roots of the tree. A path
// missing from the known snapshot may have a pending change.
void snapshot_delta::note_steady(snapshot const& found) {
    auto& into = harvests[0].steady;
    for (entry const one : found) into.push_back(one.path.str());
    for (finding const& one : found.findings()) {
        bool const is_known = known && known->find_row(one.path) != snapshot::contents::no_row;
        if (is_known || is_absence(one.error)) into.push_back(one.path);
    }
}

void snapshot_delta::join(entry const& found) {
    auto& into = harvests[0];
    auto const at = known ? known->find_row(found.path.str()) : snapshot::contents::no_row;
    if (at == snapshot::contents::no_row || !known->kinds[known->rows[at].kind].named) {
        return into.loose.add(found, true);
    }
    if (std::binary_search(named.begin(), named.end(), at)) return; // a root of the tree
    into.named.push_back(at);
    entry const old = known->kinds.unpack(known->rows[at], found.path);
    if (!is_same(old, found)) into.edits.push_back({at, into.fresh.kinds.pack(found, true)});
}

// Keeps the known entries of an unreadable path and its subtree.
void snapshot_delta::keep_named(std::string_view top) {
    for (std::uint32_t i = 0; i < known->directories.size(); ++i) {
        auto at = known->directories[i].rows;
        for (row const& one : known->rows_of(i)) {
            bool const is_kept = known->kinds[one.kind].named &&
                                 is_within(split_path{known->path(i), known->name(i, one)}, top);
            if (is_kept) harvests[0].named.push_back(at);
            ++at;
        }
    }
}

// Keeps the entry of a root no longer named by any enumerator: the root may still be a file of a
// directory not listed now. The entry stays until the next scan lists this directory.
void snapshot_delta::leave_to_listing() {
    conclude();
    if (named.size() == known->named) return;
    auto const is_missing = [&](split_path path) {
        return std::any_of(findings.begin(), findings.end(), [&](finding const& one) {
            return is_absence(one.error) && path == one.path;
        });
    };
    for (std::uint32_t i = 0; i < known->directories.size(); ++i) {
        auto const first = known->directories[i].rows;
        auto const count = static_cast<std::uint32_t>(known->rows_of(i).size());
        bool const is_listed = known->directories[i].mark.known != listing::none;
        bool const is_kept = fates[i] == fate::kept && (is_listed || !scoped);
        bool const stays = fates[i] == fate::same || is_kept;
        for (auto at = first; stays && at < first + count; ++at) {
            if (!known->kinds[known->rows[at].kind].named || !is_gone(at, i)) continue;
            entry const old = known->at(i, known->rows[at]);
            if (is_missing(old.path)) continue;
            harvests[0].loose.add(old);
            harvests[0].unfinished.emplace_back(known->path(i));
        }
    }
}

} // namespace restat::detail
