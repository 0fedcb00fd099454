#include "wild_pattern.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>

// A pattern is a sequence of tokens; each takes a single byte or loops over many:
//
//     src/ ** / x * . [ch]        pattern
//     s r c / skip x star . set   tokens
//     \front/            \back/   compared first, byte by byte, from both ends
//             \-- gap -/          run as a machine with one state per token, in parallel
//
// Most texts differ at the front or the back, or lack the longest run of bytes between two
// looping tokens, such as `.so.` of `*.so.*`. A pattern with a single looping token needs no
// machine. The machine keeps the set of possible next tokens, and never moves back in the text.
//
// A glob of the user is a `glob_program` instead, since the two dialects differ:
//
//                               glob_program               wild_pattern, as git's wildmatch
//     {a,b}                     alternatives               these bytes
//     malformed                 an error with its offset   matches no text
//     range with its end first  an error                   an empty range
//     \A, letters folded        A or a                     matches no text
//
// A shared engine would need the rules of both dialects in each step.

namespace restat::detail {
namespace {

byte_set class_of_git(std::string_view name, bool folded, bool& known) {
    byte_set members;
    known = add_class(members, name);
    if (name == "space") members.reset('\v').reset('\f');
    if (name == "upper" && folded) add_class(members, "lower");
    return members;
}

} // namespace

class wild_pattern::parser {
public:
    parser(wild_pattern& into, std::string_view text, wild_text against, letter_case letters)
        : into_{into}
        , text_{text}
        , is_path_{against == wild_text::path}
        , folded_{letters == letter_case::folded} {}

    void run() {
        while (at_ < text_.size() && into_.fault_ == fault::none) {
            parse_one();
            if (into_.tokens_.size() > max_tokens) fail(fault::too_large);
        }
    }

private:
    void fail(fault how) { into_.fault_ = how; }
    bool at_end() const noexcept { return at_ == text_.size(); }
    void append(token const& made) { into_.tokens_.push_back(made); }

    void parse_one() {
        switch (char const c = text_[at_++]) {
        case '\\': return append_escaped();
        case '?': return append_set(byte_set{}.set());
        case '*': return append_stars(at_ - 1);
        case '[': return append_set(read_set());
        default: append({token::kind::byte, folded_ ? lower(c) : c});
        }
    }

    // Appends an escaped byte. An escaped capital is not folded although the text is, so it never
    // matches.
    void append_escaped() {
        if (at_end()) return fail(fault::never_matches);
        append({token::kind::byte, text_[at_++]});
        char const c = into_.tokens_.back().byte;
        if (folded_ && lower(c) != c) fail(fault::never_matches);
    }

    void append_set(byte_set members) {
        into_.sets_.push_back(members.reset('/'));
        append({token::kind::set, 0, static_cast<std::uint32_t>(into_.sets_.size() - 1)});
    }

    // Appends a run of stars. Two or more cross directories if they fill a component.
    void append_stars(std::size_t first) {
        while (!at_end() && text_[at_] == '*') ++at_;
        bool const opens = first == 0 || text_[first - 1] == '/';
        auto const rest = text_.substr(at_);
        if (at_ - first == 1 || !is_path_ || !opens) return append({token::kind::star});
        if (rest.empty() || rest.starts_with("\\/")) return append({token::kind::any});
        if (!rest.starts_with('/')) return append({token::kind::star});
        ++at_;
        bool const again =
            !into_.tokens_.empty() && into_.tokens_.back().type == token::kind::skip;
        if (!again) append({token::kind::skip});
    }

    byte_set read_set() {
        bool const negated = !at_end() && (text_[at_] == '!' || text_[at_] == '^');
        if (negated) ++at_;
        byte_set members;
        char before = 0; // the possible start of a range
        for (auto const first = at_; !at_end() && (at_ == first || text_[at_] != ']');) {
            before = read_member(members, before);
        }
        if (at_end()) fail(fault::never_matches); // unterminated
        ++at_;
        return negated ? ~members : members;
    }

    char read_member(byte_set& into, char before) {
        if (char const c = text_[at_];
            c == '-' && before != 0 && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
            ++at_;
            read_range(into, before);
            return 0;
        }
        if (read_class(into)) return 0;
        char const c = read_byte();
        into.set(static_cast<unsigned char>(c));
        return c;
    }

