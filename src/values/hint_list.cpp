#include <restat/hint_list.hpp>

#include <new>

namespace restat {
namespace {

std::string_view directory_of(std::string_view path) noexcept {
    auto const slash = path.find_last_of('/');
    if (slash == path.npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

} // namespace

void hint_list::check_file(std::string_view file) noexcept {
    bool const is_known = files_.contains(file);
    if (!is_known && files_.size() == most_files) return list(directory_of(file));
    add_to(files_, file);
}

void hint_list::list(std::string_view directory) noexcept {
    bool const is_known = directories_.contains(directory);
    if (!is_known && directories_.size() == most_directories) return lost();
    add_to(directories_, directory);
}

void hint_list::add_to(paths& to, std::string_view path) noexcept {
    if (lost_ || to.contains(path)) return;
    if (bytes_ + path.size() > most_bytes) return lost();
    try {
        to.emplace(path);
        bytes_ += path.size();
    } catch (std::bad_alloc const&) {
        lost();
    }
}

void hint_list::lost() noexcept {
    clear();
    lost_ = true;
}

void hint_list::add(hint_list const& other) noexcept {
    if (other.lost_) lost();
    for (std::string const& path : other.directories_) list(path);
    for (std::string const& path : other.files_) check_file(path);
}

void hint_list::remove(std::string_view path) noexcept {
    for (paths* const from : {&files_, &directories_}) {
        auto const at = from->find(path);
        if (at == from->end()) continue;
        bytes_ -= path.size();
        from->erase(at);
    }
}

void hint_list::clear() noexcept {
    files_.clear();
    directories_.clear();
    bytes_ = 0;
    lost_ = false;
}

event_coverage& event_coverage::operator+=(event_coverage const& other) noexcept {
    directories += other.directories;
    watched += other.watched;
    partly += other.partly;
    checked += other.checked;
    refused += other.refused;
    if (!why) why = other.why;
    return *this;
}

} // namespace restat
