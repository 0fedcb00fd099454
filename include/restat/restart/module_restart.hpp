#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/start_directory.hpp>

#include <cstdlib>
#include <dlfcn.h>
#include <functional>
#include <map>
#include <memory>
#else
#include <restat/detail/owned.hpp>
#include <restat/restart/module_loader.hpp>
#endif
#include <restat/error.hpp>
#include <restat/export.hpp>
#include <restat/fwd.hpp>
#include <restat/restart/module_state.hpp>
#include <restat/restart/restart_strategy.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat {

class module_loader;
namespace detail {
struct module_slot;
}

/// A function of the current version of a module. Copies are as valid as the original, until the
/// `module_restart` is destroyed.
/// \cost a call through two pointers
/// \threads calls may run on any thread, but not during a swap
template <class Signature>
class module_function;

template <class Result, class... Arguments>
class module_function<Result(Arguments...)> {
public:
    explicit module_function(void* const* address) noexcept : address_{address} {}

    /// Returns whether a version is loaded.
    explicit operator bool() const noexcept { return *address_ != nullptr; }
    /// Calls the function of the current version. A version must be loaded.
    Result operator()(Arguments... arguments) const {
        auto const call = reinterpret_cast<Result (*)(Arguments...)>(*address_);
        return call(std::forward<Arguments>(arguments)...);
    }

private:
    void* const* address_;
};

/// Names a module of a `module_restart`, and stays valid until this strategy is destroyed.
/// \threads the thread that polls
class RESTAT_EXPORT_BOTH module_handle {
public:
    /// Names an entry point: `extern "C" double area(shape const&)` is
    /// `function<double(shape const&)>("area")`. Every version loaded from now on needs this entry
    /// point. The library cannot check the signature; change the ABI stamp with it.
    template <class Signature>
    module_function<Signature> function(std::string_view name) const {
        return module_function<Signature>{entry(name)};
    }

    /// Returns the number of the current version: 0 before the first load, then 1, 2 and so on.
    std::size_t version() const noexcept;
    /// Returns whether a newer version is proven and waits for `swap`.
    bool is_pending() const noexcept;
    /// Returns the reason against the last version that was rejected, empty after a good version.
    std::string const& rejection() const noexcept;

private:
    friend module_restart;
    explicit module_handle(detail::module_slot& slot) noexcept : slot_{&slot} {}
    void* const* entry(std::string_view name) const;

    detail::module_slot* slot_;
};

/// Describes a module. Each named symbol is `extern "C"` and must exist in every version; an empty
/// name means that the module has no such symbol.
struct module_options {
    /// Keeps every former version in memory.
    static constexpr std::size_t keep_all = (std::numeric_limits<std::size_t>::max)();

    std::string path;                           ///< the file, as the build writes it
    std::vector<module_handle> depends_on = {}; ///< reloaded before, and with, this module
    std::string abi_symbol = {};                ///< a `std::uint64_t`, equal to `abi`
    std::uint64_t abi = 0;                      ///< the ABI stamp that the host was built with
    std::string ready = {};                     ///< `bool()`: whether a new version can be used
    std::string save = {};                      ///< `bool(module_state*)`; false means not now
    std::string restore = {};                   ///< `bool(module_state const*)`; false refuses
    std::string stop = {};                      ///< `void()`: last call after a restore
    void* host = nullptr;                       ///< passed as `module_state::host`
    /// The number of former versions that stay loaded: 0 unloads a version at its swap, `n` after
    /// `n` further swaps. Keep former versions whose functions may be on a stack or in a table.
    std::size_t former_versions = 0;
};

