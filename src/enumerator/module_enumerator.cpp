#include <restat/enumerator/module_enumerator.hpp>

#include <restat/file_system/native_file_system.hpp>

#include "base/unread.hpp"
#include "enumerator/checked_path.hpp"
#include "enumerator/module_names.hpp"
#include "platform/files/file_calls.hpp"

#include <map>
#include <set>

// The kernel shows a mapped file by its current name. If the name is gone or stands for another
// file, the kernel appends " (deleted)". The kernel writes a newline as "\012". Both texts may
// also be part of a name, so the enumerator tries each spelling. The spelling with the inode of
// the mapped file wins. If no spelling has this inode, the file was replaced, and the first
// existing spelling wins. A name never seen and without a file is not a module: memory without a
// file (memfd, System V) has such names.
//
// A name becomes known at the first sight of a file there, and stays known. The entry is
// incidental: loading a plug-in is not a change, nor is a fresh run of the program without the
// plug-in so far. An unloaded module without a file is forgotten, because the next load reads
// another file. If a module was replaced before its first scan, the replacement is a change, so
// the entry is not incidental in this single scan. In a baseline the record of such a module is
// that of no file at the path, so the next scan differs. A host may scan several times for a
// baseline.
namespace restat {

static_assert(file_enumerator<module_enumerator>);

struct module_enumerator::state {
    std::string maps;
    detail::first_record in_baseline;
    std::map<std::string, bool> incidental = {}; // by path
    // Inodes of the files in memory, until the first scan after the baseline.
    std::map<std::string, std::uint64_t> replaced = {};

    void learn(std::vector<detail::mapped_file> const& mapped);
    void learn(detail::mapped_file const& file);
    void forget_deleted(std::vector<detail::mapped_file> const& mapped);
    void check(std::string const& path, bool& is_incidental, snapshot_builder& into);
};

namespace {

struct spelling {
    std::string path; // empty if no spelling exists
    bool is_mapped = false;
};

spelling find_spelling(detail::mapped_file const& file) {
    spelling found;
    for (auto const& path : detail::spellings(file.shown)) {
        std::error_code error;
        auto const record = native_file_system{}.stat(path.c_str(), last_link::follow, error);
        if (error || record.type != file_type::regular) continue;
        if (record.inode == file.inode) return {path, true};
        if (found.path.empty()) found.path = path;
    }
    return found;
}

} // namespace

module_enumerator::module_enumerator()
    : module_enumerator{detail::first_record::of_the_loaded_file} {}

module_enumerator::module_enumerator(detail::first_record which)
    : state_{detail::make_owned<state>("/proc/self/maps", which)} {}

module_enumerator::module_enumerator(int pid)
    : state_{detail::make_owned<state>("/proc/" + std::to_string(pid) + "/maps",
                                       detail::first_record::of_the_path)} {}

void module_enumerator::state::learn(std::vector<detail::mapped_file> const& mapped) {
    for (auto const& file : mapped) {
        if (!incidental.contains(file.shown)) learn(file);
    }
}

void module_enumerator::state::learn(detail::mapped_file const& file) {
    auto [path, is_mapped] = find_spelling(file);
    if (path.empty()) return;
    bool const was_replaced = !is_mapped && path.size() < file.shown.size();
    if (was_replaced && in_baseline == detail::first_record::of_the_loaded_file) {
        replaced.emplace(path, file.inode);
    }
    incidental.emplace(std::move(path), !was_replaced);
}

void module_enumerator::state::forget_deleted(std::vector<detail::mapped_file> const& mapped) {
    std::set<std::string> loaded;
    for (auto const& file : mapped) {
        for (auto& path : detail::spellings(file.shown)) loaded.insert(std::move(path));
    }
    std::erase_if(incidental, [&](auto const& module) {
        if (loaded.contains(module.first)) return false;
        std::error_code error;
        native_file_system{}.stat(module.first.c_str(), last_link::keep, error);
        return detail::is_absence(error);
    });
}

void module_enumerator::state::check(std::string const& path, bool& is_incidental,
                                     snapshot_builder& into) {
    native_file_system files;
    auto object = detail::check_named(files, path, into);
    if (!detail::is_file(path, object, into)) return;
    if (auto const at = replaced.find(path); at != replaced.end()) {
        object.record.inode = at->second;
        object.record.ctime = {};
    }
    into.add({path, object.record, object.link, is_incidental});
    is_incidental = true;
}

void module_enumerator::enumerate(matcher_ref matcher, snapshot_builder& into,
                                  std::error_code& error) {
    error.clear();
    std::error_code unreadable;
    std::string const maps = detail::read_file(state_->maps.c_str(), unreadable);
    if (unreadable) into.add_error(state_->maps, unreadable, "read");
    auto const mapped = detail::executable_files(maps);
    state_->learn(mapped);
    if (!into.is_baseline()) state_->replaced.clear();
    if (!mapped.empty()) state_->forget_deleted(mapped);
    for (auto& [path, is_incidental] : state_->incidental) {
        if (into.stop_requested()) {
            error = std::make_error_code(std::errc::operation_canceled);
            return;
        }
        if (!watches(matcher({path, detail::name_offset(path), file_type::regular, true})))
            continue;
        state_->check(path, is_incidental, into);
    }
}

std::size_t module_enumerator::root_prefix(std::string_view path) const {
    return state_->incidental.contains(std::string{path}) ? detail::name_offset(path) : path.npos;
}

} // namespace restat
