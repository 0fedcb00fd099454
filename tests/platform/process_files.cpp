#include "platform/process/process_files.hpp"

#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace restat::detail;
using restat::testing::temp_tree;

namespace {

bool holds(std::vector<file_number> const& all, file_number const& one) {
    return std::binary_search(all.begin(), all.end(), one);
}

} // namespace

BOOST_AUTO_TEST_SUITE(files_of_processes)

BOOST_AUTO_TEST_CASE(file_open_for_writing_is_found) {
    temp_tree const tree;
    tree.write("written");
    tree.write("read");
    int const written = ::open((tree / "written").c_str(), O_WRONLY | O_CLOEXEC);
    int const read = ::open((tree / "read").c_str(), O_RDONLY | O_CLOEXEC);
    auto const all = files_of({::getpid()});
    BOOST_TEST(holds(all.written, file_number_at((tree / "written").c_str())));
    BOOST_TEST(!holds(all.written, file_number_at((tree / "read").c_str())));
    BOOST_TEST((files_written_by({::getpid()}) == all.written));
    ::close(written);
    ::close(read);
    BOOST_TEST(
        !holds(files_of({::getpid()}).written, file_number_at((tree / "written").c_str())));
}

BOOST_AUTO_TEST_CASE(program_of_a_process_is_loaded) {
    BOOST_TEST(holds(files_of({::getpid()}).loaded, file_number_at("/proc/self/exe")));
}

// A database maps its index, and an interpreter its caches: neither is code.
BOOST_AUTO_TEST_CASE(mapped_data_is_no_module_and_is_written_if_a_store_changes_the_file) {
    temp_tree const tree;
    struct {
        char const* name;
        int protection;
        int sharing;
        bool is_written;
        bool is_loaded;
    } const mapped[] = {
        {"index", PROT_READ | PROT_WRITE, MAP_SHARED, true, false},
        {"shared cache", PROT_READ, MAP_SHARED, false, false},
        {"cache", PROT_READ, MAP_PRIVATE, false, false},
        {"copy", PROT_READ | PROT_WRITE, MAP_PRIVATE, false, false},
        {"module", PROT_READ | PROT_EXEC, MAP_PRIVATE, false, true},
    };
    for (auto const& one : mapped) {
        tree.write(one.name, "text");
        int const file = ::open((tree / one.name).c_str(), O_RDWR | O_CLOEXEC);
        void* const at = ::mmap(nullptr, 4, one.protection, one.sharing, file, 0);
        ::close(file);
        BOOST_REQUIRE(at != MAP_FAILED);
        auto const all = files_of({::getpid()});
        auto const number = file_number_at((tree / one.name).c_str());
        BOOST_TEST(holds(all.written, number) == one.is_written, one.name);
        BOOST_TEST(holds(all.loaded, number) == one.is_loaded, one.name);
        ::munmap(at, 4);
    }
}

BOOST_AUTO_TEST_CASE(missing_process_has_no_files) {
    auto const none = files_of({});
    BOOST_TEST(none.written.empty());
    BOOST_TEST(none.loaded.empty());
    temp_tree const tree;
    BOOST_TEST((file_number_at((tree / "absent").c_str()) == file_number{0, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
