#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <memory>

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
// Owns an object allocated by PCRE2.
template <class T>
using pcre2_ptr = std::unique_ptr<T, pcre2_deleter>;

} // namespace restat::detail
