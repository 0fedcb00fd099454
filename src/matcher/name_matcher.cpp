#include <restat/matcher/name_matcher.hpp>

#include "subject.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace restat {

name_matcher::name_matcher(name_lists names) : names_{std::move(names)} {
    std::sort(names_.files.begin(), names_.files.end());
    std::sort(names_.directories.begin(), names_.directories.end());
}

verdict name_matcher::operator()(candidate const& path) const noexcept {
    auto const& list = path.is_directory() ? names_.directories : names_.files;
    auto const name = detail::subject{path}.name();
    return detail::wanted(std::binary_search(list.begin(), list.end(), name, std::less<>{}),
                          path);
}

explanation name_matcher::explain(candidate const& path) const {
    auto const said = (*this)(path);
    bool const found = said == verdict::include;
    return {said, std::string{found ? detail::subject{path}.name() : ""}, names_.origin};
}

} // namespace restat
