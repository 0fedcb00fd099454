#include "gitignore_rules.hpp"

#include "folding.hpp"

#include <algorithm>
#include <bit>

// Searches from cheap to expensive. A single hash each finds the whole name, the part after the
// last dot, and the whole path. Then the remaining rules are tried, the last first, until a rule
// matches or precedes the rule already found. With many rules, a bit table by first and last byte
// skips most of them.

namespace restat::detail {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// Strips trailing blanks, except for an escaped blank. A tab is not a blank.
std::string_view without_trailing_blanks(std::string_view line) noexcept {
    std::size_t end = 0; // of the kept part
    for (std::size_t i = 0; i < line.size(); ++i) {
        bool const blank = line[i] == ' ';
        if (line[i] == '\\') ++i;
        if (i >= line.size()) return line;
        if (!blank) end = i + 1;
    }
    return line.substr(0, end);
}

// Reduces `**/name` to the name, which is matched against names alone.
std::string_view without_any_directory(std::string_view pattern) noexcept {
    bool const anywhere =
        pattern.starts_with("**/") && pattern.find('/', 3) == std::string_view::npos;
    return anywhere ? pattern.substr(3) : pattern;
}

std::string lowered(std::string_view text) {
    std::string folded{text};
    std::transform(folded.begin(), folded.end(), folded.begin(), lower);
    return folded;
}

} // namespace

std::string_view gitignore_rule::pattern() const noexcept {
    auto rest = text.substr(negated ? 1 : 0);
    if (directory_only) rest.remove_suffix(1);
    if (!by_name && rest.starts_with('/')) rest.remove_prefix(1);
    return rest;
}

std::vector<gitignore_rule> parse_gitignore(std::string_view text) {
    std::vector<gitignore_rule> rules;
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    for (std::size_t line = 1; !text.empty(); ++line) {
        auto const end = std::min(text.find('\n'), text.size());
        auto whole = text.substr(0, end);
        text.remove_prefix(std::min(text.size(), end + 1));
        if (whole.starts_with('#')) continue;
        if (whole.ends_with('\r')) whole.remove_suffix(1);
        whole = whole.substr(0, whole.find('\0'));
        gitignore_rule rule{without_trailing_blanks(whole), line};
        auto rest = rule.text;
        rule.negated = rest.starts_with('!');
        if (rule.negated) rest.remove_prefix(1);
        rule.directory_only = rest.ends_with('/');
        if (rule.directory_only) rest.remove_suffix(1);
        rule.by_name = rest.find('/') == std::string_view::npos;
        if (!rest.empty()) rules.push_back(rule);
    }
    return rules;
}

void gitignore_literals::add(std::string text, std::uint32_t rule, bool directory_only) {
    auto const hash = folded_hash(text);
    sizes_ |= std::uint64_t{1} << text.size() % 64;
    items_.push_back({std::move(text), hash, rule + 1, directory_only ? 0 : rule + 1});
}

void gitignore_literals::index() {
    auto const slots = std::bit_ceil(items_.size() * 2 + 1);
    slots_.assign(slots, 0);
    std::vector<item> kept;
    for (item& added : items_) {
        auto at = static_cast<std::size_t>(added.hash & (slots - 1));
        while (slots_[at] != 0 && kept[slots_[at] - 1].text != added.text)
            at = (at + 1) & (slots - 1);
        if (slots_[at] == 0) {
            kept.push_back(std::move(added));
            slots_[at] = static_cast<std::uint32_t>(kept.size());
        } else {
            item& same = kept[slots_[at] - 1];
            same.of_any = added.of_any;
            same.of_file = std::max(same.of_file, added.of_file);
        }
    }
    items_ = std::move(kept);
}

std::uint32_t gitignore_literals::find(std::string_view text, bool is_directory) const noexcept {
    if ((sizes_ >> text.size() % 64 & 1) == 0) return 0;
    auto const hash = folded_hash(text);
    auto const mask = slots_.size() - 1;
    for (auto at = static_cast<std::size_t>(hash & mask); slots_[at] != 0; at = (at + 1) & mask) {
        item const& found = items_[slots_[at] - 1];
        if (found.hash != hash || found.text != text) continue;
        return is_directory ? found.of_any : found.of_file;
    }
    return 0;
}

gitignore_rules::gitignore_rules(std::string text, std::string origin, letter_case letters)
    : text_{std::move(text)}
    , origin_{std::move(origin)}
    , letters_{letters}
    , rules_{parse_gitignore(text_)} {
    for (std::uint32_t i = 0; i < rules_.size(); ++i) add(i);
    names_.index();
    extensions_.index();
    paths_.index();
    ends_.build();
    index_wild();
}

