#include "platform/modules/elf.hpp"

#include <restat/error.hpp>
#include <restat/testing/temp_tree.hpp>

#include "platform/files/descriptor.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>

using namespace restat;
using detail::held_descriptor;

namespace {

held_descriptor open_file(std::string const& path) {
    return held_descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
}

struct made {
    testing::temp_tree tree;

    held_descriptor with(std::string_view content) const {
        tree.write("file", content);
        return open_file(tree / "file");
    }
};

std::string this_program() {
    std::string bytes;
    detail::read_whole("/proc/self/exe", bytes);
    return bytes;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(elf_files, made)

BOOST_AUTO_TEST_CASE(complete_program_and_script_pass) {
    BOOST_TEST(!detail::check_image(open_file("/proc/self/exe").get()));
    BOOST_TEST(!detail::check_image(with("#!/bin/sh\n").get()));
    BOOST_TEST(!detail::check_image(with("bytes of another format").get()));
}

BOOST_AUTO_TEST_CASE(part_of_a_program_and_an_empty_file_do_not_pass) {
    auto const all = this_program();
    BOOST_REQUIRE(all.size() > 1000U);
    BOOST_TEST((detail::check_image(with(all.substr(0, 1000)).get()) == errc::program_truncated));
    BOOST_TEST(static_cast<bool>(detail::check_image(with("").get())));
}

BOOST_AUTO_TEST_CASE(interpreter_is_in_the_first_line_of_a_script) {
    BOOST_TEST(detail::interpreter_of(with("#!/bin/sh -e\necho").get()) == "/bin/sh");
    BOOST_TEST(detail::interpreter_of(with("#! /usr/bin/env sh\n").get()) == "/usr/bin/env");
    BOOST_TEST(detail::interpreter_of(with("echo\n").get()) == "");
}

BOOST_AUTO_TEST_CASE(build_id_of_this_program_is_loaded) {
    auto const id = detail::build_id_of(open_file("/proc/self/exe").get());
    if (!id.empty()) BOOST_TEST(detail::is_loaded(id));
    BOOST_TEST(!detail::is_loaded("no such id"));
    BOOST_TEST(detail::build_id_of(with("#!/bin/sh\n").get()) == "");
}

BOOST_AUTO_TEST_SUITE_END()
