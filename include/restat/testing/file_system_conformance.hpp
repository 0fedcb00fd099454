#pragma once

#include <restat/detail/chrono.hpp>
#include <restat/file_system/file_system.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat::testing {

/// The faults found in a model, a sentence each; empty for a correct model.
using sentences = std::vector<std::string>;

/// A tree with changes by name, such as a `temp_tree` or a `memory_file_system`. Each call
/// creates missing directories. A rename replaces its target, and a removal includes the whole
/// subtree.
template <class T>
concept changeable_tree = requires(T const& tree, std::string_view name) {
    tree.make_directory(name);
    tree.write(name, name);
    tree.link(name, name);
    tree.symlink(name, name);
    tree.rename(name, name);
    tree.remove(name);
};

namespace detail {

/// The calls of a `file_system`, with its type erased.
struct file_system_calls {
    struct directory {
        std::shared_ptr<void> at;
        bool is_open = false;
    };

    std::function<directory(char const*, std::error_code&)> open;
    std::function<directory(directory const&, char const*, last_link, std::error_code&)> open_in;
    std::function<bool(directory const&, name_list&, std::error_code&)> list;
    std::function<stat_record(char const*, last_link, std::error_code&)> stat;
    std::function<stat_record(directory const&, char const*, last_link, std::error_code&)>
        stat_in;
    std::function<stat_record(directory const&, std::error_code&)> stat_open;
    std::function<std::string(directory const&, char const*, last_link, std::size_t,
                              std::error_code&)>
        read;
    std::function<std::string(directory const&, std::error_code&)> location;
    std::function<stamp()> now;
    // empty if it never reports this
    std::function<bool(directory const&)> trusts_stamps = nullptr;
    /// Opens a directory and closes it, in each possible way.
    std::function<void(char const*, std::error_code&)> open_and_close;
    std::function<stat_record(char const*, std::error_code&)> stat_by_copy;
    /// Returns true if default-constructed and moved-from directories are closed.
    std::function<bool(char const*, std::error_code&)> empty_is_closed;
    bool is_concurrent = false;
    struct watch_calls {
        /// Opens a queue in place of the previous one.
        std::function<bool(std::error_code&)> open = nullptr; // empty without watches
        std::function<watch_trust(directory const&, std::error_code&)> add = nullptr;
        std::function<watch_trust(directory const&, file_identity)> name = nullptr;
        std::function<void(file_identity)> forget = nullptr;
        std::function<bool(file_identity)> has = nullptr;
        std::function<std::error_code(watch_sink)> take = nullptr;
        std::function<int()> descriptor = nullptr;
        /// Returns true if default-constructed and moved-from watches watch nothing.
        std::function<bool(directory const&)> empty_is_inert = nullptr;
    };
    watch_calls watches = {};
};

/// The calls of a `changeable_tree`, with its type erased.
struct tree_calls {
    std::function<void(std::string_view)> make_directory;
    std::function<void(std::string_view, std::string_view)> write;
    std::function<void(std::string_view, std::string_view)> link;
    std::function<void(std::string_view, std::string_view)> symlink;
    std::function<void(std::string_view, std::string_view)> rename;
    std::function<void(std::string_view)> remove;
    std::function<void(std::string_view, std::uint32_t)> set_mode = nullptr; // may be empty
};

/// Returns true if watches refuse a directory, have no hint and no descriptor.
template <class Watches, class Directory>
bool watch_nothing(Watches& of, Directory& at) {
    std::error_code refusal;
    std::size_t hints = 0;
    bool const is_refused = of.add(at, refusal) == watch_trust::none && refusal;
    bool const is_named = of.name(at, {1, 2}) != watch_trust::none;
    of.forget({1, 3});
    std::error_code const error = of.take([&](watch_hint const&) { ++hints; });
    return !of && is_refused && !is_named && !of.has({1, 2}) && !error && hints == 0 &&
           of.descriptor() == -1;
}

/// Returns the calls of the watches of a file system, with their type erased.
template <watching_file_system F>
file_system_calls::watch_calls watch_calls_of(F& files) {
    using any = file_system_calls::directory;
    using own = typename F::watches;
    auto const in = [](any const& directory) -> typename F::directory& {
        return *static_cast<typename F::directory*>(directory.at.get());
    };
    auto const of = std::make_shared<own>();
    return {
        .open =
            [&files, of](std::error_code& c) {
                *of = files.open_watches(c);
                return static_cast<bool>(*of);
            },
        .add = [of, in](any const& d, std::error_code& c) { return of->add(in(d), c); },
        .name = [of, in](any const& d, file_identity i) { return of->name(in(d), i); },
        .forget = [of](file_identity i) { of->forget(i); },
        .has = [of](file_identity i) { return std::as_const(*of).has(i); },
        .take = [of](watch_sink s) { return of->take(s); },
        .descriptor = [of] { return std::as_const(*of).descriptor(); },
        .empty_is_inert =
            [&files, in](any const& d) {
                std::error_code error;
                own opened = files.open_watches(error);
                own const taken{std::move(opened)};
                own none{};
                return watch_nothing(none, in(d)) && watch_nothing(opened, in(d));
            },
    };
}

/// Returns the calls of a file system, with its type erased. The file system must outlive the
/// result.
template <file_system F>
file_system_calls calls_of(F& files) {
    using own = typename F::directory;
    using any = file_system_calls::directory;
    auto const wrap = [](own&& opened) {
        bool const is_open{opened};
        return any{std::make_shared<own>(std::move(opened)), is_open};
    };
    auto const in = [](any const& directory) -> own& {
        return *static_cast<own*>(directory.at.get());
    };
    file_system_calls calls{
        .open = [&files, wrap](char const* p,
                               std::error_code& c) { return wrap(files.open(p, c)); },
        .open_in = [&files, wrap,
                    in](any const& d, char const* n, last_link l,
                        std::error_code& c) { return wrap(files.open(in(d), n, l, c)); },
        .list = [&files, in](any const& d, name_list& s,
                             std::error_code& c) { return files.list(in(d), s, c); },
        .stat = [&files](char const* p, last_link l,
                         std::error_code& c) { return files.stat(p, l, c); },
        .stat_in = [&files, in](any const& d, char const* n, last_link l,
                                std::error_code& c) { return files.stat(in(d), n, l, c); },
        .stat_open = [&files, in](any const& d,
                                  std::error_code& c) { return files.stat(in(d), c); },
        .read = [&files, in](any const& d, char const* n, last_link l, std::size_t z,
                             std::error_code& c) { return files.read(in(d), n, l, z, c); },
        .location = [&files, in](any const& d,
                                 std::error_code& c) { return files.location(in(d), c); },
        .now = [&files] { return files.now(); },
        .open_and_close =
            [&files](char const* p, std::error_code& c) {
                own kept = files.open(p, c);
                kept = own{};
                if (!c) own const dropped = files.open(p, c);
            },
        .stat_by_copy =
            [&files](char const* p, std::error_code& c) {
                F copy{files};
                return copy.stat(p, last_link::keep, c);
            },
        .empty_is_closed =
            [&files](char const* p, std::error_code& c) {
                own opened = files.open(p, c);
                own const taken{std::move(opened)};
                return !own{} && !opened && taken;
            },
    };
    if constexpr (stamp_trusting_file_system<F>) {
        calls.trusts_stamps = [&files, in](any const& d) -> bool {
            return files.trusts_stamps(in(d));
        };
    }
    calls.is_concurrent = is_concurrent<F>;
    if constexpr (watching_file_system<F>) calls.watches = watch_calls_of(files);
    return calls;
}

[[nodiscard]] sentences check_file_system(
    file_system_calls const& files, tree_calls const& tree, std::string const& top,
    std::function<void(std::chrono::nanoseconds)> const& pass);

} // namespace detail

