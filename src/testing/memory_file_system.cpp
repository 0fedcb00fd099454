#include <restat/testing/memory_file_system.hpp>

#include "enumerator/tree_walk.hpp"
#include "testing/memory_paths.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <map>
#include <mutex>
#include <random>

// A tree of nodes behind one lock. A `trail` is the nodes from the root of the tree down to an
// object: `..` and the targets of links lead back along it. A mount hangs a second node over a
// directory.
//
// Each call is counted first; then its hooks run, without the lock; then it fails or looks.
namespace restat {

template class basic_tree_enumerator<testing::memory_file_system>;

namespace testing {

static_assert(file_system<memory_file_system>);

namespace {

struct node;
using node_ptr = std::shared_ptr<node>;
using trail = std::vector<node_ptr>;

struct node {
    stat_record record;
    std::string content;
    std::string target; // of a link
    std::map<std::string, node_ptr, std::less<>> names;
    node_ptr cover; // mounted here

    bool is(file_type type) const noexcept { return record.type == type; }
};

constexpr std::size_t kinds_of_call = 4;
constexpr std::size_t names_a_listing = 4; // so that a small directory takes several
constexpr std::chrono::milliseconds tick{4};

std::size_t index(file_call what) noexcept { return static_cast<std::size_t>(what); }

node_ptr uncover(node_ptr at) {
    while (at->cover) at = at->cover;
    return at;
}

[[noreturn]] void refuse(std::errc reason, std::string_view operation, std::string_view path) {
    restat::detail::throw_error(std::make_error_code(reason), operation, path);
}

struct fault {
    std::errc error;
    std::size_t first;
    std::size_t count;
};

// A name to be looked up, and the whole path of it.
struct lookup {
    trail from; // empty for the root
    std::string_view name;
    last_link link;
    std::string path;
};

struct hook {
    std::size_t at;
    std::function<void()> act;
};

} // namespace

struct memory_file_system::state {
    explicit state(std::chrono::nanoseconds stamps)
        : granularity{stamps}, root{make_node(file_type::directory, 1)} {}

    mutable std::mutex mutex;
    std::chrono::nanoseconds time{1'000'000'000'123'456'789};
    std::chrono::nanoseconds granularity;
    std::uint64_t last_inode = 1;
    std::vector<std::uint64_t> free_inodes;
    bool reuses_inodes = false;
    node_ptr root;

    std::array<std::size_t, kinds_of_call> calls{};
    std::array<std::vector<fault>, kinds_of_call> faults;
    std::array<std::map<std::string, std::errc>, kinds_of_call> faults_at;
    std::array<std::vector<hook>, kinds_of_call> hooks;
    std::vector<std::string> opened;
    std::size_t most_open = std::numeric_limits<std::size_t>::max();
    std::atomic<std::size_t> open_now = 0;
    unsigned seed = 0;

    stamp floor(std::chrono::nanoseconds step) const noexcept;
    stamp stamped() const noexcept { return floor(granularity); }

    node_ptr make_node(file_type type, std::uint64_t device);
    void drop(node_ptr const& gone);
    void touch(node& directory) const noexcept;

    std::errc descend(trail& at, std::string_view path, last_link last, int& links_left) const;
    trail start(lookup const& of) const {
        return of.from.empty() ? trail{uncover(root)} : of.from;
    }
    std::errc find(trail& at, std::string_view path, last_link last) const;
    /// For the test's own calls: throws if it is not there.
    node_ptr get(std::string_view path, std::string_view operation,
                 last_link last = last_link::keep) const;
    node_ptr make_directories(std::string_view path);
    void put(std::string_view path, node_ptr const& object);
    node_ptr place(std::string_view path, file_type type);
    node_ptr take(std::string_view path, std::string_view operation);

    static std::shared_ptr<opened_directory> open(std::shared_ptr<state> const& self,
                                                  lookup const& what, std::error_code& error);
    stat_record stat(lookup const& what, std::error_code& error);
    std::string read(lookup const& what, std::size_t limit, std::error_code& error);

    std::vector<std::function<void()>> count(file_call what);
    std::errc fails(file_call what, std::string const& path) const;
};

struct memory_file_system::opened_directory {
    std::shared_ptr<state> in;
    trail at;
    std::string path;
    bool listed = false;
    std::vector<std::pair<std::string, file_type>> names = {}; // not given out yet, last first