    void read_range(byte_set& into, char first) {
        char const last = read_byte();
        byte_set members;
        add_range(members, first, last);
        if (folded_) {
            for (unsigned c = 'A'; c <= 'Z'; ++c)
                members[c | 0x20U] = members[c] || members[c | 0x20U];
        }
        into |= members;
    }

    // Parses a class such as `[:alpha:]`. Without its end, the text is ordinary bytes.
    bool read_class(byte_set& into) {
        auto const rest = text_.substr(at_);
        if (!rest.starts_with("[:")) return false;
        auto const end = rest.find(']', 2);
        if (end == std::string_view::npos) {
            fail(fault::never_matches);
            at_ = text_.size();
            return true;
        }
        if (end < 3 || rest[end - 1] != ':') return false;
        bool known = false;
        into |= class_of_git(rest.substr(2, end - 3), folded_, known);
        if (!known) fail(fault::never_matches);
        at_ += end + 1;
        return true;
    }

    char read_byte() {
        char const c = text_[at_++];
        if (c != '\\') return c;
        if (!at_end()) return text_[at_++];
        fail(fault::never_matches);
        return c;
    }

    wild_pattern& into_;
    std::string_view text_;
    bool is_path_;
    bool folded_;
    std::size_t at_ = 0;
};

wild_pattern::wild_pattern(std::string_view pattern, wild_text against, letter_case letters) {
    parser{*this, pattern, against, letters}.run();
    auto const loops = [](token const& t) { return t.loops(); };
    auto const first = std::find_if(tokens_.begin(), tokens_.end(), loops);
    front_ = static_cast<std::size_t>(first - tokens_.begin());
    auto const last = std::find_if(tokens_.rbegin(), tokens_.rend(), loops);
    if (first != tokens_.end()) back_ = static_cast<std::size_t>(last - tokens_.rbegin());
    within_ = longest_bytes();
    tokens_.shrink_to_fit();
}

// Returns the longest run of bytes between the first and the last looping token.
std::string wild_pattern::longest_bytes() const {
    std::string longest;
    std::string bytes;
    for (std::size_t i = front_; i + back_ < tokens_.size(); ++i) {
        bool const goes_on = tokens_[i].type == token::kind::byte;
        bytes = goes_on ? bytes + tokens_[i].byte : std::string{};
        if (bytes.size() > longest.size()) longest = bytes;
    }
    return longest;
}

std::optional<std::string> wild_pattern::bytes_from(std::size_t first) const {
    std::string text;
    for (std::size_t i = first; i < tokens_.size(); ++i) {
        if (tokens_[i].type != token::kind::byte) return {};
        text += tokens_[i].byte;
    }
    return text;
}

std::optional<std::string> wild_pattern::literal() const { return bytes_from(0); }

std::optional<std::string> wild_pattern::suffix() const {
    bool const starred = !tokens_.empty() && tokens_.front().type == token::kind::star;
    return starred ? bytes_from(1) : std::nullopt;
}

// Sets a bit for each pair: the lowest six bits of the second byte, mixed with twice the first.
// Handles eight pairs at a time, some of them twice.
std::uint64_t wild_pattern::pairs_in(std::string_view text) noexcept {
    constexpr std::uint64_t five_bits = 0x1f1f1f1f1f1f1f1f;
    constexpr std::uint64_t six_bits = 0x3f3f3f3f3f3f3f3f;
    std::uint64_t pairs = 0;
    auto const add = [&](auto first, auto second) {
        auto left = (first & five_bits) << 1 ^ (second & six_bits);
        for (std::size_t pair = 0; pair < sizeof first; ++pair, left >>= 8) {
            pairs |= std::uint64_t{1} << (left & 63);
        }
    };
    auto const add_eight = [&](char const* at) {
        std::array<std::uint64_t, 2> words;
        std::memcpy(&words[0], at, 8);
        std::memcpy(&words[1], at + 1, 8);
        add(words[0], words[1]);
    };
    if (text.size() <= 8) {
        for (std::size_t i = 1; i < text.size(); ++i) {
            add(static_cast<unsigned char>(text[i - 1]), static_cast<unsigned char>(text[i]));
        }
        return pairs;
    }
    for (std::size_t i = 0; i + 9 < text.size(); i += 8) add_eight(text.data() + i);
    add_eight(text.data() + text.size() - 9);
    return pairs;
}

byte_set wild_pattern::bytes_of(token const& one) const {
    if (one.type == token::kind::set) return sets_[one.set];
    return byte_set{}.set(static_cast<unsigned char>(one.byte));
}

prefix_suffix_filter::ends wild_pattern::ends() const {
    auto const fixed = [this](auto at, auto end) {
        std::vector<byte_set> bytes;
        for (; at != end && !at->loops(); ++at) bytes.push_back(bytes_of(*at));
        return bytes;
    };
    return {fixed(tokens_.begin(), tokens_.end()), fixed(tokens_.rbegin(), tokens_.rend())};
}

bool wild_pattern::fits(token const& with, char c) const noexcept {
    if (with.type == token::kind::byte) return with.byte == c;
    return sets_[with.set][static_cast<unsigned char>(c)];
}

// The set of tokens that may come next; an extra state marks the end.
class wild_pattern::run {
public:
    run(wild_pattern const& of, std::span<token const> tokens) noexcept
        : of_{of}, tokens_{tokens}, words_{tokens.size() / bits + 1} {
        std::fill_n(active_.begin(), words_, 0);
        enter(active_, 0);
    }

