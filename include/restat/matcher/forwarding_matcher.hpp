#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/matcher/path_matcher.hpp>

#include <type_traits>
#include <utility>

namespace restat {

/// A base for matchers that wrap another matcher: has each member of the wrapped matcher and
/// forwards the call. A wrapper redeclares only its changed members. If a wrapper changes the
/// verdict, it must change `previous_verdict` in the same way too.
///
///     template <class Matcher>
///     struct counted : restat::forwarding_matcher<Matcher> {
///         using restat::forwarding_matcher<Matcher>::forwarding_matcher;
///         restat::verdict operator()(restat::candidate const& path) const noexcept {
///             ++calls;
///             return this->of()(path);
///         }
///     };
///
/// `Matcher` may be a reference to a const matcher with a longer lifetime than the wrapper.
template <class Matcher>
class forwarding_matcher {
    using inner = std::remove_cvref_t<Matcher>;
    static_assert(path_matcher<inner>, "what is wrapped is no path_matcher");

public:
    /// Stores the wrapped matcher, or the reference to it.
    explicit forwarding_matcher(Matcher of) : of_{std::forward<Matcher>(of)} {}

    verdict operator()(candidate const& path) const noexcept {
        return static_cast<verdict>(of_(path));
    }
    explanation explain(candidate const& path) const requires explaining_matcher<inner> {
        return of_.explain(path);
    }
    verdict previous_verdict(candidate const& path) const noexcept requires
        remembering_matcher<inner> {
        return of_.previous_verdict(path);
    }
    directory_rules on_directory(candidate const& directory, directory_reader& reader)
        const requires entering_matcher<inner> {
        return of_.on_directory(directory, reader);
    }
    void faults(std::vector<finding>& into) const requires faulting_matcher<inner> {
        of_.faults(into);
    }

protected:
    /// Returns the wrapped matcher.
    inner const& of() const noexcept { return of_; }

private:
    Matcher of_;
};

} // namespace restat
