#include <restat/enumerator/list_enumerator.hpp>

#include <restat/file_system/native_file_system.hpp>

#include "enumerator/looking.hpp"

#include <algorithm>

namespace restat {

static_assert(file_enumerator<list_enumerator>);

void list_enumerator::enumerate(matcher_ref matcher, snapshot_builder& into,
                                std::error_code& error) {
    error.clear();
    native_file_system files;
    for (std::string const& path : paths_) {
        if (into.stop_requested()) {
            error = std::make_error_code(std::errc::operation_canceled);
            return;
        }
        detail::add_named(files, detail::plain_path(path), matcher, into);
    }
}

bool list_enumerator::born(std::string_view path, stat_record const& of, stamp& made) const {
    return detail::is_born(native_file_system{}, path, of, made);
}

std::size_t list_enumerator::place_of(std::string_view path) const noexcept {
    bool const listed = std::any_of(paths_.begin(), paths_.end(), [&](std::string const& one) {
        return detail::plain_path(one) == path;
    });
    return listed ? detail::name_offset(path) : path.npos;
}

} // namespace restat
