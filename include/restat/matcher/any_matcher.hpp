#pragma once

#include <restat/matcher/path_matcher.hpp>

#include <memory>
#include <utility>

namespace restat {
namespace detail {

// Looks at the type itself first, else the question whether it is a matcher would ask itself.
template <class M, class Holder>
concept other_matcher =
    !std::same_as<std::remove_cvref_t<M>, Holder> && path_matcher<std::remove_cvref_t<M>>;

} // namespace detail

/// A `path_matcher` that holds any other: for a choice that is made at run time.
///
///     any_matcher wanted = glob_matcher{"*.cpp"};
///     if (quick) wanted = wanted & !glob_matcher{"slow/"};
///
/// \cost an indirect call a path; copies share the matcher, as nothing can change it
class any_matcher {
public:
    /// Says `none` of every path.
    any_matcher() noexcept = default;

    template <detail::other_matcher<any_matcher> M>
    any_matcher(M&& matcher) // NOLINT: holds any
        : object_{std::make_shared<std::remove_cvref_t<M> const>(std::forward<M>(matcher))}
        , call_{&call<std::remove_cvref_t<M>>}
        , faults_{&faults_of<std::remove_cvref_t<M>>} {}

    verdict operator()(candidate const& path) const noexcept {
        return object_ ? call_(object_.get(), path) : verdict::none;
    }
    void faults(std::vector<finding>& into) const {
        if (object_) faults_(object_.get(), into);
    }

private:
    template <class M>
    static verdict call(void const* matcher, candidate const& path) noexcept {
        return (*static_cast<M const*>(matcher))(path);
    }
    template <class M>
    static void faults_of(void const* matcher, std::vector<finding>& into) {
        collect_faults(*static_cast<M const*>(matcher), into);
    }

    std::shared_ptr<void const> object_;
    verdict (*call_)(void const*, candidate const&) noexcept = nullptr;
    void (*faults_)(void const*, std::vector<finding>&) = nullptr;
};

} // namespace restat
