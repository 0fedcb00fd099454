#pragma once

#include <restat/diff.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/escape.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include "support/pausing.hpp"

#include <cstdlib>
#include <string>
#include <type_traits>
#include <vector>

// Shared tools for the tests of enumerators: a scan, its result, and a tree in memory or on a real
// file system with the same calls.
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

/// Excludes every path with this name.
struct without {
    std::string name;
    restat::verdict operator()(restat::candidate const& c) const noexcept {
        return c.name() == name ? restat::verdict::exclude : restat::verdict::none;
    }
};

/// Returns the number of threads for incremental scans from RESTAT_TEST_THREADS. Returns 0 if the
/// variable is not set; scans are then not incremental.
inline std::size_t refresh_threads() {
    char const* const given = std::getenv("RESTAT_TEST_THREADS");
    return given ? static_cast<std::size_t>(std::atoi(given)) : 0;
}
inline bool refreshes() { return refresh_threads() > 0; }

/// Returns true if scans pause before each entry, and apply the edits so far.
inline bool in_slices() { return std::getenv("RESTAT_TEST_SLICES") != nullptr; }

inline std::string listed(restat::change_set const& changes) {
    std::string text;
    for (restat::change const& one : changes) {
        text += std::string{to_string(one.kind)} + " " + one.path + " " +
                std::to_string(static_cast<unsigned>(one.changed)) + "; ";
    }
    return text;
}

/// Updates a snapshot, and requires the reported changes to equal the difference of the snapshots.
template <class Enumerator, class Matcher>
restat::snapshot refresh(Enumerator& from, restat::snapshot const& previous,
                         Matcher const& matcher) {
    // A matcher at a different address counts as a different matcher.
    static Matcher const always = matcher;
    bool const same = std::is_same_v<Matcher, everything>;
    restat::snapshot known = previous;
    restat::snapshot_update update;
    update.begin(known);
    std::error_code error = std::make_error_code(std::errc::io_error); // must be cleared
    do {
        int asked = 0;
        support::pausing after_each{[&] { return ++asked > 1; }};
        if (in_slices()) update.bound(&after_each, {});
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

/// Updates a snapshot in a single scan, without the settings of this test run.
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
    std::error_code error = std::make_error_code(std::errc::io_error); // must be cleared
    if constexpr (requires(restat::snapshot_update & u) { from.refresh(matcher, u, error); }) {
        if (refreshes()) return refresh(from, previous, matcher);
    }
    restat::snapshot_builder found;
    from.enumerate(matcher, found, error);
    BOOST_TEST(!error, error.message());
    return found.finish(previous);
}

/// Returns the paths without their common prefix.
inline paths told(restat::snapshot const& seen, std::string const& base = "") {
    paths all;
    for (restat::entry const e : seen) {
        BOOST_REQUIRE(e.path.starts_with(base));
        all.emplace_back(e.path.str().substr(base.size()));
    }
    return all;
}

/// Returns the findings, such as "cannot find 'a': No such file or directory".
inline paths findings(restat::snapshot const& seen, std::string const& base = "") {
    paths all;
    for (restat::finding one : seen.findings()) {
        if (one.path.starts_with(base)) one.path.erase(0, base.size());
        all.push_back(to_string(one));
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