void gitignore_rules::add(std::uint32_t index) {
    gitignore_rule const& rule = rules_[index];
    auto const anywhere = without_any_directory(rule.pattern());
    bool const by_name = rule.by_name || anywhere.size() != rule.pattern().size();
    rules_[index].by_name = by_name;
    wild_pattern made{by_name ? anywhere : rule.pattern(),
                      by_name ? wild_text::name : wild_text::path, letters_};
    if (made.found_fault() == wild_pattern::fault::too_large) too_large_ = rule.line;
    if (made.found_fault() != wild_pattern::fault::none) return;
    using against = prefix_suffix_filter::against;
    bool const open = !ends_.add(made.ends(), by_name ? against::name : against::path);
    if (auto whole = made.literal()) {
        auto& literals = by_name ? names_ : paths_;
        return literals.add(std::move(*whole), index, rule.directory_only);
    }
    auto suffix = made.suffix();
    if (by_name && suffix && suffix->rfind('.') == 0) {
        return extensions_.add(std::move(*suffix), index, rule.directory_only);
    }
    if (open) open_.push_back({wild_.size(), by_name ? made.required_pairs() : 0});
    wild_.push_back({index, std::move(made)});
}

gitignore_rule const* gitignore_rules::match(gitignore_subject const& asked,
                                             std::string_view path) const noexcept {
    std::uint32_t found = 0;
    if (!may_match(asked, path)) {
        found = open_.empty() ? 0 : find_open(asked, path);
    } else if (letters_ == letter_case::sensitive) {
        found = find(asked, path);
    } else {
        try {
            found = find_folded(asked, path);
        } catch (...) { // no memory: decides as without rules
        }
    }
    return found == 0 ? nullptr : &rules_[found - 1];
}

std::uint32_t gitignore_rules::find_folded(gitignore_subject const& asked,
                                           std::string_view path) const {
    auto const folded = lowered(path);
    std::string_view const name =
        std::string_view{folded}.substr(path.size() - asked.name.size());
    return find({name, asked.is_directory}, folded);
}

std::uint32_t gitignore_rules::find_literal(gitignore_subject const& asked,
                                            std::string_view path) const noexcept {
    auto const extension = asked.name.substr(std::min(asked.name.rfind('.'), asked.name.size()));
    return std::max({names_.find(asked.name, asked.is_directory),
                     extensions_.find(extension, asked.is_directory),
                     paths_.find(path, asked.is_directory)});
}

void gitignore_rules::index_wild() {
    constexpr std::size_t few = 4;
    if (wild_.size() <= few) return;
    blocks_.resize((wild_.size() + 63) / 64);
    for (std::size_t i = 0; i < wild_.size(); ++i) {
        auto& [first_of_name, first_of_path, last] = blocks_[i / 64];
        auto const& [rule, pattern] = wild_[i];
        auto& first = rules_[rule].by_name ? first_of_name : first_of_path;
        auto const own = std::uint64_t{1} << i % 64;
        for (std::size_t byte = 0; byte < 256; ++byte) {
            if (pattern.may_begin(static_cast<char>(byte))) first[byte % 64] |= own;
            if (pattern.may_end(static_cast<char>(byte))) last[byte % 64] |= own;
        }
    }
}

// Returns whether any rule except the open rules may match, judged by the start and end of a
// path.
bool gitignore_rules::may_match(gitignore_subject const& asked,
                                std::string_view path) const noexcept {
    using against = prefix_suffix_filter::against;
    constexpr std::size_t few = 8;
    bool const folded = letters_ == letter_case::folded && !open_.empty();
    return open_.size() > few || folded || ends_.may_end(path) ||
           ends_.may_begin(asked.name, against::name) || ends_.may_begin(path, against::path);
}

std::uint32_t gitignore_rules::find_open(gitignore_subject const& asked,
                                         std::string_view path) const noexcept {
    auto const pairs = wild_pattern::pairs_in(asked.name);
    for (auto at = open_.rbegin(); at != open_.rend(); ++at) {
        if ((at->pairs & ~pairs) != 0) continue;
        auto const& [index, pattern] = wild_[at->at];
        if (rules_[index].directory_only && !asked.is_directory) continue;
        if (pattern.matches(rules_[index].by_name ? asked.name : path)) return index + 1;
    }
    return 0;
}

// Returns a bit for each wildcard rule of a block that may match.
std::uint64_t gitignore_rules::may_match(std::size_t block, gitignore_subject const& asked,
                                         std::string_view path) const noexcept {
    auto const size = std::min(wild_.size() - 64 * block, std::size_t{64});
    if (blocks_.empty() || asked.name.empty()) return ~std::uint64_t{0} >> (64 - size);
    auto const& [first_of_name, first_of_path, last] = blocks_[block];
    auto const row = [](char byte) { return static_cast<unsigned char>(byte) % std::size_t{64}; };
    return (first_of_name[row(asked.name.front())] | first_of_path[row(path.front())]) &
           last[row(path.back())];
}

std::uint32_t gitignore_rules::find(gitignore_subject const& asked,
                                    std::string_view path) const noexcept {
    auto const found = find_literal(asked, path);
    for (auto block = (wild_.size() + 63) / 64; block-- > 0;) {
        for (auto left = may_match(block, asked, path); left != 0;) {
            auto const bit = static_cast<std::size_t>(std::bit_width(left) - 1);
            left ^= std::uint64_t{1} << bit;
            auto const& [index, pattern] = wild_[64 * block + bit];
            if (index < found) return found;
            gitignore_rule const& rule = rules_[index];
            if (rule.directory_only && !asked.is_directory) continue;
            if (pattern.matches(rule.by_name ? asked.name : path)) return index + 1;
        }
    }
    return found;
}

} // namespace restat::detail
