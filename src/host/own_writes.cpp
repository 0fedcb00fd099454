#include "own_writes.hpp"

#include "base/hash.hpp"
#include "base/unread.hpp"
#include "host/file_reader.hpp"
#include "values/snapshot_access.hpp"

#include <restat/detail/catch_bad_alloc.hpp>

#include <algorithm>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::size_t most_own_contents = 64 << 20; // bytes

own_state records_at(own_place const& at) {
    using enum own_state::knowledge;
    own_state now;
    std::error_code error;
    now.link = now.target = at.files->status(at.path, last_link::keep, error);
    now.known = !error ? read : is_absence(error) ? missing : unread;
    if (now.known != read || now.link.type != file_type::symlink) return now;
    auto const target = at.files->status(at.path, last_link::follow, error);
    if (!error) now.target = target;
    if (error && !is_absence(error)) now.known = unread;
    return now;
}

std::optional<std::uint64_t> hash_at(own_place const& at) {
    std::error_code error;
    auto const bytes = at.files->read(at.path, most_own_contents, error);
    if (error) return {};
    return hash_of_bytes(bytes);
}

bool is_alike(stat_record const& a, stat_record const& b) noexcept {
    return !is_edit(changed_fields(a, b));
}

bool has_same_records(own_state const& a, own_state const& b) noexcept {
    return a.known == b.known && is_alike(a.link, b.link) && is_alike(a.target, b.target);
}

// A scan checks a link as a link, or as a link and its target.
bool is_state_in(entry const* found, own_state const& state) noexcept {
    if (state.known == own_state::knowledge::unread) return false;
    bool const is_missing = state.known == own_state::knowledge::missing;
    if (!found || is_missing) return !found && is_missing;
    if (found->link.type == file_type::none)
        return is_alike(found->record, state.link) || is_alike(found->record, state.target);
    return is_alike(found->link, state.link) && is_alike(found->record, state.target);
}

} // namespace

// A write while the contents are read gives the file other records, or none of the host's doing.
own_state read_own_state(own_place const& at, own_contents when) {
    constexpr int most_tries = 3;
    own_state now;
    for (int tries = 0; tries < most_tries; ++tries) {
        now = records_at(at);
        bool const is_file =
            now.known == own_state::knowledge::read && now.target.type == file_type::regular;
        bool const is_wanted = when == own_contents::always ||
                               (when == own_contents::if_not_final && !now.is_final());
        if (!is_file || !is_wanted) return now;
        auto const contents = hash_at(at);
        if (!has_same_records(now, records_at(at))) continue;
        now.contents = contents;
        return now;
    }
    return now;
}

bool is_own_state(own_state const& left, own_place const& at) {
    bool const is_proof = left.is_final() || left.target.type != file_type::regular;
    auto const now = read_own_state(at, is_proof ? own_contents::never : own_contents::always);
    if (left.known == own_state::knowledge::unread || !has_same_records(left, now)) return false;
    return is_proof || (left.contents && left.contents == now.contents);
}

bool is_renamed_to(own_state const& now, own_state const& temporary) noexcept {
    constexpr auto moved = fields::ctime | fields::links;
    bool const are_read = now.known == own_state::knowledge::read && now.known == temporary.known;
    auto const changed = changed_fields(temporary.target, now.target);
    bool const is_proof = temporary.contents.has_value() || temporary.is_final();
    return are_read && (changed & moved) == changed && is_proof &&
           temporary.contents == now.contents;
}

own_place own_writes::place_of(std::string const& path,
                               std::shared_ptr<file_reader> files) const {
    if (files) return {std::move(files), path};
    return {kernel_file_reader(start_), path};
}

std::optional<own_writes::file> own_writes::copy_of(std::string_view path) const {
    std::lock_guard const lock{mutex_};
    auto const at = all_.find(path);
    return at == all_.end() ? std::optional<file>{} : at->second;
}

