#include <restat/file_system/forwarding_file_system.hpp>

#include <restat/testing/archetypes.hpp>
#include <restat/testing/file_system_conformance.hpp>

#include "enumerator/scanning.hpp"
#include "enumerator/tree_members.hpp"

#include <memory>

using namespace restat;
using namespace restat::testing;

namespace {

/// Counts listings, and takes all else from the wrapped file system.
struct counting_files : forwarding_file_system<memory_file_system> {
    using forwarding_file_system::forwarding_file_system;
    bool list(directory& in, name_list& into, std::error_code& error) {
        ++*listed;
        return of().list(in, into, error);
    }
    std::shared_ptr<int> listed = std::make_shared<int>(0);
    static constexpr bool concurrent = false;
};

} // namespace

BOOST_AUTO_TEST_SUITE(forwarding_file_systems)

BOOST_AUTO_TEST_CASE(wrapper_of_a_file_system_keeps_its_rules) {
    memory_file_system const tree;
    forwarding_file_system wrapped{tree};
    auto const wrong = check_file_system(wrapped, tree, "",
                                         [&](std::chrono::nanoseconds by) { tree.advance(by); });
    for (auto const& sentence : wrong) BOOST_ERROR(sentence);
}

BOOST_AUTO_TEST_CASE(each_optional_call_reaches_the_wrapped_file_system) {
    forwarding_file_system wrapped{full_file_system_archetype{0}};
    std::error_code error;
    stamp made{};
    stat_record record;
    decltype(wrapped)::directory at;
    read_birth_time(wrapped, "a", made, error);
    BOOST_TEST((made == stamp{7, 0}));
    read_birth_time(wrapped, at, "a", made, error);
    BOOST_TEST((made == stamp{8, 0}));
    BOOST_TEST(is_mount_point(wrapped, at));
    BOOST_TEST(trusts_stamps(wrapped, at));
    open_working_directory(wrapped, record, error);
    BOOST_TEST(record.inode == 9U);
    BOOST_TEST(core_time(wrapped).count() == 10);
    BOOST_TEST(open_watches(wrapped, error).descriptor() == 11);
    BOOST_TEST(!error);
    static_assert(
        std::same_as<watches_of<decltype(wrapped)>, full_file_system_archetype::watches>);
}

BOOST_AUTO_TEST_CASE(tree_of_a_wrapper_scans_as_the_tree_of_the_wrapped_file_system) {
    memory_file_system const files;
    files.write("t/a");
    files.write("t/d/b");
    counting_files const counting{files};
    basic_tree_enumerator<counting_files> walk{"t", {}, counting};
    auto const seen = scanning::scan(walk);
    BOOST_TEST(scanning::told(seen) == (scanning::paths{"t/a", "t/d/b"}));
    BOOST_TEST(*counting.listed >= 2);
    static_assert(!is_concurrent<counting_files>);
    basic_tree_enumerator<memory_file_system> const plain{"t", {}, files};
    stamp made{};
    stamp expected{};
    BOOST_TEST(walk.birth_time("t/a", seen[0].record, made) ==
               plain.birth_time("t/a", seen[0].record, expected));
    BOOST_TEST((made == expected));
}

BOOST_AUTO_TEST_SUITE_END()
