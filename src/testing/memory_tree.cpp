#include "testing/memory_tree.hpp"

namespace restat::testing {

using namespace memory;

namespace {

// Ticks begin at an odd number, so a stamp shows how it was rounded.
constexpr std::chrono::nanoseconds tick_phase{1'234'567};

} // namespace

stamp memory::floor(std::chrono::nanoseconds time, std::chrono::nanoseconds step) noexcept {
    auto const whole = time - time % step;
    auto const seconds = std::chrono::floor<std::chrono::seconds>(whole);
    return {seconds.count(), static_cast<std::uint32_t>((whole - seconds).count())};
}

// Returns the start of the current tick; without ticks, the current time.
std::chrono::nanoseconds memory_file_system::state::ticked() const noexcept {
    auto const now = current();
    return tick == tick.zero() ? now : now - (now - tick_phase) % tick;
}

node_ptr memory_file_system::state::make_node(file_type type, std::uint64_t device) {
    auto made = std::make_shared<node>();
    made->serial = ++last_serial;
    auto& record = made->record;
    record.type = type;
    record.device = device;
    if (reuses_inodes && !free_inodes.empty()) {
        record.inode = free_inodes.back();
        free_inodes.pop_back();
    } else {
        record.inode = ++last_inode;
    }
    record.links = 1;
    record.mode = type == file_type::directory ? 0755 : 0644;
    record.mtime = record.ctime = made->made = stamped();
    return made;
}

// Removes a name of an object. Removing the last name of a directory removes everything below it.
void memory_file_system::state::drop(node_ptr const& gone) {
    trail dropping{gone};
    while (!dropping.empty()) {
        node_ptr const one = std::move(dropping.back());
        dropping.pop_back();
        one->record.ctime = stamped();
        if (--one->record.links == 0) free_inodes.push_back(one->record.inode);
        if (!one->is(file_type::directory)) continue;
        for (auto const& [name, child] : one->names) {
            report(*one, name, watch_event::names);
            dropping.push_back(child);
        }
        report(*one, {}, watch_event::gone);
        one->names.clear();
    }
}

void memory_file_system::state::report_gone(node_ptr const& top) {
    trail left{top};
    while (!left.empty()) {
        node_ptr const one = std::move(left.back());
        left.pop_back();
        if (!one->is(file_type::directory)) continue;
        report(*one, {}, watch_event::gone);
        for (auto const& [name, child] : one->names) left.push_back(child);
    }
}

void memory_file_system::state::touch(node& directory) const noexcept {
    directory.record.mtime = directory.record.ctime = stamped();
}

std::errc memory_file_system::state::locate(trail const& at, std::string& path) const {
    for (std::size_t i = 1; i < at.size(); ++i) {
        auto const& names = at[i - 1]->names;
        auto const own = std::find_if(names.begin(), names.end(), [&](auto const& child) {
            return uncover(child.second) == at[i];
        });
        if (own == names.end()) return std::errc::no_such_file_or_directory;
        path += '/' + own->first;
    }
    if (path.empty()) path = "/";
    return {};
}

std::string memory_file_system::state::spelled(std::string_view path) const {
    std::lock_guard const lock{mutex};
    std::string above;
    bool const is_below = !path.starts_with('/') && here.size() > 1;
    if (is_below) static_cast<void>(locate(here, above));
    return is_below ? joined(plain(above), plain(path)) : plain(path);
}

std::errc memory_file_system::state::descend(trail& at, std::string_view path, last_link last,
                                             int& links_left) const {
    if (path.empty()) return std::errc::no_such_file_or_directory;
    if (path.starts_with('/')) at.resize(1);
    while (!path.empty()) {
        auto const name = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(path.size(), name.size() + 1));
        if (!at.back()->is(file_type::directory)) return std::errc::not_a_directory;
        if (name == ".." && at.size() > 1) at.pop_back();
        at.is_mount_point = false;
        if (name.empty() || name == "." || name == "..") continue;
        auto const found = at.back()->names.find(name);
        if (found == at.back()->names.end()) return std::errc::no_such_file_or_directory;
        node_ptr next = uncover(found->second);
        bool const leads_on = last == last_link::follow || !path.empty();
        if (!next->is(file_type::symlink) || !leads_on) {
            at.is_mount_point = next != found->second;
            at.push_back(std::move(next));
            continue;
        }
        if (--links_left < 0) return std::errc::too_many_symbolic_link_levels;
        auto const error = descend(at, next->target, last_link::follow, links_left);
        if (error != std::errc{}) return error;
    }
    return {};
}

