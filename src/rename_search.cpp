#include "rename_search.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace restat::detail {
namespace {

stat_record const& record_of(change const& one) noexcept {
    return one.kind == change_kind::removed ? one.before : one.after;
}

auto identity(change const* one) noexcept {
    auto const& record = record_of(*one);
    return std::pair{record.device, record.inode};
}

// A clock that was set back may have made a newer file look older; the ctime shows that.
bool is_certain(change const& gone, change const& come, birth_ref const& births) {
    stat_record const& before = gone.before;
    stat_record const& after = come.after;
    bool const may_be = before.type == after.type && before.links == 1 && after.links == 1 &&
                        before.final && before.ctime <= after.ctime;
    if (!may_be) return false;
    if (before.ctime == after.ctime) return differences(before, after) == fields::none;
    stamp made;
    return births(come.path, after, made) && made <= before.ctime;
}

void join(change& gone, change& come) {
    come.kind = change_kind::renamed;
    come.before = gone.before;
    come.differing = differences(come.before, come.after);
    come.why = joined(gone.why, come.why);
    come.from = std::exchange(gone.path, {}); // which marks it
}

} // namespace

void join_renames(std::vector<change>& changes, rename_ends const& ends, birth_ref births) {
    rename_ends gone;
    rename_ends come;
    for (change* const one : ends) {
        if (one->kind == change_kind::removed) gone.push_back(one);
        if (one->kind == change_kind::added) come.push_back(one);
    }
    if (gone.empty() || come.empty()) return;
    auto const before = [](change const* a, change const* b) {
        return identity(a) < identity(b);
    };
    std::sort(gone.begin(), gone.end(), before);
    std::sort(come.begin(), come.end(), before);
    for (auto at = gone.begin(); at != gone.end();) {
        auto const [old, old_end] = std::equal_range(at, gone.end(), *at, before);
        auto const [now, now_end] = std::equal_range(come.begin(), come.end(), *at, before);
        bool const one_each = old_end - old == 1 && now_end - now == 1;
        if (one_each && is_certain(**old, **now, births)) join(**old, **now);
        at = old_end;
    }
    std::erase_if(changes, [](change const& one) { return one.path.empty(); });
}

} // namespace restat::detail
