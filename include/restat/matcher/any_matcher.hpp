#pragma once

#include <restat/matcher/explanation.hpp>

#include <memory>
#include <utility>

namespace restat {

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

    template <detail::held_matcher<any_matcher> M>
    any_matcher(M matcher) // NOLINT: holds any
        : object_{std::make_shared<M const>(std::move(matcher))}
        , call_{&call<M>}
        , explain_{&explain_by<M>}
        , faults_{&faults_of<M>}
        , previously_{&previously_of<M>}
        , enter_{entering_matcher<M> ? &enter_of<M> : nullptr} {}

    verdict operator()(candidate const& path) const noexcept {
        return object_ ? call_(object_.get(), path) : verdict::none;
    }
    explanation explain(candidate const& path) const {
        return object_ ? explain_(object_.get(), path) : explanation{};
    }
    void faults(std::vector<finding>& into) const {
        if (object_) faults_(object_.get(), into);
    }
    verdict previously(candidate const& path) const noexcept {
        return object_ ? previously_(object_.get(), path) : verdict::none;
    }
    entered enter(candidate const& directory, directory_reader& reader) const {
        return enter_ ? enter_(object_.get(), directory, reader) : entered::no_rules;
    }

private:
    template <class M>
    static verdict call(void const* matcher, candidate const& path) noexcept {
        return (*static_cast<M const*>(matcher))(path);
    }
    template <class M>
    static explanation explain_by(void const* matcher, candidate const& path) {
        return restat::explain(*static_cast<M const*>(matcher), path);
    }
    template <class M>
    static void faults_of(void const* matcher, std::vector<finding>& into) {
        collect_faults(*static_cast<M const*>(matcher), into);
    }
    template <class M>
    static verdict previously_of(void const* matcher, candidate const& path) noexcept {
        return previous_verdict(*static_cast<M const*>(matcher), path);
    }
    template <class M>
    static entered enter_of(void const* matcher, candidate const& in, directory_reader& reader) {
        return enter_directory(*static_cast<M const*>(matcher), in, reader);
    }

    std::shared_ptr<void const> object_;
    verdict (*call_)(void const*, candidate const&) noexcept = nullptr;
    explanation (*explain_)(void const*, candidate const&) = nullptr;
    void (*faults_)(void const*, std::vector<finding>&) = nullptr;
    verdict (*previously_)(void const*, candidate const&) noexcept = nullptr;
    entered (*enter_)(void const*, candidate const&, directory_reader&) = nullptr;
};

} // namespace restat
