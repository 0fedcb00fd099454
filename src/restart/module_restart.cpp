#include <restat/restart/module_restart.hpp>

#include <restat/change_set.hpp>
#include <restat/detail/start_directory.hpp>
#include <restat/error.hpp>
#include <restat/observer.hpp>

#include "base/plain_path.hpp"
#include "restart/module_slot.hpp"
#include "restart/native_module_loader.hpp"

#include <algorithm>
#include <map>

namespace restat {

static_assert(reporting_strategy<module_restart>);

using detail::module_image;
using detail::module_slot;

struct module_restart::state {
    explicit state(module_restart_options options)
        : native{std::move(options.copies)}
        , swaps{options.swap}
        , loader{options.loader ? *options.loader : native} {}
    ~state();

    using slots = std::vector<module_slot*>;
    enum class outcome : std::uint8_t { swapped, postponed, rejected };

    void join_groups(module_slot& added);
    slots with_dependents(std::vector<bool> wanted);
    std::map<module_slot*, module_image> copy(slots const& all, std::error_code& error);
    std::vector<bool> changed(change_set const& changes) const;
    void add_stale(std::vector<bool>& wanted) const;
    bool prove(slots const& group, std::map<module_slot*, module_image>& copies);
    std::size_t prove_groups(slots const& all, std::map<module_slot*, module_image> copies);
    outcome swap_group(slots const& group);
    outcome swap_all(std::size_t& count);
    void load_first(module_slot& one, finding& failure);
    void reject(slots const& group, module_slot const& because);
    void report(module_slot const& of, std::error_code error, char const* operation,
                std::string detail) const;

    detail::native_module_loader native;
    detail::start_directory directory;
    module_swap swaps;
    module_loader& loader;
    observer* listener = nullptr;
    std::deque<module_slot> modules; // dependencies before dependents
};

// Dependents end first.
module_restart::state::~state() {
    for (auto at = modules.rbegin(); at != modules.rend(); ++at) {
        at->next.release(module_memory::unload);
        at->stop(at->current);
    }
    for (auto at = modules.rbegin(); at != modules.rend(); ++at) at->release();
}

void module_restart::state::join_groups(module_slot& added) {
    for (auto const* const one : added.dependencies) {
        auto const old = one->group;
        for (auto& module : modules) {
            if (module.group == old) module.group = added.group;
        }
    }
}

// One pass is enough: a dependent stands after its dependencies.
module_restart::state::slots module_restart::state::with_dependents(std::vector<bool> wanted) {
    slots all;
    for (std::size_t i = 0; i < modules.size(); ++i) {
        auto& one = modules[i];
        bool const follows =
            std::any_of(one.dependencies.begin(), one.dependencies.end(), [&](auto const* on) {
                return std::find(all.begin(), all.end(), on) != all.end();
            });
        if (wanted[i] || follows) all.push_back(&one);
    }
    return all;
}

void module_restart::state::report(module_slot const& of, std::error_code error,
                                   char const* operation, std::string detail) const {
    if (listener) listener->on_finding({of.how.path, error, operation, std::move(detail)});
}

// All are copied before any is loaded, because a refused change is offered again.
std::map<module_slot*, module_image> module_restart::state::copy(slots const& all,
                                                                 std::error_code& error) {
    std::map<module_slot*, module_image> copies;
    for (auto* const one : all) {
        module_image image{loader, loader.copy(one->how.path, error)};
        if (error) return {};
        copies.emplace(one, std::move(image));
    }
    return copies;
}

void module_restart::state::reject(slots const& group, module_slot const& because) {
    report(because, errc::module_rejected, "reload", because.rejection);
    for (auto& one : modules) {
        bool const is_here = std::find(group.begin(), group.end(), &one) != group.end();
        bool const is_lost = one.group == because.group && (one.next || is_here);
        if (!is_lost) continue;
        one.next.release(module_memory::unload);
        one.is_stale = &one != &because;
        if (one.is_stale) one.rejection = because.how.path + ": " + because.rejection;
    }
}

bool module_restart::state::prove(slots const& group,
                                  std::map<module_slot*, module_image>& copies) {
    for (auto* const one : group) {
        one->next.release(module_memory::unload); // a newer file replaces it
        one->next = std::move(copies.at(one));
    }
    for (auto* const one : group) {
        if (one->prove()) continue;
        reject(group, *one);
        return false;
    }
    return true;
}

std::size_t module_restart::state::prove_groups(slots const& all,
                                                std::map<module_slot*, module_image> copies) {
    std::size_t proven = 0;
    for (slots rest = all; !rest.empty();) {
        auto const group = rest.front()->group;
        auto const in_group = [&](auto const* one) { return one->group == group; };
        slots members;
        std::copy_if(rest.begin(), rest.end(), std::back_inserter(members), in_group);
        std::erase_if(rest, in_group);
        if (prove(members, copies)) proven += members.size();
    }
    return proven;
}

module_restart::state::outcome module_restart::state::swap_group(slots const& group) {
    std::vector<module_state> saved(group.size());
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (!group[i]->save(saved[i])) return outcome::postponed;
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (group[i]->restore(saved[i])) continue;
        for (auto k = i; k-- > 0;) group[k]->stop(group[k]->next);
        reject(group, *group[i]);
        return outcome::rejected;
    }
    for (auto at = group.rbegin(); at != group.rend(); ++at) {
        auto& one = **at;
        if (one.advance() || std::exchange(one.reported_resident, true)) continue;
        report(one, std::make_error_code(std::errc::device_or_resource_busy), "unload",
               "the system keeps the former version in memory; build the module with "
               "-fno-gnu-unique");
    }
    return outcome::swapped;
}

