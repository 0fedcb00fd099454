#include <restat/matcher/directory_reader.hpp>

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/memory_file_system.hpp>

#include "candidates.hpp"

#include <functional>

using namespace restat;
using namespace std::chrono_literals;
using restat::testing::memory_file_system;

namespace {

/// Calls a function with the reader of each entered directory.
struct asking {
    std::function<void(std::string_view, directory_reader&)> ask;

    verdict operator()(candidate const&) const noexcept { return verdict::none; }
    directory_rules on_directory(candidate const& in, directory_reader& reader) const {
        ask(in.path, reader);
        return directory_rules::rules;
    }
};

struct stage {
    memory_file_system files;
    basic_tree_enumerator<memory_file_system> walk{"t", {}, files};

    stage() {
        files.write("t/rules", "*.o");
        files.write("t/d/x");
        files.symlink("rules", "t/link");
        files.make("t/pipe", file_type::fifo);
        files.advance(1s);
    }
    void enter(std::function<void(directory_reader&)> const& at_root) {
        asking const matcher{[&](std::string_view path, directory_reader& reader) {
            if (path == "t") at_root(reader);
        }};
        snapshot_builder found;
        std::error_code error;
        walk.enumerate(matcher_ref{matcher}, found, error);
        BOOST_TEST(!error);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(directory_readers, stage)

BOOST_AUTO_TEST_CASE(names_of_the_directory_are_known_without_a_call) {
    enter([&](directory_reader& in) {
        auto const before = files.calls(testing::file_call::stat);
        BOOST_TEST(in.may_hold("rules"));
        BOOST_TEST(!in.may_hold("absent"));
        BOOST_TEST(files.calls(testing::file_call::stat) == before);
    });
}

BOOST_AUTO_TEST_CASE(regular_file_is_read_up_to_the_limit) {
    enter([](directory_reader& in) {
        std::error_code error;
        BOOST_TEST(in.read("rules", last_link::keep, 3, error) == "*.o");
        BOOST_TEST(!error);
        BOOST_TEST(in.read("rules", last_link::keep, 2, error) == "");
        BOOST_TEST((error == std::errc::file_too_large));
        BOOST_TEST(in.read("d/x", last_link::keep, 9, error) == "x");
        BOOST_TEST(!error);
    });
}

BOOST_AUTO_TEST_CASE(last_link_is_followed_only_if_asked) {
    enter([](directory_reader& in) {
        std::error_code error;
        BOOST_TEST(in.read("link", last_link::follow, 9, error) == "*.o");
        in.read("link", last_link::keep, 9, error);
        BOOST_TEST(static_cast<bool>(error));
        BOOST_TEST((in.stat("link", last_link::keep, error).type == file_type::symlink));
        BOOST_TEST((in.stat("link", last_link::follow, error).type == file_type::regular));
    });
}

BOOST_AUTO_TEST_CASE(other_kinds_of_files_are_not_opened) {
    enter([&](directory_reader& in) {
        std::error_code error;
        in.read("pipe", last_link::keep, 9, error);
        BOOST_TEST(static_cast<bool>(error));
        in.read("d", last_link::keep, 9, error);
        BOOST_TEST(static_cast<bool>(error));
    });
}

BOOST_AUTO_TEST_CASE(location_is_absolute) {
    enter([](directory_reader& in) {
        std::error_code error;
        BOOST_TEST(in.location(error) == "/t");
        BOOST_TEST(!error);
    });
}

BOOST_AUTO_TEST_CASE(each_scan_has_a_number_of_its_own) {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    enter([&](directory_reader& in) { first = in.scan(); });
    enter([&](directory_reader& in) { second = in.scan(); });
    BOOST_TEST(first != second);
}

BOOST_AUTO_TEST_SUITE_END()
