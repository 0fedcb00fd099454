#include <restat/matcher/regex_matcher.hpp>

#include "pcre2_pattern.hpp"
#include "rule_list.hpp"
#include "subject.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <utility>

// What is compiled, and the limits, are made once and read by all threads. What a match writes
// to is made for each call: a thread's own would be global state, and a pool would be a lock or a
// contended word for each path, which costs no less than one small allocation.

namespace restat {
namespace {

class rule {
public:
    rule(std::string const& text, regex_options how, pattern_fault& fault)
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

    void tell(std::vector<finding>& into) const {
        int const reason = gave_up_.load(std::memory_order_relaxed);
        if (reason == 0 || gave_up_.exchange(told, std::memory_order_relaxed) == told) return;
        auto const error = reason == PCRE2_ERROR_NOMEMORY
                               ? std::make_error_code(std::errc::not_enough_memory)
                               : make_error_code(errc::match_gave_up);
        into.push_back({pattern_.text(), error, "match"});
    }

private:
    static constexpr int told = 1;

    detail::pcre2_pattern pattern_;
    mutable std::atomic<int> gave_up_{0}; // PCRE2's reason, which is negative; or `told`
};

} // namespace

struct regex_matcher::rules {
    struct answer {
        verdict says = verdict::exclude;
        std::size_t which = 0; // of the patterns, unless it is `exclude`
    };

    rules(std::vector<std::string> texts, std::vector<std::string> origins)
        : written{std::move(texts), std::move(origins)} {}

    // The greatest verdict, as of `|`: one that gave up matters if no other is found.
    answer ask(std::string_view text) const noexcept {
        answer best;
        if (patterns.empty()) return best;
        detail::pcre2_ptr<pcre2_match_data> const data{pcre2_match_data_create(1, nullptr)};
        for (std::size_t i = 0; i < patterns.size() && best.says != verdict::include; ++i) {
            auto const says = patterns[i].ask(text, data.get(), limits.get());
            if (says > best.says) best = {says, i};
        }
        return best;
    }

    // A path of which a pattern came to no answer is neither wanted nor left out.
    static verdict verdict_of(answer const& to, candidate const& path) noexcept {
        if (to.says == verdict::none) return verdict::none;
        return detail::wanted(to.says == verdict::include, path);
    }

    detail::rule_list written;
    std::deque<rule> patterns;
    detail::pcre2_ptr<pcre2_match_context> limits = detail::make_match_limits();
};

regex_matcher::regex_matcher(std::vector<std::string> const& patterns, regex_options how,
                             pattern_fault& fault) {
    auto compiled = std::make_shared<rules>(patterns, how.origins);
    fault = {};
    for (auto const& text : patterns) {
        if (!fault) compiled->patterns.emplace_back(text, how, fault);
    }
    if (fault) compiled->patterns.clear();
    rules_ = std::move(compiled);
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
    for (rule const& one : rules_->patterns) one.tell(into);
}

} // namespace restat
