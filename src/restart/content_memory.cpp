#include "restart/content_memory.hpp"

#include "platform/modules/file_identity.hpp"
#include "platform/process/process_files.hpp"

namespace restat::detail {
namespace {

// The fields in which two copies of the same content differ.
constexpr fields differences_of_copies = fields::mtime | fields::ctime | fields::inode |
                                         fields::device | fields::links | fields::target;

bool is_copy(fields changed) noexcept { return (changed & differences_of_copies) == changed; }

bool may_be_binary(entry const& what) noexcept {
    constexpr std::uint32_t executable = 0111;
    if ((what.record.mode & executable) != 0) return true;
    auto const last = what.path.name();
    auto const name = last.substr(last.rfind('/') + 1);
    return name.ends_with(".so") || name.find(".so.") != name.npos;
}

read_of_others files_to_read(comparison counts) noexcept {
    return counts == comparison::content ? read_of_others::everything : read_of_others::nothing;
}

} // namespace

content_memory::content_memory(comparison counts, compared_process of)
    : comparison_{counts}, compared_{of} {}

void content_memory::learn(snapshot const& baseline) {
    if (comparison_ == comparison::metadata) return;
    for (entry const what : baseline) {
        if (what.record.type != file_type::regular) continue;
        if (comparison_ == comparison::any && !may_be_binary(what)) continue;
        std::error_code unfinished; // the finished file will differ
        std::string path{what.path};
        auto const whole = start_directory_.whole(path);
        if (file_number_at(whole.c_str()) != file_number{what.record.device, what.record.inode})
            continue; // replaced since the record
        auto identity = content_identity(whole, files_to_read(comparison_), unfinished);
        if (!identity.empty()) known_.insert_or_assign(std::move(path), std::move(identity));
    }
}

change_set content_memory::changed(change_set const& changes, std::error_code& error) {
    error.clear();
    pending_.clear();
    std::vector<change> edited;
    for (change const& what : changes) {
        if (differs(what, error)) edited.push_back(what);
    }
    return change_set{std::move(edited), changes.batch()};
}

bool content_memory::differs(change const& what, std::error_code& error) {
    if (comparison_ == comparison::metadata || what.after.type != file_type::regular) return true;
    std::error_code unfinished;
    auto const path = start_directory_.whole(what.path);
    auto const identity = content_identity(path, files_to_read(comparison_), unfinished);
    if (unfinished) {
        error = unfinished;
        incomplete_ = what.path;
    }
    if (!identity.empty()) pending_.insert_or_assign(what.path, identity);
    if (runs_instead(what, path)) return false;
    if (identity.empty()) return true;
    auto const known = known_.find(what.path);
    bool const is_known = known != known_.end() ? known->second == identity : is_loaded(identity);
    // A plug-in enters the tree when the program loads it, perhaps as the copy that replaced it.
    if (what.kind == change_kind::added) return !is_loaded(identity, path);
    bool const by_content = comparison_ == comparison::content || is_copy(what.changed);
    return what.kind != change_kind::modified || !is_known || !by_content;
}

bool content_memory::is_loaded(std::string const& identity,
                               std::string const& from) const noexcept {
    return compared_ == compared_process::this_one && is_loaded_binary(identity, from);
}

// Returns whether this process runs the file that is new at the path. The baseline is older than
// the exec, and so may lack this file: a build moves it into place between the last scan of the
// process before and the exec.
bool content_memory::runs_instead(change const& what, std::string const& path) const noexcept {
    constexpr auto another_file = fields::inode | fields::device;
    constexpr auto another_build = differences_of_copies | fields::size;
    bool const is_new =
        what.kind == change_kind::added ||
        (what.kind == change_kind::modified && (what.changed & another_file) != fields::none &&
         (what.changed & another_build) == what.changed);
    return compared_ == compared_process::this_one && is_new && is_running_program(path);
}

void content_memory::adopt() {
    for (auto& [path, identity] : pending_) known_.insert_or_assign(path, std::move(identity));
    pending_.clear();
}

std::vector<inheritance::blob> content_memory::list() const {
    std::vector<inheritance::blob> all;
    all.reserve(known_.size() + pending_.size());
    for (auto const* const contents : {&known_, &pending_}) { // seen entries come last and win
        for (auto const& [path, identity] : *contents) all.push_back({path, identity});
    }
    return all;
}

void content_memory::restore(std::vector<inheritance::blob> list) {
    for (auto& blob : list) known_.insert_or_assign(std::move(blob.name), std::move(blob.bytes));
}

} // namespace restat::detail
