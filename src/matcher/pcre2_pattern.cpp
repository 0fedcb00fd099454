#include "pcre2_pattern.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <new>

// A pattern is compiled to PCRE2's code and then, where the system permits, to machine code.
// Both are under the same limit of steps, but they count differently and machine code has a
// small stack besides: a match that overruns the stack is done again by the interpreter, whose
// memory is on the heap and limited too. So one match costs at most both limits.

namespace restat::detail {
namespace {

constexpr std::uint32_t step_limit = 100'000;
constexpr std::uint32_t heap_limit = 4096; // KiB

std::uint32_t flags_for(regex_options how) noexcept {
    std::uint32_t flags = PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    if (how.letters == letter_case::folded) flags |= PCRE2_CASELESS;
    bool const utf = how.characters == regex_options::unit::utf8;
    return flags |
           (utf ? PCRE2_UTF | PCRE2_MATCH_INVALID_UTF : PCRE2_NEVER_UTF | PCRE2_NEVER_UCP);
}

std::error_code error_for(int code) noexcept {
    switch (code) {
    case PCRE2_ERROR_HEAP_FAILED: return std::make_error_code(std::errc::not_enough_memory);
    case PCRE2_ERROR_PATTERN_TOO_LARGE:
    case PCRE2_ERROR_PATTERN_TOO_COMPLICATED:
    case PCRE2_ERROR_PARENTHESES_NEST_TOO_DEEP: return errc::pattern_too_large;
    default: return errc::bad_pattern;
    }
}

std::string reason_for(int code) {
    std::array<PCRE2_UCHAR, 256> text{};
    pcre2_get_error_message(code, text.data(), text.size());
    return {text.begin(), std::find(text.begin(), text.end(), PCRE2_UCHAR{})};
}

PCRE2_SPTR bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<PCRE2_SPTR>(text.data());
}

} // namespace

pcre2_ptr<pcre2_match_context> make_match_limits() {
    pcre2_ptr<pcre2_match_context> limits{pcre2_match_context_create(nullptr)};
    if (!limits) throw std::bad_alloc{};
    pcre2_set_match_limit(limits.get(), step_limit);
    pcre2_set_depth_limit(limits.get(), step_limit);
    pcre2_set_heap_limit(limits.get(), heap_limit);
    return limits;
}

pcre2_pattern::pcre2_pattern(std::string const& text, regex_options how, pattern_fault& fault)
    : text_{text} {
    int error = 0;
    PCRE2_SIZE offset = 0;
    code_.reset(
        pcre2_compile(bytes_of(text_), text_.size(), flags_for(how), &error, &offset, nullptr));
    if (!code_) {
        fault = {error_for(error), text_, offset, reason_for(error)};
        return;
    }
    // Without the permission to make code executable, the interpreter matches.
    pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);
}

int pcre2_pattern::search(std::string_view in, pcre2_match_data* data,
                          pcre2_match_context* limits) const noexcept {
    auto const match = [&](std::uint32_t flags) {
        return pcre2_match(code_.get(), bytes_of(in), in.size(), 0, flags, data, limits);
    };
    int const result = match(0);
    return result == PCRE2_ERROR_JIT_STACKLIMIT ? match(PCRE2_NO_JIT) : result;
}

} // namespace restat::detail
