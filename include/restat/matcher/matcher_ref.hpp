#pragma once

#include <restat/matcher/explanation.hpp>

namespace restat {

/// A `path_matcher` that refers to another, which must outlive it: how the compiled core sees
/// whichever matcher its host was given.
/// \cost one indirect call a path
class matcher_ref {
public:
    template <detail::held_matcher<matcher_ref> M>
    matcher_ref(M const& matcher) noexcept // NOLINT: a reference by design
        : object_{&matcher}
        , call_{[](void const* object, candidate const& path) noexcept {
            return static_cast<verdict>((*static_cast<M const*>(object))(path));
        }}
        , explain_{[](void const* object, candidate const& path) {
            return restat::explain(*static_cast<M const*>(object), path);
        }} {}

    verdict operator()(candidate const& path) const noexcept { return call_(object_, path); }
    explanation explain(candidate const& path) const { return explain_(object_, path); }

private:
    void const* object_;
    verdict (*call_)(void const*, candidate const&) noexcept;
    explanation (*explain_)(void const*, candidate const&);
};

} // namespace restat
