#include <restat/file_system/watches.hpp>

#include <restat/file_system/file_system.hpp>
#include <restat/testing/archetypes.hpp>
#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace restat;
using restat::testing::file_system_archetype;
using restat::testing::full_file_system_archetype;

namespace {

// The type `watches` lacks `take`.
struct deaf_watches {
    explicit operator bool() const { return true; }
    watch_trust add(file_system_archetype::directory&, std::error_code&) { return {}; }
    watch_trust name(file_system_archetype::directory&, file_identity) { return {}; }
    void forget(file_identity) {}
    bool has(file_identity) const { return false; }
    int descriptor() const { return -1; }
};
struct deaf_files : file_system_archetype {
    using watches = deaf_watches;
    watches open_watches(std::error_code&) { return {}; }
};

// Has watches, and no way to open them.
struct closed_files : file_system_archetype {
    using watches = full_file_system_archetype::watches;
};

static_assert(directory_watches<no_watches, file_system_archetype::directory>);
static_assert(watching_file_system<full_file_system_archetype>);
static_assert(!watching_file_system<file_system_archetype>);
static_assert(!watching_file_system<deaf_files>);
static_assert(!watching_file_system<closed_files>);
static_assert(std::same_as<watches_of<closed_files>, no_watches>);

std::string text_of(watch_hint const& hint) {
    return std::string{to_string(hint.kind)} + " " + std::string{hint.name};
}

} // namespace

BOOST_AUTO_TEST_SUITE(watches)

BOOST_AUTO_TEST_CASE(file_system_without_watches_refuses_every_directory) {
    file_system_archetype plain{0};
    file_system_archetype::directory at;
    std::error_code error;
    auto none = open_watches(plain, error);
    static_assert(std::same_as<decltype(none), no_watches>);
    BOOST_TEST((error == std::errc::not_supported));
    BOOST_TEST(!none);
    error.clear();
    BOOST_TEST(none.add(at, error) == watch_trust::none);
    BOOST_TEST((error == std::errc::not_supported));
    BOOST_TEST(none.name(at, {1, 2}) == watch_trust::none);
    BOOST_TEST(!none.has({1, 2}));
    none.forget({1, 2});
    bool called = false;
    BOOST_TEST(!none.take([&](watch_hint const&) { called = true; }));
    BOOST_TEST(!called);
    BOOST_TEST(none.descriptor() == -1);
}

BOOST_AUTO_TEST_CASE(watches_of_a_file_system_are_used_as_they_are) {
    full_file_system_archetype full{0};
    full_file_system_archetype::directory at;
    std::error_code error = std::make_error_code(std::errc::io_error);
    auto some = open_watches(full, error);
    BOOST_TEST(!error);
    BOOST_TEST(static_cast<bool>(some));
    BOOST_TEST(some.add(at, error) == watch_trust::some);
    BOOST_TEST(some.name(at, {1, 2}) == watch_trust::some);
    BOOST_TEST(some.has({1, 2}));
    BOOST_TEST(some.descriptor() == 11);
    std::string seen;
    some.take([&](watch_hint const& hint) { seen += text_of(hint); });
    BOOST_TEST(seen == "names a name");
}

BOOST_AUTO_TEST_CASE(sink_calls_its_function_with_each_hint) {
    std::string seen;
    auto const function = [&](watch_hint const& hint) { seen += text_of(hint) + ";"; };
    watch_sink const sink{function};
    watch_sink const copy = sink;
    sink({{1, 2}, "a", watch_event::file});
    copy({{1, 2}, {}, watch_event::gone});
    copy({});
    BOOST_TEST(seen == "file a;gone ;lost ;");
}

BOOST_AUTO_TEST_CASE(identity_is_the_device_and_the_inode) {
    BOOST_TEST((file_identity{1, 2} == file_identity{1, 2}));
    BOOST_TEST((file_identity{1, 2} != file_identity{1, 3}));
    BOOST_TEST((file_identity{1, 2} != file_identity{2, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
