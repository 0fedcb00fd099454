#include <restat/detail/exclusion_log.hpp>

#include "base/unread.hpp"

#include <restat/escape.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <new>
#include <string>
#include <utility>

namespace restat::detail {
namespace {

/// The number of paths excluded by a single rule.
struct share {
    std::size_t files = 0;
    std::size_t directories = 0;
};
using rule_key = std::pair<std::string, std::string>; // the rule and its origin

std::string counted(std::size_t count, std::string_view one, std::string_view more) {
    return std::to_string(count) + " " + std::string{count == 1 ? one : more};
}

/// "12 files", "1 directory", "12 files and 3 directories"
std::string text_of(share const& of) {
    if (of.directories == 0) return counted(of.files, "file", "files");
    auto const directories = counted(of.directories, "directory", "directories");
    if (of.files == 0) return directories;
    return counted(of.files, "file", "files") + " and " + directories;
}

/// "12 files are ignored by '*' (.gitignore:1)", "12 files match no rule of -e"
std::string reason_of(rule_key const& by, share const& of, bool and_more) {
    auto const& [rule, origin] = by;
    bool const is_one = of.files + of.directories == 1 && !and_more;
    auto const who = text_of(of) + (and_more ? " or more" : "");
    if (rule.empty() && !origin.empty()) {
        return who + (is_one ? " matches" : " match") + " no rule of " + escape(origin);
    }
    auto const verb = who + (is_one ? " is" : " are") + " ignored by ";
    if (rule.empty()) return verb + "the matcher";
    return verb + '\'' + escape(rule) + '\'' +
           (origin.empty() ? "" : " (" + escape(origin) + ')');
}

bool holds_files_of(std::string const& root, snapshot const& scanned) {
    if (root.empty()) {
        return std::any_of(scanned.begin(), scanned.end(),
                           [](entry const& one) { return is_within(one.path, "."); });
    }
    auto const first = scanned.lower_bound(split_path{root});
    return first < scanned.size() && scanned.path(first).starts_with(root);
}

/// Returns the reported spelling of a root, without the slash at the end.
std::string name_of(std::string const& root) {
    if (root.empty()) return ".";
    return root.size() == 1 ? root : root.substr(0, root.size() - 1);
}

constexpr std::size_t most_of_root = 1'000;
constexpr std::size_t most = 20'000; // paths; further paths cost nothing

} // namespace

struct exclusion_log::store {
    std::atomic<bool> is_full{false};
    std::mutex mutex; // for the members below
    std::size_t calls = 0;
    std::map<std::string, std::map<std::string, file_type>> roots; // by the root's part of a path
};

exclusion_log::exclusion_log() : store_{make_owned<store>()} {}

void exclusion_log::excluded(candidate const& path) noexcept {
    if (store_->is_full.load(std::memory_order_relaxed)) return;
    try {
        std::lock_guard const adding{store_->mutex};
        if (++store_->calls == most) store_->is_full.store(true, std::memory_order_relaxed);
        auto& of_root = store_->roots[std::string{path.path.substr(0, path.below)}];
        if (of_root.size() < most_of_root) of_root.emplace(path.path, path.type);
    } catch (std::bad_alloc const&) { // the count is lower
    }
}

void exclusion_log::clear() noexcept {
    std::lock_guard const clearing{store_->mutex};
    store_->roots.clear();
    store_->calls = 0;
    store_->is_full = false;
}

std::vector<finding> exclusion_log::report(snapshot const& scanned, matcher_ref rules) const {
    std::lock_guard const reading{store_->mutex};
    std::vector<finding> found;
    for (auto const& [root, paths] : store_->roots) {
        if (holds_files_of(root, scanned)) continue;
        std::map<rule_key, share> by_rule;
        for (auto const& [path, type] : paths) {
            auto const why = rules.explain({path, root.size(), type});
            auto& of = by_rule[{why.rule, why.origin}];
            ++(type == file_type::directory ? of.directories : of.files);
        }
        auto const most_files =
            std::max_element(by_rule.begin(), by_rule.end(), [](auto const& a, auto const& b) {
                return std::pair{a.second.files, a.second.directories} <
                       std::pair{b.second.files, b.second.directories};
            });
        bool const is_all = scanned.empty() && store_->roots.size() == 1;
        bool const and_more = paths.size() == most_of_root;
        found.push_back({is_all ? "" : name_of(root), errc::nothing_watched,
                         reason_of(most_files->first, most_files->second, and_more)});
    }
    return found;
}

} // namespace restat::detail
