#include "glob_automaton.hpp"

#include <algorithm>

// A glob is a chain of states, each one bit; many globs lie side by side in the bits of a lane.
// A byte moves all of them at once (Shift-And: Baeza-Yates and Gonnet, 1992):
//
//     active = (active << 1 & enter[byte]) | (active & stay[byte == '/'])
//
//     glob      s r c / **/ * . c           `s` is entered from the state before it by an s,
//     state    0 1 2 3 4   5   6 7          4 is held by any byte, 5 by any but '/'
//                        \_/
//                         skip: where a component begins, who is in 4 is in 5 also
//
// There is no going back, so the cost is text times words, whatever the globs are. The first
// state of a chain is entered by no byte, so nothing runs over from the glob before it.
//
// A lane is one word with as many globs as fit, or one glob with as many words as it needs. Most
// globs leave the game at the first bytes, and a lane with nothing active ends early.

namespace restat::detail {
namespace {

constexpr std::size_t bits_in_word = 64;
// One state before each token, and one more for a `**` at the end.
constexpr std::size_t max_words = (max_glob_tokens + 2 + bits_in_word - 1) / bits_in_word;

constexpr std::size_t words_for(std::size_t bits) noexcept {
    return (bits + bits_in_word - 1) / bits_in_word;
}

} // namespace

// Writes one glob into a lane, from the first state on.
class glob_automaton::writer {
public:
    explicit writer(lane& to) noexcept : lane_{to}, state_{to.used} { set(lane_.start); }

    void write(glob_sequence const& glob) {
        for (std::size_t i = 0; i < glob.size();) {
            if (glob[i].what == glob_token::kind::star) {
                i = write_stars(glob, i);
            } else {
                write_token(glob[i++]);
            }
        }
    }

    void finish(glob_target target) {
        set(final_of(glob_target::directory));
        if (target == glob_target::anything) set(final_of(glob_target::anything));
        lane_.used = state_ + 1;
    }

private:
    states& final_of(glob_target what) { return lane_.final[static_cast<std::size_t>(what)]; }

    void set(states& in, std::size_t row = 0) const {
        in[row * lane_.words + state_ / bits_in_word] |= word{1} << state_ % bits_in_word;
    }

    void enter_by(byte_set const& bytes) {
        ++state_;
        after_skip_ = false;
        for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
            if (bytes[byte]) set(lane_.enter, byte);
        }
    }
    void write_token(glob_token const& token) {
        bool const slash = token.what == glob_token::kind::slash;
        enter_by(slash ? byte_set{}.set('/') : token.bytes);
    }
    void stay_in_component() { set(lane_.stay[0]); }
    void stay_anywhere() {
        set(lane_.stay[0]);
        set(lane_.stay[1]);
    }

    // Returns the token after those that it has written.
    std::size_t write_stars(glob_sequence const& glob, std::size_t first) {
        auto end = first;
        while (end < glob.size() && glob[end].what == glob_token::kind::star) ++end;
        bool const at_component = first == 0 || glob[first - 1].what == glob_token::kind::slash;
        if (end - first == 1 || !at_component) {
            stay_in_component();
        } else if (end == glob.size()) {
            enter_by(byte_set{}.set());
            stay_anywhere();
        } else if (glob[end].what == glob_token::kind::slash) {
            skip_directories();
            return end + 1;
        } else {
            stay_in_component();
        }
        return end;
    }
    void skip_directories() {
        if (after_skip_) return; // one `**/` after another
        stay_anywhere();
        set(lane_.skip);
        ++state_;
        if (state_ == lane_.used + 1) set(lane_.start); // a glob that begins with it
        after_skip_ = true;
    }

    lane& lane_;
    std::size_t state_;
    bool after_skip_ = false;
};

glob_automaton::lane::lane(std::size_t bits)
    : words{words_for(bits)}
    , start(words)
    , final{states(words), states(words)}
    , stay{states(words), states(words)}
    , skip(words)
    , enter(256 * words) {}

bool glob_automaton::lane::has_room(std::size_t bits) const noexcept {
    return used + bits <= words * bits_in_word;
}

void glob_automaton::lane::begin(word* active) const noexcept {
    for (std::size_t i = 0; i < words; ++i) active[i] |= start[i];
}

// Returns whether any state is left.
bool glob_automaton::lane::step(word* active, unsigned char byte) const noexcept {
    auto const& held = stay[byte == '/'];
    word const* const entered = enter.data() + byte * words;
    word carry = 0;
    word any = 0;
    for (std::size_t i = 0; i < words; ++i) {
        word const before = active[i];
        active[i] = ((before << 1 | carry) & entered[i]) | (before & held[i]);
        carry = before >> (bits_in_word - 1);
        any |= active[i];
    }
    if (byte == '/' && any != 0) skip_directories(active);
    return any != 0;
}

void glob_automaton::lane::skip_directories(word* active) const noexcept {
    word carry = 0;
    for (std::size_t i = 0; i < words; ++i) {
        word const from = active[i] & skip[i];
        active[i] |= from << 1 | carry;
        carry = from >> (bits_in_word - 1);
    }
}

bool glob_automaton::lane::matches(std::string_view text, std::size_t second,
                                   glob_target what) const noexcept {
    std::array<word, max_words> active;
    std::fill_n(active.begin(), words, 0);
    begin(active.data());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == second) begin(active.data());
        bool const alive = step(active.data(), static_cast<unsigned char>(text[i]));
        if (!alive && i >= second) return false;
    }
    auto const& wanted = final[static_cast<std::size_t>(what)];
    word found = 0;
    for (std::size_t i = 0; i < words; ++i) found |= active[i] & wanted[i];
    return found != 0;
}

glob_automaton::lane& glob_automaton::lane_for(std::size_t bits) {
    if (lanes_.empty() || !lanes_.back().has_room(bits)) lanes_.emplace_back(bits);
    return lanes_.back();
}

void glob_automaton::add(glob_sequence const& glob, glob_target target) {
    writer to{lane_for(glob.size() + 2)};
    to.write(glob);
    to.finish(target);
}

bool glob_automaton::matches(std::string_view text, std::size_t second,
                             glob_target what) const noexcept {
    return std::any_of(lanes_.begin(), lanes_.end(),
                       [&](lane const& one) { return one.matches(text, second, what); });
}

} // namespace restat::detail
