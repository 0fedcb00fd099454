#pragma once

#include <restat/matcher/explanation.hpp>

namespace restat {

/// Receives each path excluded by a matcher while the baseline is taken.
class exclusion_listener {
public:
    virtual void excluded(candidate const& path) noexcept = 0;

protected:
    exclusion_listener() = default;
    exclusion_listener(exclusion_listener const&) = default;
    exclusion_listener& operator=(exclusion_listener const&) = default;
    ~exclusion_listener() = default;
};

/// A `path_matcher` that refers to another matcher. The matcher must outlive the reference. The
/// compiled core sees the matcher of its host through this type.
/// \cost one indirect call per path
class matcher_ref {
public:
    template <detail::held_matcher<matcher_ref> M>
    matcher_ref(M const& matcher) noexcept // NOLINT: a reference by design
        : object_{&matcher}
        , call_{&call<M>}
        , explain_{&explain_by<M>}
        , previously_{&previously_of<M>}
        , faults_{&faults_of<M>}
        , enter_{entering_matcher<M> ? &enter_of<M> : nullptr} {}

    verdict operator()(candidate const& path) const noexcept {
        verdict const says = call_(object_, path);
        if (listener_ != nullptr && says == verdict::exclude) listener_->excluded(path);
        return says;
    }
    explanation explain(candidate const& path) const { return explain_(object_, path); }
    verdict previous_verdict(candidate const& path) const noexcept {
        return previously_(object_, path);
    }
    void faults(std::vector<finding>& into) const { faults_(object_, into); }
    directory_rules on_directory(candidate const& directory, directory_reader& reader) const {
        return enter_ ? enter_(object_, directory, reader) : directory_rules::no_rules;
    }
    /// Returns a reference to the same matcher that also reports each excluded path to
    /// `listener`. The listener must outlive the reference.
    matcher_ref with(exclusion_listener& listener) const noexcept {
        matcher_ref made{*this};
        made.listener_ = &listener;
        return made;
    }
    /// Returns whether both refer to the same object.
    bool is_same(matcher_ref const& other) const noexcept {
        return object_ == other.object_ && call_ == other.call_;
    }
    /// Returns whether the matcher has `on_directory`, the notification about directories.
    bool enters() const noexcept { return enter_ != nullptr; }

private:
    template <class M>
    static verdict call(void const* object, candidate const& path) noexcept {
        return static_cast<verdict>((*static_cast<M const*>(object))(path));
    }
    template <class M>
    static explanation explain_by(void const* object, candidate const& path) {
        return restat::explain(*static_cast<M const*>(object), path);
    }
    template <class M>
    static verdict previously_of(void const* object, candidate const& path) noexcept {
        return previous_verdict_of(*static_cast<M const*>(object), path);
    }
    template <class M>
    static void faults_of(void const* object, std::vector<finding>& into) {
        collect_faults(*static_cast<M const*>(object), into);
    }
    template <class M>
    static directory_rules enter_of(void const* object, candidate const& in,
                                    directory_reader& reader) {
        return enter_directory(*static_cast<M const*>(object), in, reader);
    }

    void const* object_;
    verdict (*call_)(void const*, candidate const&) noexcept;
    explanation (*explain_)(void const*, candidate const&);
    verdict (*previously_)(void const*, candidate const&) noexcept;
    void (*faults_)(void const*, std::vector<finding>&);
    directory_rules (*enter_)(void const*, candidate const&, directory_reader&);
    exclusion_listener* listener_ = nullptr;
};

} // namespace restat