// A scope after another scope continues it, if nobody has edited the file in between.
void own_writes::begin(std::string const& path, own_place const& at) {
    auto const last = copy_of(path);
    auto const now = read_own_state(at, own_contents::never);
    bool const continues = last && !last->is_abandoned && is_own_state(last->left, at);
    std::lock_guard const lock{mutex_};
    auto const [found, is_new] = all_.try_emplace(path);
    auto& of = found->second;
    count_ = all_.size();
    of.at = at;
    of.in_pass = of.is_passed = false;
    ++of.version;
    if (++of.open > 1) return;
    of.is_abandoned = false;
    if (is_new || !continues) of.start = now;
}

void own_writes::end(std::string const& path, own_state const& left) noexcept {
    std::lock_guard const lock{mutex_};
    auto& of = all_.find(path)->second;
    of.left = left;
    of.in_pass = of.is_passed = false;
    ++of.version;
    --of.open;
}

void own_writes::abandon(std::string const& path) noexcept {
    std::lock_guard const lock{mutex_};
    auto const at = all_.find(path);
    auto& of = at->second;
    of.is_abandoned = true;
    ++of.version;
    if (--of.open == 0 && !of.is_held) erase(at);
}

bool own_writes::hold(std::string_view path) noexcept {
    if (empty()) return false;
    std::lock_guard const lock{mutex_};
    auto const at = all_.find(path);
    if (at == all_.end()) return false;
    at->second.is_held = true;
    return true;
}

auto own_writes::judge(std::string_view path, found_change const& change) noexcept -> verdict {
    auto decision = verdict::foreign;
    std::size_t version = 0;
    bool is_start = false; // the scope began after the change
    without_exceptions([&] {
        auto const of = copy_of(path);
        if (!of) return;
        version = of->version;
        is_start = is_state_in(change.now, of->start);
        decision = decided(*of, change);
    });
    bool const is_over = decision != verdict::wait && conclude(path, version, is_start);
    return is_over ? decision : verdict::wait;
}

auto own_writes::decided(file const& of, found_change const& change) -> verdict {
    if (!is_state_in(change.before, of.start)) return verdict::foreign;
    if (of.open > 0) return verdict::wait;
    if (of.is_abandoned) return verdict::foreign;
    bool const is_found = is_state_in(change.now, of.left);
    bool const is_final = !change.now || (change.now->record.final && change.now->link.final);
    if (is_found && !is_final) return verdict::wait;
    if (is_found && of.left.is_final()) return verdict::own;
    if (!is_own_state(of.left, of.at)) return verdict::foreign;
    if (is_found) return verdict::own;
    // The scan has checked the file before the end of the scope.
    return of.is_passed ? verdict::foreign : verdict::wait;
}

// Returns false if a scope was begun or ended in the meantime. If others have edited the file while
// a scope is open, its later records are foreign, too.
bool own_writes::conclude(std::string_view path, std::size_t version, bool is_start) noexcept {
    std::lock_guard const lock{mutex_};
    auto const at = all_.find(path);
    if (at == all_.end()) return true;
    auto& of = at->second;
    if (of.version != version) return false;
    of.is_held = false;
    of.is_abandoned = of.is_abandoned || !is_start;
    if (of.open == 0) erase(at);
    return true;
}

void own_writes::release(std::string_view path) noexcept {
    std::lock_guard const lock{mutex_};
    auto const at = all_.find(path);
    if (at != all_.end()) at->second.is_held = false;
}

void own_writes::pass_began() noexcept {
    if (empty()) return;
    std::lock_guard const lock{mutex_};
    for (auto& [path, of] : all_) of.in_pass = of.open == 0;
}

void own_writes::pass_ended(snapshot const& latest) noexcept {
    if (empty()) return;
    auto const is_unread = [&](std::string const& path) {
        return std::any_of(
            latest.findings().begin(), latest.findings().end(),
            [&](finding const& one) { return snapshot_access::is_unread(latest, path, one); });
    };
    std::lock_guard const lock{mutex_};
    for (auto at = all_.begin(); at != all_.end();) {
        auto const one = at++;
        if (!one->second.in_pass || is_unread(one->first)) continue;
        one->second.is_passed = true;
        if (!one->second.is_held) erase(one);
    }
}

void own_writes::erase(file_map::iterator at) noexcept {
    all_.erase(at);
    count_ = all_.size();
}

} // namespace restat::detail
