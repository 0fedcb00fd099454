#pragma once

#include <restat/diff.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/escape.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <string>
#include <type_traits>
#include <vector>

// What the tests of enumerators share: a scan, what it told, and a tree staged in memory or on a
// real file system with the same calls.
namespace scanning {

/// A list of paths that Boost.Test can print.
struct paths : std::vector<std::string> {
    using vector::vector;

    friend std::ostream& operator<<(std::ostream& to, paths const& all) {
        for (auto const& one : all) to << '[' << restat::escape(one) << "] ";
        return to;
    }
};

struct everything {
    restat::verdict operator()(restat::candidate const&) const noexcept {
        return restat::verdict::none;
    }
};

/// Excludes what has this name.
struct without {
    std::string name;
    restat::verdict operator()(restat::candidate const& c) const noexcept {
        return c.name() == name ? restat::verdict::exclude : restat::verdict::none;
    }
};

/// Whether trees are scanned incrementally in this run of the tests: with RESTAT_TEST_THREADS
/// threads, if that is set.
inline std::size_t refresh_threads() {
    char const* const given = std::getenv("RESTAT_TEST_THREADS");
    return given ? static_cast<std::size_t>(std::atoi(given)) : 0;
}
inline bool refreshes() { return refresh_threads() > 0; }

/// Whether such scans pause before each entry, and make use of the edits so far.
inline bool in_slices() { return std::getenv("RESTAT_TEST_SLICES") != nullptr; }

inline std::string listed(restat::change_set const& changes) {
    std::string text;
    for (restat::change const& one : changes) {
        text += std::string{to_string(one.kind)} + " " + one.path + " " +
                std::to_string(static_cast<unsigned>(one.differing)) + "; ";
    }
    return text;
}

/// Brings a snapshot up to date, and demands that the changes told are those that there are.
template <class Enumerator, class Matcher>
restat::snapshot refresh(Enumerator& from, restat::snapshot const& previous,
                         Matcher const& matcher) {
    static Matcher const always = matcher; // a matcher at another place is another matcher
    bool const same = std::is_same_v<Matcher, everything>;
    restat::snapshot known = previous;
    restat::snapshot_update update;
    update.begin(known);
    std::error_code error = std::make_error_code(std::errc::io_error); // to be cleared
    do {
        int asked = 0;
        auto const over = [](void* of) { return ++*static_cast<int*>(of) > 1; };
        if (in_slices()) update.bound({over, nullptr, &asked}, {});
        from.refresh(same ? always : matcher, update, error);
        BOOST_TEST(!error, error.message());
        if (update.is_paused()) update.apply_edits(known);
    } while (update.is_paused());
    if (in_slices()) {
        update.apply(known);
        return known;
    }
    auto const changes = update.changes();
    update.apply(known);
    BOOST_TEST(listed(changes) == listed(diff(previous, known)));
    return known;
}

/// All at once, whatever this run of the tests does.
template <class Enumerator>
void bring_up_to_date(Enumerator& from, restat::snapshot& known) {
    static constexpr everything always{};
    restat::snapshot_update update;
    std::error_code error;
    update.begin(known);
    from.refresh(always, update, error);
    BOOST_REQUIRE(!error);
    update.apply(known);
}

template <class Enumerator, class Matcher = everything>
restat::snapshot scan(Enumerator& from, restat::snapshot const& previous = {},
                      Matcher const& matcher = {}) {
    std::error_code error = std::make_error_code(std::errc::io_error); // to be cleared
    if constexpr (requires(restat::snapshot_update & u) { from.refresh(matcher, u, error); }) {
        if (refreshes()) return refresh(from, previous, matcher);
    }
    restat::snapshot_builder found;
    from.enumerate(matcher, found, error);
    BOOST_TEST(!error, error.message());
    return found.finish(previous);
}

/// The paths, less a prefix that they all have.
inline paths told(restat::snapshot const& seen, std::string const& base = "") {
    paths all;
    for (restat::entry const e : seen) {
        BOOST_REQUIRE(e.path.starts_with(base));
        all.emplace_back(e.path.str().substr(base.size()));
    }
    return all;
}

/// "cannot find 'a': No such file or directory", each.
inline paths findings(restat::snapshot const& seen, std::string const& base = "") {
    paths all;
    for (restat::finding one : seen.findings()) {
        if (one.path.starts_with(base)) one.path.erase(0, base.size());
        all.push_back(describe(one));
    }
    return all;
}

struct memory_stage {
    restat::testing::memory_file_system tree;

    using enumerator = restat::basic_tree_enumerator<restat::testing::memory_file_system>;
    static std::string base() { return ""; }
    enumerator walk(paths const& roots, restat::tree_options how = {}) const {
        how.threads = refresh_threads();
        return enumerator{roots, how, tree};
    }
    void settle() const { tree.advance(std::chrono::seconds{1}); }
};

struct native_stage {
    restat::testing::temp_tree tree;

    using enumerator = restat::tree_enumerator;
    std::string base() const { return tree.path() + "/"; }
    enumerator walk(paths roots, restat::tree_options how = {}) const {
        how.threads = refresh_threads();
        for (auto& root : roots) root.insert(0, base());
        return enumerator{roots, how};
    }
};

} // namespace scanning
