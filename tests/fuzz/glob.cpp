// Globs: a bad one is refused as it should be; a good one says the same alone and among many,
// and, where it can be written as an expression, the same as PCRE2.
#include "input.hpp"

#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/regex_matcher.hpp>

#include <optional>

using restat::file_type;
using restat::glob_matcher;
using restat::glob_options;
using restat::letter_case;
using restat::pattern_fault;
using restat::verdict;

namespace {

/// A glob without braces and sets as an expression, read straight from the table in the header.
class translation {
public:
    explicit translation(std::string_view glob) {
        for (char const c : glob) { // three stars are two
            if (c != '*' || !glob_.ends_with("**")) glob_ += c;
        }
        rest_ = glob_;
    }

    std::optional<std::string> make() {
        while (!rest_.empty()) {
            if (!add_next()) return {};
        }
        return (is_of_path_ ? "\\A" : "(?:\\A|/)") + expression_ + "\\z";
    }

private:
    bool at_begin() const noexcept {
        return expression_.empty() || expression_.ends_with('/') || expression_.ends_with("/)*");
    }

    bool add_next() {
        if (at_begin() && take("**/")) {
            while (take("**/")) {
            }
            is_of_path_ = true;
            expression_ += expression_.empty() ? "/?(?:[^/]+/)*" : "(?:[^/]+/)*";
            return !rest_.empty() && rest_ != "**" && add_name();
        }
        if (rest_ == "/**") {
            rest_ = {};
            is_of_path_ = true;
            expression_ += "/.+";
            return true;
        }
        return add_name();
    }

    bool add_name() {
        char const c = rest_.front();
        rest_.remove_prefix(1);
        if (std::string_view{"[]{},"}.find(c) != std::string_view::npos) return false;
        if (c == '*') {
            while (take("*")) {
            }
            if (rest_.starts_with('/') && at_begin()) return false; // may have been a `**/`
            expression_ += "[^/]*";
        } else if (c == '?') {
            expression_ += "[^/]";
        } else if (c == '\\') {
            if (rest_.empty() || rest_.front() == '/') return false;
            add_byte(rest_.front());
            rest_.remove_prefix(1);
        } else {
            add_byte(c);
        }
        return true;
    }

    void add_byte(char c) {
        char text[8];
        std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned char>(c));
        expression_ += c == '/' ? "/" : text;
        is_of_path_ |= c == '/';
    }

    bool take(std::string_view what) {
        if (!rest_.starts_with(what)) return false;
        rest_.remove_prefix(what.size());
        return true;
    }

    std::string glob_;
    std::string_view rest_; // of it
    std::string expression_;
    bool is_of_path_ = false;
};

/// Whether the glob says what its text says: nothing that asks for a directory, no `./`.
bool is_plain(std::string_view glob) {
    return !glob.ends_with('/') && !glob.starts_with("./") && glob.find("//") == glob.npos &&
           glob.find('\0') == glob.npos;
}

std::vector<std::string> among_others(std::string const& glob) {
    std::vector<std::string> all;
    for (int i = 0; i < 10; ++i) {
        all.push_back("no\x01such" + std::to_string(i));
        all.push_back("no*such?\x01*" + std::to_string(i));
    }
    for (char const* one :
         {"*.\x02", "\x02*", "a\x02/**", "**/\x02/*.b", "[\x02]?", "{\x02,\x03}"}) {
        all.push_back(one);
    }
    all.insert(all.begin() + 11, glob);
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    fuzz::input given{bytes, size};
    glob_options how;
    bool const folded = given.line() == "f";
    if (folded) how.letters = letter_case::folded;
    auto const glob = given.line();

    pattern_fault fault;
    glob_matcher const alone{{glob}, how, fault};
    if (fault) {
        fuzz::check_fault(fault, glob);
        return 0;
    }
    glob_matcher const among{among_others(glob), how, fault};
    fuzz::demand(!fault, "is good alone, but not among others", glob);
    std::optional<restat::regex_matcher> expression;
    if (is_plain(glob)) {
        if (auto const text = translation{glob}.make()) {
            expression.emplace(std::vector<std::string>{*text},
                               restat::regex_options{.letters = how.letters});
        }
    }
    for (auto const& path : fuzz::paths_for(glob, given)) {
        if (path.find_first_of("\x01\x02\x03") != path.npos) continue;
        for (auto const type : {file_type::regular, file_type::directory}) {
            auto const says = fuzz::ask(alone, path, type);
            fuzz::demand(fuzz::ask(among, path, type) == says, "differs among others", glob,
                         path);
        }
        if (!expression) continue;
        auto const expected = (*expression)({path, 0});
        bool const agrees = expected == verdict::none || alone({path, 0}) == expected;
        fuzz::demand(agrees, "differs from what it means", glob, path);
    }
    return 0;
}
