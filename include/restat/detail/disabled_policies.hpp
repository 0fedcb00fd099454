#pragma once

#include <restat/change.hpp>
#include <restat/clock/waitable_clock.hpp>
#include <restat/entry.hpp>
#include <restat/error.hpp>
#include <restat/fwd.hpp>
#include <restat/options.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

// The values and policies with `RESTAT_DISABLED`: each type without its work, with the members for
// a host. The header of each type includes this file instead, and describes the members.
namespace restat {

struct exec_options;
struct glob_options;
struct name_lists;
struct regex_options;
struct snapshot_scope;
struct tree_options;
struct whole_file_options;

namespace detail {

/// Stands for an unused argument: a value, or a list of values in braces.
struct unused {
    template <class Value>
    constexpr unused(Value const&) noexcept {}                  // NOLINT: any value by design
    constexpr unused(std::initializer_list<unused>) noexcept {} // NOLINT: likewise
};

/// A range without elements.
template <class Value>
class empty_range {
public:
    using value_type = Value;
    using const_iterator = Value const*;

    constexpr Value const* begin() const noexcept { return nullptr; }
    constexpr Value const* end() const noexcept { return nullptr; }
    constexpr std::size_t size() const noexcept { return 0; }
    [[nodiscard]] constexpr bool empty() const noexcept { return true; }
    constexpr Value const& operator[](std::size_t index) const noexcept { return begin()[index]; }
    constexpr Value const* find(unused) const noexcept { return nullptr; }
    constexpr bool contains(unused) const noexcept { return false; }
};

} // namespace detail

class change_set : public detail::empty_range<change> {
public:
    constexpr change_set() noexcept = default;
    constexpr explicit change_set(std::vector<change> const&, std::size_t = 0) noexcept {}
    constexpr change const* data() const noexcept { return nullptr; }
    constexpr std::size_t batch() const noexcept { return 0; }
};

class snapshot : public detail::empty_range<entry> {
public:
    constexpr detail::empty_range<finding> findings() const noexcept { return {}; }
    constexpr bool is_final() const noexcept { return true; }
};

// Matchers. A function of the host is kept, and not called.

template <class Matcher>
inline constexpr bool enable_matcher_logic = false;

class any_matcher {
public:
    constexpr any_matcher() noexcept = default;
    template <class M>
        requires(!std::same_as<M, any_matcher>)
    constexpr any_matcher(M const&) noexcept {} // NOLINT: holds any
};

class glob_matcher {
public:
    template <std::convertible_to<std::string_view>... Globs>
        requires(sizeof...(Globs) > 0)
    constexpr explicit glob_matcher(Globs const&...) noexcept {}
    constexpr explicit glob_matcher(std::vector<std::string> const&) noexcept {}
    constexpr glob_matcher(std::vector<std::string> const&, glob_options const&) noexcept {}
    constexpr glob_matcher(std::vector<std::string> const&, glob_options const&,
                           pattern_fault&) noexcept {}
};

class regex_matcher {
public:
    template <std::convertible_to<std::string_view>... Patterns>
        requires(sizeof...(Patterns) > 0)
    constexpr explicit regex_matcher(Patterns const&...) noexcept {}
    constexpr explicit regex_matcher(std::vector<std::string> const&) noexcept {}
    constexpr regex_matcher(std::vector<std::string> const&, regex_options const&) noexcept {}
    constexpr regex_matcher(std::vector<std::string> const&, regex_options const&,
                            pattern_fault&) noexcept {}
};

class name_matcher {
public:
    constexpr explicit name_matcher(name_lists const&) noexcept {}
};

class ignore_matcher {
public:
    constexpr explicit ignore_matcher(options const&) noexcept {}
    constexpr ignore_matcher(options const&, pattern_fault&) noexcept {}
};

template <class Function>
class predicate {
public:
    constexpr explicit predicate(Function const&, detail::unused = {}) noexcept {}
};

template <>
inline constexpr bool enable_matcher_logic<any_matcher> = true;
template <>
inline constexpr bool enable_matcher_logic<glob_matcher> = true;
template <>
inline constexpr bool enable_matcher_logic<regex_matcher> = true;
template <>
inline constexpr bool enable_matcher_logic<name_matcher> = true;
template <>
inline constexpr bool enable_matcher_logic<ignore_matcher> = true;
template <class Function>
inline constexpr bool enable_matcher_logic<predicate<Function>> = true;

template <class Matcher>
    requires enable_matcher_logic<Matcher>
constexpr any_matcher operator!(Matcher const&) noexcept { return {}; }
template <class A, class B>
    requires(enable_matcher_logic<A> || enable_matcher_logic<B>)
constexpr any_matcher operator&(A const&, B const&) noexcept { return {}; }
template <class A, class B>
    requires(enable_matcher_logic<A> || enable_matcher_logic<B>)
constexpr any_matcher operator|(A const&, B const&) noexcept { return {}; }
template <class A, class B>
constexpr any_matcher then(A const&, B const&) noexcept {
    return {};
}

// Enumerators. Their lists of paths begin empty.

class native_file_system {};

template <class FileSystem>
class basic_tree_enumerator {
public:
    constexpr explicit basic_tree_enumerator(detail::unused) noexcept {}
    constexpr basic_tree_enumerator(detail::unused, tree_options const&,
                                    FileSystem const& = {}) noexcept {}
    constexpr std::vector<std::string>& roots() noexcept { return roots_; }
    constexpr std::vector<std::string> const& roots() const noexcept { return roots_; }

private:
    std::vector<std::string> roots_;
};

class list_enumerator {
public:
    constexpr explicit list_enumerator(detail::unused,
                                       selection_changes = selection_changes::silent) noexcept {}
    constexpr std::vector<std::string>& paths() noexcept { return paths_; }
    constexpr std::vector<std::string> const& paths() const noexcept { return paths_; }

private:
    std::vector<std::string> paths_;
};

template <class Range>
class range_enumerator {
public:
    constexpr explicit range_enumerator(Range range) : range_(std::move(range)) {}
    constexpr Range& range() noexcept { return range_; }

private:
    Range range_;
};
template <class Range>
range_enumerator(Range) -> range_enumerator<Range>;

template <class... Enumerators>
class joined_enumerator {
public:
    constexpr explicit joined_enumerator(Enumerators... parts) : parts_{std::move(parts)...} {}
    template <std::size_t Index>
    constexpr auto& part() noexcept {
        return std::get<Index>(parts_);
    }
    template <std::size_t Index>
    constexpr auto const& part() const noexcept {
        return std::get<Index>(parts_);
    }

private:
    std::tuple<Enumerators...> parts_;
};
template <class... Enumerators>
joined_enumerator(Enumerators...) -> joined_enumerator<Enumerators...>;

class module_enumerator {};

class program_enumerator {
public:
    constexpr explicit program_enumerator(options const&) noexcept {}
};

// Clocks. The time passes, and no wait ends before its time.

class sleep_clock {
public:
    time_point now() const noexcept { return std::chrono::steady_clock::now(); }
};

class interruptible_clock : public sleep_clock {
public:
    constexpr void interrupt() noexcept {}
};

// Strategies. `callback_restart` and `module_restart` are in their own headers.

template <class Restart>
class whole_file_restart {
public:
    constexpr explicit whole_file_restart(Restart of) : of_{std::move(of)} {}
    constexpr whole_file_restart(Restart of, whole_file_options const&) : of_{std::move(of)} {}
    constexpr Restart& then() noexcept { return of_; }
    constexpr Restart const& then() const noexcept { return of_; }

private:
    [[no_unique_address]] Restart of_;
};

class exec_restart {
public:
    constexpr exec_restart() noexcept = default;
    constexpr explicit exec_restart(exec_options const&) noexcept {}
    constexpr explicit exec_restart(options const&) noexcept {}
    constexpr exec_restart(options const&, exec_options const&) noexcept {}
    exec_restart(exec_options const&, std::error_code& error) noexcept { error.clear(); }
    constexpr void keep(int, detail::unused) noexcept {}
    constexpr void stash(detail::unused, detail::unused) noexcept {}
    constexpr void before(detail::unused) noexcept {}
    constexpr void finally(detail::unused) noexcept {}
    constexpr void end_child(int) noexcept {}
    constexpr std::size_t generation() const noexcept { return 1; }
    constexpr change_set cause() const noexcept { return {}; }
};

class dependency_graph {
public:
    constexpr void add(std::string_view, std::string_view) noexcept {}
    constexpr void remove(std::string_view, std::string_view) noexcept {}
    constexpr void replace(std::string_view, detail::unused) noexcept {}
    constexpr std::vector<std::string> dependencies_of(std::string_view) const { return {}; }
    constexpr std::vector<std::string> dependents_of(std::string_view) const { return {}; }
    constexpr std::vector<std::string> dependencies() const { return {}; }
    constexpr std::size_t size() const noexcept { return 0; }
    [[nodiscard]] constexpr bool empty() const noexcept { return true; }
    [[nodiscard]] constexpr change_set extend(change_set const& changes, observer* = nullptr) {
        return changes;
    }
};

[[nodiscard]] constexpr bool is_dependent(change const&) noexcept { return false; }

namespace detail {
struct dependents_adaptor {
    friend constexpr change_set operator|(change_set const& changes,
                                          dependents_adaptor) noexcept {
        return changes;
    }
};
} // namespace detail

[[nodiscard]] constexpr detail::dependents_adaptor with_dependents(dependency_graph&,
                                                                   observer* = nullptr) noexcept {
    return {};
}

constexpr void read_includes(dependency_graph&, std::string_view, detail::unused = {}) noexcept {}
constexpr void read_includes(dependency_graph&, std::string_view, detail::unused,
                             detail::unused) noexcept {}
constexpr void read_depfile(dependency_graph&, std::string_view, std::string_view = {}) noexcept {
}
inline void read_depfile(dependency_graph&, std::string_view, std::string_view,
                         std::error_code& error) noexcept {
    error.clear();
}

// Snapshots are neither written nor found.

constexpr void save_snapshot(detail::unused, snapshot const&, snapshot_scope const&) noexcept {}
inline void save_snapshot(detail::unused, snapshot const&, snapshot_scope const&,
                          std::error_code& error) noexcept {
    error.clear();
}
[[nodiscard]] inline std::optional<snapshot> load_snapshot(detail::unused, snapshot_scope const&,
                                                           std::error_code& error) noexcept {
    error = std::make_error_code(std::errc::no_such_file_or_directory);
    return std::nullopt;
}
[[nodiscard]] inline snapshot load_snapshot(detail::unused, snapshot_scope const&) {
    std::rethrow_exception(std::make_exception_ptr(
        reload_error{std::make_error_code(std::errc::no_such_file_or_directory)}));
}

} // namespace restat
