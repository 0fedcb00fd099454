#include "snapshot_delta.hpp"

#include "base/unread.hpp"
#include "snapshot_access.hpp"
#include "stable_order.hpp"
#include "view_tops.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <numeric>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::size_t paths_at_once = 64; // take no longer than an entry

void sort_findings(std::vector<finding>& findings) {
    sort_stably(findings,
                [](finding const& a, finding const& b) { return path_less(a.path, b.path); });
}

template <class T>
void append(std::vector<T>& to, std::vector<T> const& from) {
    to.insert(to.end(), from.begin(), from.end());
}

// Takes the paths of a thread. A scan in slices has a single thread, and so copies none.
void take(std::vector<std::string>& to, std::vector<std::string>& from) {
    if (to.empty()) {
        to.swap(from);
    } else {
        to.insert(to.end(), std::move_iterator{from.begin()}, std::move_iterator{from.end()});
        from.clear();
    }
}

} // namespace

void scan_harvest::clear() noexcept {
    constexpr std::size_t much = 16'384; // rows; the next scan of the tree rarely needs more
    edits.clear();
    marks.clear();
    if (fresh.rows.size() > much) std::swap(fresh, discarded);
    fresh.clear();
    loose.items.clear();
    loose.paths.clear();
    loose.kinds.clear();
    named.clear();
    findings.clear();
    revealed.clear();
    hidden.clear();
    steady.clear();
    renamed.clear();
    readable.clear();
    unfinished.clear();
}

void snapshot_delta::respell(path_names names) {
    drop_names();
    if (!known) return;
    replaced.reserve(replaced.size() + 2); // so that freeing does not fail
    respelled = std::make_unique<respelling>(*known, std::move(names));
}

bool snapshot_delta::respell_some() {
    if (!respelled || respelled->is_done()) return false;
    if (respelled->is_outdated()) respell(respelled->names());
    if (respelled->step()) return true;
    if (!has_new_names()) {
        respelled.reset();
        return false;
    }
    known = &*respelled->copy();
    scoped = false; // the scope has the former names
    return false;
}

void snapshot_delta::drop_names() noexcept {
    if (!respelled) return;
    if (has_new_names()) known = &respelled->known();
    free_later(std::move(respelled->copy()));
    respelled.reset();
}

bool snapshot_delta::index_some() {
    if (!scoped || scope.empty() || !known || known->index.get()) {
        indexing.reset();
        return false;
    }
    if (!indexing) indexing = std::make_unique<directory_index>(*known);
    if (indexing->add_some(*known)) return true;
    known->index.set(std::move(indexing));
    return false;
}

void snapshot_delta::adopt_names(snapshot& known_one) noexcept {
    if (!has_new_names()) return;
    snapshot_access::exchange(known_one, respelled->copy());
    free_later(std::move(respelled->copy()));
    respelled.reset();
    has_other_names = true;
}

void snapshot_delta::free_later(owned<snapshot::contents> old) noexcept {
    if (old && replaced.size() < replaced.capacity()) replaced.push_back(std::move(old));
}

void snapshot_delta::restart(std::size_t threads) {
    harvests.resize(std::max(harvests.size(), threads));
    clear_harvests();
    fates.begin(known);
    findings.clear();
    restructured = led_out = false;
}

void snapshot_delta::clear_harvests() noexcept {
    conclusion_ = conclusion::none;
    discarded.take(order_.rest());
    order_ = {};
    discarded.take(revealed);
    discarded.take(hidden);
    steady.clear();
    renamed.clear();
    for (scan_harvest& one : harvests) {
        discarded.take(one.revealed);
        discarded.take(one.hidden);
        one.clear();
    }
}

void snapshot_delta::applied() noexcept {
    pending = false;
    fates.begin(nullptr);
    clear_harvests();
    drop_names();
    known = nullptr;
    has_other_names = false;
    readable.clear();
    findings.clear();
    restructured = led_out = false;
}

bool snapshot_delta::free_some() noexcept {
    for (scan_harvest& one : harvests) {
        if (free_part(one.discarded)) return true;
    }
    if (discarded.free_some()) return true;
    if (replaced.empty()) return false;
    if (!free_part(*replaced.back())) replaced.pop_back();
    return true;
}

