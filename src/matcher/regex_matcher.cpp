#include <restat/matcher/regex_matcher.hpp>

#include "literal_set.hpp"
#include "match_data_pool.hpp"
#include "pcre2_pattern.hpp"
#include "required_literal.hpp"
#include "rule_list.hpp"
#include "subject.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <deque>
#include <new>
#include <utility>

// Patterns are tried in turn, in batches of 64. A batch of more than a few patterns first
// searches the path, in a single pass, for texts required by its patterns; most patterns are then
// skipped. All threads share the compiled patterns; each match borrows its own memory.

namespace restat {
namespace {

class rule {
public:
    rule(std::string const& text, regex_options const& how, pattern_fault& fault)
        : pattern_{text, how, fault} {}

    verdict ask(std::string_view text, pcre2_match_data* data,
                pcre2_match_context* limits) const noexcept {
        int const result = data ? pattern_.search(text, data, limits) : PCRE2_ERROR_NOMEMORY;
        if (result >= 0) return verdict::include;
        if (result == PCRE2_ERROR_NOMATCH) return verdict::exclude;
        int never = 0;
        gave_up_.compare_exchange_strong(never, result, std::memory_order_relaxed);
        return verdict::none;
    }

    void report(std::vector<finding>& into) const {
        int const reason = gave_up_.load(std::memory_order_relaxed);
        if (reason == 0 || gave_up_.exchange(reported, std::memory_order_relaxed) == reported)
            return;
        auto const error = reason == PCRE2_ERROR_NOMEMORY
                               ? std::make_error_code(std::errc::not_enough_memory)
                               : make_error_code(errc::match_gave_up);
        into.push_back({pattern_.text(), error, "match"});
    }

private:
    static constexpr int reported = 1;

    detail::pcre2_pattern pattern_;
    mutable std::atomic<int> gave_up_{0}; // the negative code of PCRE2; or `reported`
};

using groups = detail::literal_set::groups;

// A group of up to 64 patterns.
class batch {
public:
    // A single pass over a path costs as much as about six patterns.
    static constexpr std::size_t enough = 8;

    batch(std::size_t first, std::size_t size) : first_{first}, size_{size} {}

    std::size_t first() const noexcept { return first_; }

    void prepare(std::vector<std::string> const& patterns, regex_options const& how) {
        std::vector<std::vector<std::string>> texts;
        for (std::size_t i = 0; i < size_; ++i) {
            texts.push_back(detail::required_literals(patterns[first_ + i], how));
            if (!texts.back().empty()) filtered_ |= groups{1} << i;
        }
        if (static_cast<std::size_t>(std::popcount(filtered_)) < enough) filtered_ = 0;
        if (filtered_ != 0) literals_ = {texts, how.letters};
    }

    // Returns the patterns of the batch that may match.
    groups possible_in(std::string_view path) const noexcept {
        auto const all = ~groups{0} >> (detail::literal_set::most - size_);
        if (filtered_ == 0) return all;
        return (all & ~filtered_) | literals_.maybe_in(path);
    }

private:
    std::size_t first_;
    std::size_t size_;
    groups filtered_ = 0; // the patterns with required texts
    detail::literal_set literals_;
};

} // namespace

struct regex_matcher::rules {
    struct answer {
        verdict says = verdict::exclude;
        std::size_t which = 0; // index of the pattern, unless `exclude`
    };

    rules(std::vector<std::string> texts, regex_options const& how, pattern_fault& fault)
        : written{std::move(texts), how.origins} {
        if (!limits) throw std::bad_alloc{};
        auto const& all = written.texts();
        for (auto const& text : all) {
            patterns.emplace_back(text, how, fault);
            if (fault) break;
        }
        if (fault)
            patterns.clear();
        else
            group(how);
    }

    void group(regex_options const& how) {
        auto const& all = written.texts();
        for (std::size_t i = 0; i < all.size(); i += detail::literal_set::most) {
            batches.emplace_back(i, std::min(all.size() - i, detail::literal_set::most))
                .prepare(all, how);
        }
    }

    // Returns the greatest verdict, as `|` does: a pattern that gave up counts only if no other
    // pattern matches.
    answer ask(std::string_view text) const noexcept {
        answer best;
        if (patterns.empty()) return best;
        detail::match_data_pool::loan const data{pool};
        int given_up = 0;
        for (batch const& some : batches) {
            for (auto left = some.possible_in(text); left != 0; left &= left - 1) {
                auto const i = some.first() + static_cast<std::size_t>(std::countr_zero(left));
                auto const says = patterns[i].ask(text, data.get(), limits.get());
                if (says > best.says) best = {says, i};
                if (says == verdict::include) return best;
                if (says == verdict::none && ++given_up == patience) return best;
            }
        }
        return best;
    }

    // Returns `none` for a path on which a pattern gave up, and no other matched.
    static verdict verdict_of(answer const& to, candidate const& path) noexcept {
        if (to.says == verdict::none) return verdict::none;
        return detail::wanted(to.says == verdict::include, path);
    }

    // After so many failures on a single path, the remaining patterns are skipped.
    static constexpr int patience = 8;

    detail::rule_list written;
    std::deque<rule> patterns;
    std::vector<batch> batches;
    detail::match_data_pool pool;
    detail::pcre2_ptr<pcre2_match_context> limits = detail::pcre2_pattern::make_limits();
};

regex_matcher::regex_matcher(std::vector<std::string> const& patterns, regex_options how,
                             pattern_fault& fault) {
    fault = {};
    rules_ = std::make_shared<rules>(patterns, how, fault);
}

regex_matcher::regex_matcher(std::vector<std::string> const& patterns, regex_options how) {
    pattern_fault fault;
    *this = regex_matcher{patterns, how, fault};
    if (fault) detail::throw_error(std::move(fault));
}

verdict regex_matcher::operator()(candidate const& path) const noexcept {
    return rules::verdict_of(rules_->ask(detail::subject{path}.whole()), path);
}

explanation regex_matcher::explain(candidate const& path) const {
    auto const answer = rules_->ask(detail::subject{path}.whole());
    auto const says = rules::verdict_of(answer, path);
    return answer.says == verdict::exclude ? rules_->written.explain(says)
                                           : rules_->written.explain(says, answer.which);
}

void regex_matcher::faults(std::vector<finding>& into) const {
    for (rule const& one : rules_->patterns) one.report(into);
}

} // namespace restat
