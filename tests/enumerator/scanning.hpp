#pragma once

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/escape.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
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

template <class Enumerator, class Matcher = everything>
restat::snapshot scan(Enumerator& from, restat::snapshot const& previous = {},
                      Matcher const& matcher = {}) {
    restat::snapshot_builder found;
    std::error_code error = std::make_error_code(std::errc::io_error); // to be cleared
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
        return enumerator{roots, how, tree};
    }
    void settle() const { tree.advance(std::chrono::seconds{1}); }
};

struct native_stage {
    restat::testing::temp_tree tree;

    using enumerator = restat::tree_enumerator;
    std::string base() const { return tree.path() + "/"; }
    enumerator walk(paths roots, restat::tree_options how = {}) const {
        for (auto& root : roots) root.insert(0, base());
        return enumerator{roots, how};
    }
};

} // namespace scanning
