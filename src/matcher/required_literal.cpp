#include "required_literal.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

// Reads a pattern once, from left to right. Skips groups, sets, and items made optional by a
// quantifier. From the remaining runs of plain characters, takes the longest run of each
// alternative. An option inside the pattern, a verb, quoting, or an escape with arguments changes
// the meaning of the following text; after any of these, no text is known to be required.

namespace restat::detail {
namespace {

constexpr std::size_t least = 2; // bytes of a text worth a search
constexpr std::string_view plain_escapes = "dDwWsSbBAzZhHvVRntrfae";

bool is_letter_or_digit(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

class literal_reader {
public:
    literal_reader(std::string_view pattern, regex_options const& how)
        : rest_{pattern}, how_{how} {}

    std::vector<std::string> read() {
        while (understood_ && !rest_.empty()) read_item();
        end_choice();
        if (!understood_ || depth_ != 0) found_.clear();
        return std::move(found_);
    }

private:
    char take() noexcept {
        char const c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    void read_item() {
        switch (char const c = take()) {
        case '\\': read_escape(); break;
        case '[': read_set(); break;
        case '(': begin_group(); break;
        case ')': end_group(); break;
        case '{': read_count(); break;
        case '?':
        case '*': drop_last(); break;
        case '|':
            if (depth_ == 0) end_choice();
            break;
        case '+':
        case '.':
        case '^':
        case '$': end_run(); break;
        default: add(c);
        }
    }

    void add(char c) {
        // In UTF-8, a quantifier applies to a character of several bytes.
        bool const part = how_.characters == regex_options::unit::utf8 && !is_ascii(c);
        if (part)
            end_run();
        else if (depth_ == 0)
            run_ += c;
    }

    void end_run() {
        if (run_.size() > longest_.size()) longest_ = run_;
        run_.clear();
    }

    void drop_last() {
        if (!run_.empty()) run_.pop_back();
        end_run();
    }

    void end_choice() {
        end_run();
        if (longest_.size() < least) understood_ = false;
        found_.push_back(std::exchange(longest_, {}));
    }

    void read_escape() {
        if (rest_.empty()) return give_up();
        char const c = take();
        if (!is_letter_or_digit(c)) return is_ascii(c) ? add(c) : end_run();
        if (plain_escapes.find(c) == plain_escapes.npos) return give_up();
        end_run();
    }

    // Skips a set up to its closing bracket; a bracket in first place is a member.
    void read_set() {
        end_run();
        if (rest_.starts_with('^')) take();
        if (rest_.starts_with(']')) take();
        while (!rest_.empty() && rest_.front() != ']') {
            char const c = take();
            if (c == '[' || (c == '\\' && !skip_escape())) return give_up();
        }
        if (rest_.empty()) return give_up();
        take();
    }

    // Skips an escape in a set; only quoting and `\c]` could hide a bracket.
    bool skip_escape() noexcept {
        return !rest_.empty() && std::string_view{"QEc"}.find(take()) == std::string_view::npos;
    }

    void begin_group() {
        end_run();
        ++depth_;
        if (rest_.starts_with('*')) return give_up();
        if (!rest_.starts_with('?')) return;
        take();
        if (rest_.starts_with('<')) take();
        bool const known = !rest_.empty() &&
                           std::string_view{":=!>"}.find(rest_.front()) != std::string_view::npos;
        if (!known) return give_up();
        take();
    }

    void end_group() {
        if (depth_ == 0) return give_up();
        --depth_;
    }

    // Skips a count such as `{2,3}`; any other brace is a character, which ends the run.
    void read_count() {
        drop_last();
        auto const digits = std::min(rest_.find_first_not_of("0123456789, "), rest_.size());
        bool const is_count = digits != 0 && rest_.substr(digits).starts_with('}');
        if (is_count) rest_.remove_prefix(digits + 1);
    }

    void give_up() noexcept { understood_ = false; }

    std::string_view rest_;
    regex_options const& how_;
    bool understood_ = true;
    std::size_t depth_ = 0;
    std::string run_;
    std::string longest_; // of this alternative
    std::vector<std::string> found_;
};

} // namespace

std::vector<std::string> required_literals(std::string_view pattern, regex_options const& how) {
    // Some letters outside of ASCII fold to ASCII: the kelvin sign folds to a k.
    bool const folds_more =
        how.letters == letter_case::folded && how.characters == regex_options::unit::utf8;
    if (folds_more) return {};
    return literal_reader{pattern, how}.read();
}

} // namespace restat::detail