    node& self() const noexcept { return *at.back(); }
    ~opened_directory() { --in->open_now; }
};

namespace {

// Counts a call, runs what is hooked to it, and says how it fails.
template <class State>
std::errc begin_call(State& tree, file_call what, std::string const& path) {
    for (auto const& act : tree.count(what)) act();
    std::lock_guard const lock{tree.mutex};
    return tree.fails(what, path);
}

bool set_error(std::error_code& error, std::errc reason) {
    error = reason == std::errc{} ? std::error_code{} : std::make_error_code(reason);
    return static_cast<bool>(error);
}

} // namespace

stamp memory_file_system::state::floor(std::chrono::nanoseconds step) const noexcept {
    auto const whole = time - time % step;
    auto const seconds = std::chrono::floor<std::chrono::seconds>(whole);
    return {seconds.count(), static_cast<std::uint32_t>((whole - seconds).count())};
}

node_ptr memory_file_system::state::make_node(file_type type, std::uint64_t device) {
    auto made = std::make_shared<node>();
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
    record.mtime = record.ctime = stamped();
    return made;
}

// One name less for an object; below a directory that has no more, all goes.
void memory_file_system::state::drop(node_ptr const& gone) {
    trail dropping{gone};
    while (!dropping.empty()) {
        node_ptr const one = std::move(dropping.back());
        dropping.pop_back();
        one->record.ctime = stamped();
        if (--one->record.links == 0) free_inodes.push_back(one->record.inode);
        if (!one->is(file_type::directory)) continue;
        for (auto const& [name, child] : one->names) dropping.push_back(child);
        one->names.clear();
    }
}

void memory_file_system::state::touch(node& directory) const noexcept {
    directory.record.mtime = directory.record.ctime = stamped();
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
        if (name.empty() || name == "." || name == "..") continue;
        auto const found = at.back()->names.find(name);
        if (found == at.back()->names.end()) return std::errc::no_such_file_or_directory;
        node_ptr next = uncover(found->second);
        bool const leads_on = last == last_link::follow || !path.empty();
        if (!next->is(file_type::symlink) || !leads_on) {
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
    int links_left = 40; // as Linux has it
    bool const removed = at.back()->record.links == 0;
    return removed ? std::errc::no_such_file_or_directory : descend(at, path, last, links_left);
}

node_ptr memory_file_system::state::get(std::string_view path, std::string_view operation,
                                        last_link last) const {
    trail at{uncover(root)};
    auto const error = find(at, path, last);
    if (error != std::errc{}) refuse(error, operation, path);
    return at.back();
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
        }
        auto const error = find(at, name, last_link::follow);
        if (error != std::errc{}) refuse(error, "make", name);
        if (!at.back()->is(file_type::directory))
            refuse(std::errc::not_a_directory, "make", name);
    }
    return at.back();
}

// Gives an object a name that is free.
void memory_file_system::state::put(std::string_view path, node_ptr const& object) {
    node_ptr const parent = make_directories(parent_path(path));
    bool const is_free = parent->names.emplace(last_name(path), object).second;
    if (!is_free) refuse(std::errc::file_exists, "make", path);
    object->record.device = parent->record.device;
    touch(*parent);
}

node_ptr memory_file_system::state::place(std::string_view path, file_type type) {
    node_ptr made = make_node(type, 0);
    put(path, made);
    return made;
}

// Takes an object out of its directory.
node_ptr memory_file_system::state::take(std::string_view path, std::string_view operation) {
    std::string const in = parent_path(path).empty() ? "." : std::string{parent_path(path)};
    node_ptr const parent = get(in, operation, last_link::follow);
    get(path, operation);
    auto const at = parent->names.find(last_name(path));
    node_ptr taken = at->second;
    parent->names.erase(at);
    touch(*parent);
    return taken;
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

memory_file_system::memory_file_system(std::chrono::nanoseconds granularity)
    : state_{std::make_shared<state>(granularity)} {}

void memory_file_system::make_directory(std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    state_->make_directories(path);
}

void memory_file_system::write(std::string_view path, std::string_view content) const {
    std::lock_guard const lock{state_->mutex};
    trail at{uncover(state_->root)};
    bool const exists = state_->find(at, path, last_link::follow) == std::errc{};
    node_ptr const file = exists ? at.back() : state_->place(path, file_type::regular);
    file->content = content;
    file->record.size = content.size();
    state_->touch(*file);
}

std::string memory_file_system::read(std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    node_ptr const at = state_->get(path, "read");
    return at->is(file_type::symlink) ? at->target : at->content;
}

void memory_file_system::resize(std::string_view path, std::uint64_t size) const {
    std::lock_guard const lock{state_->mutex};
    node_ptr const file = state_->get(path, "resize", last_link::follow);
    file->record.size = size;
    state_->touch(*file);
}

void memory_file_system::make(std::string_view path, file_type type) const {
    std::lock_guard const lock{state_->mutex};
    state_->place(path, type);
}

void memory_file_system::link(std::string_view existing, std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    node_ptr const file = state_->get(existing, "link");
    if (file->is(file_type::directory))
        refuse(std::errc::operation_not_permitted, "link", existing);
    state_->put(path, file);
    ++file->record.links;
    file->record.ctime = state_->stamped();
}

void memory_file_system::symlink(std::string_view target, std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    node_ptr const made = state_->place(path, file_type::symlink);
    made->target = target;
    made->record.size = target.size();
    made->record.mode = 0777;
}

void memory_file_system::remove(std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    state_->drop(state_->take(path, "remove"));
}

void memory_file_system::rename(std::string_view from, std::string_view to) const {
    std::lock_guard const lock{state_->mutex};
    state_->get(from, "rename");
    node_ptr const parent = state_->make_directories(parent_path(to));
    node_ptr const moved = state_->take(from, "rename");
    auto& there = parent->names[std::string{last_name(to)}];
    if (there) state_->drop(there);
    there = moved;
    moved->record.ctime = state_->stamped();
    state_->touch(*parent);
}

void memory_file_system::set_mode(std::string_view path, std::uint32_t mode) const {
    std::lock_guard const lock{state_->mutex};
    node_ptr const at = state_->get(path, "set the mode of", last_link::follow);
    at->record.mode = mode;
    at->record.ctime = state_->stamped();
}

void memory_file_system::set_mtime(std::string_view path, stamp mtime) const {
    std::lock_guard const lock{state_->mutex};
    node_ptr const at = state_->get(path, "set the time of", last_link::follow);
    at->record.mtime = mtime;
    at->record.ctime = state_->stamped();
}

void memory_file_system::mount(std::string_view path, std::uint64_t device) const {
    std::lock_guard const lock{state_->mutex};
    state_->get(path, "mount")->cover = state_->make_node(file_type::directory, device);
}

void memory_file_system::unmount(std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    node_ptr const parent = state_->make_directories(parent_path(path));
    auto const at = parent->names.find(last_name(path));
    if (at == parent->names.end() || !at->second->cover) {
        refuse(std::errc::invalid_argument, "unmount", path);
    }
    at->second->cover = nullptr;
}

void memory_file_system::reuse_inodes(bool reuse) const {
    std::lock_guard const lock{state_->mutex};
    state_->reuses_inodes = reuse;
}

void memory_file_system::advance(std::chrono::nanoseconds by) const {
    std::lock_guard const lock{state_->mutex};
    state_->time += by;
}

void memory_file_system::fail(file_call what, std::errc error, std::size_t nth,
                              std::size_t count) const {
    std::lock_guard const lock{state_->mutex};
    state_->faults[index(what)].push_back({error, state_->calls[index(what)] + nth, count});
}

void memory_file_system::fail_at(std::string_view path, file_call what, std::errc error) const {
    std::lock_guard const lock{state_->mutex};
    state_->faults_at[index(what)].insert_or_assign(plain(path), error);
}

void memory_file_system::heal() const {
    std::lock_guard const lock{state_->mutex};
    state_->faults = {};
    state_->faults_at = {};
    state_->hooks = {};
}

void memory_file_system::before(file_call what, std::size_t nth,
                                std::function<void()> act) const {
    std::lock_guard const lock{state_->mutex};
    state_->hooks[index(what)].push_back({state_->calls[index(what)] + nth, std::move(act)});
}

void memory_file_system::limit_descriptors(std::size_t most) const {
    std::lock_guard const lock{state_->mutex};
    state_->most_open = most;
}

void memory_file_system::shuffle(unsigned seed) const {
    std::lock_guard const lock{state_->mutex};
    state_->seed = seed;
}

std::size_t memory_file_system::calls(file_call what) const {
    std::lock_guard const lock{state_->mutex};
    return state_->calls[index(what)];
}

std::vector<std::string> memory_file_system::opened() const {
    std::lock_guard const lock{state_->mutex};
    return state_->opened;
}

std::vector<std::string> memory_file_system::files() const {
    std::lock_guard const lock{state_->mutex};
    std::vector<std::string> found;
    std::vector<std::pair<std::string, node_ptr>> left{{".", uncover(state_->root)}};
    while (!left.empty()) {
        auto const [path, at] = std::move(left.back());
        left.pop_back();
        for (auto const& [name, child] : at->names)
            left.emplace_back(joined(path, name), uncover(child));
        if (!at->is(file_type::directory)) found.push_back(path);
    }
    std::sort(found.begin(), found.end(), path_less);
    return found;
}

std::shared_ptr<memory_file_system::opened_directory> memory_file_system::state::open(
    std::shared_ptr<state> const& self, lookup const& what, std::error_code& error) {
    if (set_error(error, begin_call(*self, file_call::open, what.path))) return nullptr;
    std::lock_guard const lock{self->mutex};
    trail at = self->start(what);
    auto reason = self->find(at, what.name, what.link);
    if (reason == std::errc{} && !at.back()->is(file_type::directory)) {
        reason = std::errc::not_a_directory;
    }
    if (reason == std::errc{} && self->open_now >= self->most_open) {
        reason = std::errc::too_many_files_open;
    }
    if (set_error(error, reason)) return nullptr;
    self->opened.push_back(what.path);
    ++self->open_now;
    return std::shared_ptr<opened_directory>{
        new opened_directory{self, std::move(at), what.path}};
}

stat_record memory_file_system::state::stat(lookup const& what, std::error_code& error) {
    if (set_error(error, begin_call(*this, file_call::stat, what.path))) return {};
    std::lock_guard const lock{mutex};
    trail at = start(what);
    if (set_error(error, find(at, what.name, what.link))) return {};
    return at.back()->record;
}

std::string memory_file_system::state::read(lookup const& what, std::size_t limit,
                                            std::error_code& error) {
    if (set_error(error, begin_call(*this, file_call::read, what.path))) return {};
    std::lock_guard const lock{mutex};
    trail at = start(what);
    auto reason = find(at, what.name, what.link);
    if (reason == std::errc{} && !at.back()->is(file_type::regular)) {
        reason = std::errc::invalid_argument;
    }
    if (reason == std::errc{} && at.back()->record.size > limit) {
        reason = std::errc::file_too_large;
    }
    return set_error(error, reason) ? std::string{} : at.back()->content;
}

memory_file_system::directory memory_file_system::open(char const* path,
                                                       std::error_code& error) const {
    directory made;
    made.of_ = state::open(state_, {{}, path, last_link::follow, plain(path)}, error);
    return made;
}

memory_file_system::directory memory_file_system::open(directory const& in, char const* name,
                                                       last_link link,
                                                       std::error_code& error) const {
    directory made;
    made.of_ = state::open(state_, {in.of_->at, name, link, joined(in.of_->path, name)}, error);
    return made;
}

bool memory_file_system::list(directory& of, name_list& into, std::error_code& error) const {
    opened_directory& open = *of.of_;
    if (set_error(error, begin_call(*state_, file_call::list, open.path))) return false;
    std::lock_guard const lock{state_->mutex};
    if (!std::exchange(open.listed, true)) {
        for (auto const& [name, child] : open.self().names) {
            open.names.emplace_back(name, child->record.type);
        }
        std::reverse(open.names.begin(), open.names.end());
        if (state_->seed != 0) {
            std::shuffle(open.names.begin(), open.names.end(), std::mt19937{state_->seed});
        }
    }
    bool const any = !open.names.empty();
    for (std::size_t n = 0; n < names_a_listing && !open.names.empty(); ++n) {
        into.add(open.names.back().first, open.names.back().second);
        open.names.pop_back();
    }
    return any;
}

stat_record memory_file_system::stat(char const* path, last_link link,
                                     std::error_code& error) const {
    return state_->stat({{}, path, link, plain(path)}, error);
}

stat_record memory_file_system::stat(directory const& in, char const* name, last_link link,
                                     std::error_code& error) const {
    return state_->stat({in.of_->at, name, link, joined(in.of_->path, name)}, error);
}

stat_record memory_file_system::stat(directory const& of, std::error_code& error) const {
    if (set_error(error, begin_call(*state_, file_call::stat, of.of_->path))) return {};
    std::lock_guard const lock{state_->mutex};
    return of.of_->self().record;
}

std::string memory_file_system::read(directory const& in, char const* name, last_link link,
                                     std::size_t limit, std::error_code& error) const {
    return state_->read({in.of_->at, name, link, joined(in.of_->path, name)}, limit, error);
}

std::string memory_file_system::location(directory const& of, std::error_code& error) const {
    std::lock_guard const lock{state_->mutex};
    trail const& at = of.of_->at;
    error.clear();
    std::string path;
    for (std::size_t i = 1; i < at.size(); ++i) {
        auto const& names = at[i - 1]->names;
        auto const own = std::find_if(names.begin(), names.end(), [&](auto const& child) {
            return uncover(child.second) == at[i];
        });
        bool const gone = own == names.end();
        if (set_error(error, gone ? std::errc::no_such_file_or_directory : std::errc{}))
            return {};
        path += '/' + own->first;
    }
    return path.empty() ? "/" : path;
}

stamp memory_file_system::now() const noexcept {
    std::lock_guard const lock{state_->mutex};
    return state_->floor(std::min<std::chrono::nanoseconds>(state_->granularity, tick));
}

} // namespace testing
} // namespace restat
