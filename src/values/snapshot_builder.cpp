#include <restat/snapshot_builder.hpp>

#include "snapshot_access.hpp"
#include "stable_order.hpp"
#include "view_tops.hpp"

#include <algorithm>

namespace restat {

using detail::is_absence;
using detail::is_within;
using detail::snapshot_access;

namespace {

// Returns the position in a snapshot of the entries below a path: for ".", behind all absolute
// paths.
std::string_view position(std::string_view path) noexcept { return path == "." ? "\x01" : path; }

void sort(std::vector<finding>& findings, std::string_view (*key)(std::string_view) noexcept) {
    detail::sort_stably(findings, [&](finding const& a, finding const& b) {
        return path_less(key(a.path), key(b.path));
    });
}

} // namespace

struct snapshot_builder::members {
    detail::loose_rows rows;
    std::vector<finding> findings;
    std::vector<std::string> revealed;
    std::vector<std::string> hidden;
    std::vector<std::string> steady;
    std::vector<std::string> renamed;
    std::vector<std::string> readable;
    bool keeps = true;
    bool is_finished = false; // the steady paths are complete

    // Keeps the entries of `previous` for each unreadable path and its subtree.
    void keep_unread(snapshot const& previous) {
        sort(findings, position);
        std::size_t kept = 0; // number of entries of previous already handled
        for (finding const& failed : findings) {
            if (is_absence(failed.error)) continue;
            kept = std::max(kept, previous.lower_bound(position(failed.path)));
            for (; kept < previous.size() && is_within(previous.path(kept), failed.path);
                 ++kept) {
                rows.add(previous[kept]);
            }
        }
        sort(findings, [](std::string_view path) noexcept { return path; });
        // A list may name a missing file twice.
        findings.erase(std::unique(findings.begin(), findings.end()), findings.end());
    }

    // Keeps the paths of a list in view, whatever the roots of a tree beside the list. A path
    // missing from the previous snapshot may have a pending change.
    void note_steady(snapshot const& previous) {
        if (is_finished || (revealed.empty() && hidden.empty())) return;
        for (finding const& one : findings) {
            if (is_absence(one.error) || previous.contains(one.path))
                steady.emplace_back(one.path);
        }
        for (auto const& item : rows.items) {
            if (rows.kinds[item.packed.kind].incidental) steady.emplace_back(rows.path(item));
        }
    }
};

snapshot_builder::snapshot_builder(std::stop_token stop) noexcept : stop_{std::move(stop)} {}
snapshot_builder::snapshot_builder(snapshot_builder&&) noexcept = default;
snapshot_builder::~snapshot_builder() = default;

snapshot_builder::members& snapshot_builder::found() {
    if (!found_) found_ = detail::make_owned<members>();
    return *found_;
}

void snapshot_builder::add(std::string_view path, stat_record const& record) {
    add(entry{path, record});
}

void snapshot_builder::add(std::string_view path, stat_record const& record,
                           stat_record const& link) {
    add(entry{path, record, link});
}

void snapshot_builder::add(entry const& what) { found().rows.add(what); }

void snapshot_builder::add(snapshot const& all) {
    for (entry const one : all) add(one);
    for (finding const& one : all.findings_) found().findings.push_back(one);
    for (std::string const& path : all.revealed_) found().revealed.push_back(path);
    for (std::string const& path : all.hidden_) hide(path);
    for (std::string const& path : all.steady_) found().steady.push_back(path);
    for (std::string const& path : all.renamed_) found().renamed.push_back(path);
    for (std::string const& path : all.readable_) found().readable.push_back(path);
}

void snapshot_builder::add_error(std::string_view path, std::error_code error,
                                 std::string_view operation) {
    found().findings.push_back({std::string{path}, error, std::string{operation}});
}

// The top of a tree comes first in an ordered scan.
void snapshot_builder::reveal(std::string_view path) {
    auto& tops = found().revealed;
    if (tops.empty() || !is_within(path, tops.back())) tops.emplace_back(path);
}

void snapshot_builder::hide(std::string_view path) { found().hidden.emplace_back(path); }

void snapshot_builder::keep_nothing() { found().keeps = false; }

void snapshot_builder::add_finished(snapshot const& all) {
    keep_nothing();
    add(all);
    found().is_finished = true;
}

snapshot snapshot_builder::finish(snapshot const& previous) {
    snapshot made;
    if (!found_) return made;
    auto const found = std::exchange(found_, {});
    found->keep_unread(found->keeps ? previous : snapshot{});
    found->note_steady(previous);
    found->rows.order();
    if (!found->rows.items.empty()) {
        snapshot_access::fill(made, snapshot::contents::assemble({}, found->rows));
    }
    for (auto* const paths : {&found->revealed, &found->hidden, &found->steady, &found->renamed})
        detail::sort_unique(*paths);
    made.findings_ = std::move(found->findings);
    made.revealed_ = std::move(found->revealed);
    made.hidden_ = std::move(found->hidden);
    made.steady_ = std::move(found->steady);
    made.renamed_ = std::move(found->renamed);
    made.readable_ = std::move(found->readable);
    return made;
}

} // namespace restat
