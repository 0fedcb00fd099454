#pragma once

#include <restat/matcher/explanation.hpp>

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
class any_matcher {
public:
    /// Constructs a matcher with the verdict `none` for every path.
    any_matcher() noexcept = default;

    template <detail::held_matcher<any_matcher> M>
    any_matcher(M matcher) // NOLINT: holds any
        : object_{std::make_shared<M const>(std::move(matcher))}, how_{&how_of<M>} {}

    any_matcher(any_matcher const& other)
        : object_{other.object_ && other.how_->copy ? other.how_->copy(other.object_.get())
                                                    : other.object_}
        , how_{other.how_} {}
    any_matcher(any_matcher&&) noexcept = default;
    any_matcher& operator=(any_matcher other) noexcept {
        object_ = std::move(other.object_);
        how_ = other.how_;
        return *this;
    }
    ~any_matcher() = default;

    verdict operator()(candidate const& path) const noexcept {
        return object_ ? how_->call(object_.get(), path) : verdict::none;
    }
    explanation explain(candidate const& path) const {
        return object_ ? how_->explain(object_.get(), path) : explanation{};
    }
    void faults(std::vector<finding>& into) const {
        if (object_) how_->faults(object_.get(), into);
    }
    verdict previous_verdict(candidate const& path) const noexcept {
        return object_ ? how_->previous_verdict(object_.get(), path) : verdict::none;
    }
    directory_rules on_directory(candidate const& directory, directory_reader& reader) const {
        return object_ ? how_->on_directory(object_.get(), directory, reader)
                       : directory_rules::no_rules;
    }

private:
    /// The operations on a held matcher, whose type is erased: only its address is stored.
    struct operations {
        verdict (*call)(void const*, candidate const&) noexcept;
        explanation (*explain)(void const*, candidate const&);
        void (*faults)(void const*, std::vector<finding>&);
        verdict (*previous_verdict)(void const*, candidate const&) noexcept;
        directory_rules (*on_directory)(void const*, candidate const&, directory_reader&);
        std::shared_ptr<void const> (*copy)(void const*); ///< null if copies share the matcher
    };

    template <class M>
    static M const& as(void const* matcher) noexcept {
        return *static_cast<M const*>(matcher);
    }
    template <class M>
    static std::shared_ptr<void const> copy(void const* matcher) {
        return std::make_shared<M const>(as<M>(matcher));
    }
    template <class M>
    static constexpr auto copy_of() noexcept -> std::shared_ptr<void const> (*)(void const*) {
        if constexpr (entering_matcher<M> && std::copy_constructible<M>) return &copy<M>;
        return nullptr;
    }

    template <class M>
    static constexpr operations how_of = {
        [](void const* matcher, candidate const& path) noexcept -> verdict {
            return as<M>(matcher)(path);
        },
        [](void const* matcher, candidate const& path) {
            return restat::explain(as<M>(matcher), path);
        },
        [](void const* matcher, std::vector<finding>& into) {
            collect_faults(as<M>(matcher), into);
        },
        [](void const* matcher, candidate const& path) noexcept {
            return previous_verdict_of(as<M>(matcher), path);
        },
        [](void const* matcher, candidate const& in, directory_reader& reader) {
            return enter_directory(as<M>(matcher), in, reader);
        },
        copy_of<M>(),
    };

    std::shared_ptr<void const> object_;
    operations const* how_ = nullptr;
};

} // namespace restat