/// Selects the moment at which a proven version replaces the current version.
enum class module_swap : unsigned char {
    on_call,     ///< the host calls `module_restart::swap` at a safe point
    inside_poll, ///< `poll` swaps at once
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(module_swap of) noexcept {
    using enum module_swap;
    switch (of) {
    case on_call: return "on_call";
    case inside_poll: return "inside_poll";
    }
    return "invalid";
}

/// Options of all modules of a `module_restart`.
struct module_restart_options {
    module_swap swap = module_swap::on_call;
    /// Loads the modules; null for shared objects. Must outlive the strategy.
    module_loader* loader = nullptr;
    /// The parent of the private directory for copies of modules whose own directory cannot be
    /// written; empty for `TMPDIR`, or `/tmp` without this variable.
    std::string copies = {};
};

/// A `restart_strategy` that reloads shared objects in place. The host always calls functions of
/// the current good version.
///
///     restat::module_restart modules;
///     auto const game = modules.add({.path = "build/game.so", .ready = "game_ready"});
///     auto const update = game.function<void(double)>("game_update");
///
/// A new version is loaded from a copy, so the build may overwrite the original at any time. The
/// copy lies beside the original, so `$ORIGIN` and neighbors resolve. Its name,
/// `.NAME.restat-NUMBER~`, is among the default ignores. If the directory cannot be written, the
/// copy lies in a private directory. A copy is removed with its version, and a copy of a crashed
/// host by the next `load`.
///
/// The stages of a reload:
///
///     changed -> copied -> loaded -> proven -> pending -> swapped
///         |                   |         |         |
///         +- refused          +---------+---------+- rejected
///
/// 1. If the file is incomplete, not final, or open for writing, the change is refused with
///    `errc::incomplete`, and stays pending.
/// 2. The copy is loaded and proven: all entry points exist, the ABI stamp is equal, and `ready`
///    returns true. The old version still runs.
/// 3. At the swap the old version saves its state, and the new version restores the state. Then
///    the functions change, and the old version stops.
///
/// A version that fails stage 2, or refuses the state, is rejected: the observer gets a finding
/// with `errc::module_rejected`, and the old version goes on. The file is offered again when it
/// changes. An exception of `ready`, `save` or `restore` counts as false.
///
/// Modules with dependencies are swapped as a group, all or none. Handles of dependencies exist
/// before the dependent is added, so no cycle is possible.
///
/// The library handles no signal: a module that crashes ends the host. `run_with_reloader` around
/// the host rolls back such a build.
///
/// Build modules with `-fno-gnu-unique`, or the system keeps unloaded versions in memory; the
/// observer gets a finding about this once per module.
///
/// With `RESTAT_DISABLED`, `load` loads the original file once, with the checks of stage 2 and
/// `restore`, and nothing is copied or reloaded. An exception of `ready` or `restore` then passes
/// through.
/// \threads one at a time
/// \see whole_file_restart for other callbacks
class RESTAT_EXPORT_BOTH module_restart {
public:
    explicit module_restart(module_restart_options options = {});
    module_restart(module_restart&&) noexcept;
    module_restart& operator=(module_restart&&) noexcept;
    /// Stops and unloads all modules, dependents first.
    ~module_restart();

    /// Adds a module. A relative path keeps the meaning that it has now. Loads nothing.
    module_handle add(module_options module);
    /// Returns the path of each module, for the enumerator.
    std::vector<std::string> paths() const;

    /// Loads the first version of each module without one. Call this after the baseline was taken,
    /// so an edit during the load is delivered. Modules that cannot be loaded stay without a
    /// version until their files change, or until the next call.
    /// \errors `errc::incomplete`, `errc::module_rejected` or an error of the copy; see
    /// `module_handle::rejection`
    void load(std::error_code& error);
    /// Does the same, and throws `reload_error` instead of setting an error.
    void load();

    /// Loads and proves the new versions of changed modules and of their dependents.
    restart_result restart(change_set const& changes, std::error_code& error);
    /// Replaces each module with a pending version. Call this where no function of a module runs.
    /// If a `save` returns false, its group stays pending. Returns the number of modules replaced.
    std::size_t swap();
    /// Sets the receiver of findings; null for none.
    void observe(observer* who) noexcept;

    struct state;

private:
#ifdef RESTAT_DISABLED
    bool load(detail::module_slot& one);

    detail::module_slot* first_ = nullptr;
#else
    detail::owned<state> state_;
#endif
};

#ifdef RESTAT_DISABLED
#define RESTAT_INLINE [[gnu::always_inline]] inline

namespace detail {

// A module with its only version. `next` is the module added after it.
struct module_slot {
    module_options how;
    std::map<std::string, void*, std::less<>> entries = {};
    void* object = nullptr;
    std::string rejection = {};
    module_slot* next = nullptr;

