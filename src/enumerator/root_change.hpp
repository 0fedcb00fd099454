#pragma once

#include "enumerator/looking.hpp"
#include "enumerator/root_list.hpp"
#include "values/snapshot_delta.hpp"

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
///
/// A link to a directory is followed if the link is a root; otherwise the scan checks the link
/// itself, unless the scan follows all links. These are different views of the same path:
///
///     w        w w/l   w/l          the link w/l hidden, its target revealed
///     w w/l    w       w/l          the target of w/l hidden, the link revealed
///
/// The same holds for a path with another name in each scan (see `root_list::name_of`): the former
/// name is hidden, the new name revealed.
class root_change {
public:
    /// Takes null as `before` if the roots are unchanged, or if the previous roots are unknown.
    /// `follows`: the scan follows all links.
    root_change(root_list const& now, root_list const* before, matcher_ref matcher,
                bool follows) noexcept
        : now_{now}, before_{before}, matcher_{matcher}, follows_{follows} {}

    explicit operator bool() const noexcept { return before_ != nullptr; }

    /// Returns whether the previous scan had a path in view, if the directories above the path
    /// were in view.
    bool had(std::string_view path, file_type type) const {
        return has(*before_, path, type, [&](candidate const& what) {
            return watches(matcher_.previous_verdict(what));
        });
    }
    /// Returns whether the previous scan reached a path from its roots.
    bool had_reached(std::string_view path, file_type type) const {
        return reaches(*before_, path, type, [&](candidate const& what) {
            return watches(matcher_.previous_verdict(what));
        });
    }
    /// Returns whether this scan reaches a path from its roots.
    bool reaches_now(std::string_view path, file_type type) const {
        return reaches(now_, path, type,
                       [&](candidate const& what) { return watches(matcher_(what)); });
    }
    /// Returns whether the previous scan followed the link at a path, to a directory, as a root.
    /// This scan does not follow the link.
    bool was_followed(snapshot::contents const* known, std::string const& path) const {
        return before_->has(path) && !now_.has(path) && view_of(known, path).is_followed;
    }
    /// Adds the roots in view of both scans to `steady`, and the roots in view of the previous
    /// scan alone to `hidden`. Leaves out links followed by one of the scans alone.
    void note_roots(snapshot::contents const* known, scan_harvest& into) const {
        auto const note = [&](std::string const& root, bool is_viewed_alike, known_view was) {
            if (!had_reached(root, was.type)) return;
            if (!reaches_now(root, was.type)) {
                into.hidden.push_back(root);
            } else if (is_viewed_alike) {
                into.steady.push_back(root);
            }
        };
        for (std::string const& one : now_.all()) {
            auto const was = view_of(known, one);
            note(one, was.type != file_type::symlink || before_->has(one), was);
        }
        for (std::string const& one : before_->all()) {
            if (now_.has(one)) continue;
            auto const was = view_of(known, one);
            note(one, !was.is_followed, was);
            auto const name = now_.name_of(one);
            if (name != one && reaches_now(name, was.type)) into.revealed.push_back(name);
        }
    }
    /// Adds a new root, as found by this scan, to the revealed or to the steady paths.
    void note_root(std::string const& root, look const& found, scan_harvest& into) const {
        if (before_->has(root) && before_->names(root)) return;
        bool const is_link = !follows_ && found.link.type != file_type::none;
        bool const may_be_link = is_link || found.record.type == file_type::none;
        bool const is_reached =
            had_reached(root, may_be_link ? file_type::symlink : found.record.type);
        bool const is_directory = found.record.type == file_type::directory;
        bool const is_entered = is_link && is_directory;
        if (!is_reached || is_entered) into.revealed.push_back(root);
        if (is_reached && is_entered) into.hidden.push_back(root);
        auto const name = before_->name_of(root);
        if (name != root && had_reached(name, found.record.type)) into.hidden.push_back(name);
        if (is_reached && may_be_link && !is_entered) into.steady.push_back(root);
    }

private:
    struct known_view {
        file_type type = file_type::regular; // symlink: the link itself
        bool is_followed = false; // a link to a directory, unless all links are followed
    };

    known_view view_of(snapshot::contents const* known, std::string const& root) const {
        if (!known) return {};
        auto const at = known->find_directory(directory_key(root));
        if (at != directory_row::no_directory && known->directories[at].known != listing::none)
            return {file_type::directory, known->directories[at].followed && !follows_};
        auto const row = known->find_row(root);
        if (row == snapshot::contents::no_row) return {};
        row_kind const& kind = known->kinds[known->rows[row].kind];
        bool const is_itself = kind.link == 0 && kind.type == file_type::symlink;
        return {is_itself ? file_type::symlink : file_type::regular, false};
    }
    template <class Ask>
    static bool has(root_list const& roots, std::string_view path, file_type type, Ask ask) {
        bool const is_directory = type == file_type::directory;
        if (!roots.names(path)) return false;
        if (roots.has(path)) {
            return is_directory || ask(candidate{path, name_offset(path), type, true});
        }
        auto const below = roots.root_prefix(path);
        return below != path.npos && ask(candidate{path, below, type});
    }
    template <class Ask>
    static bool reaches(root_list const& roots, std::string_view path, file_type type, Ask ask) {
        if (roots.has(path)) return has(roots, path, type, ask);
        if (!roots.names(path)) return false;
        auto const below = roots.root_prefix(path);
        if (below == path.npos) return false;
        for (auto end = path.find('/', below); end != path.npos; end = path.find('/', end + 1)) {
            if (!ask(candidate{path.substr(0, end), below, file_type::directory})) return false;
        }
        return ask(candidate{path, below, type});
    }

    root_list const& now_;
    root_list const* before_;
    matcher_ref matcher_;
    bool follows_;
};

} // namespace restat::detail
