#include "glob_parser.hpp"

#include "brace_product.hpp"
#include "byte_classes.hpp"

#include <string_view>

namespace restat::detail {
namespace {

class parser {
public:
    parser(std::string_view glob, letter_case letters, pattern_fault& fault)
        : glob_{glob}, letters_{letters}, fault_{fault} {}

    std::vector<glob_sequence> run() {
        refuse_nul();
        while (at_ < glob_.size() && !fault_) parse_one();
        if (!braces_.empty()) fail(errc::bad_pattern, braces_.back(), "missing }");
        if (fault_) return {};
        return product_.take();
    }

private:
    // Keeps the first fault, which is the fault reported.
    void fail(errc error, std::size_t offset, char const* reason) {
        if (!fault_) fault_ = {error, std::string{glob_}, offset, reason};
    }
    // Rejects a NUL byte: no path contains such a byte, so the glob is a mistake.
    void refuse_nul() {
        auto const nul = glob_.find('\0');
        if (nul != glob_.npos) fail(errc::bad_pattern, nul, "a NUL byte, which no path contains");
    }
    void keep(bool fits) {
        if (!fits) {
            fail(errc::pattern_too_large, start_,
                 "expands to more than 1,024 alternatives or 16,384 bytes");
        }
    }

    void parse_one() {
        start_ = at_;
        switch (char const c = glob_[at_++]) {
        case '*': return keep(product_.append({.type = glob_token::kind::star}));
        case '?': return append_bytes(byte_set{}.set());
        case '[': return append_bytes(read_set());
        case '\\': return append_byte(read_escaped());
        case '{': return open_brace();
        case '}': return braces_.empty() ? append_byte(c) : close_brace();
        case ',': return braces_.empty() ? append_byte(c) : next_choice();
        default: append_byte(c);
        }
    }

    void open_brace() {
        if (braces_.size() == max_glob_alternatives) {
            fail(errc::pattern_too_large, start_, "more than 1,024 nested braces");
        }
        braces_.push_back(start_);
        product_.open();
    }
    void next_choice() {
        start_ = braces_.back();
        keep(product_.next());
    }
    void close_brace() {
        start_ = braces_.back();
        braces_.pop_back();
        keep(product_.close());
    }

    void append_byte(char byte) {
        if (byte == '/') return keep(product_.append({.type = glob_token::kind::slash}));
        append_bytes(byte_set{}.set(static_cast<unsigned char>(byte)));
    }
    void append_bytes(byte_set bytes) {
        if (letters_ == letter_case::folded) fold_letters(bytes);
        keep(product_.append({.bytes = bytes.reset('/')}));
    }

    byte_set read_set() {
        bool const negated = at_ < glob_.size() && (glob_[at_] == '!' || glob_[at_] == '^');
        if (negated) ++at_;
        byte_set members;
        for (auto const first = at_; at_ < glob_.size() && (at_ == first || glob_[at_] != ']');) {
            read_member(members);
        }
        if (at_ == glob_.size()) fail(errc::bad_pattern, start_, "missing ]");
        ++at_;
        if (!negated) return members;
        if (letters_ == letter_case::folded) fold_letters(members);
        return ~members;
    }

    void read_member(byte_set& into) {
        if (read_class(into)) return;
        auto const begin = at_;
        char const low = read_byte();
        char high = low;
        if (at_ + 1 < glob_.size() && glob_[at_] == '-' && glob_[at_ + 1] != ']') {
            ++at_;
            high = read_byte();
        }
        if (static_cast<unsigned char>(high) < static_cast<unsigned char>(low)) {
            fail(errc::bad_pattern, begin, "the end of the range is below its start");
        }
        add_range(into, low, high);
    }

    // Parses a class such as `[:alpha:]`. Without a near end, the text is ordinary bytes.
    bool read_class(byte_set& into) {
        auto const rest = glob_.substr(at_);
        if (!rest.starts_with("[:")) return false;
        auto const end = rest.substr(0, max_class).find(']', 2);
        if (end == std::string_view::npos || end < 3 || rest[end - 1] != ':') return false;
        if (!add_class(into, rest.substr(2, end - 3))) {
            fail(errc::bad_pattern, at_, "unknown character class");
        }
        at_ += end + 1;
        return true;
    }

    char read_byte() {
        char const c = glob_[at_++];
        return c == '\\' ? read_escaped() : c;
    }
    char read_escaped() {
        if (at_ < glob_.size()) return glob_[at_++];
        fail(errc::bad_pattern, at_ - 1, "no byte after the backslash");
        return '\\';
    }

    static constexpr std::size_t max_class = 32; // bytes of a class with its brackets

    std::string_view glob_;
    letter_case letters_;
    pattern_fault& fault_;
    brace_product product_;
    std::vector<std::size_t> braces_; // offsets of the open braces
    std::size_t at_ = 0;
    std::size_t start_ = 0; // of the current item
};

} // namespace

std::vector<glob_sequence> parse_glob(std::string const& glob, letter_case letters,
                                      pattern_fault& fault) {
    fault = {};
    return parser{glob, letters, fault}.run();
}

glob_sequence sequence_of_extension(std::string const& extension, letter_case letters,
                                    pattern_fault& fault) {
    fault = {};
    auto const offset = extension.find_first_of(std::string_view{"/\0", 2});
    if (extension.empty() || offset != extension.npos)
        fault = {errc::bad_pattern, extension, extension.empty() ? 0 : offset,
                 "no file has this extension"};
    glob_sequence made{{.type = glob_token::kind::star}};
    for (char const c : '.' + extension) {
        auto bytes = byte_set{}.set(static_cast<unsigned char>(c));
        if (letters == letter_case::folded) fold_letters(bytes);
        made.push_back({.bytes = bytes});
    }
    return made;
}

} // namespace restat::detail
