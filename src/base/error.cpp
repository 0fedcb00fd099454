#include <restat/error.hpp>
#include <restat/escape.hpp>

#include <algorithm>

namespace restat {
namespace {

class reload_category_type final : public std::error_category {
public:
    char const* name() const noexcept override { return "restat"; }
    std::string message(int code) const override {
        switch (static_cast<errc>(code)) {
        case errc::bad_pattern: return "bad pattern";
        case errc::pattern_too_large: return "pattern too large";
        case errc::match_gave_up:
            return "matching took too many steps; the path counts as watched";
        case errc::program_unknown: return "the program's own file cannot be found again";
        case errc::program_changed: return "the program's file is still being written";
        case errc::program_truncated: return "the program's file is incomplete";
        case errc::privileged: return "the process runs with raised privileges";
        case errc::restart_loop:
            return "the program itself changes this file after each start, so its changes no "
                   "longer restart the program; ignore the file";
        case errc::not_ready: return "the run did not report ready in time";
        case errc::ended_early: return "the run exited before it was ready";
        case errc::rolled_back: return "the last ready program runs again";
        case errc::nothing_watched: return "no files are watched";
        case errc::exception_thrown: return "an exception was thrown";
        case errc::incomplete: return "the file is incomplete";
        case errc::keeps_changing:
            return "the path keeps changing and no max_wait is set; the change waits for quiet";
        case errc::forked:
            return "this process is a fork, and the watching thread runs in its parent";
        case errc::proc_unavailable:
            return "/proc, which has the arguments and the environment of the start, cannot be "
                   "read";
        case errc::dependency_cycle: return "the files depend on each other";
        case errc::snapshot_damaged: return "the saved snapshot is damaged";
        case errc::snapshot_version: return "the saved snapshot has another format";
        case errc::snapshot_machine: return "the saved snapshot was made on another machine";
        case errc::snapshot_scope: return "the saved snapshot is about other roots or rules";
        case errc::module_rejected: return "the version of the module cannot be used";
        case errc::restart_suspended:
            return "the file seems to change at each start, so the restart-loop guard delays the "
                   "restart";
        }
        return "unknown error";
    }
};

std::string operation_on_path(finding const& what) {
    std::string text = "cannot " + what.operation;
    if (!what.path.empty()) text += " '" + escape(what.path) + "'";
    return text;
}

} // namespace

std::error_category const& reload_category() noexcept {
    static reload_category_type const category;
    return category;
}

std::string to_string(finding const& of) {
    if (of.error == errc::nothing_watched) {
        auto const where = of.path.empty() ? "" : " in '" + escape(of.path) + '\'';
        return of.error.message() + where + ": " + of.operation;
    }
    std::string text = operation_on_path(of) + ": " + of.error.message();
    if (!of.detail.empty()) text += ": " + escape(of.detail);
    return text;
}

namespace {

// Escapes a text; of a long text, only the bytes around an offset.
std::string escape_around(std::string_view text, std::size_t offset) {
    constexpr std::size_t most = 200;
    if (text.size() <= most) return escape(text);
    auto const begin = std::min(offset - std::min(offset, most / 2), text.size() - most);
    auto const end = begin + most;
    return (begin == 0 ? "" : "...") + escape(text.substr(begin, most)) +
           (end == text.size() ? "" : "...");
}

std::string position_and_reason(pattern_fault const& of) {
    if (of.error == std::errc::not_supported) return of.reason;
    return "byte " + std::to_string(of.offset) + ": " + of.reason;
}

} // namespace

std::string to_string(pattern_fault const& of) {
    auto const text = "pattern '" + escape_around(of.pattern, of.offset) + '\'';
    if (of.error == std::errc::not_supported) return "cannot use the " + text + ": " + of.reason;
    return "bad " + text + " at " + position_and_reason(of);
}

reload_error::reload_error(finding what)
    : std::system_error{what.error, operation_on_path(what)}
    , path_{std::move(what.path)}
    , operation_{std::move(what.operation)} {}

pattern_error::pattern_error(pattern_fault fault)
    : reload_error{{fault.pattern, fault.error,
                    "use the pattern (" + position_and_reason(fault) + ")"}}
    , offset_{fault.offset} {}

namespace detail {

void throw_error(std::error_code error, std::string_view operation, std::string_view path) {
    throw reload_error{{std::string{path}, error, std::string{operation}}};
}

void throw_error(pattern_fault fault) { throw pattern_error{std::move(fault)}; }

} // namespace detail
} // namespace restat
