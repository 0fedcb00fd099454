#include <restat/enumerator/forwarding_enumerator.hpp>

#include <restat/testing/archetypes.hpp>

#include "scanning.hpp"

using namespace restat;

namespace {

using tree = basic_tree_enumerator<testing::memory_file_system>;

/// Counts scans, and takes all else from the wrapped enumerator.
struct counted : forwarding_enumerator<tree> {
    using forwarding_enumerator::forwarding_enumerator;
    void refresh(matcher_ref matcher, snapshot_update& update, std::error_code& error) {
        ++refreshed;
        of().refresh(matcher, update, error);
    }
    int refreshed = 0;
};

snapshot listed(auto& from) {
    snapshot_builder found;
    std::error_code error;
    scanning::everything const all;
    from.enumerate(matcher_ref{all}, found, error);
    BOOST_TEST(!error);
    return found.finish();
}

} // namespace

BOOST_AUTO_TEST_SUITE(forwarding_enumerators, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(each_call_reaches_the_wrapped_enumerator) {
    testing::memory_file_system const files;
    files.write("src/a");
    counted walk{tree{"src", {}, files}};
    auto const seen = listed(walk);
    BOOST_TEST(seen.size() == 1U);
    BOOST_TEST(walk.root_prefix("src/a") == 4U);
    stamp made{};
    BOOST_TEST(walk.birth_time("src/a", seen[0].record, made) ==
               walk.of().birth_time("src/a", seen[0].record, made));

    snapshot known = seen;
    snapshot_update update;
    update.begin(known);
    std::error_code error;
    files.write("src/b");
    scanning::everything const all;
    walk.refresh(matcher_ref{all}, update, error);
    update.apply(known);
    BOOST_TEST(known.size() == 2U);
    BOOST_TEST(walk.refreshed == 1);
}

BOOST_AUTO_TEST_CASE(reference_to_an_enumerator_is_not_copied) {
    testing::memory_file_system const files;
    files.write("src/a");
    files.write("lib/b");
    tree one{"src", {}, files};
    forwarding_enumerator<tree&> wrapped{one};
    one.roots() = {"src", "lib"};
    BOOST_TEST(listed(wrapped).size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
