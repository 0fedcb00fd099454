#pragma once

#include <restat/path_list.hpp>

#include "enumerator/checked_path.hpp"
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
/// A root missing from the known snapshot may have pending changes, as a file or as a directory,
/// and a rule may exclude its name for one type alone. A slash at the end limits an effect to the
/// paths below:
///
///     *.c      w       w/d     w/d/    steady: deletions below w/d are delivered
///
/// A path may have another name in each scan (see `root_list::name_of`). The known snapshot then
/// has the new names already (see `respelled`), so the path is compared as usual.
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
        return has(*before_, path, type, [&](candidate const& asked) {
            return watches(matcher_.previous_verdict(asked));
        });
    }
    /// Returns whether the previous scan reached a path from its roots.
    bool had_reached(std::string_view path, file_type type) const {
        return reaches(*before_, path, type, [&](candidate const& asked) {
            return watches(matcher_.previous_verdict(asked));
        });
    }
    /// Returns whether this scan reaches a path from its roots.
    bool reaches_now(std::string_view path, file_type type) const {
        return reaches(now_, path, type,
                       [&](candidate const& asked) { return watches(matcher_(asked)); });
    }
    /// Returns whether the previous scan followed the link at a path, to a directory, as a root.
    /// This scan does not follow the link.
    bool was_followed(snapshot::contents const* known, std::string const& path) const {
        return was_root(path) && !now_.has(path) && view_of(known, path).is_followed;
    }
    /// Adds the roots in view of both scans to `steady`, and the roots in view of the previous
    /// scan alone to `hidden`. Leaves out links followed by one of the scans alone.
    void note_roots(snapshot::contents const* known, scan_harvest& into) const {
        auto const note = [&](std::string const& root, bool is_viewed_alike, known_view was) {
            if (was.type == file_type::none) {
                note_one(below(root), root, file_type::directory, into);
                note_one(root, root, file_type::regular, into);
            } else if (is_viewed_alike || !reaches_now(root, was.type)) {
                note_one(root, root, was.type, into);
            }
        };
        for (std::string const& one : now_.all()) {
            auto const was = view_of(known, one);
            note(one, was.type != file_type::symlink || was_root(one), was);
            note_names(one, before_->name_of(one), into);
        }
        for (std::string const& one : before_->all()) {
            auto const name = now_.name_of(one);
            note_names(one, name, into);
            if (now_.has(name)) continue;
            auto const was = view_of(known, name);
            note(name, !was.is_followed, was);
        }
    }
    /// Adds a new root, as found by this scan, to the revealed or to the steady paths.
    void note_root(std::string const& root, checked_path const& found, scan_harvest& into) const {
        if (was_root(root)) return;
        bool const is_link = !follows_ && found.link.type != file_type::none;
        bool const may_be_link = is_link || found.record.type == file_type::none;
        bool const is_reached =
            had_reached(root, may_be_link ? file_type::symlink : found.record.type);
        bool const is_directory = found.record.type == file_type::directory;
        bool const is_entered = is_link && is_directory;
        if (!is_reached || is_entered) into.revealed.push_back(root);
        if (!is_reached && is_directory) into.revealed.push_back(below(root));
        if (is_reached && is_entered) into.hidden.push_back(root);
        if (is_reached && may_be_link && !is_entered) into.steady.push_back(root);
    }

private:
    struct known_view {
        file_type type = file_type::none; // symlink: the link itself; none: not there
        bool is_followed = false;         // a link to a directory, unless all links are followed
    };

    static std::string below(std::string const& root) {
        auto key = directory_key(root);
        return key.empty() ? root : key;
    }
    void note_one(std::string const& path, std::string const& root, file_type type,
                  scan_harvest& into) const {
        if (!had_reached(root, type)) return;
        (reaches_now(root, type) ? into.steady : into.hidden).push_back(path);
    }
    bool was_root(std::string_view path) const { return before_->has(before_->name_of(path)); }
    static void note_names(std::string const& one, std::string const& other, scan_harvest& into) {
        if (one == other) return;
        into.renamed.push_back(one);
        into.renamed.push_back(other);
    }
    known_view view_of(snapshot::contents const* known, std::string const& root) const {
        if (!known) return {};
        auto const at = known->find_directory(directory_key(root));
        if (at != directory_row::no_directory &&
            known->directories[at].mark.known != listing::none)
            return {file_type::directory, known->directories[at].mark.followed && !follows_};
        auto const row = known->find_row(root);
        if (row == snapshot::contents::no_row) return {};
        row_kind const& kind = known->kinds[known->rows[row].kind];
        bool const is_itself = kind.link == 0 && kind.type == file_type::symlink;
        return {is_itself ? file_type::symlink : file_type::regular, false};
    }
    template <class Ask>
    static bool has(root_list const& roots, std::string_view path, file_type type, Ask ask) {
        return has_name(roots, roots.name_of(path), type, ask);
    }
    template <class Ask>
    static bool has_name(root_list const& roots, std::string_view name, file_type type, Ask ask) {
        bool const is_directory = type == file_type::directory;
        if (roots.has(name)) {
            return is_directory || ask(candidate{name, name_offset(name), type, true});
        }
        auto const below = roots.root_prefix(name);
        return below != name.npos && ask(candidate{name, below, type});
    }
    template <class Ask>
    static bool reaches(root_list const& roots, std::string_view path, file_type type, Ask ask) {
        auto const named = roots.name_of(path);
        std::string_view const name = named;
        if (roots.has(name)) return has_name(roots, name, type, ask);
        auto const below = roots.root_prefix(name);
        if (below == name.npos) return false;
        for (auto end = name.find('/', below); end != name.npos; end = name.find('/', end + 1)) {
            if (!ask(candidate{name.substr(0, end), below, file_type::directory})) return false;
        }
        return ask(candidate{name, below, type});
    }

    root_list const& now_;
    root_list const* before_;
    matcher_ref matcher_;
    bool follows_;
};

/// Begins to give the known snapshot the names of this scan, if these roots may name some path
/// otherwise than the roots of the last applied scan. An abandoned scan may have left other names,
/// too.
inline void respell(snapshot_delta& delta, selection_changes selection, root_list const& before,
                    root_list const& now) {
    if (selection != selection_changes::silent || !before.is_taken() || !delta.known) return;
    bool const is_alike = before.all() == now.all() || before.spells_like(now);
    if (is_alike && !delta.has_other_names) return;
    // A path below none of these roots has its former name, unlike in an abandoned scan.
    auto const name_of = [now, was = before](std::string_view path) {
        auto name = now.name_of(path);
        return now.root_prefix(name) != name.npos ? name : was.name_of(path);
    };
    delta.respell(
        {name_of, [was = before](std::string_view path) { return was.has(was.name_of(path)); },
         [now](std::string_view directory) { return now.may_have_root_in(directory); }});
}

} // namespace restat::detail
