#include "rename_search.hpp"

#include <algorithm>
#include <utility>

namespace restat::detail {
namespace {

auto identity(rename_end const* one) noexcept {
    change const& of = *one->difference;
    auto const& record = of.kind == change_kind::removed ? of.before : of.after;
    return std::pair{record.device, record.inode};
}

bool is_before(rename_end const* a, rename_end const* b) noexcept {
    return identity(a) < identity(b);
}

// If the clock was set back, a new file may have an early birth time, but then an early ctime too.
bool is_certain(change const& gone, change const& come, birth_ref const& births) {
    stat_record const& before = gone.before;
    stat_record const& after = come.after;
    bool const may_be = before.type == after.type && before.links == 1 && after.links == 1 &&
                        before.final && before.ctime <= after.ctime;
    if (!may_be) return false;
    if (before.ctime == after.ctime) return changed_fields(before, after) == fields::none;
    stamp made;
    return births(come.path, after, made) && made <= before.ctime;
}

} // namespace

void rename_search::add(rename_end& one) {
    one.other = nullptr;
    auto const kind = one.difference->kind;
    if (kind != change_kind::removed && kind != change_kind::added) return;
    auto& into = kind == change_kind::removed ? gone_ : come_;
    into.push_back(&one);
    std::push_heap(into.begin(), into.end(), is_before);
}

rename_end* rename_search::pop(std::vector<rename_end*>& from) {
    std::pop_heap(from.begin(), from.end(), is_before);
    rename_end* const last = from.back();
    from.pop_back();
    return last;
}

bool rename_search::step(birth_ref births) {
    if (gone_.empty() || come_.empty()) return false;
    if (is_before(gone_.front(), come_.front())) return pop(come_), true;
    rename_end& old = *pop(gone_);
    auto const is_same = [&](std::vector<rename_end*> const& in) {
        return !in.empty() && identity(in.front()) == identity(&old);
    };
    bool one_each = is_same(come_);
    while (is_same(gone_)) pop(gone_), one_each = false;
    if (!one_each) return true;
    rename_end& now = *pop(come_);
    while (is_same(come_)) pop(come_), one_each = false;
    if (!one_each || !is_certain(*old.difference, *now.difference, births)) return true;
    old.other = &now;
    now.other = &old;
    return true;
}

change joined(change const& gone, change come) {
    come.kind = change_kind::renamed;
    come.before = gone.before;
    come.changed = changed_fields(come.before, come.after);
    come.history = joined(gone.history, come.history);
    come.from = gone.path;
    return come;
}

} // namespace restat::detail
