#include "pcre2_pattern.hpp"

#include <algorithm>
#include <array>

// PCRE2's own limits bound the steps from one place of the subject, not from all of them, and not
// how far a step may look; so below them a pattern of 20 bytes can still take ten seconds on a
// path of 4,000. Hence two ways to search:
//
//   plain     machine code where the system permits, under a limit of steps that few patterns
//             come near; only for subjects so short that its worst case is some milliseconds
//   counting  the same pattern with a callout before each item, which adds up the steps and the
//             bytes between them, of all places together, and ends the search at the limit
//
// What plain search does not answer within its limit, or the small stack of machine code, is
// answered by the counting one.

namespace restat::detail {
namespace {

constexpr std::uint32_t step_limit = 100'000;     // of a counting search
constexpr std::size_t bytes_a_step = 32;          // looked at in the time of one step
constexpr std::uint32_t plain_limit = 1'000;      // steps from one place
constexpr std::size_t plain_length = 320;         // of a subject
constexpr std::size_t plain_work = 1'000'000'000; // code size times length squared
constexpr std::uint32_t heap_limit = 4096;        // KiB
constexpr std::size_t size_limit = 16 * 1024;     // of the code; counting it is 4 times as large
constexpr std::size_t length_limit = 32 * 1024;   // of the pattern

std::uint32_t flags_for(regex_options const& how) noexcept {
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

std::size_t size_of(pcre2_code const* code, std::uint32_t what) noexcept {
    std::size_t size = 0;
    pcre2_pattern_info(code, what, &size);
    return size;
}

pattern_fault refuse_text(std::string const& text) {
    if (auto const nul = text.find('\0'); nul != text.npos) {
        return {errc::bad_pattern, text, nul, "a NUL byte, which is in no path"};
    }
    if (text.size() > length_limit) {
        return {errc::pattern_too_large, text, length_limit,
                "longer than " + std::to_string(length_limit) + " bytes"};
    }
    return {};
}

// What a search has cost so far.
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
                 "comes to more than " + std::to_string(size_limit) + " bytes"};
        return;
    }
    // Without the permission to make code executable, the interpreter matches.
    pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);
    is_machine_ = (flags_ & PCRE2_UTF) == 0 && size_of(code_.get(), PCRE2_INFO_JITSIZE) != 0;
}

pcre2_pattern::~pcre2_pattern() { pcre2_code_free(counting_.load(std::memory_order_acquire)); }

bool pcre2_pattern::is_cheap_on(std::size_t length) const noexcept {
    return length <= plain_length && size_ * length * length <= plain_work;
}

int pcre2_pattern::search(std::string_view in, pcre2_match_data* data,
                          pcre2_match_context* limits) const noexcept {
    if (!is_cheap_on(in.size())) return search_counting(in, data);
    auto const match = is_machine_ ? &pcre2_jit_match : &pcre2_match;
    int const result = match(code_.get(), bytes_of(in), in.size(), 0, 0, data, limits);
    return result >= PCRE2_ERROR_NOMATCH ? result : search_counting(in, data);
}

// Which thread's code is kept does not matter: all make the same.
pcre2_code const* pcre2_pattern::counting_code() const noexcept {
    auto* known = counting_.load(std::memory_order_acquire);
    if (known) return known;
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_ptr<pcre2_code> made{pcre2_compile(
        bytes_of(text_), text_.size(), flags_ | PCRE2_AUTO_CALLOUT, &error, &offset, nullptr)};
    if (!made) return nullptr;
    pcre2_jit_compile(made.get(), PCRE2_JIT_COMPLETE);
    if (!counting_.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) {
        return known;
    }
    return made.release();
}

int pcre2_pattern::search_counting(std::string_view in, pcre2_match_data* data) const noexcept {
    auto const* const code = counting_code();
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
    int const result = match(0);
    return result == PCRE2_ERROR_JIT_STACKLIMIT ? match(PCRE2_NO_JIT) : result;
}

} // namespace restat::detail
