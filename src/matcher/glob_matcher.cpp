#include <restat/matcher/glob_matcher.hpp>

#include "glob_set.hpp"
#include "rule_list.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace restat {

using detail::glob_sequence;
using detail::glob_token;

namespace {

bool is_slash(glob_token const& token) noexcept { return token.type == glob_token::kind::slash; }

// Removes a final `/`, which selects directories; returns whether the glob had a `/`.
bool take_last_slash(glob_sequence& glob) {
    auto const size = glob.size();
    while (!glob.empty() && is_slash(glob.back())) glob.pop_back();
    return glob.size() != size;
}

void drop_current_directory(glob_sequence& glob) {
    glob_token const dot{.bytes = detail::byte_set{}.set('.')};
    while (glob.size() > 2 && glob[0] == dot && is_slash(glob[1])) {
        glob.erase(glob.begin(), glob.begin() + 2);
    }
}

// Adds each alternative of a glob under the same rule.
void add_glob(std::vector<std::string> const& globs, std::size_t rule, detail::glob_set& to,
              pattern_fault& fault) {
    auto const& glob = globs[rule];
    for (auto& choice : detail::parse_glob(glob, to.letters(), fault)) {
        bool const of_directory = take_last_slash(choice);
        if (choice.empty()) {
            fault = {errc::bad_pattern, glob, 0, "matches no name"};
            return;
        }
        bool const of_path = std::any_of(choice.begin(), choice.end(), is_slash);
        drop_current_directory(choice);
        to.add(std::move(choice),
               {.rule = rule, .of_directory = of_directory, .of_path = of_path});
    }
}

} // namespace

struct glob_matcher::rules {
    detail::rule_list written;
    detail::glob_set set;
};

glob_matcher::glob_matcher(std::vector<std::string> const& globs, glob_options how,
                           pattern_fault& fault) {
    fault = {};
    detail::glob_set set{how.letters};
    auto texts = globs;
    for (std::size_t i = 0; i < globs.size() && !fault; ++i) {
        add_glob(globs, i, set, fault);
    }
    for (auto const& extension : how.extensions) {
        if (fault) break;
        set.add(detail::sequence_of_extension(extension, how.letters, fault),
                {.rule = texts.size()});
        texts.push_back("*." + extension);
    }
    if (fault) set = detail::glob_set{how.letters};
    set.build();
    rules_ = std::make_shared<rules>(
        rules{{std::move(texts), std::move(how.origins)}, std::move(set)});
}

glob_matcher::glob_matcher(std::vector<std::string> const& globs, glob_options how) {
    pattern_fault fault;
    *this = glob_matcher{globs, std::move(how), fault};
    if (fault) detail::throw_error(std::move(fault));
}

verdict glob_matcher::operator()(candidate const& path) const noexcept {
    bool const found = rules_->set.matches(path);
    return detail::wanted(found, path);
}

explanation glob_matcher::explain(candidate const& path) const {
    auto const which = rules_->set.first(path);
    auto const says = detail::wanted(which.has_value(), path);
    return which ? rules_->written.explain(says, *which) : rules_->written.explain(says);
}

} // namespace restat
