// The format: the head, a checksum of the remaining bytes, the machine, the roots, the rules, and
// the snapshot as in a handoff between processes.

#include <restat/saved_snapshot.hpp>

#include "host/saved_snapshot.hpp"

#include "base/hash.hpp"
#include "base/plain_path.hpp"
#include "platform/files/file_calls.hpp"
#include "platform/files/machine_id.hpp"
#include "platform/files/replace_file.hpp"
#include "values/byte_format.hpp"
#include "values/snapshot_encoding.hpp"

#include <restat/error.hpp>
#include <restat/snapshot_builder.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace restat {
namespace {

constexpr std::uint64_t file_head = 0x7265737461745301; // "restatS", version 1
constexpr std::uint64_t version_bits = 0xff;

using root_names = std::vector<std::string>;

// Returns each root as the paths of its files spell the root, and as an absolute path.
root_names roots_of(snapshot_scope const& scope) {
    root_names all;
    for (auto const& root : scope.roots) {
        auto const whole = detail::plain_path(scope.start.whole(root));
        all.push_back(detail::plain_path(root) + '\0' + whole);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

// Returns the reason to refuse a head, or no error.
std::error_code fault_in_head(std::uint64_t head) noexcept {
    if (head == file_head) return {};
    bool const is_other_version = (head & ~version_bits) == (file_head & ~version_bits);
    return is_other_version ? errc::snapshot_version : errc::snapshot_damaged;
}

snapshot read_snapshot(std::string_view bytes, snapshot_scope const& scope,
                       std::error_code& error) {
    detail::byte_reader from{bytes};
    std::uint64_t head = 0;
    std::uint64_t sum = 0;
    from.number(head);
    from.number(sum);
    error = fault_in_head(head);
    if (!error && (!from.good || sum != detail::hash_of_bytes(from.left)))
        error = errc::snapshot_damaged;
    if (error) return {};
    auto const machine = from.text();
    root_names roots; // sorted
    detail::read_all(
        from, [](detail::byte_reader& in, root_names& to) { to.emplace_back(in.text()); }, roots);
    auto const rules = from.text();
    snapshot known;
    if (machine != detail::machine_id()) {
        error = errc::snapshot_machine;
    } else if (roots != roots_of(scope) || rules != scope.rules) {
        error = errc::snapshot_scope;
    } else if (!detail::decode(from.text(), known)) {
        error = errc::snapshot_version; // the bytes are those of the save
    }
    return error ? snapshot{} : known;
}

// The device numbers of now, for each root and each number in a snapshot.
class device_numbers {
public:
    device_numbers(path_list const& roots, detail::status_reader files) : files_{files} {
        for (auto const& root : roots) roots_.insert(detail::plain_path(root));
    }

    // Learns the number of now if a file is equal in all other fields.
    void learn(entry const& known) {
        bool const has_link = known.link.type != file_type::none;
        learn(known, known.record, has_link ? last_link::follow : last_link::keep);
        if (has_link) learn(known, known.link, last_link::keep);
    }

    bool are_all_equal() const noexcept {
        return std::all_of(known_.begin(), known_.end(),
                           [](auto const& one) { return one.first.second == one.second; });
    }

    entry renumbered(entry known) const {
        known.record.device = now(known, known.record.device);
        known.link.device = now(known, known.link.device);
        return known;
    }

private:
    using key = std::pair<std::string_view, std::uint64_t>; // root and number

    void learn(entry const& known, stat_record const& record, last_link link) {
        key const at{root_of(known.path), record.device};
        if (known_.contains(at)) return;
        std::error_code error;
        auto const found = files_.call(files_.of, known.path.str().c_str(), link, error);
        auto const changed = changed_fields(record, found);
        if (!error && (changed == fields::none || changed == fields::device)) {
            known_.emplace(at, found.device);
        }
    }

    std::uint64_t now(entry const& known, std::uint64_t device) const {
        auto const at = known_.find({root_of(known.path), device});
        return at == known_.end() ? device : at->second;
    }

    // Returns the innermost root in the path, or an empty text; so also for a path below `.`.
    std::string_view root_of(split_path path) const {
        std::string const whole = path.str();
        for (std::string_view at = whole; !at.empty(); at = detail::directory_above(at)) {
            auto const name =
                at.size() > 1 && at.ends_with('/') ? at.substr(0, at.size() - 1) : at;
            if (auto const root = roots_.find(name); root != roots_.end()) return *root;
        }
        return {};
    }

    std::set<std::string, std::less<>> roots_;
    detail::status_reader files_;
    std::map<key, std::uint64_t> known_;
};

snapshot renumbered(snapshot saved, path_list const& roots, detail::status_reader files) {
    device_numbers devices{roots, files};
    for (entry const one : saved) devices.learn(one);
    if (devices.are_all_equal()) return saved;
    snapshot_builder builder;
    for (entry const one : saved) builder.add(devices.renumbered(one));
    for (auto const& one : saved.findings()) {
        builder.add_error(one.path, one.error, one.operation);
    }
    return builder.finish();
}

stat_record native_status(void* start, char const* path, last_link link, std::error_code& error) {
    auto const whole = static_cast<detail::start_directory*>(start)->whole(path);
    return detail::stat(detail::current_directory, whole.c_str(), link, error);
}

} // namespace

std::string detail::pack_snapshot(snapshot const& known, snapshot_scope const& scope,
                                  std::string_view machine) {
    detail::byte_writer to;
    to.number(file_head);
    to.number(std::uint64_t{});
    auto const begin = to.bytes.size();
    to.text(machine);
    to.list(roots_of(scope),
            [](detail::byte_writer& into, std::string const& root) { into.text(root); });
    to.text(scope.rules);
    detail::write_snapshot(to, known);
    auto const sum = detail::hash_of_bytes(std::string_view{to.bytes}.substr(begin));
    std::memcpy(to.bytes.data() + begin - sizeof sum, &sum, sizeof sum);
    return std::move(to.bytes);
}

std::string pack_snapshot(snapshot const& known, snapshot_scope const& scope) {
    return detail::pack_snapshot(known, scope, detail::machine_id());
}

std::optional<snapshot> detail::unpack_snapshot(std::string_view bytes,
                                                snapshot_scope const& scope, status_reader files,
                                                std::error_code& error) {
    auto saved = read_snapshot(bytes, scope, error);
    if (error) return {};
    return renumbered(std::move(saved), scope.roots, files);
}

void save_snapshot(std::string const& path, snapshot const& known, snapshot_scope const& scope,
                   std::error_code& error) {
    detail::replace_file(path, pack_snapshot(known, scope), error);
}

void save_snapshot(std::string const& path, snapshot const& known, snapshot_scope const& scope) {
    std::error_code error;
    save_snapshot(path, known, scope, error);
    if (error) detail::throw_error(error, "save the snapshot", path);
}

std::optional<snapshot> load_snapshot(std::string const& path, snapshot_scope const& scope,
                                      std::error_code& error) {
    auto const bytes = detail::read_regular(detail::current_directory, path.c_str(),
                                            last_link::follow, std::string::npos, error);
    if (error) return {};
    auto start = scope.start;
    return detail::unpack_snapshot(bytes, scope, {&start, native_status}, error);
}

snapshot load_snapshot(std::string const& path, snapshot_scope const& scope) {
    std::error_code error;
    auto loaded = load_snapshot(path, scope, error);
    if (!loaded) detail::throw_error(error, "load the snapshot", path);
    return *std::move(loaded);
}

} // namespace restat
