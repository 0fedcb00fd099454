#pragma once

#include <restat/export.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

namespace restat {

/// What can go wrong that has no `errno` of its own.
enum class errc {
    bad_pattern = 1,   ///< a glob or regular expression is malformed
    pattern_too_large, ///< a pattern would expand or compile beyond the cap
    match_gave_up,     ///< a regular expression hit its step limit on some path
    program_unknown,   ///< the program's own file could not be found again when it started
    program_changed,   ///< the program's file is still being written
    program_truncated, ///< the program's file is shorter than its own headers say
    privileged,        ///< refused, because the process runs setuid, setgid or with capabilities
    restart_loop,      ///< the program itself changes this file after each start
    not_ready,         ///< a run did not say in time that it is ready
    ended_early,       ///< a run ended before it was ready
    rolled_back,       ///< the program before runs again, from a copy
    nothing_watched,   ///< no file of a root is watched; `finding::operation` has the reason
    exception_thrown,  ///< a strategy or an enumerator threw; the finding's `detail` quotes it
    incomplete,        ///< a file is shorter than its own headers say
    keeps_changing,    ///< a change waits for its quiet period, and no `max_wait` ends that
    forked,            ///< a fork left the watching thread in the parent process
    restart_suspended, ///< the restart-loop guard waits before it restarts for this file
};

/// The category of `errc`; its messages are whole clauses.
RESTAT_EXPORT std::error_category const& reload_category() noexcept;

inline std::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), reload_category()};
}

/// One thing that could not be done, as data: what was tried, on which path, and why not.
struct finding {
    std::string path; ///< bytes, as they are
    std::error_code error;
    /// "open", "list", "stat", "match" ...; of `errc::nothing_watched` the reason: "12 files are
    /// ignored by '*' (.gitignore:1)".
    std::string operation;
    std::string detail{}; ///< text of the exception, for `errc::exception_thrown`

    friend bool operator==(finding const&, finding const&) = default;
};

/// "cannot open 'src/a\n': Permission denied" - for people: names are escaped.
RESTAT_EXPORT std::string describe(finding const& what);

/// A call that failed. The throwing form of each function that also has an `error_code` form.
class RESTAT_EXPORT reload_error : public std::system_error {
public:
    explicit reload_error(finding what);

    std::string const& path() const noexcept { return path_; }
    std::string const& operation() const noexcept { return operation_; }

private:
    std::string path_;
    std::string operation_;
};

/// Where a pattern went wrong.
struct pattern_fault {
    std::error_code error; ///< clear when the pattern is well formed
    std::string pattern;
    std::size_t offset = 0; ///< byte of `pattern` at which it stops making sense
    std::string reason;     ///< a clause: "missing ]"

    explicit operator bool() const noexcept { return static_cast<bool>(error); }
};

/// "bad pattern 'a[b' at byte 1: missing ]"
RESTAT_EXPORT std::string describe(pattern_fault const& fault);

/// A malformed pattern, refused when a matcher is made.
class RESTAT_EXPORT pattern_error : public reload_error {
public:
    explicit pattern_error(pattern_fault fault);

    std::string const& pattern() const noexcept { return path(); }
    std::size_t offset() const noexcept { return offset_; }

private:
    std::size_t offset_;
};

namespace detail {

/// Throws a `reload_error`, where an exception can be thrown; the one helper behind every
/// throwing overload.
[[noreturn]] RESTAT_EXPORT void throw_error(std::error_code error, std::string_view operation,
                                            std::string_view path = {});
[[noreturn]] RESTAT_EXPORT void throw_error(pattern_fault fault);

} // namespace detail
} // namespace restat

template <>
struct std::is_error_code_enum<restat::errc> : std::true_type {};