std::errc memory_file_system::state::find(trail& at, std::string_view path,
                                          last_link last) const {
    int links_left = 40; // the limit of Linux
    bool const removed = !path.starts_with('/') && at.back()->record.links == 0;
    return removed ? std::errc::no_such_file_or_directory : descend(at, path, last, links_left);
}

node_ptr memory_file_system::state::get(std::string_view path, std::string_view operation,
                                        last_link last) const {
    return trail_to(path, operation, last).back();
}

trail memory_file_system::state::trail_to(std::string_view path, std::string_view operation,
                                          last_link last) const {
    trail at{uncover(root)};
    auto const error = find(at, path, last);
    if (error != std::errc{}) {
        refuse(error, operation, path);
    }
    return at;
}

void memory_file_system::state::refuse_circle(std::string_view from, std::string_view to) const {
    trail const source = trail_to(from, "rename", last_link::keep);
    trail target{uncover(root)};
    bool const is_there = find(target, to, last_link::keep) == std::errc{};
    auto const holds = [](auto first, auto last, node_ptr const& one) {
        return std::find(first, last, one) != last;
    };
    if (holds(target.begin(), target.end() - (is_there ? 1 : 0), source.back()))
        refuse(std::errc::invalid_argument, "rename", from);
    if (is_there && holds(source.begin(), source.end() - 1, target.back()))
        refuse(std::errc::directory_not_empty, "rename", to);
}

node_ptr memory_file_system::state::make_directories(std::string_view path) {
    trail at{uncover(root)};
    while (!path.empty()) {
        auto const name = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(path.size(), name.size() + 1));
        if (name.empty()) continue;
        node& parent = *at.back();
        bool const is_step = name == "." || name == "..";
        if (!is_step && !parent.names.contains(name)) {
            parent.names.emplace(name, make_node(file_type::directory, parent.record.device));
            touch(parent);
            report(parent, name, watch_event::names);
        }
        auto const error = find(at, name, last_link::follow);
        if (error != std::errc{}) refuse(error, "make", name);
        if (!at.back()->is(file_type::directory))
            refuse(std::errc::not_a_directory, "make", name);
    }
    return at.back();
}

// Gives an object an unused name.
void memory_file_system::state::put(std::string_view path, node_ptr const& object) {
    node_ptr const parent = make_directories(parent_path(path));
    bool const is_free = parent->names.emplace(last_name(path), object).second;
    if (!is_free) refuse(std::errc::file_exists, "make", path);
    object->record.device = parent->record.device;
    touch(*parent);
    report(*parent, last_name(path), watch_event::names);
}

node_ptr memory_file_system::state::place(std::string_view path, file_type type) {
    node_ptr made = make_node(type, 0);
    put(path, made);
    return made;
}

// Removes an object from its directory.
node_ptr memory_file_system::state::take(std::string_view path, std::string_view operation) {
    std::string const in = parent_path(path).empty() ? "." : std::string{parent_path(path)};
    node_ptr const parent = get(in, operation, last_link::follow);
    get(path, operation);
    auto const at = parent->names.find(last_name(path));
    node_ptr taken = at->second;
    parent->names.erase(at);
    touch(*parent);
    report(*parent, last_name(path), watch_event::names);
    return taken;
}

std::errc memory_file_system::state::begin_call(file_call what, std::string const& path) {
    for (auto const& act : count(what)) act();
    std::lock_guard const lock{mutex};
    spend(cost[index(what)]);
    return fails(what, path);
}

std::vector<std::function<void()>> memory_file_system::state::count(file_call what) {
    std::lock_guard const lock{mutex};
    std::size_t const number = ++calls[index(what)];
    std::vector<std::function<void()>> due;
    auto& waiting = hooks[index(what)];
    std::erase_if(waiting, [&](hook& one) {
        if (one.at != number) return false;
        due.push_back(std::move(one.act));
        return true;
    });
    return due;
}

std::errc memory_file_system::state::fails(file_call what, std::string const& path) const {
    auto const& at_paths = faults_at[index(what)];
    if (auto const at = at_paths.find(path); at != at_paths.end()) return at->second;
    std::size_t const number = calls[index(what)];
    for (fault const& one : faults[index(what)]) {
        if (number >= one.first && number - one.first < one.count) return one.error;
    }
    return {};
}

} // namespace restat::testing