std::size_t snapshot_delta::edits() const noexcept {
    return std::accumulate(
        harvests.begin(), harvests.end(), std::size_t{},
        [](std::size_t sum, scan_harvest const& of) { return sum + of.edits.size(); });
}

bool snapshot_delta::conclude_some() {
    switch (conclusion_) {
    case conclusion::none:
        gather();
        if (revealed.size() + hidden.size() <= paths_at_once) {
            sort_unique(revealed);
            sort_unique(hidden);
            return false;
        }
        conclusion_ = conclusion::ordering_revealed;
        break;
    case conclusion::ordering_revealed:
        if (order_.step(revealed)) return true;
        conclusion_ = conclusion::ordering_hidden;
        break;
    case conclusion::ordering_hidden:
        if (order_.step(hidden)) return true;
        conclusion_ = conclusion::none;
        break;
    }
    order_ = {};
    return is_concluding();
}

void snapshot_delta::gather() {
    named.clear();
    findings.clear();
    for (scan_harvest& of : harvests) {
        take(revealed, of.revealed);
        take(hidden, of.hidden);
        take(steady, of.steady);
        take(renamed, of.renamed);
        append(findings, of.findings);
        append(named, of.named);
        if (!of.fresh.directories.empty() || !of.loose.items.empty()) restructured = true;
    }
    sort_unique(steady);
    sort_unique(renamed);
    if (scoped && unread) keep_findings();
    select_readable();
    sort_findings(findings);
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    if (fates.has_gone() || (known && known->named != named.size())) restructured = true;
    if (restructured) fates.settle();
}

// Finds no root in most scans, because all paths are readable.
void snapshot_delta::select_readable() {
    readable.clear();
    for (scan_harvest const& of : harvests) {
        for (std::string_view const root : of.readable) {
            bool const is_below_unread =
                std::any_of(findings.begin(), findings.end(), [&](finding const& one) {
                    return !is_absence(one.error) && one.path != root &&
                           is_within(root, one.path);
                });
            if (is_below_unread) readable.emplace_back(root);
        }
    }
}

// Keeps the read errors outside the scope: those paths are still unread.
void snapshot_delta::keep_findings() {
    auto const count = findings.size();
    for (finding const& old : *unread) {
        if (is_on_the_way(old.path)) continue;
        auto const same = [&](finding const& now) { return now.path == old.path; };
        auto const end = findings.begin() + static_cast<std::ptrdiff_t>(count);
        if (std::any_of(findings.begin(), end, same)) continue;
        auto at = known ? known->find_directory(old.path + '/') : directory_row::no_directory;
        if (at == directory_row::no_directory && known) {
            at = known->find_directory(
                std::string_view{old.path}.substr(0, old.path.find_last_of('/') + 1));
        }
        if (at == directory_row::no_directory && is_beside(old.path)) continue;
        if (at == directory_row::no_directory || fates[at] == fate::kept) findings.push_back(old);
    }
}

bool snapshot_delta::is_in_scope(std::string_view path) const noexcept {
    return std::binary_search(scope.begin(), scope.end(), path, path_less);
}

bool snapshot_delta::is_on_the_way(std::string_view path) const noexcept {
    if (path.empty() || path == ".") return !scope.empty();
    auto const at = std::lower_bound(scope.begin(), scope.end(), path, path_less);
    return at != scope.end() && is_within(std::string_view{*at}, path);
}

bool snapshot_delta::is_beside(std::string_view path) const noexcept {
    return is_in_scope(path.substr(0, path.find_last_of('/') + 1));
}

bool snapshot_delta::is_gone(std::uint32_t row, std::uint32_t directory) const noexcept {
    if (known->kinds[known->rows[row].kind].named) {
        return !std::binary_search(named.begin(), named.end(), row);
    }
    return fates[directory] == fate::gone;
}

bool snapshot_delta::is_unread(std::string_view path, std::uint32_t row) const {
    auto const in = fates[known->directory_of(row)];
    if (in == fate::same || in == fate::replaced) return false;
    return std::any_of(harvests.begin(), harvests.end(), [&](scan_harvest const& of) {
        return std::any_of(of.findings.begin(), of.findings.end(), [&](finding const& one) {
            return !is_absence(one.error) && is_within(path, one.path);
        });
    });
}

} // namespace restat::detail
