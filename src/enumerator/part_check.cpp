#include <restat/detail/part_check.hpp>

#include <restat/diff.hpp>

#include <utility>

namespace restat::detail {
namespace {

void compare_with_latest(snapshot const& now, snapshot const& latest, hint_list& into) {
    for (entry const& one : now) {
        auto const known = latest.find(one.path);
        if (known == latest.end()) return into.lost();
        bool const differs = changed_fields((*known).record, one.record) != fields::none ||
                             changed_fields((*known).link, one.link) != fields::none;
        if (differs) into.check_file(one.path.str());
    }
}

void compare_with_last(snapshot const& now, snapshot const& before, hint_list& into) {
    for (change const& one : diff(before, now)) {
        if (one.kind != change_kind::modified) return into.lost();
        into.check_file(one.path);
    }
}

} // namespace

void part_check::compare(snapshot now, snapshot const& latest, hint_list& into) {
    has_before_ ? compare_with_last(now, before_, into) : compare_with_latest(now, latest, into);
    before_ = std::move(now);
    has_before_ = true;
}

} // namespace restat::detail
