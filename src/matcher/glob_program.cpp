#include "glob_program.hpp"

#include "folding.hpp"

#include <algorithm>
#include <cstring>

// Splits a glob into three parts: the literal head of every match, the literal tail, and the
// steps in between.
//
//     src/**/test_*.[ch]pp    head  src/     steps  directories t e s t _ star byte set     tail pp
//
// Head and tail reject most paths. So does the longest literal text in between, here `test_`,
// which is searched for first. The steps run from left to right. After a mismatch, the match
// resumes at the last `*` of this component, which takes another byte, or else at the last `**/`,
// which takes another component.
//
// Earlier wildcards need no retry: the earliest end of the part between two stars leaves the most
// text for the following steps, and `*` never crosses a `/`. So each step meets each byte at most
// once for a `*` and once for a `**/`. The time is at most text length times number of steps.

namespace restat::detail {

glob_program::glob_program(glob_sequence const& glob, letter_case letters) : letters_{letters} {
    for (std::size_t i = 0; i < glob.size();) {
        if (glob[i].type == glob_token::kind::star) {
            i = add_stars(glob, i);
        } else {
            add_token(glob[i++]);
        }
    }
    take_ends();
    find_within();
}

// Compiles a run of stars; returns the index of the next token.
std::size_t glob_program::add_stars(glob_sequence const& glob, std::size_t first) {
    auto end = first;
    while (end < glob.size() && glob[end].type == glob_token::kind::star) ++end;
    bool const at_component = first == 0 || glob[first - 1].type == glob_token::kind::slash;
    bool const crosses = end - first > 1 && at_component;
    if (crosses && end == glob.size()) {
        steps_.push_back({op::rest});
    } else if (crosses && glob[end].type == glob_token::kind::slash) {
        bool const again = !steps_.empty() && steps_.back().kind == op::directories;
        if (!again) steps_.push_back({op::directories});
        return end + 1;
    } else {
        steps_.push_back({op::star});
    }
    return end;
}

void glob_program::add_token(glob_token const& token) {
    if (token.type == glob_token::kind::slash) return steps_.push_back({op::slash, '/'});
    auto const& bytes = token.bytes;
    auto const count = bytes.count();
    if (count == 255) return steps_.push_back({op::any});
    // A folded letter is stored as the second of its two bytes, in lower case.
    std::size_t last = bytes.size() - 1;
    while (last > 0 && !bytes[last]) --last;
    bool const letter = letters_ == letter_case::folded && count == 2 && last >= 'a' &&
                        last <= 'z' && bytes[last ^ 0x20U];
    if (count == 1 || letter) {
        return steps_.push_back({op::byte, static_cast<unsigned char>(last)});
    }
    steps_.push_back({op::set, 0, static_cast<std::uint32_t>(sets_.size())});
    sets_.push_back(bytes);
}

void glob_program::take_ends() {
    auto const is_wild = [](step const& one) {
        return one.kind != op::byte && one.kind != op::slash;
    };
    auto const append = [&](auto begin, auto end) {
        for (; begin != end; ++begin) literals_ += static_cast<char>(begin->byte);
    };
    auto const first = std::find_if(steps_.begin(), steps_.end(), is_wild);
    auto const last = std::find_if(steps_.rbegin(), std::make_reverse_iterator(first), is_wild);
    append(steps_.begin(), first);
    head_ = literals_.size();
    append(last.base(), steps_.end());
    steps_.erase(last.base(), steps_.end());
    steps_.erase(steps_.begin(), first);
    auto const size = steps_.size();
    if (size < 2 || steps_[size - 2].kind != op::directories) return;
    if (steps_[size - 1].kind != op::star) return;
    steps_.pop_back();
    steps_.back() = {op::everything};
}

void glob_program::find_within() {
    if (letters_ == letter_case::folded) return;
    std::string text;
    for (step const& one : steps_) {
        bool const goes_on = one.kind == op::byte || one.kind == op::slash;
        text = goes_on ? text + static_cast<char>(one.byte) : std::string{};
        if (text.size() > within_.size()) within_ = text;
    }
}

byte_set glob_program::bytes_of(step const& one) const {
    if (one.kind == op::any) return ~byte_set{}.set('/');
    return one.kind == op::set ? sets_[one.set] : byte_set{}.set(one.byte);
}

prefix_suffix_filter::ends glob_program::ends() const {
    std::vector<step> all;
    auto const append = [&](char c) { all.push_back({op::byte, static_cast<unsigned char>(c)}); };
    for (char const c : head()) append(c);
    all.insert(all.end(), steps_.begin(), steps_.end());
    for (char const c : tail()) append(c);
    auto const fixed = [this](auto at, auto end) {
        std::vector<byte_set> bytes;
        for (; at != end && at->kind <= op::set; ++at) bytes.push_back(bytes_of(*at));
        return bytes;
    };
    return {fixed(all.begin(), all.end()), fixed(all.rbegin(), all.rend())};
}

std::vector<std::string> glob_program::required() const {
    std::vector<std::string> runs{"/" + std::string{head()}};
    for (step const& one : steps_) {
        if (one.kind == op::byte || one.kind == op::slash) {
            runs.back() += static_cast<char>(one.byte);
        } else {
            runs.emplace_back(one.kind == op::directories ? "/" : "");
        }
    }
    runs.back() += std::string{tail()} + "/";
    return runs;
}

bool glob_program::same(std::string_view literal, char const* text) const noexcept {
    if (literal.empty()) return true;
    if (letters_ == letter_case::sensitive) {
        return literal.front() == *text && std::memcmp(literal.data(), text, literal.size()) == 0;
    }
    return std::equal(literal.begin(), literal.end(), text,
                      [](char own, char other) { return own == fold(other); });
}

// The state of a match: a position in the steps and a position in the text.
class glob_program::run {
public:
    run(glob_program const& of, std::string_view text) noexcept
        : program_{of}, steps_{of.steps_}, text_{text} {}

