#include "pcre2_pattern.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <array>

// PCRE2's own limits count the steps from a single start offset, not from all of them, and ignore
// how far a step may look. Below these limits, a pattern of 20 bytes can still take ten seconds
// on a path of 4,000 bytes. So there are two ways to search:
//
//   plain     machine code where the system permits, under a step limit that few patterns
//             reach; only for subjects so short that the worst case is some milliseconds
//   counting  the same pattern with a callout before each item, which adds up the steps and the
//             bytes between them, over all start offsets, and stops the search at the limit
//
// If a plain search exceeds its limit, or the small stack of machine code, a counting search
// follows.
//
// With UTF-8, the plain search accepts only valid subjects. For an invalid subject, PCRE2 needs a
// pattern compiled with PCRE2_MATCH_INVALID_UTF. Up to version 10.42, machine code for such a
// pattern finds no character outside of ASCII for \S, \D and \W. An invalid subject is rare, so
// the interpreter searches it, with counting.

namespace restat::detail {
namespace {

constexpr std::uint32_t step_limit = 100'000;     // of a counting search
constexpr std::size_t bytes_a_step = 32;          // compared in the time of a single step
constexpr std::uint32_t plain_limit = 1'000;      // steps from a single offset
constexpr std::size_t longest_cheap = 320;        // of a subject
constexpr std::size_t plain_work = 1'000'000'000; // code size times length squared
constexpr std::uint32_t heap_limit = 4096;        // KiB
constexpr std::size_t size_limit = 16 * 1024;     // of the code; counting code is 4 times as
                                                  // large
constexpr std::size_t length_limit = 32 * 1024;   // of the pattern

std::uint32_t flags_for(regex_options const& how) noexcept {
    std::uint32_t flags = PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    if (how.letters == letter_case::folded) flags |= PCRE2_CASELESS;
    bool const utf = how.characters == regex_options::unit::utf8;
    return flags | (utf ? PCRE2_UTF : PCRE2_NEVER_UTF | PCRE2_NEVER_UCP);
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

std::size_t size_of(pcre2_code const* code, std::uint32_t field) noexcept {
    std::size_t size = 0;
    pcre2_pattern_info(code, field, &size);
    return size;
}

pattern_fault refuse_text(std::string const& text) {
    if (auto const nul = text.find('\0'); nul != text.npos) {
        return {errc::bad_pattern, text, nul, "a NUL byte, which no path contains"};
    }
    if (text.size() > length_limit) {
        return {errc::pattern_too_large, text, length_limit,
                "longer than " + std::to_string(length_limit) + " bytes"};
    }
    return {};
}

// The cost of a search so far.
struct cost {
    std::size_t steps = 0;
    std::size_t bytes = 0;
    std::size_t position = 0; // of the last step

    bool add(std::size_t next) noexcept {
        bytes += next < position ? position - next : next - position;
        position = next;
        return ++steps + bytes / bytes_a_step <= step_limit;
    }
};

int count_step(pcre2_callout_block* at, void* total) noexcept {
    return static_cast<cost*>(total)->add(at->current_position) ? 0 : PCRE2_ERROR_MATCHLIMIT;
}

} // namespace

pcre2_ptr<pcre2_match_context> pcre2_pattern::make_limits() noexcept {
    pcre2_ptr<pcre2_match_context> limits{pcre2_match_context_create(nullptr)};
    if (!limits) return limits;
    pcre2_set_match_limit(limits.get(), plain_limit);
    pcre2_set_depth_limit(limits.get(), plain_limit);
    pcre2_set_heap_limit(limits.get(), heap_limit);
    return limits;
}

pcre2_pattern::pcre2_pattern(std::string const& text, regex_options const& how,
                             pattern_fault& fault)
    : text_{text}, flags_{flags_for(how)} {
    fault = refuse_text(text_);
    if (fault) return;
    int error = 0;
    PCRE2_SIZE offset = 0;
    code_.reset(pcre2_compile(bytes_of(text_), text_.size(), flags_, &error, &offset, nullptr));
    if (!code_) {
        fault = {error_for(error), text_, offset, reason_for(error)};
        return;
    }
    size_ = size_of(code_.get(), PCRE2_INFO_SIZE);
    if (size_ > size_limit) {
        fault = {errc::pattern_too_large, text_, text_.size(),
                 "compiles to more than " + std::to_string(size_limit) + " bytes"};
        return;
    }
    // Without permission for executable memory, the interpreter matches.
    pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);
    is_machine_ = size_of(code_.get(), PCRE2_INFO_JITSIZE) != 0;
}

pcre2_pattern::~pcre2_pattern() {
    for (auto& code : counting_) pcre2_code_free(code.load(std::memory_order_acquire));
}

bool pcre2_pattern::is_cheap_on(std::size_t length) const noexcept {
    return length <= longest_cheap && size_ * length * length <= plain_work;
}

int pcre2_pattern::search(std::string_view in, pcre2_match_data* data,
                          pcre2_match_context* limits) const noexcept {
    if ((flags_ & PCRE2_UTF) != 0 && !is_utf8(in)) {
        return search_counting(in, data, reading::with_invalid_utf);
    }
    if (!is_cheap_on(in.size())) return search_counting(in, data, reading::valid);
    auto const match = is_machine_ ? &pcre2_jit_match : &pcre2_match;
    std::uint32_t const flags = is_machine_ ? 0 : PCRE2_NO_UTF_CHECK;
    int const result = match(code_.get(), bytes_of(in), in.size(), 0, flags, data, limits);
    return result >= PCRE2_ERROR_NOMATCH ? result : search_counting(in, data, reading::valid);
}

// Stores the code of whichever thread finishes first: all threads compile the same code.
pcre2_code const* pcre2_pattern::counting_code(reading how) const noexcept {
    auto& kept = counting_[static_cast<std::size_t>(how)];
    auto* known = kept.load(std::memory_order_acquire);
    if (known) return known;
    bool const is_valid = how == reading::valid;
    auto const flags = flags_ | PCRE2_AUTO_CALLOUT | (is_valid ? 0 : PCRE2_MATCH_INVALID_UTF);
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_ptr<pcre2_code> made{
        pcre2_compile(bytes_of(text_), text_.size(), flags, &error, &offset, nullptr)};
    if (!made) return nullptr;
    if (is_valid) pcre2_jit_compile(made.get(), PCRE2_JIT_COMPLETE);
    if (!kept.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) {
        return known;
    }
    return made.release();
}

int pcre2_pattern::search_counting(std::string_view in, pcre2_match_data* data,
                                   reading how) const noexcept {
    auto const* const code = counting_code(how);
    pcre2_ptr<pcre2_match_context> const context{pcre2_match_context_create(nullptr)};
    if (!code || !context) return PCRE2_ERROR_NOMEMORY;
    pcre2_set_match_limit(context.get(), step_limit);
    pcre2_set_depth_limit(context.get(), step_limit);
    pcre2_set_heap_limit(context.get(), heap_limit);
    cost total;
    pcre2_set_callout(context.get(), &count_step, &total);
    auto const match = [&](std::uint32_t flags) {
        return pcre2_match(code, bytes_of(in), in.size(), 0, flags, data, context.get());
    };
    if (how == reading::with_invalid_utf) return match(PCRE2_NO_JIT);
    int const result = match(PCRE2_NO_UTF_CHECK);
    bool const is_again = result == PCRE2_ERROR_JIT_STACKLIMIT;
    return is_again ? match(PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT) : result;
}

} // namespace restat::detail
