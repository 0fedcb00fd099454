#pragma once

#include <restat/export.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

namespace restat {

/// The errors of this library without an `errno` value of their own.
enum class errc {
    bad_pattern = 1,   ///< a glob or regular expression is malformed
    pattern_too_large, ///< a pattern would expand or compile beyond its limit
    match_gave_up,     ///< a regular expression reached its step limit on some path
    program_unknown,   ///< the program's own file could not be found again at its start
    program_changed,   ///< the program's file is still being written
    program_truncated, ///< the program's file is shorter than its headers declare
    privileged,        ///< refused: the process runs setuid, setgid or with capabilities
    restart_loop,      ///< the program itself changes this file after each start
    not_ready,         ///< a run did not report ready in time
    ended_early,       ///< a run exited before it was ready
    rolled_back,       ///< the previous program runs again, from a copy
    nothing_watched,   ///< no file of a root is watched; `finding::operation` has the reason
    exception_thrown,  ///< a strategy or an enumerator threw; the finding's `detail` quotes it
    incomplete,        ///< a file is shorter than its headers declare
    keeps_changing,    ///< a change waits for its quiet period, without a `max_wait`
    forked,            ///< a fork left the watching thread in the parent process
    restart_suspended, ///< the restart-loop guard delays a restart for this file
    proc_unavailable,  ///< /proc, the record of the start of this process, cannot be read
    dependency_cycle,  ///< files depend on each other; the finding's `detail` lists the files
    snapshot_damaged,  ///< a saved snapshot is incomplete or has other bytes than when saved
    snapshot_version,  ///< a saved snapshot has the format of another version
    snapshot_machine,  ///< a saved snapshot was made on another machine
    snapshot_scope,    ///< a saved snapshot is about other roots or rules
    module_rejected,   ///< a version of a module cannot be used; the finding's `detail` says why
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(errc of) noexcept {
    using enum errc;
    switch (of) {
    case bad_pattern: return "bad_pattern";
    case pattern_too_large: return "pattern_too_large";
    case match_gave_up: return "match_gave_up";
    case program_unknown: return "program_unknown";
    case program_changed: return "program_changed";
    case program_truncated: return "program_truncated";
    case privileged: return "privileged";
    case restart_loop: return "restart_loop";
    case not_ready: return "not_ready";
    case ended_early: return "ended_early";
    case rolled_back: return "rolled_back";
    case nothing_watched: return "nothing_watched";
    case exception_thrown: return "exception_thrown";
    case incomplete: return "incomplete";
    case keeps_changing: return "keeps_changing";
    case forked: return "forked";
    case restart_suspended: return "restart_suspended";
    case proc_unavailable: return "proc_unavailable";
    case dependency_cycle: return "dependency_cycle";
    case snapshot_damaged: return "snapshot_damaged";
    case snapshot_version: return "snapshot_version";
    case snapshot_machine: return "snapshot_machine";
    case snapshot_scope: return "snapshot_scope";
    case module_rejected: return "module_rejected";
    }
    return "invalid";
}

#ifndef RESTAT_DISABLED
/// Returns the category of `errc`; its messages are complete clauses.
RESTAT_EXPORT std::error_category const& reload_category() noexcept;

/// Returns the code in `reload_category`.
inline std::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), reload_category()};
}
#else
inline std::error_code make_error_code(errc code) noexcept {
    return {1000 + static_cast<int>(code),
            std::generic_category()}; // no system has such a number
}
#endif

/// An operation that failed, as data: the operation, the path, and the error.
struct finding {
    std::string path; ///< raw bytes
    std::error_code error;
    /// "open", "list", "stat", "match" ...; for `errc::nothing_watched` the reason, such as "12
    /// files are ignored by '*' (.gitignore:1)".
    std::string operation;
    std::string detail{}; ///< text of the exception, for `errc::exception_thrown`

    friend bool operator==(finding const&, finding const&) = default;
};

/// Returns a message for people, with names escaped: "cannot open 'src/a\n': Permission denied".
RESTAT_EXPORT_OR({}, std::string to_string(finding const& of))

#ifndef RESTAT_DISABLED
/// A failed call. Thrown by each function that also has an overload with an `error_code`.
class RESTAT_EXPORT reload_error : public std::system_error {
public:
    /// Makes the message from the finding, like `to_string`.
    explicit reload_error(finding what);

    /// Returns the path of the failed operation; empty if it has none.
    std::string const& path() const noexcept { return path_; }
    /// Returns the operation, such as "open".
    std::string const& operation() const noexcept { return operation_; }

private:
    std::string path_;
    std::string operation_;
};
#else
class reload_error : public std::system_error {
public:
    using std::system_error::system_error;
};
#endif

/// The position and reason of an error in a pattern.
struct pattern_fault {
    std::error_code error; ///< cleared if the pattern is well formed
    std::string pattern;
    std::size_t offset = 0; ///< the byte of `pattern` at which it becomes invalid
    std::string reason;     ///< a clause: "missing ]"

    explicit operator bool() const noexcept { return static_cast<bool>(error); }
};

/// Returns a message for people: "bad pattern 'a[b' at byte 1: missing ]". For
/// `std::errc::not_supported` without the byte: "cannot use the pattern 'a$': this build ...".
RESTAT_EXPORT_OR({}, std::string to_string(pattern_fault const& of))

#ifndef RESTAT_DISABLED
/// The exception for a rejected pattern, thrown by the constructor of a matcher.
class RESTAT_EXPORT pattern_error : public reload_error {
public:
    /// Makes the message from the fault, like `to_string`.
    explicit pattern_error(pattern_fault fault);

    /// Returns the rejected pattern.
    std::string const& pattern() const noexcept { return path(); }
    /// Returns the byte of the pattern at which it becomes invalid.
    std::size_t offset() const noexcept { return offset_; }

private:
    std::size_t offset_;
};

namespace detail {

/// Throws a `reload_error`, if exceptions are enabled. Every throwing overload calls this
/// function.
[[noreturn]] RESTAT_EXPORT void throw_error(std::error_code error, std::string_view operation,
                                            std::string_view path = {});
[[noreturn]] RESTAT_EXPORT void throw_error(pattern_fault fault);

} // namespace detail
#else
class pattern_error : public reload_error {
public:
    using reload_error::reload_error;
};
#endif
} // namespace restat

template <>
struct std::is_error_code_enum<restat::errc> : std::true_type {};
