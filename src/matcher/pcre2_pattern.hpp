#pragma once

#include <restat/error.hpp>
#include <restat/matcher/regex_matcher.hpp>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace restat::detail {

struct pcre2_deleter {
    void operator()(pcre2_code* code) const noexcept { pcre2_code_free(code); }
    void operator()(pcre2_compile_context* context) const noexcept {
        pcre2_compile_context_free(context);
    }
    void operator()(pcre2_match_context* context) const noexcept {
        pcre2_match_context_free(context);
    }
    void operator()(pcre2_match_data* data) const noexcept { pcre2_match_data_free(data); }
};
template <class T>
using pcre2_ptr = std::unique_ptr<T, pcre2_deleter>;

// How much one match may cost, whatever the pattern and the path.
pcre2_ptr<pcre2_match_context> make_match_limits();

// One compiled pattern. Nothing in it changes when it matches, so threads may share it.
class pcre2_pattern {
public:
    // Sets `fault` if the pattern is refused; then it must not be searched.
    pcre2_pattern(std::string const& text, regex_options how, pattern_fault& fault);

    std::string const& text() const noexcept { return text_; }

    // A PCRE2 result: not negative if found, `PCRE2_ERROR_NOMATCH` if not; else it gave up.
    int search(std::string_view in, pcre2_match_data* data,
               pcre2_match_context* limits) const noexcept;

private:
    std::string text_;
    pcre2_ptr<pcre2_code> code_;
};

} // namespace restat::detail
