#include "restart/process_evidence.hpp"

#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

using namespace restat;
namespace fs = std::filesystem;

namespace {

change edited(std::string path, fs::path const& file) {
    change what{.path = std::move(path)};
    struct stat status {};
    BOOST_REQUIRE(::stat(file.c_str(), &status) == 0);
    what.after.type = file_type::regular;
    what.after.device = status.st_dev;
    what.after.inode = status.st_ino;
    what.after.size = static_cast<std::uint64_t>(status.st_size);
    return what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(process_evidence)

BOOST_AUTO_TEST_CASE(content_of_a_relative_path_is_read_where_the_path_meant_it) {
    testing::temp_tree there;
    there.write("file", "here");
    there.write("elsewhere/file", "other");
    auto const before = fs::current_path();
    fs::current_path(there.path());
    detail::start_directory const start;
    fs::current_path("elsewhere");
    detail::process_evidence evidence{{}, "/program", start};
    auto const what = edited("file", there / "file");
    auto const first = evidence.content_of(what);
    there.write("file", "edit");
    auto const second = evidence.content_of(what);
    fs::current_path(before);
    BOOST_TEST(!first.empty());
    BOOST_TEST(!second.empty());
    BOOST_TEST(first != second);
}

BOOST_AUTO_TEST_CASE(file_opened_for_writing_is_in_use) {
    testing::temp_tree there;
    there.write("log", "text");
    there.write("other", "text");
    std::ofstream const open{there / "log", std::ios::app};
    detail::process_evidence evidence{{::getpid()}, "/proc/self/exe", {}};
    BOOST_TEST((evidence.use_of(edited("log", there / "log")) == detail::file_use::written));
    BOOST_TEST((evidence.use_of(edited("other", there / "other")) == detail::file_use::none));
    BOOST_TEST((evidence.use_of(edited("exe", "/proc/self/exe")) == detail::file_use::program));
}

// As in `restat ... | cat | tee log`.
BOOST_AUTO_TEST_CASE(file_held_open_by_a_reader_of_the_output_is_written_by_the_program) {
    testing::temp_tree there;
    there.write("log", "text");
    there.write("other", "text");
    std::string const log = there / "log";
    auto const use = [&] {
        detail::process_evidence evidence{{}, "/program", {}};
        return evidence.use_of(edited("log", there / "log"));
    };
    std::fflush(nullptr);
    int const output = ::dup(STDOUT_FILENO);
    BOOST_TEST((use() == detail::file_use::none));
    std::FILE* const tee =
        ::popen(("cat | (echo ready; exec cat) >> '" + log + "'").c_str(), "w");
    BOOST_REQUIRE(tee != nullptr);
    for (int i = 0; i < 30'000 && fs::file_size(log) == 4U; ++i)
        ::usleep(1000);                            // until it is open
    BOOST_TEST((use() == detail::file_use::none)); // reads something else
    ::dup2(::fileno(tee), STDOUT_FILENO);
    auto const held = use();
    detail::process_evidence evidence{{}, "/program", {}};
    auto const of_other = evidence.use_of(edited("other", there / "other"));
    ::dup2(output, STDOUT_FILENO);
    ::close(output);
    ::pclose(tee);
    BOOST_TEST((held == detail::file_use::written));
    BOOST_TEST((of_other == detail::file_use::none));
    BOOST_TEST((use() == detail::file_use::none));
}

BOOST_AUTO_TEST_SUITE_END()
