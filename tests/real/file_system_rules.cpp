// The rules of a file system, tested on real file systems. The main rule: once the clock has
// passed the timestamp, a write changes the record, at any granularity.

#include <restat/file_system/native_file_system.hpp>
#include <restat/testing/conformance.hpp>
#include <restat/testing/temp_tree.hpp>

#include "real/mounts.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

using namespace restat;

namespace {

/// Sets the directory for temporary files while this object lives.
class temporary_files {
public:
    explicit temporary_files(std::string const& path) {
        if (char const* const before = std::getenv("TMPDIR")) before_ = before;
        ::setenv("TMPDIR", path.c_str(), 1);
    }
    temporary_files(temporary_files const&) = delete;
    ~temporary_files() {
        if (before_.empty())
            ::unsetenv("TMPDIR");
        else
            ::setenv("TMPDIR", before_.c_str(), 1);
    }

private:
    std::string before_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(file_system_rules)

BOOST_AUTO_TEST_CASE(rules_hold_on_every_file_system) {
    for (auto const& how : real::every_mount) {
        real::mounted const at{how};
        if (!at.reason().empty()) {
            BOOST_TEST_MESSAGE("skipped: " << how.name << ": " << at.reason());
            continue;
        }
        temporary_files const here{at.path()};
        testing::temp_tree const tree;
        native_file_system files;
        auto const wrong = testing::check_file_system(files, tree, tree.path() + "/");
        for (auto const& sentence : wrong) BOOST_ERROR(how.name << ": " << sentence);
        BOOST_TEST(tree.path().starts_with(at.path()));
    }
}

BOOST_AUTO_TEST_SUITE_END()
