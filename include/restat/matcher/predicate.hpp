#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/matcher/path_matcher.hpp>

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

namespace restat {

/// A `path_matcher` made from any noexcept function of a candidate. Combines with other matchers
/// and uses its name in explanations.
///
///     predicate hidden{[](candidate const& path) noexcept { return path.name()[0] == '.'; },
///                      "hidden files"};
///     glob_matcher{"*.cpp"} & !hidden
///
/// A function with a `bool` result selects paths: true is `include`; false is `exclude` for a
/// file, `none` for a directory. A function with a `verdict` result decides directly.
template <class Function>
class predicate {
    static_assert(std::is_nothrow_invocable_v<Function const&, candidate const&>,
                  "a predicate is callable as const with a candidate and is noexcept");

    static constexpr bool wants =
        std::same_as<std::invoke_result_t<Function const&, candidate const&>, bool>;

public:
    /// Stores the function, and the name for explanations.
    explicit predicate(Function function, std::string name = {})
        : function_{std::move(function)}, name_{std::move(name)} {}

    verdict operator()(candidate const& path) const noexcept {
        if constexpr (wants) {
            return detail::wanted(function_(path), path);
        } else {
            return function_(path);
        }
    }
    /// Returns the name as the rule of each included path and, for functions with a verdict as
    /// result, of each excluded path.
    explanation explain(candidate const& path) const {
        auto const said = (*this)(path);
        return {.says = said, .rule = decides(said) ? name_ : std::string{}};
    }

private:
    static constexpr bool decides(verdict said) noexcept {
        return said == verdict::include || (!wants && said == verdict::exclude);
    }

    Function function_;
    std::string name_;
};

template <class Function>
inline constexpr bool enable_matcher_logic<predicate<Function>> = true;

} // namespace restat
#endif
