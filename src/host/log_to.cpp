#include <restat/log_to.hpp>

#include "base/unread.hpp"
#include "platform/files/bounded_write.hpp"

#include <algorithm>
#include <exception>

namespace restat {
namespace {

constexpr std::chrono::milliseconds patience{100};

std::string counted(std::size_t number, std::string const& noun) {
    return std::to_string(number) + ' ' + noun + (number == 1 ? "" : "s");
}

std::string summary_of(change_set const& changes) {
    if (changes.empty()) return "a restart was requested";
    auto const others = changes.size() - 1;
    auto const text = to_string(changes[0]);
    return others == 0 ? text : text + " and " + counted(others, "other path") + " changed";
}

time_point last_moved(change_set const& changes) noexcept {
    time_point last{};
    for (change const& what : changes) last = std::max(last, what.history.last_changed);
    return last;
}

bool is_missing_file(finding const& what) noexcept {
    return what.operation == "find" && detail::is_absence(what.error);
}

char const* next_after(finding const& what) {
    if (what.error == errc::exception_thrown) return "; trying again";
    if (what.error == errc::incomplete) return "; the file is excluded until it changes";
    if (what.operation == "restart with") return "; trying again";
    if (is_missing_file(what)) return "; waiting for it";
    return "";
}

} // namespace

log_to::log_to(std::FILE* stream) : descriptor_{stream ? ::fileno(stream) : -1} {}

template <class Make>
void log_to::write(Make const& make) noexcept {
    try {
        put("restat: " + make() + '\n');
    } catch (std::exception const&) { // loses this line
        ++lost_;
    }
}

void log_to::put(std::string const& line) {
    auto const lost = lost_ == 0 ? "" : "restat: " + counted(lost_, "line") + " lost\n";
    if (detail::bounded_write(descriptor_, lost + line, patience)) {
        lost_ = 0;
    } else {
        ++lost_;
    }
}

void log_to::on_baseline(snapshot const& files) noexcept {
    write([&] {
        return files.empty() ? std::string{"no files are watched; waiting for files to appear"}
                             : "watching " + counted(files.size(), "file");
    });
}

void log_to::on_finding(finding const& what) noexcept {
    found_ = what.error;
    bool const is_repeated = what.error == errc::exception_thrown && what.error == reason_;
    if (is_repeated || is_reported_wait(what)) return;
    write([&] {
        if (is_missing_file(what)) missing_.insert(what.path);
        return to_string(what) + next_after(what);
    });
}

// The program's own file may be missed twice: by a scan, and by the strategy.
bool log_to::is_reported_wait(finding const& what) const noexcept {
    return detail::is_absence(what.error) && !is_missing_file(what) &&
           missing_.contains(what.path);
}

bool log_to::is_retry(change_set const& changes) const noexcept {
    return reason_ && changes.batch() == batch_ && last_moved(changes) == moved_;
}

void log_to::on_delivering(change_set const& changes) noexcept {
    found_.clear();
    for (change const& what : changes) {
        if (what.kind != change_kind::removed) missing_.erase(what.path);
    }
    if (is_retry(changes)) return;
    reason_.clear();
    write([&] { return summary_of(changes) + "; reloading"; });
}

void log_to::on_restarting(change_set const& changes) noexcept {
    if (reason_) write([&] { return "restarting: " + summary_of(changes); });
}

void log_to::on_delivered(change_set const& changes, restart_result result,
                          std::error_code reason, time_point) noexcept {
    bool const was_retry = is_retry(changes);
    auto const before = reason_;
    batch_ = changes.batch();
    moved_ = last_moved(changes);
    reason_ = reason;
    if (result == restart_result::suspended) {
        if (!reason_) reason_ = errc::restart_loop;
        if (was_retry && before == reason_) return;
        write([]() -> std::string {
            return "the restart-loop guard delays the reload, since the program may make this "
                   "change at each start; reloading within a minute (loop_guard::off turns the "
                   "guard off)";
        });
    } else if (result == restart_result::refused) {
        if (!reason_) reason_ = std::make_error_code(std::errc::operation_canceled);
        if (was_retry && before == reason_) return;
        if (reason && reason == found_) return; // reported by `on_finding`
        if (reason == errc::exception_thrown) return;
        auto const why = reason ? ": " + reason.message() : std::string{};
        write([&] { return "reload refused" + why + "; trying again"; });
    } else {
        reason_.clear();
        if (was_retry) write([&] { return "reloaded: " + summary_of(changes); });
        if (result != restart_result::declined) return;
        write([&] {
            return reason ? "not reloaded: " + reason.message() : "no reload was needed";
        });
    }
}

} // namespace restat
