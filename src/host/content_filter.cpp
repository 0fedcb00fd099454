#include "content_filter.hpp"

#include "base/hash.hpp"

#include <restat/detail/catch_bad_alloc.hpp>

#include <utility>

namespace restat::detail {
namespace {

constexpr std::size_t most_contents = 64 << 20; // bytes

std::uint64_t hash_of_record(stat_record const& of) noexcept {
    std::uint64_t hash = 0;
    for (std::uint64_t const word :
         {of.device, of.inode, of.size, static_cast<std::uint64_t>(of.mtime.seconds),
          static_cast<std::uint64_t>(of.ctime.seconds),
          std::uint64_t{of.mtime.nanoseconds} << 32 | of.ctime.nanoseconds}) {
        hash = add_to_hash(hash, word);
    }
    return hash;
}

bool is_readable(stat_record const& of) noexcept {
    return of.type == file_type::regular && of.size <= most_contents;
}

} // namespace

void content_filter::use(std::shared_ptr<file_reader> files) {
    begin();
    files_ = std::move(files);
}

void content_filter::begin() noexcept {
    known_.clear();
    prepared_.front().clear();
    refused_.clear();
    answered_.clear();
    comparing_ = learning_ = {};
}

void content_filter::begin_offer() {
    comparing_ = {};
    refused_.clear();
    refused_.swap(prepared_.front());
}

auto content_filter::compare(change const& what) -> answer {
    bool const may_be_same = what.kind == change_kind::modified && is_readable(what.after) &&
                             !has(what.changed, fields::size);
    auto const content = may_be_same ? known_content(what) : std::nullopt;
    if (what.kind == change_kind::renamed) prepared_.front().try_emplace(what.from);
    if (!content) return prepare(what, {}, false);
    auto const earlier = refused_.find(what.path);
    if (earlier != refused_.end() && earlier->second.content && what.after.final &&
        hash_of_record(earlier->second.after) == hash_of_record(what.after))
        return prepare(what, earlier->second.content, earlier->second.content == content);
    if (read(comparing_, what.path)) return answer::unfinished;
    auto const found = std::exchange(comparing_, {}).result;
    return prepare(what, found, found == content);
}

auto content_filter::prepare(change const& what, std::optional<std::uint64_t> content,
                             bool is_same) -> answer {
    prepared_.front().insert_or_assign(what.path, prepared{what.after, content, is_same});
    return is_same ? answer::same : answer::differs;
}

// Returns the content of the file before the change.
std::optional<std::uint64_t> content_filter::known_content(change const& what) const {
    auto const record = hash_of_record(what.before);
    for (auto batch = answered_.rbegin(); batch != answered_.rend(); ++batch) {
        auto const at = batch->find(what.path);
        if (at == batch->end()) continue;
        bool const is_it = at->second.is_same && hash_of_record(at->second.after) == record;
        return is_it ? at->second.content : std::nullopt;
    }
    auto const at = known_.find(what.path);
    bool const is_it = at != known_.end() && at->second.record == record;
    return is_it ? std::optional{at->second.content} : std::nullopt;
}

void content_filter::answered() noexcept {
    if (prepared_.front().empty()) return;
    without_exceptions([&] {
        prepared_.emplace_back();
        answered_.splice(answered_.end(), prepared_, prepared_.begin());
    });
}

// Returns whether another step follows.
bool content_filter::read(reading& of, std::string_view path) {
    if (of.path != path) of = {.path = std::string{path}};
    std::error_code error;
    auto const part = files_->read_part(std::string{path}, of.offset, most_contents, error);
    of.offset += part.bytes.size();
    if (error || of.offset > most_contents) return false;
    of.hash = add_to_hash(of.hash, hash_of_bytes(part.bytes));
    if (part.is_last) of.result = of.hash;
    return !part.is_last;
}

bool content_filter::is_still(std::string_view path, stat_record const& record) {
    std::error_code error;
    auto const now = files_->status(std::string{path}, last_link::follow, error);
    return !error && !is_edit(changed_fields(record, now));
}

bool content_filter::learn(entry const& of) {
    if (!is_readable(of.record) || !of.record.final) return false;
    auto path = of.path.str();
    if (read(learning_, path)) return true;
    auto const content = std::exchange(learning_, {}).result;
    if (content && is_still(path, of.record))
        known_.insert_or_assign(std::move(path), known{*content, hash_of_record(of.record)});
    return false;
}

// A file that was edited during the delivery has another record: the strategy may know either
// content, or a part of both.
bool content_filter::learn_answered() {
    if (answered_.empty()) return false;
    auto& batch = answered_.front();
    auto const at = batch.begin();
    auto& [path, of] = *at;
    bool const is_wanted = of.is_same || (of.after.final && is_readable(of.after));
    if (is_wanted && !of.content) {
        if (read(learning_, path)) return true;
        of.content = std::exchange(learning_, {}).result;
    }
    if (is_wanted && of.content && (of.is_same || is_still(path, of.after))) {
        known_.insert_or_assign(path, known{*of.content, hash_of_record(of.after)});
    } else {
        known_.erase(path);
    }
    batch.erase(at);
    if (batch.empty()) answered_.pop_front();
    return true;
}

} // namespace restat::detail
