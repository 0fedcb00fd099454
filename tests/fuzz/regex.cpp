// Expressions: a bad one is refused as it should be, a good one says the same alone, among many,
// and when PCRE2 is asked without this library.
#include "input.hpp"

#include <restat/matcher/regex_matcher.hpp>

#include <matcher/pcre2_handle.hpp>

using restat::pattern_fault;
using restat::regex_matcher;
using restat::regex_options;
using restat::verdict;

namespace {

/// The greatest of what PCRE2 says: found, not found, or nothing.
int ask_directly(std::string const& pattern, std::string const& path, std::uint32_t letters) {
    int error = 0;
    PCRE2_SIZE offset = 0;
    restat::detail::pcre2_ptr<pcre2_code> const code{
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                      PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
                          PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | letters,
                      &error, &offset, nullptr)};
    fuzz::demand(code != nullptr, "PCRE2 refuses it", pattern);
    restat::detail::pcre2_ptr<pcre2_match_context> const limits{
        pcre2_match_context_create(nullptr)};
    pcre2_set_match_limit(limits.get(), 10'000);
    pcre2_set_depth_limit(limits.get(), 10'000);
    restat::detail::pcre2_ptr<pcre2_match_data> const data{pcre2_match_data_create(1, nullptr)};
    return pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(path.data()), path.size(), 0, 0,
                       data.get(), limits.get());
}

std::vector<std::string> among_others(std::string const& pattern) {
    std::vector<std::string> all;
    for (int i = 0; i < 12; ++i) all.push_back("no such text ~" + std::to_string(i));
    all.insert(all.begin() + 7, pattern);
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    fuzz::input given{bytes, size};
    auto const flags = given.line();
    auto const pattern = given.line();
    bool const folded = flags.starts_with('f');
    regex_options how;
    if (folded) how.letters = restat::letter_case::folded;
    if (flags.ends_with('u')) how.characters = regex_options::unit::utf8;

    pattern_fault fault;
    regex_matcher const alone{{pattern}, how, fault};
    if (fault) {
        fuzz::check_fault(fault, pattern);
        return 0;
    }
    regex_matcher const among{among_others(pattern), how, fault};
    fuzz::demand(!fault, "is good alone, but not among others", pattern);
    for (auto const& path : fuzz::paths_for(pattern, given)) {
        auto const says = fuzz::ask(alone, path);
        auto const there = fuzz::ask(among, path);
        // Where the one gives up, the other may know by the texts that the pattern needs.
        bool const gave_up = says == verdict::none || there == verdict::none;
        fuzz::demand(gave_up || there == says, "differs among others", pattern, path);
        if (flags.ends_with('u') || says == verdict::none) continue;
        int const result = ask_directly(pattern, path, folded ? PCRE2_CASELESS : 0);
        if (result < PCRE2_ERROR_NOMATCH) continue;
        bool const found = result >= 0;
        fuzz::demand((says == verdict::include) == found, "PCRE2 says otherwise", pattern, path);
    }
    return 0;
}