    RESTAT_INLINE void* find(std::string const& name) const {
        return object && !name.empty() ? ::dlsym(object, name.c_str()) : nullptr;
    }
    template <class Hook>
    RESTAT_INLINE Hook hook(std::string const& name) const {
        return reinterpret_cast<Hook>(find(name));
    }
    RESTAT_INLINE bool resolve() {
        for (auto& [name, address] : entries) {
            address = find(name);
            if (!address) return reject("the entry point " + name + " is missing");
        }
        for (auto const* const name :
             {&how.abi_symbol, &how.ready, &how.save, &how.restore, &how.stop}) {
            if (!name->empty() && !find(*name))
                return reject("the entry point " + *name + " is missing");
        }
        return true;
    }
    RESTAT_INLINE bool reject(std::string reason) {
        rejection = std::move(reason);
        for (auto& entry : entries) entry.second = nullptr;
        if (object) ::dlclose(object);
        object = nullptr;
        return false;
    }
};

} // namespace detail

RESTAT_INLINE void* const* module_handle::entry(std::string_view name) const {
    auto const [at, is_new] = slot_->entries.try_emplace(std::string{name}, nullptr);
    if (is_new) at->second = slot_->find(at->first);
    return &at->second;
}
RESTAT_INLINE std::size_t module_handle::version() const noexcept {
    return slot_->object ? 1 : 0;
}
RESTAT_INLINE bool module_handle::is_pending() const noexcept { return false; }
RESTAT_INLINE std::string const& module_handle::rejection() const noexcept {
    return slot_->rejection;
}

RESTAT_INLINE module_restart::module_restart(module_restart_options) {}
RESTAT_INLINE module_restart::module_restart(module_restart&& other) noexcept
    : first_{std::exchange(other.first_, nullptr)} {}
RESTAT_INLINE module_restart& module_restart::operator=(module_restart&& other) noexcept {
    std::swap(first_, other.first_);
    return *this;
}
RESTAT_INLINE module_restart::~module_restart() {
    detail::module_slot* last = nullptr; // dependents end first
    while (first_) last = std::exchange(first_, std::exchange(first_->next, last));
    for (auto* one = last; one; one = one->next) {
        if (auto const stop = one->hook<void (*)()>(one->how.stop)) stop();
    }
    while (last) {
        bool const is_kept = last->how.former_versions == module_options::keep_all;
        if (last->object && !is_kept) ::dlclose(last->object);
        delete std::exchange(last, last->next);
    }
}

RESTAT_INLINE module_handle module_restart::add(module_options module) {
    std::unique_ptr<char, decltype(&std::free)> const here{::realpath(".", nullptr), &std::free};
    module.path = detail::from_directory(here ? here.get() : ".", module.path);
    detail::module_slot** end = &first_;
    while (*end) end = &(*end)->next;
    *end = new detail::module_slot{std::move(module)};
    return module_handle{**end};
}
RESTAT_INLINE std::vector<std::string> module_restart::paths() const {
    std::vector<std::string> all;
    for (auto* one = first_; one; one = one->next) all.push_back(one->how.path);
    return all;
}
RESTAT_INLINE bool module_restart::load(detail::module_slot& one) {
    for (auto const& on : one.how.depends_on) {
        if (!on.slot_->object)
            return one.reject("the dependency " + on.slot_->how.path + " is not loaded");
    }
    one.object = ::dlopen(one.how.path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!one.object) return one.reject(std::string{"the load failed: "} + ::dlerror());
    if (!one.resolve()) return false;
    auto const* const abi = one.hook<std::uint64_t const*>(one.how.abi_symbol);
    if (abi && *abi != one.how.abi) return one.reject("the ABI stamp differs");
    auto const ready = one.hook<bool (*)()>(one.how.ready);
    if (ready && !ready()) return one.reject(one.how.ready + " returned false");
    auto const find = [](void const* of, std::size_t dependency, char const* symbol) -> void* {
        auto const& all = static_cast<detail::module_slot const*>(of)->how.depends_on;
        return dependency < all.size() ? all[dependency].slot_->find(symbol) : nullptr;
    };
    module_state const first{.host = one.how.host, .find_in = find, .module = &one};
    auto const restore = one.hook<bool (*)(module_state const*)>(one.how.restore);
    if (restore && !restore(&first)) return one.reject(one.how.restore + " refused");
    one.rejection.clear();
    return true;
}
RESTAT_INLINE void module_restart::load(std::error_code& error) {
    error.clear();
    for (auto* one = first_; one; one = one->next) {
        if (!one->object && !load(*one)) error = errc::module_rejected;
    }
}
RESTAT_INLINE void module_restart::load() {
    std::error_code error;
    load(error);
    if (!error) return;
    auto const* one = first_;
    while (one->rejection.empty()) one = one->next;
    std::rethrow_exception(std::make_exception_ptr(
        reload_error{error, "cannot load " + one->how.path + " (" + one->rejection + ')'}));
}
RESTAT_INLINE restart_result module_restart::restart(change_set const&, std::error_code& error) {
    error.clear();
    return restart_result::declined;
}
RESTAT_INLINE std::size_t module_restart::swap() { return 0; }
RESTAT_INLINE void module_restart::observe(observer*) noexcept {}

#undef RESTAT_INLINE
#endif

} // namespace restat