/// Checks a file system: creates a directory "checked" in a tree, reads the directory through
/// `files` in every possible way, then changes the tree and reads again. If the file system has
/// watches, each change must have a hint; a tree may have `set_mode(name, mode)` as a further
/// change. `base` is the prefix of the tree's names in the paths of `files`: "" or a path with a
/// trailing slash. `pass` advances the time of a fake; a real file system needs no `pass`.
/// \cost some thousand calls; a second if timestamps are whole seconds, three seconds for a
/// broken file system
template <file_system F, changeable_tree T>
[[nodiscard]] sentences check_file_system(
    F& files, T const& tree, std::string const& base = "",
    std::function<void(std::chrono::nanoseconds)> const& pass = {}) {
    using name = std::string_view;
    detail::tree_calls calls{
        .make_directory = [&](name n) { tree.make_directory(n); },
        .write = [&](name n, name content) { tree.write(n, content); },
        .link = [&](name existing, name n) { tree.link(existing, n); },
        .symlink = [&](name target, name n) { tree.symlink(target, n); },
        .rename = [&](name from, name to) { tree.rename(from, to); },
        .remove = [&](name n) { tree.remove(n); },
    };
    if constexpr (requires { tree.set_mode(name{}, std::uint32_t{}); }) {
        calls.set_mode = [&](name n, std::uint32_t mode) { tree.set_mode(n, mode); };
    }
    return detail::check_file_system(detail::calls_of(files), calls, base + "checked", pass);
}

} // namespace restat::testing
