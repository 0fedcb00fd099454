#include <restat/enumerator/range_enumerator.hpp>

#include <restat/file_system/native_file_system.hpp>

#include "enumerator/based_files.hpp"
#include "enumerator/checked_path.hpp"

namespace restat::detail {
namespace {

// An absolute path lies below "/".
std::size_t relative_offset(std::string_view path) noexcept {
    return path.starts_with('/') ? 1 : 0;
}

bool lets_through(matcher_ref matcher, std::string_view directory) noexcept {
    std::size_t const below = relative_offset(directory);
    for (std::size_t end = directory.find('/', below);; end = directory.find('/', end + 1)) {
        auto const parent = directory.substr(0, end);
        if (!watches(matcher({parent, below, file_type::directory}))) return false;
        if (end == std::string_view::npos) return true;
    }
}

} // namespace

struct path_visit::files {
    explicit files(base_directory const& base) : based{native, base} { based.begin(); }

    native_file_system native = {};
    based_files<native_file_system> based;
};

path_visit::path_visit(matcher_ref matcher, snapshot_builder& into, std::error_code& error,
                       base_directory const& base)
    : matcher_{matcher}, into_{into}, error_{error}, files_{make_owned<files>(base)} {}

base_directory path_visit::base() {
    native_file_system files;
    return base_directory::of(files);
}

bool path_visit::operator()(std::string_view path) {
    if (!goes_on()) return false;
    path_ = plain_path(path);
    if (!watched(path_, file_type::regular)) return true;
    checked_path const object = check_named(files_->based, path_, into_);
    if (object.record.type != file_type::none && object.record.type != file_type::directory) {
        into_.add(path_, object.record, object.link);
    }
    return true;
}

bool path_visit::operator()(entry const& known) {
    if (!goes_on()) return false;
    path_.clear();
    known.path.append_to(path_);
    if (watched(path_, known.record.type)) into_.add(known);
    return true;
}

bool path_visit::birth_time(base_directory const& base, std::string_view path,
                            stat_record const& of, stamp& made) {
    native_file_system const files;
    return is_born(files, path, of, made) || is_born(files, base.whole(path), of, made);
}

bool path_visit::goes_on() {
    if (!into_.stop_requested()) return true;
    error_ = std::make_error_code(std::errc::operation_canceled);
    return false;
}

bool path_visit::watched(std::string_view path, file_type type) {
    std::size_t const name = name_offset(path);
    auto const parent = path.substr(0, name == 0 ? 0 : name - 1);
    if (parent != parent_) {
        parent_watched_ = parent.empty() || lets_through(matcher_, parent);
        parent_ = parent;
    }
    return parent_watched_ && watches(matcher_({path, relative_offset(path), type}));
}

} // namespace restat::detail
