#include <restat/restat.hpp>

#include <cstdio>
#include <string_view>

#ifndef RESTAT_WITHOUT_PCRE2
#error "the package does not say that it has no regular expressions"
#endif

// Every regular expression is refused, with the remedy; globs work.
int main() {
    restat::pattern_fault fault;
    restat::ignore_matcher{{.ignore_patterns = {restat::regex("a$")}}, fault};
    auto const said = to_string(fault);
    std::puts(said.c_str());
    bool const is_refused = fault.error == std::errc::not_supported;
    bool const has_remedy = said.find("RESTAT_WITH_PCRE2=ON") != said.npos;
    bool const has_globs =
        restat::glob_matcher{"*.c"}({.path = "a.c", .type = restat::file_type::regular}) ==
        restat::verdict::include;
    return is_refused && has_remedy && has_globs ? 0 : 1;
}