    bool takes(std::string_view text) noexcept {
        return std::all_of(text.begin(), text.end(), [this](char c) { return step(c); }) &&
               (active_[tokens_.size() / bits] >> tokens_.size() % bits & 1) != 0;
    }

private:
    static constexpr std::size_t bits = 64;
    using states = std::array<std::uint64_t, max_tokens / bits + 2>;

    static void set(states& in, std::size_t state) noexcept {
        in[state / bits] |= std::uint64_t{1} << state % bits;
    }
    // Activates a state. A looping token may take no byte, so the next state is active too.
    void enter(states& in, std::size_t state) const noexcept {
        set(in, state);
        while (state < tokens_.size() && tokens_[state].loops()) set(in, ++state);
    }

    // Takes a byte; returns whether any state is left.
    bool step(char c) noexcept {
        states next;
        std::fill_n(next.begin(), words_, 0);
        for (std::size_t word = 0; word < words_; ++word) {
            for (auto left = active_[word]; left != 0; left &= left - 1) {
                auto const bit = static_cast<std::size_t>(std::countr_zero(left));
                if (auto const state = word * bits + bit; state < tokens_.size()) {
                    take(next, state, c);
                }
            }
        }
        std::copy_n(next.begin(), words_, active_.begin());
        return std::any_of(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(words_),
                           [](std::uint64_t word) { return word != 0; });
    }

    void take(states& next, std::size_t state, char c) const noexcept {
        switch (token const& at = tokens_[state]; at.type) {
        case token::kind::star:
            if (c != '/') enter(next, state);
            break;
        case token::kind::any: enter(next, state); break;
        case token::kind::skip:
            set(next, state);
            if (c == '/') enter(next, state + 1);
            break;
        default:
            if (of_.fits(at, c)) enter(next, state + 1);
        }
    }

    wild_pattern const& of_;
    std::span<token const> tokens_;
    std::size_t words_;
    states active_;
};

bool wild_pattern::matches(std::string_view text) const noexcept {
    if (text.size() < front_ + back_) return false;
    for (std::size_t i = 0; i < front_; ++i) {
        if (!fits(tokens_[i], text[i])) return false;
    }
    for (std::size_t i = 1; i <= back_; ++i) {
        if (!fits(tokens_[tokens_.size() - i], text[text.size() - i])) return false;
    }
    auto const gap = text.substr(front_, text.size() - front_ - back_);
    std::span<token const> const looping{tokens_.data() + front_,
                                         tokens_.size() - front_ - back_};
    if (looping.empty()) return gap.empty();
    if (gap.find(within_) == std::string_view::npos) return false;
    if (looping.size() > 1) return run{*this, looping}.takes(gap);
    switch (looping.front().type) {
    case token::kind::star: return gap.find('/') == std::string_view::npos;
    case token::kind::skip: return gap.empty() || gap.ends_with('/');
    default: return true;
    }
}

} // namespace restat::detail
