#include "glob_set.hpp"

#include "base/hash.hpp"
#include "folding.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

// Finds the globs that may match a path by a search in tables, and tries only these:
//
//     glob                       table                                key of the search
//     Makefile  **/Makefile      names_       Makefile                the last component
//     src/a.cpp                  paths_       src/a.cpp               the path, and the part below
//     *.cpp                      extensions_  cpp                     the text after the last dot
//     lib*  **/test/**  *_a.?    grams_       /lib  /tes  est/  _a.   each four bytes of the path
//     a*  *~                     shorts_      /a  ~/                  each two bytes of the path
//     *a*  ?  [!.]*              always_
//
// A `/` is added before and after a path, so that prefixes and suffixes are grams too. A glob has
// many grams and is stored under its rarest. So a thousand globs with the same start are
// separated by their end, or by a gram in the middle.
//
// Before the search, a filter rejects paths whose start and end match no glob.
//
// A path with very many known grams is matched against all globs instead. So the time never
// exceeds path length times number of globs.

namespace restat::detail {
namespace {

constexpr std::size_t few = 8;        // globs to try without a table
constexpr std::size_t max_grams = 64; // considered per glob
constexpr std::size_t long_gram = 4;
constexpr std::size_t short_gram = 2;

bool is_slash(glob_token const& token) noexcept { return token.type == glob_token::kind::slash; }
bool is_star(glob_token const& token) noexcept { return token.type == glob_token::kind::star; }

template <std::size_t Size>
std::uint64_t gram_at(char const* from) noexcept {
    using word = std::conditional_t<Size == long_gram, std::uint32_t, std::uint16_t>;
    return hash_word(load_folded<word>(from));
}

// Reduces `**/x`, which is `x` in any directory, to a name without a slash.
bool drop_directories(glob_sequence& glob) {
    auto begin = glob.begin();
    for (auto end = begin; end != glob.end();) {
        end = std::find_if_not(begin, glob.end(), is_star);
        if (end - begin < 2 || end == glob.end() || !is_slash(*end)) break;
        begin = end + 1;
    }
    if (begin == glob.begin() || std::any_of(begin, glob.end(), is_slash)) return false;
    glob.erase(glob.begin(), begin);
    return true;
}

// Returns some of the grams that a matching text contains.
template <std::size_t Size>
std::vector<std::uint64_t> grams_of(glob_program const& glob) {
    std::vector<std::uint64_t> grams;
    for (auto const& run : glob.required()) {
        for (std::size_t i = 0; i + Size <= run.size() && grams.size() < max_grams; ++i) {
            grams.push_back(gram_at<Size>(run.data() + i));
        }
    }
    return grams;
}

// Stores each glob under its rarest gram; returns the globs without a gram.
template <std::size_t Size, class Globs>
std::vector<std::uint32_t> file_under_grams(std::vector<std::uint32_t> const& which,
                                            Globs const& globs, candidate_table& into) {
    std::vector<std::uint64_t> all;
    for (auto const glob : which) {
        auto const own = grams_of<Size>(globs[glob].program);
        all.insert(all.end(), own.begin(), own.end());
    }
    std::sort(all.begin(), all.end());
    auto const count = [&](std::uint64_t gram) {
        auto const [begin, end] = std::equal_range(all.begin(), all.end(), gram);
        return end - begin;
    };
    std::vector<std::uint32_t> left;
    for (auto const glob : which) {
        auto const own = grams_of<Size>(globs[glob].program);
        auto const rarest = std::min_element(own.begin(), own.end(),
                                             [&](auto a, auto b) { return count(a) < count(b); });
        if (rarest == own.end()) {
            left.push_back(glob);
        } else {
            into.add(*rarest, glob);
        }
    }
    return left;
}

// Searches for the grams of a text, each once.
template <std::size_t Size>
class gram_search {
public:
    explicit gram_search(candidate_table const& globs) noexcept : globs_{globs} {}

    template <class Found>
    bool visit(std::string_view text, Found found) {
        if (globs_.empty() || text.size() + 2 < Size) return false;
        std::array<char, Size> ends;
        ends.fill('/');
        std::copy_n(text.begin(), std::min(text.size(), Size - 1), ends.begin() + 1);
        if (look_up(gram_at<Size>(ends.data()), found)) return true;
        auto const filter = globs_.filter_bits();
        for (std::size_t i = 0; i + Size <= text.size(); ++i) {
            auto const gram = gram_at<Size>(text.data() + i);
            if (filter.may_have(gram) && look_up(gram, found)) return true;
        }
        if (text.size() + 1 < Size) return false; // the text has a single gram
        std::copy_n(text.end() - (Size - 1), Size - 1, ends.begin());
        ends.back() = '/';
        return look_up(gram_at<Size>(ends.data()), found);
    }

private:
    template <class Found>
    bool look_up(std::uint64_t gram, Found found) {
        auto* const end = seen_.data() + count_;
        if (std::find(seen_.data(), end, gram) != end) return false;
        if (count_ == seen_.size()) return look_up_all(found);
        seen_[count_++] = gram;
        return globs_.visit(gram, found);
    }
    // Tries all globs, once; then no search is left.
    template <class Found>
    bool look_up_all(Found found) {
        if (std::exchange(all_, true)) return false;
        return globs_.visit_all(found);
    }

