#include <restat/change.hpp>

#include "base/quoted.hpp"

namespace restat {

std::string to_string(change const& of) {
    auto text = detail::quoted(of.path) + ' ' + std::string{to_string(of.kind)};
    if (of.kind == change_kind::renamed) return text + " from " + detail::quoted(of.from);
    return of.changed == fields::none ? text : text + " (" + to_string(of.changed) + ')';
}

} // namespace restat
