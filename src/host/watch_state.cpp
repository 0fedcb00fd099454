#include <restat/watch_state.hpp>

#include <restat/escape.hpp>
#include <restat/matcher/matcher_ref.hpp>

#include "base/plain_length.hpp"
#include "base/quoted.hpp"

#include <string_view>

namespace restat {
namespace {

using detail::plain_length;

// "added", "modified (mtime, size)"
std::string event_of(change const& of) {
    std::string const kind{to_string(of.kind)};
    return of.changed == fields::none ? kind : kind + " (" + to_string(of.changed) + ')';
}

std::string waits_of(watch_state const& of) {
    auto const whose =
        of.held_by.empty() ? "its record" : "the record of " + detail::quoted(of.held_by);
    auto const change =
        of.held_by.empty() ? "" : " since " + detail::quoted(of.held_by) + " changed";
    auto const so_far =
        ": " + plain_length(of.quiet) + " of " + plain_length(of.required_quiet) + change;
    std::string text;
    auto const add = [&](awaited one, std::string const& clause) {
        if (has(of.waits_for, one)) text += (text.empty() ? "" : ", and ") + clause;
    };
    add(awaited::quiet, "for quiet" + so_far);
    add(awaited::content, "for an emptied file to be written" + so_far);
    add(awaited::final_record, "for " + whose + " to be final");
    add(awaited::recheck, "for a recheck");
    auto const reason =
        of.refusal ? ", because the change was refused: " + of.refusal.message() : "";
    add(awaited::own_write, "for the host to finish its own write, and for a final record");
    add(awaited::retry, "for another attempt in " + plain_length(of.next - of.asked) + reason);
    add(awaited::guard,
        "for the restart-loop guard, which restarts in " + plain_length(of.next - of.asked));
    return text;
}

std::string sentence_of_pending(watch_state const& of) {
    auto text = detail::quoted(of.path) + " was " + event_of(of.pending) + ", first seen " +
                plain_length(of.asked - of.pending.history.first_seen) + " ago, and ";
    auto const waits = waits_of(of);
    return text + (waits.empty() ? "is about to be delivered" : "waits " + waits);
}

std::string last_delivery(watch_state const& of) {
    return "delivered " + plain_length(of.asked - of.since) + " ago in batch " +
           std::to_string(of.batch);
}

std::string sentence_of_unchanged(watch_state const& of) {
    auto const text =
        detail::quoted(of.path) +
        (of.batch != 0 ? " has not changed since it was " + last_delivery(of)
                       : " has not changed for " + plain_length(of.asked - of.since));
    bool const is_final = !has(of.waits_for, awaited::final_record);
    return text + ", last checked " + plain_length(of.asked - of.checked) + " ago" +
           (is_final ? ""
                     : "; its record is not final yet, so a delivery follows once the record is "
                       "final");
}

std::string sentence_of_missing(watch_state const& of) {
    return detail::quoted(of.path) + " would be watched, but did not exist " +
           plain_length(of.asked - of.checked) + " ago" +
           (of.batch != 0 ? ", as " + last_delivery(of) : "");
}

std::string sentence_of_pruned(watch_state const& of) {
    bool const link = of.pending.after.type == file_type::symlink;
    return detail::quoted(of.path) + " is not watched because " + detail::quoted(of.rule.pruned) +
           (link ? " is a symbolic link, which is not followed" : " is not a directory");
}

} // namespace

std::string to_string(watch_state const& of) {
    using enum watch_state::state;
    switch (of.is) {
    case starting: return detail::quoted(of.path) + " is not compared yet: there is no baseline";
    case pending: return sentence_of_pending(of);
    case unchanged: return sentence_of_unchanged(of);
    case directory:
        return detail::quoted(of.path) + " is a directory: the files below it are watched";
    case unreadable:
        return detail::quoted(of.path) + " keeps its last known state: " + to_string(of.fault);
    case missing: return sentence_of_missing(of);
    case pruned: return sentence_of_pruned(of);
    case excluded: return to_string(of.rule);
    case outside: break;
    }
    return detail::quoted(of.path) + " is not watched because it lies outside of every root";
}

namespace detail {

// Asks the matcher about the path as a file and as a directory, because the type is unknown.
void ask_rules(watch_state& of, matcher_ref matcher, std::size_t below) {
    using enum watch_state::state;
    of.is = outside;
    if (below == std::string::npos) return;
    of.is = missing;
    of.rule = explain_path(matcher, {of.path, below, file_type::regular});
    if (of.rule.watched()) {
        auto as_directory = explain_path(matcher, {of.path, below, file_type::directory});
        if (!as_directory.watched()) of.rule = std::move(as_directory);
    }
    if (!of.rule.watched()) of.is = excluded;
}

} // namespace detail
} // namespace restat
