#pragma once

#include "enumerator/looking.hpp"
#include "enumerator/root_list.hpp"
#include "snapshot_contents.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// The difference between the roots of this scan and the roots of the previous scan.
///
/// A path revealed by a new root does not count as added, and a path hidden by the removal of a
/// root does not count as removed. This holds only for a path in view of a single scan: every
/// path in view of both scans is compared as usual.
///
///     before   now     path         effect on this path
///     w        w x     x            revealed, unless in view of w
///     w x      w       x            hidden, unless in view of w
///     w        w/a     w, w/a       w hidden, w/a steady: compared as usual
class root_change {
public:
    /// Takes null as `before` if the roots are unchanged, or if the previous roots are unknown.
    root_change(root_list const& now, root_list const* before, matcher_ref matcher) noexcept
        : now_{now}, before_{before}, matcher_{matcher} {}

    explicit operator bool() const noexcept { return before_ != nullptr; }

    /// Returns whether the previous scan had a path in view, if the directories above the path
    /// were in view.
    bool had(std::string_view path, file_type type) const noexcept {
        return has(*before_, path, type,
                   [&](candidate const& what) { return watches(matcher_.previously(what)); });
    }
    /// Returns whether the previous scan reached a path from its roots.
    bool had_reached(std::string_view path, file_type type) const noexcept {
        return reaches(*before_, path, type,
                       [&](candidate const& what) { return watches(matcher_.previously(what)); });
    }
    /// Returns whether this scan reaches a path from its roots.
    bool reaches_now(std::string_view path, file_type type) const noexcept {
        return reaches(now_, path, type,
                       [&](candidate const& what) { return watches(matcher_(what)); });
    }
    bool reveals(std::string_view root, file_type type) const noexcept {
        return !before_->has(root) && !had_reached(root, type);
    }
    /// Adds the removed roots to `hidden`, unless this scan still reaches them. Adds these
    /// reached roots to `steady`, together with the current roots reached by the previous scan.
    /// The known snapshot shows whether a root was a directory.
    void tell(snapshot::contents const* known, std::vector<std::string>& hidden,
              std::vector<std::string>& steady) const {
        auto const type_of = [&](std::string const& root) {
            auto const at = known ? known->find_directory(directory_key(root)) : 0;
            bool const is_directory = known && at != directory_row::no_directory;
            return is_directory ? file_type::directory : file_type::regular;
        };
        for (std::string const& one : now_.all()) {
            if (had_reached(one, type_of(one))) steady.push_back(one);
        }
        for (std::string const& one : before_->all()) {
            if (now_.has(one)) continue;
            auto& into = reaches_now(one, type_of(one)) ? steady : hidden;
            into.push_back(one);
        }
    }

private:
    template <class Ask>
    static bool has(root_list const& roots, std::string_view path, file_type type, Ask ask) {
        bool const is_directory = type == file_type::directory;
        if (roots.has(path)) {
            return is_directory || ask(candidate{path, name_offset(path), type, true});
        }
        auto const below = roots.place_of(path);
        return below != path.npos && ask(candidate{path, below, type});
    }
    template <class Ask>
    static bool reaches(root_list const& roots, std::string_view path, file_type type, Ask ask) {
        if (roots.has(path)) return has(roots, path, type, ask);
        auto const below = roots.place_of(path);
        if (below == path.npos) return false;
        for (auto end = path.find('/', below); end != path.npos; end = path.find('/', end + 1)) {
            if (!ask(candidate{path.substr(0, end), below, file_type::directory})) return false;
        }
        return ask(candidate{path, below, type});
    }

    root_list const& now_;
    root_list const* before_;
    matcher_ref matcher_;
};

} // namespace restat::detail
