#include <restat/testing/memory_file_system.hpp>

#include "enumerator/tree_members.hpp"
#include "testing/memory_tree.hpp"

#include <random>

// Each call of the file system is first counted. Then its hooks run, without the lock, since they
// change the tree. Then the call takes its time, and then it fails or returns a result.
namespace restat {

template class basic_tree_enumerator<testing::memory_file_system>;

namespace testing {

static_assert(file_system<memory_file_system>);

using namespace memory;

namespace {

constexpr std::size_t names_a_listing = 4; // so a small directory takes several calls
constexpr std::chrono::milliseconds usual_tick{4};

} // namespace

memory_file_system::memory_file_system(std::chrono::nanoseconds granularity,
                                       std::chrono::nanoseconds tick)
    : state_{std::make_shared<state>(granularity, tick)} {}

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
    if (exists) state_->report(at);
}

std::string memory_file_system::read(std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    node_ptr const at = state_->get(path, "read");
    return at->is(file_type::symlink) ? at->target : at->content;
}

stat_record memory_file_system::record(std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    trail at{uncover(state_->root)};
    auto const error = state_->find(at, path, last_link::keep);
    return error == std::errc{} ? at.back()->record : stat_record{};
}

std::uint64_t memory_file_system::serial(std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    trail at{uncover(state_->root)};
    auto const error = state_->find(at, path, last_link::keep);
    return error == std::errc{} ? at.back()->serial : 0;
}

void memory_file_system::resize(std::string_view path, std::uint64_t size) const {
    std::lock_guard const lock{state_->mutex};
    trail const at = state_->trail_to(path, "resize", last_link::follow);
    at.back()->record.size = size;
    state_->touch(*at.back());
    state_->report(at);
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
    state_->refuse_circle(from, to);
    node_ptr const parent = state_->make_directories(parent_path(to));
    node_ptr const moved = state_->take(from, "rename");
    auto& there = parent->names[std::string{last_name(to)}];
    if (there) state_->drop(there);
    there = moved;
    moved->record.ctime = state_->stamped();
    state_->touch(*parent);
    state_->report(*parent, last_name(to), watch_event::names);
}

void memory_file_system::set_mode(std::string_view path, std::uint32_t mode) const {
    std::lock_guard const lock{state_->mutex};
    trail const at = state_->trail_to(path, "set the mode of", last_link::follow);
    at.back()->record.mode = mode;
    at.back()->record.ctime = state_->stamped();
    state_->report(at);
}

void memory_file_system::set_mtime(std::string_view path, stamp mtime) const {
    std::lock_guard const lock{state_->mutex};
    trail const at = state_->trail_to(path, "set the time of", last_link::follow);
    at.back()->record.mtime = mtime;
    at.back()->record.ctime = state_->stamped();
    state_->report(at);
}

void memory_file_system::mount(std::string_view path, std::uint64_t device) const {
    std::lock_guard const lock{state_->mutex};
    node_ptr const covered = state_->get(path, "mount");
    covered->cover = state_->make_node(file_type::directory, device);
    covered->cover->is_mounted = true;
}

void memory_file_system::bind(std::string_view from, std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    node_ptr const shown = state_->get(from, "bind");
    node_ptr const at = state_->get(path, "bind");
    bool const are_directories = shown->is(file_type::directory) && at->is(file_type::directory);
    if (!are_directories || shown == at) refuse(std::errc::invalid_argument, "bind", path);
    at->cover = shown;
}

void memory_file_system::unmount(std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    node_ptr const parent = state_->make_directories(parent_path(path));
    auto const at = parent->names.find(last_name(path));
    if (at == parent->names.end() || !at->second->cover) {
        refuse(std::errc::invalid_argument, "unmount", path);
    }
    for (auto cover = at->second->cover; cover; cover = cover->cover) {
        if (cover->is_mounted) state_->report_gone(cover);
    }
    at->second->cover = nullptr;
}

void memory_file_system::change_directory(std::string_view path) const {
    std::lock_guard const lock{state_->mutex};
    trail at{uncover(state_->root)};
    auto const error = state_->find(at, path, last_link::follow);
    if (error != std::errc{}) refuse(error, "change the directory to", path);
    if (!at.back()->is(file_type::directory))
        refuse(std::errc::not_a_directory, "change the directory to", path);
    state_->here = std::move(at);
}

void memory_file_system::reuse_inodes(bool reuse) const {
    std::lock_guard const lock{state_->mutex};
    state_->reuses_inodes = reuse;
}

void memory_file_system::report_birth_times(bool reports) const {
    std::lock_guard const lock{state_->mutex};
    state_->reports_birth_times = reports;
}

void memory_file_system::cache_records(std::chrono::nanoseconds time) const {
    std::lock_guard const lock{state_->mutex};
    state_->cached_for = time;
    state_->cached.clear();
}

void memory_file_system::advance(std::chrono::nanoseconds by) const {
    std::lock_guard const lock{state_->mutex};
    state_->set_current(state_->current() + by);
}

void memory_file_system::set_time(std::chrono::nanoseconds since_1970) const {
    std::lock_guard const lock{state_->mutex};
    state_->set_current(since_1970);
}

void memory_file_system::follow(manual_clock const& clock) const {
    std::lock_guard const lock{state_->mutex};
    auto const now = state_->current();
    state_->clock = clock;
    state_->set_current(now);
}

void memory_file_system::set_cost(file_call what, std::chrono::nanoseconds each) const {
    std::lock_guard const lock{state_->mutex};
    state_->cost[index(what)] = each;
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
    state_->event_faults = {};
    state_->refresh_queues();
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
    if (set_error(error, self->begin_call(file_call::open, what.path))) return nullptr;
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

stat_record memory_file_system::state::shown(node const& of) {
    if (cached_for <= cached_for.zero()) return of.record;
    auto& known = cached[of.serial];
    if (current() >= known.until) known = {of.record, current() + cached_for};
    return known.record;
}

stat_record memory_file_system::state::stat(lookup const& what, std::error_code& error,
                                            stamp* made) {
    if (set_error(error, begin_call(file_call::stat, what.path))) return {};
    std::lock_guard const lock{mutex};
    trail at = start(what);
    if (set_error(error, find(at, what.name, what.link))) return {};
    if (made && !reports_birth_times && set_error(error, std::errc::not_supported)) return {};
    if (made) *made = at.back()->made;
    return shown(*at.back());
}

std::string memory_file_system::state::read(lookup const& what, std::size_t limit,
                                            std::error_code& error) {
    if (set_error(error, begin_call(file_call::read, what.path))) return {};
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
    made.of_ = state::open(state_, {{}, path, last_link::follow, state_->spelled(path)}, error);
    return made;
}

memory_file_system::directory memory_file_system::open(directory const& in, char const* name,
                                                       last_link link,
                                                       std::error_code& error) const {
    directory made;
    made.of_ = state::open(state_, {in.of_->at, name, link, joined(in.of_->path, name)}, error);
    return made;
}

memory_file_system::directory memory_file_system::working_directory(
    stat_record& record, std::error_code& error) const {
    std::lock_guard const lock{state_->mutex};
    error.clear();
    trail at = state_->start({});
    std::string path;
    static_cast<void>(state_->locate(at, path)); // a partial path if the directory was removed
    record = at.back()->record;
    std::unique_ptr<opened_directory> opened{
        new opened_directory{state_, std::move(at), plain(path)}};
    opened->is_counted = false; // before anything else can fail
    directory made;
    made.of_ = std::move(opened);
    return made;
}

bool memory_file_system::list(directory& of, name_list& into, std::error_code& error) const {
    opened_directory& open = *of.of_;
    if (set_error(error, state_->begin_call(file_call::list, open.path))) return false;
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
    return state_->stat({{}, path, link, state_->spelled(path)}, error);
}

stat_record memory_file_system::birth_time(char const* path, stamp& made,
                                           std::error_code& error) const {
    return state_->stat({{}, path, last_link::keep, state_->spelled(path)}, error, &made);
}

stat_record memory_file_system::birth_time(directory const& in, char const* name, stamp& made,
                                           std::error_code& error) const {
    return state_->stat({in.of_->at, name, last_link::keep, joined(in.of_->path, name)}, error,
                        &made);
}

stat_record memory_file_system::stat(directory const& in, char const* name, last_link link,
                                     std::error_code& error) const {
    return state_->stat({in.of_->at, name, link, joined(in.of_->path, name)}, error);
}

stat_record memory_file_system::stat(directory const& of, std::error_code& error) const {
    if (set_error(error, state_->begin_call(file_call::stat, of.of_->path))) return {};
    std::lock_guard const lock{state_->mutex};
    return state_->shown(of.of_->self());
}

bool memory_file_system::is_mount_point(directory const& of) const noexcept {
    return of.of_->at.is_mount_point;
}

bool memory_file_system::trusts_stamps(directory const&) const noexcept {
    std::lock_guard const lock{state_->mutex};
    return state_->cached_for <= state_->cached_for.zero();
}

std::string memory_file_system::read(directory const& in, char const* name, last_link link,
                                     std::size_t limit, std::error_code& error) const {
    return state_->read({in.of_->at, name, link, joined(in.of_->path, name)}, limit, error);
}

std::string memory_file_system::location(directory const& of, std::error_code& error) const {
    std::lock_guard const lock{state_->mutex};
    std::string path;
    bool const failed = set_error(error, state_->locate(of.of_->at, path));
    return failed ? std::string{} : path;
}

stamp memory_file_system::now() const noexcept {
    std::lock_guard const lock{state_->mutex};
    bool const ticks = state_->tick != state_->tick.zero();
    auto const step = std::min<std::chrono::nanoseconds>(state_->granularity, usual_tick);
    return ticks ? floor(state_->ticked(), std::chrono::nanoseconds{1})
                 : floor(state_->current(), step);
}

} // namespace testing
} // namespace restat
