#pragma once

#include "enumerator/looking.hpp"
#include "enumerator/root_list.hpp"
#include "snapshot_contents.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// How the roots of a scan differ from those of the scan before.
///
/// What a new root brings into view is not added, and what a root that was taken out hides is not
/// removed. But only that: below a path that was in view before and is in view now, everything is
/// compared as ever.
///
///     before   now     path         that path
///     w        w x     x            revealed, unless it lies in view of w
///     w x      w       x            hidden, likewise
///     w        w/a     w, w/a       w hidden, w/a steady: compared as ever
class root_change {
public:
    /// `before` is null if the roots are the same, or if nothing is known of those before.
    root_change(root_list const& now, root_list const* before, matcher_ref matcher) noexcept
        : now_{now}, before_{before}, matcher_{matcher} {}

    explicit operator bool() const noexcept { return before_ != nullptr; }

    /// Whether the scan before had a path in view, if it had the directories above it in view.
    bool had(std::string_view path, file_type type) const noexcept {
        return has(*before_, path, type,
                   [&](candidate const& what) { return watches(matcher_.previously(what)); });
    }
    /// Whether the scan before came to a path.
    bool had_reached(std::string_view path, file_type type) const noexcept {
        return reaches(*before_, path, type,
                       [&](candidate const& what) { return watches(matcher_.previously(what)); });
    }
    /// Whether this scan comes to it.
    bool reaches_now(std::string_view path, file_type type) const noexcept {
        return reaches(now_, path, type,
                       [&](candidate const& what) { return watches(matcher_(what)); });
    }
    bool reveals(std::string_view root, file_type type) const noexcept {
        return !before_->has(root) && !had_reached(root, type);
    }
    /// Adds what is hidden by roots that were taken out, and the roots of then or now that are in
    /// view as before. What is known says which of them were directories.
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
