#pragma once

#include <restat/enumerator/file_enumerator.hpp>

#include <cstddef>
#include <tuple>
#include <utility>

namespace restat {

/// A `file_enumerator` of what several others find. A path that two of them find counts once.
/// \errors those of the parts; a part that gives the scan up ends it for all
template <class... Enumerators>
class joined_enumerator {
    static_assert((file_enumerator<Enumerators> && ...),
                  "one of Enumerators is no file_enumerator: it needs "
                  "enumerate(matcher_ref, snapshot_builder&, std::error_code&)");

public:
    explicit joined_enumerator(Enumerators... parts) : parts_{std::move(parts)...} {}

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error) {
        error.clear();
        auto const one = [&](auto& part) {
            part.enumerate(matcher, into, error);
            return !error;
        };
        std::apply([&](auto&... part) { return (one(part) && ...); }, parts_);
    }

    /// In the first part that can tell.
    std::size_t place_of(std::string_view path) const {
        std::size_t place = path.npos;
        auto const one = [&](auto const& part) {
            place = restat::place_of(part, path);
            return place != path.npos;
        };
        std::apply([&](auto const&... part) { (one(part) || ...); }, parts_);
        return place;
    }

    template <std::size_t Index>
    auto& part() noexcept {
        return std::get<Index>(parts_);
    }

private:
    std::tuple<Enumerators...> parts_;
};

template <class... Enumerators>
joined_enumerator(Enumerators...) -> joined_enumerator<Enumerators...>;

} // namespace restat
