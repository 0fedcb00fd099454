#pragma once

#include <restat/detail/language.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <type_traits>

/// Kernel events about directories, as an optional part of a `file_system`. An event says where to
/// look and when; the status of the files remains the truth.
namespace restat {

/// The identity of a directory: it survives a rename, and all paths of the directory share it.
struct file_identity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    friend bool operator==(file_identity const&, file_identity const&) = default;
};

/// How far the events of a directory can be trusted.
enum class watch_trust : unsigned char {
    none, ///< the directory is not watched
    some, ///< watched, but a change made elsewhere, such as by a server, may have no event
    all,  ///< watched, and each change has an event
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(watch_trust of) noexcept {
    using enum watch_trust;
    switch (of) {
    case none: return "none";
    case some: return "some";
    case all: return "all";
    }
    return "invalid";
}

/// The kind of a `watch_hint`.
enum class watch_event : unsigned char {
    file,  ///< the content or the status of the name may differ
    names, ///< the name may have appeared or disappeared
    gone,  ///< the watch ended, since its directory or its file system is gone: check the parent
    lost,  ///< events were lost: anything may differ, and any watch may have ended
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(watch_event of) noexcept {
    using enum watch_event;
    switch (of) {
    case file: return "file";
    case names: return "names";
    case gone: return "gone";
    case lost: return "lost";
    }
    return "invalid";
}

/// A place to check. A hint may be late, doubled or wrong; it proves nothing.
struct watch_hint {
    file_identity directory = {}; ///< empty for `lost`
    /// A name in the directory. If empty, a `file` hint is about the directory itself, and a
    /// `names` hint about any number of its names. The view is valid only during the call.
    std::string_view name = {};
    watch_event kind = watch_event::lost;

    friend bool operator==(watch_hint const&, watch_hint const&) = default;
};

/// Refers to a function that receives hints, for the duration of a call.
class watch_sink {
public:
    /// Refers to a function object, which must outlive the sink.
    template <class Function>
        requires(!std::same_as<std::remove_cvref_t<Function>, watch_sink> &&
                 std::invocable<Function&, watch_hint const&>)
    watch_sink(Function&& function)
    noexcept // NOLINT: the conversion is the purpose
        : function_{const_cast<void*>(static_cast<void const*>(&function))}
        , call_{[](void* of, watch_hint const& hint) {
            (*static_cast<std::remove_reference_t<Function>*>(of))(hint);
        }} {}

    void operator()(watch_hint const& hint) const { call_(function_, hint); }

private:
    void* function_;
    void (*call_)(void*, watch_hint const&);
};

/// The watches on directories of the type `Directory`.
///
/// Notation: `W` the type, `w` a value of it, `d` a `Directory&`, `i` a `file_identity`, `s` a
/// `watch_sink`, `c` an `error_code&`.
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `bool{w}` | `bool` | false without a queue: default-constructed, moved from, or broken |
/// | `w.add(d, c)` | `watch_trust` | watches the open directory, from the return on |
/// | `w.name(d, i)` | `watch_trust` | gives an added directory the identity for its hints |
/// | `w.forget(i)` | | ends the watch of this directory |
/// | `w.has(i)` | `bool` | true if a named directory of this identity is surely watched |
/// | `w.take(s)` | `error_code` | passes each hint since the last call; never blocks |
/// | `w.descriptor()` | `int` | readable while hints wait; -1 without such a descriptor |
///
/// Rules beyond the compiler's checks:
///
/// - The result of `name` is final. At a mount point, the result of `add` may be the trust in the
///   file system above, and `name` may still refuse.
/// - A scan calls `add`, then reads the status of the directory, then calls `name`, then lists the
///   directory. So each change is either in the listing or in a hint.
/// - Hints of an added directory wait until `name`. They may then become a single `names` hint
///   without a name.
/// - `add` of a directory that is watched already keeps its watch. A caller that adds a directory
///   and then has no use for it asks `has` before `name`, and calls `forget` only for a new watch.
/// - With the result `none`, the error code says why: `no_space_on_device` at a limit of watches,
///   `not_supported` for a file system without events, and others.
/// - After `gone`, `has` is false for the directory, until the next `add` and `name`. After `lost`,
///   it is false for all directories, though their hints go on; the next scan adds them again.
/// - The memory in use grows with the number of watches, and not with the number of hints. A queue
///   that is full becomes `lost`.
/// - An error of `take` says that the queue is broken for good; it is returned once, after a `lost`
///   hint. From then on, `w` is false, `add` refuses, and `descriptor` is -1.
/// - After a fork, `take` of the child process reports `errc::forked` in this way, and leaves the
///   queue to the parent process.
/// - The sink calls nothing of `w`. If the sink throws, the next `take` passes `lost`.
/// \threads `add`, `name`, `forget` and `has` from any thread; one thread at a time for the other
/// members
template <class W, class Directory>
concept directory_watches = std::movable<W> && std::default_initializable<W> &&
    requires(W& w, W const& kept, Directory& d, file_identity i, watch_sink s,
             std::error_code& c) {
    static_cast<bool>(kept);
    { w.add(d, c) } -> std::same_as<watch_trust>;
    { w.name(d, i) } -> std::same_as<watch_trust>;
    w.forget(i);
    { kept.has(i) } -> std::same_as<bool>;
    { w.take(s) } -> std::same_as<std::error_code>;
    { kept.descriptor() } -> std::same_as<int>;
};

/// A file system with `watches` and `open_watches`.
template <class F>
concept watching_file_system = directory_watches<typename F::watches, typename F::directory> &&
    requires(F& f, std::error_code& c) {
    { f.open_watches(c) } -> std::same_as<typename F::watches>;
};

/// The watches of a file system without events: none.
struct no_watches {
    explicit operator bool() const noexcept { return false; }
    /// Refuses. \errors `not_supported`
    template <class Directory>
    watch_trust add(Directory&, std::error_code& error) noexcept {
        error = std::make_error_code(std::errc::not_supported);
        return watch_trust::none;
    }
    template <class Directory>
    watch_trust name(Directory&, file_identity) noexcept {
        return watch_trust::none;
    }
    void forget(file_identity) noexcept {}
    bool has(file_identity) const noexcept { return false; }
    std::error_code take(watch_sink) noexcept { return {}; }
    int descriptor() const noexcept { return -1; }
};

namespace detail {

template <class F>
struct watches_of {
    using type = no_watches;
};
template <watching_file_system F>
struct watches_of<F> {
    using type = typename F::watches;
};

} // namespace detail

/// The type of the watches of a file system: `F::watches`, or `no_watches` without the member.
template <class F>
using watches_of = typename detail::watches_of<F>::type;

/// Opens a queue of events, without any watch yet. If there is no queue, the result is false, and
/// the error says why.
/// \errors `not_supported` if the file system has no watches
template <class F>
watches_of<F> open_watches(F& files, std::error_code& error) {
    if constexpr (watching_file_system<F>) return files.open_watches(error);
    error = std::make_error_code(std::errc::not_supported);
    return watches_of<F>{};
}

} // namespace restat
