#pragma once

#include <restat/matcher/explanation.hpp>

#include <utility>

namespace restat {

/// A base for matchers that wrap another matcher: has each member of the wrapped matcher and
/// forwards the call. A wrapper redeclares only its changed members. If a wrapper changes the
/// verdict, it must change `previous_verdict` in the same way too.
template <class Matcher>
class forwarding_matcher {
    static_assert(path_matcher<Matcher>, "what is wrapped is no path_matcher");

public:
    explicit forwarding_matcher(Matcher of) : of_{std::move(of)} {}

    verdict operator()(candidate const& path) const noexcept {
        return static_cast<verdict>(of_(path));
    }
    explanation explain(candidate const& path) const { return restat::explain(of_, path); }
    verdict previous_verdict(candidate const& path) const noexcept {
        return previous_verdict_of(of_, path);
    }
    directory_rules on_directory(candidate const& directory, directory_reader& reader)
        const requires entering_matcher<Matcher> {
        return of_.on_directory(directory, reader);
    }
    void faults(std::vector<finding>& into) const { collect_faults(of_, into); }

protected:
    /// Returns the wrapped matcher.
    Matcher const& of() const noexcept { return of_; }

private:
    Matcher of_;
};

} // namespace restat
