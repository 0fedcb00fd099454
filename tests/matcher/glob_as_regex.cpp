// Compares random globs on random paths with PCRE2, by expressions translated from the glob.
#include <restat/matcher/glob_matcher.hpp>

#include <matcher/pcre2_handle.hpp>

#include "candidates.hpp"
#include "dice.hpp"

using restat::candidate;
using restat::glob_matcher;
using restat::letter_case;
using restat::pattern_fault;
using restat::verdict;
using tests::dice;

namespace {

std::size_t end_of_set(std::string const& glob, std::size_t begin) {
    bool const negated = glob[begin + 1] == '!' || glob[begin + 1] == '^';
    auto end = glob.find(']', begin + (negated ? 3 : 2));
    while (glob[end - 1] == ':') end = glob.find(']', end + 1); // of a class
    return end;
}

/// Returns the expansions of a glob with braces.
std::vector<std::string> without_braces(std::string const& glob) {
    std::size_t begin = glob.npos;
    std::vector<std::size_t> cuts;
    int depth = 0;
    for (std::size_t i = 0; i < glob.size(); ++i) {
        if (glob[i] == '\\') {
            ++i;
        } else if (glob[i] == '[') {
            i = end_of_set(glob, i);
        } else if (glob[i] == '{') {
            if (++depth == 1) cuts.push_back(begin = i);
        } else if (glob[i] == ',' && depth == 1) {
            cuts.push_back(i);
        } else if (glob[i] == '}' && depth > 0 && --depth == 0) {
            cuts.push_back(i);
            break;
        }
    }
    if (cuts.empty()) return {glob};
    std::vector<std::string> all;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        auto const choice = glob.substr(cuts[i] + 1, cuts[i + 1] - cuts[i] - 1);
        for (auto& one :
             without_braces(glob.substr(0, begin) + choice + glob.substr(cuts.back() + 1))) {
            all.push_back(std::move(one));
        }
    }
    return all;
}

/// Returns the meaning of a run of stars; `end` is set after the run and its slash.
std::string expression_of_stars(std::string const& glob, std::size_t& end) {
    auto const begin = end;
    while (end < glob.size() && glob[end] == '*') ++end;
    bool const at_component = begin == 0 || glob[begin - 1] == '/';
    if (!at_component || end - begin == 1) return "[^/]*";
    if (end == glob.size()) return ".+";
    if (glob[end] != '/') return "[^/]*";
    ++end;
    return "(?:[^/]*/)*";
}

/// Translates a glob without braces into an expression of PCRE2.
std::string expression_of(std::string const& glob) {
    std::string made = "\\A";
    for (std::size_t i = 0; i < glob.size();) {
        if (glob[i] == '*') {
            made += expression_of_stars(glob, i);
        } else if (glob[i] == '[') {
            auto const end = end_of_set(glob, i) + 1;
            auto set = glob.substr(i, end - i);
            if (set[1] == '!') set[1] = '^';
            made += "(?!/)" + set;
            i = end;
        } else if (glob[i] == '?') {
            made += "[^/]";
            ++i;
        } else {
            if (glob[i] == '\\') ++i;
            made += std::string{"\\Q"} + glob[i++] + "\\E";
        }
    }
    return made + "\\z";
}

/// Translates a single alternative of a glob into PCRE2.
class alternative {
public:
    alternative(std::string glob, letter_case letters) {
        auto const size = glob.size();
        while (glob.ends_with('/')) glob.pop_back();
        of_directory_ = glob.size() != size;
        of_path_ = glob.find('/') != glob.npos;
        while (glob.starts_with("./") && glob.size() > 2) glob.erase(0, 2);
        auto const text = expression_of(glob);
        std::uint32_t flags = PCRE2_DOTALL;
        if (letters == letter_case::folded) flags |= PCRE2_CASELESS;
        int error = 0;
        PCRE2_SIZE offset = 0;
        code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), flags,
                                  &error, &offset, nullptr));
        BOOST_TEST_INFO(text << " at " << offset);
        BOOST_REQUIRE(code_);
        data_.reset(pcre2_match_data_create(1, nullptr));
    }

    bool matches(candidate const& path) const {
        if (of_directory_ && !path.is_directory()) return false;
        if (!of_path_) return finds(path.name());
        return finds(path.path) || finds(path.relative());
    }

private:
    bool finds(std::string_view in) const {
        return pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(in.data()), in.size(), 0, 0,
                           data_.get(), nullptr) >= 0;
    }

    bool of_directory_ = false;
    bool of_path_ = false;
    restat::detail::pcre2_ptr<pcre2_code> code_;
    restat::detail::pcre2_ptr<pcre2_match_data> data_;
};

constexpr std::string_view pieces[] = {
    "a",  "B",      "a", "*",   "**",   "**/",  "/",    "/",        "./",  "?",
    "{",  ",",      "}", "{a,", "b*,}", "[aB]", "[!a]", "[]-]",     "\\*", "[[:alpha:]]",
    "-a", "{*/,a}", ".", "^",   "$",    "(",    "|",    "[a-b.{,]", "[^B]"};

std::string random_glob(dice& random) {
    std::string glob;
    for (auto length = 1 + random.below(8); length > 0; --length) glob += random.one_of(pieces);
    return glob;
}

std::string random_text(dice& random) {
    constexpr std::string_view of[] = {"a", "b", "B", "/", "/", "*",
                                       "-", ".", "^", "(", "|", "A"};
    std::string text{random.one_of(of)};
    for (auto length = random.below(8); length > 0; --length) {
        auto const& next = random.one_of(of);
        if (next != "/" || !text.ends_with('/')) text += next;
    }
    while (text.size() > 1 && text.ends_with('/')) text.pop_back();
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(globs_as_expressions)

BOOST_AUTO_TEST_CASE(globs_agree_with_pcre2) {
    auto const seed = tests::new_seed();
    dice random{seed};
    std::size_t found = 0;
    std::size_t taken = 0;
    for (int round = 0; round < 10'000; ++round) {
        auto const glob = random_glob(random);
        auto const letters = random.below(3) == 0 ? letter_case::folded : letter_case::sensitive;
        pattern_fault fault;
        glob_matcher const matcher{{glob}, {.letters = letters}, fault};
        if (fault) continue;
        ++taken;
        std::vector<alternative> expected;
        for (auto const& one : without_braces(glob)) expected.emplace_back(one, letters);
        for (int i = 0; i < 20; ++i) {
            auto const text = random_text(random);
            if (text == "/" || text.starts_with("./")) continue; // no glob matches these
            auto const slash = text.find('/');
            auto const below = random.below(2) == 0 || slash == text.npos ? 0 : slash + 1;
            auto const type =
                random.below(3) == 0 ? restat::file_type::directory : restat::file_type::regular;
            candidate const path{text, below, type};
            bool matched = false;
            for (auto const& one : expected) matched = matched || one.matches(path);
            found += matched;
            BOOST_TEST_INFO("seed " << seed << ": '" << glob << "' on '" << text << "' below "
                                    << below);
            BOOST_REQUIRE((matcher(path) == verdict::include) == matched);
        }
    }
    BOOST_TEST(taken > 5'000U);
    BOOST_TEST(found > 1'000U);
}

BOOST_AUTO_TEST_SUITE_END()
