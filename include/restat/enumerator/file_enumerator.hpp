#pragma once

#include <restat/matcher/matcher_ref.hpp>
#include <restat/snapshot_builder.hpp>
#include <restat/snapshot_update.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace restat {

/// A `file_enumerator` says where the watched files come from, and reads their records.
///
/// Notation: `e` a value of the type, `m` a `matcher_ref`, `b` a `snapshot_builder&`, `c` an
/// `error_code&`, `p` a `string_view`, `r` a
/// `stat_record const&`, `t` a `stamp&`.
///
/// | expression | meaning |
/// | --- | --- |
/// | `e.enumerate(m, b, c)` | adds each object for which `watches(m(path))`, once, in any order |
/// | `e.born(p, r, t)` (optional) | whether `r` still holds for the path; when that was made |
/// | `e.place_of(p)` (optional) | where in a path, as it is told, the part below its root begins |
///
/// Rules that a compiler cannot see: a directory that the matcher excludes is not opened; what
/// cannot be read is added with its error, and is no reason to stop; `c` is set only where
/// nothing can be said of the tree as a whole (no memory, no descriptor, cancelled): the scan is
/// then given up, and what was known stays known. The stamp clock is read before each record.
/// Files are added, directories are not. The matcher is told of each directory before it is asked
/// about what is in it; see `path_matcher` for what follows where its rules changed. `born` and
/// `place_of` are const; `place_of` gives `npos` for a path that no scan comes by.
///
/// Models: `tree_enumerator`, `list_enumerator`, `range_enumerator`, `module_enumerator`,
/// `program_enumerator`, `joined_enumerator`.
template <class E>
concept file_enumerator = std::move_constructible<E> &&
    requires(E& e, matcher_ref m, snapshot_builder& b, std::error_code& c) {
    e.enumerate(m, b, c);
};

/// An `incremental_enumerator` can also bring a known snapshot up to date, at the cost of what
/// differs rather than of what is there.
///
/// Notation: as above, and `u` a `snapshot_update&` that has begun.
///
/// | expression | meaning |
/// | --- | --- |
/// | `e.refresh(m, u, c)` | puts into `u` what turns the known snapshot into that of today |
///
/// A call is bounded by what `u` says. One that does not heed that looks at more, and is right.
///
/// | of `u` | what `refresh` does about it |
/// | --- | --- |
/// | `u.is_over()` | asks before each entry; once true, returns, after `u.pause(true)` |
/// | `u.is_paused()` | goes on where it was, after `u.pause(false)`; anew if `m` is another |
/// | `u.bounds().first` | looks at the known files that this names, until it names none, first |
/// | `u.bounds().missed` | calls it after one that it could not look at so |
/// | `u.count(n)` | calls it with the number of entries that it looked at |
/// | `u.spend(x)` (optional) | calls it with what its threads had of a core |
/// | `u.is_limited()` | looks only where `u.limit_to` said; what is known of the rest stays |
///
/// Between two calls of a scan that is paused, edits so far may be taken out of `u` and put into
/// the known snapshot (`apply_edits`): its rows stay where they are until the scan ends. What was
/// open may be gone by then, or another; it is looked for anew by its name, never taken for empty.
///
/// Rules that a compiler cannot see: what is known once `u` is applied is what `enumerate` and
/// `finish` would have made of it. A listing may stand for a directory only while the record of
/// the directory is as it was before that listing, was final then, and the file system stamps a
/// directory whenever a name in it comes or goes.
///
/// Models: `tree_enumerator`, `program_enumerator`, `joined_enumerator` of one such and others.
template <class E>
concept incremental_enumerator = file_enumerator<E> &&
    requires(E& e, matcher_ref m, snapshot_update& u, std::error_code& c) {
    e.refresh(m, u, c);
};

/// Refers to an enumerator, which must outlive it, to be asked when files were made; or to none,
/// which does not know.
class birth_ref {
public:
    constexpr birth_ref() noexcept = default;
    template <class E>
        requires file_enumerator<E>
    explicit birth_ref(E const& enumerator) noexcept : object_{&enumerator}, call_{&call<E>} {}

    /// Whether the object of this record is at the path still, and it is known when it was made.
    bool operator()(std::string_view path, stat_record const& of, stamp& made) const {
        return call_ && call_(object_, path, of, made);
    }

private:
    template <class E>
    static bool call(void const* object, std::string_view path, stat_record const& of,
                     stamp& made) {
        if constexpr (requires(E const& e) { bool{e.born(path, of, made)}; }) {
            return static_cast<E const*>(object)->born(path, of, made);
        } else {
            return false;
        }
    }

    void const* object_ = nullptr;
    bool (*call_)(void const*, std::string_view, stat_record const&, stamp&) = nullptr;
};

/// Where in a path the part below its root begins, `npos` if it has none; 0 of an enumerator that
/// cannot tell.
template <class E>
std::size_t place_of(E const& enumerator, std::string_view path) {
    if constexpr (requires { std::size_t{enumerator.place_of(path)}; }) {
        return enumerator.place_of(path);
    } else {
        return 0;
    }
}

} // namespace restat
