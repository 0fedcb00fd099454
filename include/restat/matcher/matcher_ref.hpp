#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/matcher/path_matcher.hpp>

namespace restat {

/// Receives each path excluded by a matcher while the baseline is taken.
class exclusion_listener {
public:
    /// Called for each excluded path, from any thread of the scan.
    virtual void excluded(candidate const& path) noexcept = 0;

protected:
    exclusion_listener() = default;
    exclusion_listener(exclusion_listener const&) = default;
    exclusion_listener& operator=(exclusion_listener const&) = default;
    ~exclusion_listener() = default;
};

namespace detail {

/// Calls a matcher of any type by its address: the base of the matchers without a parameter. Has
/// every optional member, with the default of the concept if the matcher has none. Without a
/// matcher, the verdict is `none`.
class erased_matcher {
public:
    verdict operator()(candidate const& path) const noexcept { return call_(object_, path); }
    explanation explain(candidate const& path) const { return how_->explain(object_, path); }
    verdict previous_verdict(candidate const& path) const noexcept {
        return how_->previous_verdict(object_, path);
    }
    void faults(std::vector<finding>& into) const { how_->faults(object_, into); }
    directory_rules on_directory(candidate const& directory, directory_reader& reader) const {
        return how_->on_directory(object_, directory, reader);
    }
    /// Returns whether the matcher has `on_directory`, the notification about directories.
    bool enters() const noexcept { return how_->enters; }

protected:
    erased_matcher() noexcept : erased_matcher{&nothing} {}
    template <class M>
    explicit erased_matcher(M const* matcher) noexcept
        : object_{matcher}, call_{&call<M>}, how_{&how_of<M>} {}

    /// Calls the same type of matcher at another address from now on.
    void rebind(void const* matcher) noexcept { object_ = matcher; }
    /// Returns whether both call the same object.
    bool is_same_object(erased_matcher const& other) const noexcept {
        return object_ == other.object_ && call_ == other.call_;
    }

private:
    struct silent {
        verdict operator()(candidate const&) const noexcept { return verdict::none; }
    };
    static constexpr silent nothing{};
    struct operations {
        explanation (*explain)(void const*, candidate const&);
        void (*faults)(void const*, std::vector<finding>&);
        verdict (*previous_verdict)(void const*, candidate const&) noexcept;
        directory_rules (*on_directory)(void const*, candidate const&, directory_reader&);
        bool enters;
    };

    template <class M>
    static M const& as(void const* matcher) noexcept {
        return *static_cast<M const*>(matcher);
    }
    template <class M>
    static verdict call(void const* matcher, candidate const& path) noexcept {
        return static_cast<verdict>(as<M>(matcher)(path));
    }
    template <class M>
    static constexpr operations how_of = {
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
        entering_matcher<M>,
    };

    void const* object_;
    verdict (*call_)(void const*, candidate const&) noexcept; // beside the object: once per path
    operations const* how_;
};

} // namespace detail

/// A `path_matcher` that refers to another matcher. The matcher must outlive the reference. The
/// compiled core sees the matcher of its host through this type.
/// \cost one indirect call per path
class matcher_ref : public detail::erased_matcher {
public:
    /// Refers to the matcher.
    template <detail::held_matcher<matcher_ref> M>
    matcher_ref(M const& matcher) noexcept // NOLINT: a reference by design
        : erased_matcher{&matcher} {}

    verdict operator()(candidate const& path) const noexcept {
        verdict const says = erased_matcher::operator()(path);
        if (listener_ != nullptr && says == verdict::exclude) listener_->excluded(path);
        return says;
    }
    /// Returns a reference to the same matcher that also reports each excluded path to
    /// `listener`. The listener must outlive the reference.
    matcher_ref with(exclusion_listener& listener) const noexcept {
        matcher_ref made{*this};
        made.listener_ = &listener;
        return made;
    }
    /// Returns whether both refer to the same object.
    bool is_same(matcher_ref const& other) const noexcept { return is_same_object(other); }

private:
    exclusion_listener* listener_ = nullptr;
};

template <>
inline constexpr bool enable_matcher_logic<matcher_ref> = true;

} // namespace restat
