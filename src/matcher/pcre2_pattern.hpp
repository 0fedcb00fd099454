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

// One compiled pattern; see pcre2_pattern.cpp for what a search may cost. Threads may share it.
class pcre2_pattern {
public:
    // Sets `fault` if the pattern is refused; then it must not be searched.
    pcre2_pattern(std::string const& text, regex_options const& how, pattern_fault& fault);
    pcre2_pattern(pcre2_pattern const&) = delete;
    ~pcre2_pattern();

    std::string const& text() const noexcept { return text_; }

    // A PCRE2 result: not negative if found, `PCRE2_ERROR_NOMATCH` if not; else it gave up.
    int search(std::string_view in, pcre2_match_data* data,
               pcre2_match_context* limits) const noexcept;
    // The limits that `search` expects. Null without memory.
    static pcre2_ptr<pcre2_match_context> make_limits() noexcept;

private:
    bool is_cheap_on(std::size_t length) const noexcept;
    /// How a search that counts its steps reads the subject.
    enum class reading : unsigned char { valid, with_invalid_utf };

    int search_counting(std::string_view in, pcre2_match_data* data, reading how) const noexcept;
    pcre2_code const* counting_code(reading how) const noexcept;

    std::string text_;
    std::uint32_t flags_;
    pcre2_ptr<pcre2_code> code_;
    std::size_t size_ = 0;    // of `code_`, in bytes
    bool is_machine_ = false; // there is machine code that needs no check of the subject
    // By `reading`; each is made when it is first needed.
    mutable std::atomic<pcre2_code*> counting_[2] = {nullptr, nullptr};
};

} // namespace restat::detail