    bool matches() noexcept {
        for (;;) {
            if (step_ == steps_.size() && at_ == text_.size()) return true;
            switch (advance()) {
            case outcome::on: continue;
            case outcome::found: return true;
            case outcome::stuck: break;
            }
            if (!lengthen_star() && !lengthen_directories()) return false;
        }
    }

private:
    enum class outcome { on, found, stuck };

    outcome advance() noexcept {
        if (step_ == steps_.size()) return outcome::stuck;
        switch (steps_[step_].kind) {
        case op::star: return begin_star();
        case op::directories: return begin_directories();
        case op::rest: return at_ < text_.size() ? outcome::found : outcome::stuck;
        case op::everything: return outcome::found;
        default: break;
        }
        if (at_ == text_.size() || !takes(steps_[step_], text_[at_])) return outcome::stuck;
        if (text_[at_] == '/') star_ = none; // no retry before the slash
        ++step_;
        ++at_;
        return outcome::on;
    }

    outcome begin_star() noexcept {
        star_ = ++step_;
        star_at_ = at_;
        bool const last = step_ == steps_.size();
        return last && text_.find('/', at_) == text_.npos ? outcome::found : outcome::on;
    }
    outcome begin_directories() noexcept {
        directories_ = ++step_;
        directories_at_ = at_;
        star_ = none;
        return outcome::on;
    }

    bool takes(step const& one, char byte) const noexcept {
        auto const value = static_cast<unsigned char>(byte);
        switch (one.kind) {
        case op::any: return byte != '/';
        case op::set: return program_.sets_[one.set][value];
        default: break;
        }
        return one.byte == value || (program_.letters_ == letter_case::folded &&
                                     one.byte == static_cast<unsigned char>(fold(byte)));
    }

    // Returns whether a step can succeed at this position.
    bool may_begin(std::size_t step, std::size_t at) const noexcept {
        if (step == steps_.size() || steps_[step].kind > op::set) return true;
        return at < text_.size() && takes(steps_[step], text_[at]);
    }
    // Extends the last `*` by one byte, and further past hopeless bytes.
    bool lengthen_star() noexcept {
        if (star_ == none) return false;
        do {
            if (star_at_ == text_.size() || text_[star_at_] == '/') return false;
            ++star_at_;
        } while (!may_begin(star_, star_at_));
        at_ = star_at_;
        step_ = star_;
        return true;
    }
    // Extends the last `**/` by one component, and further past hopeless components.
    bool lengthen_directories() noexcept {
        if (directories_ == none) return false;
        do {
            auto const slash = text_.find('/', directories_at_);
            if (slash == text_.npos) return false;
            directories_at_ = slash + 1;
        } while (!may_begin(directories_, directories_at_));
        at_ = directories_at_;
        step_ = directories_;
        star_ = none;
        return true;
    }

    static constexpr auto none = static_cast<std::size_t>(-1);

    glob_program const& program_;
    std::vector<step> const& steps_;
    std::string_view text_;
    std::size_t step_ = 0; // the next step
    std::size_t at_ = 0;
    std::size_t star_ = none; // the step after the last `*` of this component
    std::size_t star_at_ = 0; // the end of its text
    std::size_t directories_ = none;
    std::size_t directories_at_ = 0;
};

bool glob_program::matches(std::string_view text) const noexcept {
    if (text.size() < literals_.size()) return false;
    auto const end = text.size() - (literals_.size() - head_);
    if (!same(head(), text.data()) || !same(tail(), text.data() + end)) return false;
    if (is_literal()) return text.size() == head_;
    auto const gap = text.substr(head_, end - head_);
    return gap.find(within_) != gap.npos && run{*this, gap}.matches();
}

} // namespace restat::detail
