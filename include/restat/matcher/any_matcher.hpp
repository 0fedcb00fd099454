#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/matcher/matcher_ref.hpp>

#include <memory>
#include <utility>

namespace restat {

/// A `path_matcher` that holds any other matcher, for a choice made at run time.
///
///     any_matcher wanted = glob_matcher{"*.cpp"};
///     if (quick) wanted = wanted & !glob_matcher{"slow/"};
///
/// \cost one indirect call per path. Copies share a matcher without state of its own, as nothing
/// can change it. A matcher with rules read from the tree is copied with each `any_matcher`.
class any_matcher : public detail::erased_matcher {
public:
    /// Constructs a matcher with the verdict `none` for every path.
    any_matcher() noexcept = default;

    /// Holds the matcher.
    template <detail::held_matcher<any_matcher> M>
    any_matcher(M matcher) // NOLINT: holds any
        : any_matcher{std::make_shared<M const>(std::move(matcher))} {}

    /// Shares the matcher, or copies a matcher with rules read from the tree.
    any_matcher(any_matcher const& other)
        : erased_matcher{other}
        , object_{other.copy_ ? other.copy_(other.object_.get()) : other.object_}
        , copy_{other.copy_} {
        if (object_) rebind(object_.get());
    }
    any_matcher(any_matcher&& other) noexcept : any_matcher{} { swap(other); }
    any_matcher& operator=(any_matcher other) noexcept {
        swap(other);
        return *this;
    }
    ~any_matcher() = default;

private:
    using copy_function = std::shared_ptr<void const> (*)(void const*);

    template <class M>
    explicit any_matcher(std::shared_ptr<M const> matcher) noexcept
        : erased_matcher{matcher.get()}, object_{std::move(matcher)}, copy_{copy_of<M>()} {}

    template <class M>
    static std::shared_ptr<void const> copy(void const* matcher) {
        return std::make_shared<M const>(*static_cast<M const*>(matcher));
    }
    template <class M>
    static constexpr copy_function copy_of() noexcept {
        if constexpr (entering_matcher<M> && std::copy_constructible<M>) return &copy<M>;
        return nullptr;
    }

    void swap(any_matcher& other) noexcept {
        std::swap(static_cast<erased_matcher&>(*this), static_cast<erased_matcher&>(other));
        object_.swap(other.object_);
        std::swap(copy_, other.copy_);
    }

    std::shared_ptr<void const> object_;
    copy_function copy_ = nullptr; // null if copies share the matcher
};

template <>
inline constexpr bool enable_matcher_logic<any_matcher> = true;

} // namespace restat
#endif
