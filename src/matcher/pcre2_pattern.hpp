#pragma once

#include "pcre2_handle.hpp"

#include <restat/error.hpp>
#include <restat/matcher/regex_matcher.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace restat::detail {

// A compiled pattern, which threads may share. See pcre2_pattern.cpp for the cost of a search.
class pcre2_pattern {
public:
    // Compiles a pattern. Sets `fault` for a rejected pattern, which must not be searched.
    pcre2_pattern(std::string const& text, regex_options const& how, pattern_fault& fault);
    pcre2_pattern(pcre2_pattern const&) = delete;
    ~pcre2_pattern();

    std::string const& text() const noexcept { return text_; }

    // Returns a PCRE2 result: not negative if found, `PCRE2_ERROR_NOMATCH` if not found; any
    // other value means that the search gave up.
    int search(std::string_view in, pcre2_match_data* data,
               pcre2_match_context* limits) const noexcept;
    // Returns the limits required by `search`; null if there is no memory.
    static pcre2_ptr<pcre2_match_context> make_limits() noexcept;

private:
    bool is_cheap_on(std::size_t length) const noexcept;
    /// Selects how a counting search reads the subject.
    enum class reading : unsigned char { valid, with_invalid_utf };

    int search_counting(std::string_view in, pcre2_match_data* data, reading how) const noexcept;
    pcre2_code const* counting_code(reading how) const noexcept;

    std::string text_;
    std::uint32_t flags_;
    pcre2_ptr<pcre2_code> code_;
    std::size_t size_ = 0;    // of `code_`, in bytes
    bool is_machine_ = false; // machine code exists, which skips the check of the subject
    // Compiled when first needed; indexed by `reading`.
    mutable std::atomic<pcre2_code*> counting_[2] = {nullptr, nullptr};
};

} // namespace restat::detail
