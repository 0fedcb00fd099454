#include <restat/snapshot_builder.hpp>

#include "unread.hpp"

#include <algorithm>

namespace restat {

using detail::is_absence;
using detail::is_within;

namespace {

// Where in a snapshot that which is below a path begins: for ".", behind all absolute paths.
std::string_view position(std::string_view path) noexcept { return path == "." ? "\x01" : path; }

// Puts paths in order and drops those that are below another.
void keep_tops(std::vector<std::string>& paths) {
    std::sort(paths.begin(), paths.end(), path_less);
    auto const covered = [](std::string const& top, std::string const& path) {
        return is_within(path, top);
    };
    paths.erase(std::unique(paths.begin(), paths.end(), covered), paths.end());
}

} // namespace

snapshot_builder::snapshot_builder(std::stop_token stop) noexcept : stop_{std::move(stop)} {}

void snapshot_builder::add(std::string_view path, stat_record const& record) {
    found_.append({path, record});
}

void snapshot_builder::add(std::string_view path, stat_record const& record,
                           stat_record const& link) {
    found_.append({path, record, link});
}

void snapshot_builder::add(entry const& what) { found_.append(what); }

void snapshot_builder::add_error(std::string_view path, std::error_code error,
                                 std::string_view operation) {
    found_.findings_.push_back({std::string{path}, error, std::string{operation}});
}

// What is found in order comes with the top of a tree first.
void snapshot_builder::reveal(std::string_view path) {
    auto& tops = found_.revealed_;
    if (tops.empty() || !is_within(path, tops.back())) tops.emplace_back(path);
}

void snapshot_builder::hide(std::string_view path) { found_.hidden_.emplace_back(path); }

snapshot snapshot_builder::finish(snapshot const& previous) {
    snapshot found = std::exchange(found_, {});
    keep_unread(found, previous);
    order(found);
    keep_tops(found.revealed_);
    keep_tops(found.hidden_);
    return found;
}

void snapshot_builder::keep_unread(snapshot& found, snapshot const& previous) {
    auto& findings = found.findings_;
    std::stable_sort(findings.begin(), findings.end(), [](finding const& a, finding const& b) {
        return path_less(position(a.path), position(b.path));
    });
    std::size_t kept = 0; // entries of previous before this one are dealt with
    for (finding const& failed : findings) {
        if (is_absence(failed.error)) continue;
        kept = std::max(kept, previous.lower_bound(position(failed.path)));
        for (; kept < previous.size() && is_within(previous.path(kept), failed.path); ++kept) {
            found.append(previous[kept]);
        }
    }
    std::stable_sort(findings.begin(), findings.end(), [](finding const& a, finding const& b) {
        return path_less(a.path, b.path);
    });
}

void snapshot_builder::order(snapshot& found) {
    auto const name = [&](snapshot::row const& at) {
        return std::string_view{found.names_.data() + at.name, at.length};
    };
    auto const before = [&](snapshot::row const& a, snapshot::row const& b) {
        return path_less(name(a), name(b));
    };
    auto& rows = found.rows_;
    if (!std::is_sorted(rows.begin(), rows.end(), before)) {
        std::stable_sort(rows.begin(), rows.end(), before);
    }
    auto const same = [&](snapshot::row const& a, snapshot::row const& b) {
        return name(a) == name(b);
    };
    rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
    auto const unfinal = [&](snapshot::row const& at) {
        return !at.record.final || (at.link != 0 && !found.links_[at.link - 1].final);
    };
    found.unfinal_ = static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), unfinal));
}

} // namespace restat
