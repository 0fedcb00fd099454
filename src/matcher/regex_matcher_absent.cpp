#include <restat/error.hpp>
#include <restat/matcher/regex_matcher.hpp>

#include <utility>

// The `regex_matcher` of a build without PCRE2. It refuses every pattern and matches nothing.

namespace restat {

struct regex_matcher::rules {};

regex_matcher::regex_matcher(std::vector<std::string> const& patterns, regex_options,
                             pattern_fault& fault) {
    fault = {};
    if (patterns.empty()) return;
    fault = {std::make_error_code(std::errc::not_supported), patterns.front(), 0,
             "this build has no regular expressions; build restat with the CMake option "
             "RESTAT_WITH_PCRE2=ON"};
}

regex_matcher::regex_matcher(std::vector<std::string> const& patterns, regex_options how) {
    pattern_fault fault;
    *this = regex_matcher{patterns, std::move(how), fault};
    if (fault) detail::throw_error(std::move(fault));
}

verdict regex_matcher::operator()(candidate const& path) const noexcept {
    return detail::wanted(false, path);
}

explanation regex_matcher::explain(candidate const& path) const {
    return {(*this)(path), {}, {}};
}

void regex_matcher::faults(std::vector<finding>&) const {}

} // namespace restat
