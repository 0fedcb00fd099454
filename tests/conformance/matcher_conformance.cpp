#include "conformance/report.hpp"

#include <restat/testing/archetypes.hpp>

#include <atomic>
#include <thread>

using namespace restat;
using namespace restat::testing;

namespace {

struct forgetful_matcher {
    verdict operator()(candidate const&) const noexcept {
        return ++asked % 2 == 0 ? verdict::include : verdict::none;
    }
    mutable std::atomic<int> asked = 0;
    forgetful_matcher() = default;
    forgetful_matcher(forgetful_matcher&& other) noexcept : asked{other.asked.load()} {}
};

struct thread_bound_matcher {
    verdict operator()(candidate const&) const noexcept {
        return std::this_thread::get_id() == home ? verdict::include : verdict::exclude;
    }
    std::thread::id home = std::this_thread::get_id();
};

struct odd_matcher {
    verdict operator()(candidate const&) const noexcept { return static_cast<verdict>(2); }
};

struct slow_matcher {
    verdict operator()(candidate const& path) const noexcept {
        if (path.path.size() == 65) std::this_thread::sleep_for(std::chrono::milliseconds{110});
        return verdict::none;
    }
};

struct lying_matcher : matcher_archetype { // explains a different verdict
    using matcher_archetype::matcher_archetype;
    explanation explain(candidate const&) const { return {.says = verdict::include}; }
};

struct changing_matcher : matcher_archetype { // has previous rules before any scan
    using matcher_archetype::matcher_archetype;
    verdict previous_verdict(candidate const&) const noexcept { return verdict::include; }
};

struct deaf_matcher : matcher_archetype { // its faults replace earlier findings
    using matcher_archetype::matcher_archetype;
    void faults(std::vector<finding>& into) const { into.clear(); }
};

struct nagging_matcher : matcher_archetype { // reports its faults repeatedly
    using matcher_archetype::matcher_archetype;
    void faults(std::vector<finding>& into) const { into.push_back({"a", {}, "match"}); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(matcher_conformance)

BOOST_AUTO_TEST_CASE(archetype_conforms) {
    expect_good("matcher_archetype", check_matcher(matcher_archetype{0}));
}

BOOST_AUTO_TEST_CASE(each_broken_rule_is_reported) {
    expect_sentence(check_matcher(forgetful_matcher{}, {"a"}), "changes its verdict on 'a'");
    expect_sentence(check_matcher(thread_bound_matcher{}, {"a"}), "'a' from several threads");
    expect_sentence(check_matcher(odd_matcher{}, {"a"}), "returns an invalid verdict");
    expect_sentence(check_matcher(slow_matcher{}), "takes more than 100 ms");
    expect_sentence(check_matcher(lying_matcher{0}, {"a"}),
                    "explains a different verdict on 'a'");
    expect_sentence(check_matcher(changing_matcher{0}, {"a"}),
                    "has another previous verdict on 'a'");
    expect_sentence(check_matcher(deaf_matcher{0}), "instead of appending");
    expect_sentence(check_matcher(nagging_matcher{0}), "reports the same fault twice");
}

BOOST_AUTO_TEST_CASE(unreachable_included_file_is_reported) {
    auto const files_only = [](candidate const& c) noexcept {
        return c.path.ends_with(".cpp") ? verdict::include : verdict::exclude;
    };
    expect_sentence(check_reachable(matcher_ref{files_only}, {"src/a/main.cpp"}),
                    "includes 'src/a/main.cpp' but excludes the directory 'src/a'");
    auto const open = [](candidate const& c) noexcept {
        return c.is_directory() ? verdict::none : verdict::include;
    };
    expect_good("open", check_reachable(matcher_ref{open}, {"src/a/main.cpp", "/a", "a"}));
}

BOOST_AUTO_TEST_SUITE_END()
