#pragma once

#include <restat/hint_list.hpp>

#include "enumerator/based_files.hpp"
#include "enumerator/root_list.hpp"

#include <cstddef>
#include <string>
#include <system_error>
#include <vector>

namespace restat::detail {

/// The records of the roots, as the last check saw them. No watched directory reports a root that
/// is a file, that is missing, or that another directory replaced.
template <class FileSystem>
class root_checks {
public:
    /// Reads the records of other roots than before. A scan calls this function first, so each
    /// later difference is found.
    void begin(based_files<FileSystem>& files, root_list const& roots) {
        if (roots.all() == paths_) return;
        paths_ = roots.all();
        based_scope const scope{files, roots.has_relative()};
        seen_.clear();
        for (std::string const& path : paths_) seen_.push_back(state_of(files, path));
    }
    /// Adds each root whose record differs from the last check. A file is checked; every other
    /// difference needs a scan of everything.
    void compare(based_files<FileSystem>& files, root_list const& roots, hint_list& into) {
        if (roots.all() != paths_) return;
        based_scope const scope{files, roots.has_relative()};
        for (std::size_t i = 0; i < paths_.size(); ++i) {
            auto const now = state_of(files, paths_[i]);
            auto& before = seen_[i];
            bool const is_same = now.error == before.error && now.is_like(before);
            bool const is_file = !now.error && !before.error && now.is_file() && before.is_file();
            if (!is_same) is_file ? into.check_file(paths_[i]) : into.lost();
            before = now;
        }
    }
    std::size_t size() const noexcept { return paths_.size(); }

private:
    struct state {
        stat_record record;
        std::error_code error;

        bool is_file() const noexcept { return record.type != file_type::directory; }
        // Names that come or go in a directory are reported by its events.
        bool is_like(state const& other) const noexcept {
            bool const is_one = record.device == other.record.device &&
                                record.inode == other.record.inode &&
                                record.type == other.record.type;
            return is_one && (!is_file() || changed_fields(record, other.record) == fields::none);
        }
    };

    static state state_of(based_files<FileSystem>& files, std::string const& path) {
        state made;
        made.record = files.stat(path.c_str(), last_link::follow, made.error);
        return made;
    }

    std::vector<std::string> paths_;
    std::vector<state> seen_;
};

} // namespace restat::detail