    candidate_table const& globs_;
    std::array<std::uint64_t, 32> seen_;
    std::size_t count_ = 0;
    bool all_ = false;
};

} // namespace

void glob_set::add(glob_sequence glob, glob_use use) {
    if (drop_directories(glob)) use.of_path = false;
    globs_.push_back({glob_program{glob, letters_}, use});
}

void glob_set::build() {
    has_names_ = std::any_of(globs_.begin(), globs_.end(),
                             [](entry const& one) { return !one.use.of_path; });
    std::vector<glob_id> rest;
    for (glob_id glob = 0; glob < globs_.size(); ++glob) {
        if (!file(glob)) rest.push_back(glob);
    }
    rest_has_paths_ = std::any_of(rest.begin(), rest.end(),
                                  [&](glob_id glob) { return globs_[glob].use.of_path; });
    if (rest.size() > few) rest = file_under_grams<long_gram>(rest, globs_, grams_);
    if (rest.size() > few) rest = file_under_grams<short_gram>(rest, globs_, shorts_);
    always_ = std::move(rest);
    for (auto* table : {&names_, &paths_, &extensions_, &grams_, &shorts_}) table->build();
    filter_ends();
}

void glob_set::filter_ends() {
    for (glob_id glob = 0; glob < globs_.size(); ++glob) {
        auto const& [program, use] = globs_[glob];
        auto const against = use.of_path ? prefix_suffix_filter::against::path
                                         : prefix_suffix_filter::against::name;
        if (!ends_.add(program.ends(), against)) open_.push_back(glob);
    }
    filters_ = open_.size() <= few;
    is_of_names_ = open_.empty() && !ends_.asks_paths();
    ends_.build();
}

// Stores a glob in a table with direct access; returns whether a table fits.
bool glob_set::file(glob_id glob) {
    auto const& [program, use] = globs_[glob];
    auto const tail = program.tail();
    if (program.is_literal()) {
        auto const whole = program.head();
        (use.of_path ? paths_ : names_).add(folded_hash(whole), glob);
        if (use.of_path) path_lengths_ |= std::uint64_t{1} << whole.size() % 64;
    } else if (!use.of_path && program.is_tail() && tail.rfind('.') == 0) {
        extensions_.add(folded_hash(tail.substr(1)), glob);
    } else {
        return false;
    }
    return true;
}

struct glob_set::asked {
    std::string_view path;
    std::string_view below; // the part below the root; empty if this is the whole path
    std::string_view name;  // if any glob matches names
    bool is_directory;
};

auto glob_set::ask(candidate const& of) const noexcept -> asked {
    subject const text{of};
    auto const path = text.whole();
    return {path, text.below() == 0 ? std::string_view{} : path.substr(text.below()),
            has_names_ ? text.name() : std::string_view{}, of.is_directory()};
}

bool glob_set::tries(glob_id glob, asked const& texts) const noexcept {
    auto const& [program, use] = globs_[glob];
    if (use.of_directory && !texts.is_directory) return false;
    if (!use.of_path) return program.matches(texts.name);
    if (program.matches(texts.path)) return true;
    return !texts.below.empty() && !program.is_anywhere() && program.matches(texts.below);
}

// Calls `found` for each glob that may match, until a call returns true.
template <class Found>
bool glob_set::visit(asked const& texts, Found found) const noexcept {
    if (!names_.empty() && names_.visit(folded_hash(texts.name), found)) return true;
    if (!extensions_.empty()) {
        auto const dot = texts.name.rfind('.');
        auto const extension = dot == texts.name.npos ? "" : texts.name.substr(dot + 1);
        if (dot != texts.name.npos && extensions_.visit(folded_hash(extension), found))
            return true;
    }
    auto const is_literal = [&](std::string_view whole) {
        bool const of_length = (path_lengths_ >> whole.size() % 64 & 1) != 0;
        return of_length && paths_.visit(folded_hash(whole), found);
    };
    if (is_literal(texts.path)) return true;
    if (!texts.below.empty() && is_literal(texts.below)) return true;
    if (std::any_of(always_.begin(), always_.end(), found)) return true;
    auto const searched = rest_has_paths_ ? texts.path : texts.name;
    return gram_search<long_gram>{grams_}.visit(searched, found) ||
           gram_search<short_gram>{shorts_}.visit(searched, found);
}

// Returns whether any glob may match, by the start and end of a path.
bool glob_set::may_match(asked const& texts) const noexcept {
    using against = prefix_suffix_filter::against;
    return ends_.may_end(texts.path) || ends_.may_begin(texts.name, against::name) ||
           ends_.may_begin(texts.path, against::path) ||
           ends_.may_begin(texts.below, against::path);
}

// Does the same if no glob requires the start of a path; for paths in canonical spelling.
bool glob_set::may_match_name(candidate const& path) const noexcept {
    return ends_.may_end(path.path) || path.path.ends_with('/') ||
           ends_.may_begin(last_component(path.path), prefix_suffix_filter::against::name);
}

bool glob_set::matches(candidate const& path) const noexcept {
    if (is_of_names_ && !may_match_name(path)) return false;
    auto const texts = ask(path);
    auto const match = [&](glob_id glob) { return tries(glob, texts); };
    if (filters_ && !may_match(texts)) return std::any_of(open_.begin(), open_.end(), match);
    return visit(texts, match);
}

std::optional<std::size_t> glob_set::first(candidate const& path) const noexcept {
    auto const texts = ask(path);
    std::optional<std::size_t> least;
    visit(texts, [&](glob_id glob) {
        auto const rule = globs_[glob].use.rule;
        if ((!least || rule < *least) && tries(glob, texts)) least = rule;
        return false;
    });
    return least;
}

} // namespace restat::detail
