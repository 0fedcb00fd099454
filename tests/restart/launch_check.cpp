#include "platform/process/launch_check.hpp"

#include "restart/real_process.hpp"

#include <restat/error.hpp>

#include <boost/test/unit_test.hpp>

#include <elf.h>

using namespace restat;
using namespace restat::real;

namespace {

std::string this_program() {
    std::ostringstream bytes;
    bytes << std::ifstream{"/bin/true", std::ios::binary}.rdbuf();
    return bytes.str();
}

std::error_code verdict(std::string const& bytes) {
    directory const dir;
    dir.write("program", bytes);
    fs::permissions(dir / "program", fs::perms::owner_all);
    return detail::check_program(dir / "program");
}

} // namespace

BOOST_AUTO_TEST_SUITE(check_program)

BOOST_AUTO_TEST_CASE(a_whole_program_passes) {
    BOOST_TEST(!verdict(this_program()));
    BOOST_TEST(!verdict(this_program() + "and more"));
    BOOST_TEST(!detail::check_program("/proc/self/exe"));
}

BOOST_AUTO_TEST_CASE(every_part_of_a_program_is_truncated) {
    auto const whole = this_program();
    for (std::size_t size = 1; size < whole.size(); size += size < 300 ? 1 : 509) {
        BOOST_TEST((verdict(whole.substr(0, size)) == errc::program_truncated), size);
    }
    BOOST_TEST((verdict(whole.substr(0, whole.size() - 1)) == errc::program_truncated));
}

BOOST_AUTO_TEST_CASE(other_formats_are_checked_as_far_as_possible) {
    auto foreign = this_program();
    foreign[EI_DATA] = foreign[EI_DATA] == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB;
    auto unheard = this_program();
    unheard[EI_CLASS] = 9;
    struct {
        std::string bytes;
        std::error_code verdict;
    } const cases[] = {
        {"", std::make_error_code(std::errc::executable_format_error)},
        {"#!/bin/sh\nexit 0\n", {}},
        {"#! /usr/bin/env sh", {}}, // no newline at the end
        {"#!\n", std::make_error_code(std::errc::executable_format_error)},
        {"#!/nowhere/sh\n", std::make_error_code(std::errc::no_such_file_or_directory)},
        {"\xca\xfe\xba\xbe", {}}, // perhaps known to binfmt_misc; exec decides
        {foreign, std::make_error_code(std::errc::executable_format_error)},
        {unheard, std::make_error_code(std::errc::executable_format_error)},
    };
    for (auto const& c : cases) {
        auto const found = verdict(c.bytes);
        BOOST_TEST((found == c.verdict), c.bytes.substr(0, 20) << ": " << found.message());
    }
}

BOOST_AUTO_TEST_CASE(damaged_headers_are_not_followed_out_of_the_file) {
    auto const whole = this_program();
    for (std::size_t at = EI_NIDENT; at < sizeof(Elf64_Ehdr); ++at) {
        auto damaged = whole;
        damaged[at] = '\xff';
        verdict(damaged); // any verdict; no crash, no endless loop
    }
    auto endless = whole;
    for (std::size_t at = 32; at < 48; ++at) endless[at] = '\xff'; // the position of the tables
    BOOST_TEST((verdict(endless) == errc::program_truncated));
}

BOOST_AUTO_TEST_CASE(a_file_with_a_writer_is_being_written) {
    directory const dir;
    auto const path = dir.script("program", "exit 0");
    std::ofstream writer{path, std::ios::app};
    BOOST_TEST((detail::check_program(path) == errc::program_changed));
    writer.close();
    BOOST_TEST(!detail::check_program(path));
}

BOOST_AUTO_TEST_CASE(file_writable_by_others_is_reported) {
    directory const dir;
    auto const path = dir.script("program", "exit 0");
    BOOST_TEST(!detail::is_writable_by_others(path));
    fs::permissions(path, fs::perms::group_write, fs::perm_options::add);
    BOOST_TEST(detail::is_writable_by_others(path));
}

BOOST_AUTO_TEST_SUITE_END()
