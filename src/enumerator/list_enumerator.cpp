#include <restat/enumerator/list_enumerator.hpp>

#include <restat/file_system/native_file_system.hpp>

#include "enumerator/based_files.hpp"
#include "enumerator/checked_path.hpp"

#include <algorithm>
#include <utility>

namespace restat {

static_assert(file_enumerator<list_enumerator>);

list_enumerator::list_enumerator(path_list paths, selection_changes selection)
    : paths_{std::move(paths)}, selection_{selection} {
    native_file_system files;
    base_ = detail::base_directory::of(files);
}

void list_enumerator::enumerate(matcher_ref matcher, snapshot_builder& into,
                                std::error_code& error) {
    error.clear();
    native_file_system files;
    detail::based_files<native_file_system> based{files, base_};
    based.begin();
    for (std::string const& path : paths_) {
        if (into.stop_requested()) {
            error = std::make_error_code(std::errc::operation_canceled);
            return;
        }
        detail::add_named(based, detail::plain_path(path), matcher, into,
                          selection_ == selection_changes::silent);
    }
}

bool list_enumerator::birth_time(std::string_view path, stat_record const& of,
                                 stamp& made) const {
    native_file_system const files;
    return detail::is_born(files, path, of, made) ||
           detail::is_born(files, base_.whole(path), of, made);
}

std::size_t list_enumerator::root_prefix(std::string_view path) const {
    bool const listed = std::any_of(paths_.begin(), paths_.end(), [&](std::string const& one) {
        return detail::plain_path(one) == path;
    });
    return listed ? detail::name_offset(path) : path.npos;
}

} // namespace restat