module_restart::state::outcome module_restart::state::swap_all(std::size_t& count) {
    auto worst = outcome::swapped;
    std::map<std::size_t, slots> groups;
    for (auto& one : modules) {
        if (one.next) groups[one.group].push_back(&one);
    }
    for (auto const& [number, group] : groups) {
        auto const result = swap_group(group);
        if (result == outcome::swapped) count += group.size();
        if (result == outcome::postponed) worst = outcome::postponed;
    }
    return worst;
}

std::vector<bool> module_restart::state::changed(change_set const& changes) const {
    std::vector<bool> wanted(modules.size());
    for (change const& one : changes) {
        if (one.after.type == file_type::none) continue;
        auto const path = directory.whole(detail::plain_path(one.path));
        for (std::size_t i = 0; i < modules.size(); ++i) {
            if (modules[i].how.path == path) wanted[i] = true;
        }
    }
    return wanted;
}

// A good version that was rejected with a bad version of its group is tried again with the next.
void module_restart::state::add_stale(std::vector<bool>& wanted) const {
    auto const before = wanted;
    for (std::size_t i = 0; i < modules.size(); ++i) {
        for (std::size_t k = 0; k < modules.size(); ++k) {
            if (before[k] && modules[i].is_stale && modules[i].group == modules[k].group)
                wanted[i] = true;
        }
    }
}

void module_restart::state::load_first(module_slot& one, finding& failure) {
    std::error_code error;
    loader.remove_stale(one.how.path);
    auto copies = copy({&one}, error);
    if (error) {
        failure = {one.how.path, error, "load", {}};
        if (listener) listener->on_finding(failure);
        return;
    }
    if (prove({&one}, copies)) {
        auto const result = swap_group({&one});
        if (result == outcome::swapped) return;
    }
    failure = {one.how.path, errc::module_rejected, "load", one.rejection};
}

module_restart::module_restart(module_restart_options options)
    : state_{detail::make_owned<state>(std::move(options))} {}

module_restart::module_restart(module_restart&&) noexcept = default;
module_restart& module_restart::operator=(module_restart&&) noexcept = default;
module_restart::~module_restart() = default;

module_handle module_restart::add(module_options module) {
    module.path = state_->directory.whole(detail::plain_path(module.path));
    module_slot& made = state_->modules.emplace_back();
    made.group = state_->modules.size();
    for (auto const& one : module.depends_on) made.dependencies.push_back(one.slot_);
    made.how = std::move(module);
    state_->join_groups(made);
    return module_handle{made};
}

std::vector<std::string> module_restart::paths() const {
    std::vector<std::string> all;
    for (auto const& one : state_->modules) all.push_back(one.how.path);
    return all;
}

void module_restart::load(std::error_code& error) {
    error.clear();
    for (auto& one : state_->modules) {
        finding failure;
        if (!one.current) state_->load_first(one, failure);
        if (!error) error = failure.error;
    }
}

void module_restart::load() {
    finding first;
    for (auto& one : state_->modules) {
        finding failure;
        if (!one.current) state_->load_first(one, failure);
        if (!first.error) first = std::move(failure);
    }
    if (!first.error) return;
    if (!first.detail.empty()) first.operation += " (" + first.detail + ')';
    throw reload_error{std::move(first)};
}

restart_result module_restart::restart(change_set const& changes, std::error_code& error) {
    error.clear();
    auto wanted = state_->changed(changes);
    state_->add_stale(wanted);
    auto const all = state_->with_dependents(std::move(wanted));
    auto copies = state_->copy(all, error);
    if (error) return restart_result::refused;
    if (state_->prove_groups(all, std::move(copies)) == 0) return restart_result::declined;
    if (state_->swaps == module_swap::on_call) return restart_result::restarted;
    std::size_t count = 0;
    if (state_->swap_all(count) == state::outcome::postponed) {
        error = std::make_error_code(std::errc::resource_unavailable_try_again);
        return restart_result::refused;
    }
    return count == 0 ? restart_result::declined : restart_result::restarted;
}

std::size_t module_restart::swap() {
    std::size_t count = 0;
    state_->swap_all(count);
    return count;
}

void module_restart::observe(observer* who) noexcept { state_->listener = who; }

void* const* module_handle::entry(std::string_view name) const {
    for (auto const& one : slot_->entries) {
        if (one.name == name) return &one.address;
    }
    auto& made = slot_->entries.emplace_back(detail::module_entry{std::string{name}});
    made.address = slot_->current.find(made.name);
    return &made.address;
}

std::size_t module_handle::version() const noexcept { return slot_->version; }
bool module_handle::is_pending() const noexcept { return static_cast<bool>(slot_->next); }
std::string const& module_handle::rejection() const noexcept { return slot_->rejection; }

} // namespace restat
