#include "platform/process/program_copy.hpp"

#include "restart/real_process.hpp"

#include <restat/error.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/mount.h>

using namespace restat;
using namespace restat::detail;
using namespace restat::real;

namespace {

struct fixture {
    directory dir;
    std::error_code error;

    program_copy copy(std::string const& path) {
        program_source source{path};
        source.confirm();
        return source.copy(error);
    }
    std::string content(program_copy const& of) {
        std::string bytes;
        read_whole(of.file.get(), bytes);
        return bytes;
    }
    // Returns the parent directory of an open file without a name.
    std::string place(program_copy const& of) {
        auto const link = "/proc/self/fd/" + std::to_string(of.file.get());
        return fs::read_symlink(link).parent_path().string();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(program_copy_, fixture)

BOOST_AUTO_TEST_CASE(copy_is_beside_the_file_and_has_no_name) {
    std::string const bytes(200'000, 'x');
    dir.write("it", bytes);
    fs::create_symlink("it", dir / "link");
    auto const made = copy(dir / "link");
    BOOST_TEST(!error);
    BOOST_TEST(content(made) == bytes);
    BOOST_TEST(place(made) == dir.path.string());
    BOOST_TEST(std::distance(fs::directory_iterator{dir.path}, {}) == 2);
}

BOOST_AUTO_TEST_CASE(copy_keeps_the_old_content) {
    dir.write("it", "old");
    auto const made = copy(dir / "it");
    dir.write("it", "new");
    BOOST_TEST(content(made) == "old");
    BOOST_TEST(!program_source{dir / "it"}.is_source_of(made));
}

BOOST_AUTO_TEST_CASE(copy_is_in_memory_if_the_directory_is_unwritable) {
    auto const made = copy("/proc/self/comm");
    BOOST_TEST(!error);
    BOOST_TEST(content(made) == "restart_tests\n");
    BOOST_TEST(place(made) == "/");
}

BOOST_AUTO_TEST_CASE(copy_is_in_memory_if_the_disk_is_full) {
    if (::mount("none", dir.path.c_str(), "tmpfs", 0, "size=256k") != 0) {
        BOOST_TEST_MESSAGE("skipped: no right to mount a file system");
        return;
    }
    std::string const bytes(200'000, 'x');
    dir.write("it", bytes);
    {
        auto const made = copy(dir / "it");
        BOOST_TEST(!error, error.message());
        BOOST_TEST(content(made) == bytes);
        BOOST_TEST(place(made) == "/");
        BOOST_TEST(std::distance(fs::directory_iterator{dir.path}, {}) == 1);
        dir.write("more", std::string(40'000, 'y')); // the space of the failed copy was released
        BOOST_TEST(dir.read("more").size() == 40'000U);
    }
    BOOST_TEST(::umount(dir.path.c_str()) == 0);
}

BOOST_AUTO_TEST_CASE(file_changed_since_the_start_is_not_copied) {
    dir.write("it", "old");
    dir.write("other", "new");
    fs::create_symlink("it", dir / "link");
    program_source replaced{dir / "link"};
    fs::remove(dir / "link");
    fs::create_symlink("other", dir / "link");
    replaced.confirm();
    BOOST_TEST(!replaced.copy(error));
    BOOST_TEST((error == errc::program_changed));

    program_source written{dir / "it"};
    written.confirm();
    dir.write("it", "longer");
    BOOST_TEST(!written.copy(error));
    BOOST_TEST((error == errc::program_changed));

    BOOST_TEST(!copy(dir / "missing"));
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_CASE(content_is_compared_to_the_last_byte) {
    std::string bytes(200'000, 'x');
    dir.write("a", bytes);
    dir.write("b", bytes);
    bytes.back() = 'y';
    dir.write("c", bytes);
    dir.write("d", bytes + 'y');
    BOOST_TEST(have_same_content(copy(dir / "a"), copy(dir / "b")));
    BOOST_TEST(!have_same_content(copy(dir / "a"), copy(dir / "c")));
    BOOST_TEST(!have_same_content(copy(dir / "c"), copy(dir / "d")));
}

BOOST_AUTO_TEST_SUITE_END()
