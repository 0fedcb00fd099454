#include <restat/matcher/glob_matcher.hpp>

#include "glob_automaton.hpp"
#include "rule_list.hpp"
#include "subject.hpp"

#include <algorithm>
#include <utility>

namespace restat {

using detail::glob_sequence;
using detail::glob_target;
using detail::glob_token;

namespace {

bool is_slash(glob_token const& token) noexcept { return token.what == glob_token::kind::slash; }

// A `/` at the end asks for a directory and is taken away.
glob_target take_target(glob_sequence& glob) {
    auto target = glob_target::anything;
    for (; !glob.empty() && is_slash(glob.back()); glob.pop_back()) {
        target = glob_target::directory;
    }
    return target;
}

void drop_current_directory(glob_sequence& glob) {
    glob_token const dot{.bytes = detail::byte_set{}.set('.')};
    while (glob.size() > 2 && glob[0] == dot && is_slash(glob[1])) {
        glob.erase(glob.begin(), glob.begin() + 2);
    }
}

} // namespace

struct glob_matcher::rules {
    explicit rules(letter_case of, std::vector<std::string> texts = {},
                   std::vector<std::string> origins = {})
        : letters{of}, globs{std::move(texts), std::move(origins)} {}

    letter_case letters;
    detail::rule_list globs;
    detail::glob_automaton names;
    detail::glob_automaton paths;

    void add(std::string const& glob, pattern_fault& fault) {
        for (auto& choice : detail::parse_glob(glob, letters, fault)) {
            auto const target = take_target(choice);
            if (choice.empty()) {
                fault = {errc::bad_pattern, glob, 0, "names nothing"};
                return;
            }
            bool const of_path = std::any_of(choice.begin(), choice.end(), is_slash);
            drop_current_directory(choice);
            (of_path ? paths : names).add(choice, target);
        }
    }

    bool match(candidate const& path) const noexcept {
        detail::subject const text{path};
        auto const what = path.is_directory() ? glob_target::directory : glob_target::anything;
        return names.matches(text.name(), 0, what) ||
               paths.matches(text.whole(), text.below(), what);
    }
};

glob_matcher::glob_matcher(std::vector<std::string> const& globs, glob_options how,
                           pattern_fault& fault) {
    auto const letters = how.letters;
    auto compiled = std::make_shared<rules>(letters, globs, std::move(how.origins));
    fault = {};
    for (auto const& glob : globs) {
        if (!fault) compiled->add(glob, fault);
    }
    if (fault) compiled = std::make_shared<rules>(letters);
    rules_ = std::move(compiled);
}

glob_matcher::glob_matcher(std::vector<std::string> const& globs, glob_options how) {
    pattern_fault fault;
    *this = glob_matcher{globs, std::move(how), fault};
    if (fault) detail::throw_error(std::move(fault));
}

verdict glob_matcher::operator()(candidate const& path) const noexcept {
    return detail::wanted(rules_->match(path), path);
}

explanation glob_matcher::explain(candidate const& path) const {
    auto const says = (*this)(path);
    auto const& globs = rules_->globs;
    if (says != verdict::include) return globs.explain(says);
    std::size_t which = 0;
    for (; which + 1 < globs.texts().size(); ++which) {
        rules alone{rules_->letters};
        pattern_fault fault;
        alone.add(globs.texts()[which], fault);
        if (alone.match(path)) break;
    }
    return globs.explain(says, which);
}

} // namespace restat
