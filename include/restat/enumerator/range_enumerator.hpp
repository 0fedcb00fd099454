#pragma once

#include <restat/detail/owned.hpp>
#include <restat/entry.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/export.hpp>
#include <restat/file_system/base_directory.hpp>

#include <concepts>
#include <iterator>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace restat {

/// Something that has a path and a record of its own, such as an `entry`: it is not looked up.
template <class T>
concept path_with_record = requires(T const& value) {
    { value.path } -> std::convertible_to<split_path>;
    { value.record } -> std::convertible_to<stat_record>;
};

namespace detail {

/// What a `range_enumerator` does with each element: the part that needs no template.
class RESTAT_EXPORT path_visit {
public:
    /// Relative paths begin in `base`, which must outlive it.
    path_visit(matcher_ref matcher, snapshot_builder& into, std::error_code& error,
               base_directory const& base);

    /// Looks at a path and adds it. False when the scan is to be given up.
    bool operator()(std::string_view path);
    /// Adds what is known already.
    bool operator()(entry const& known);

    static bool born(base_directory const& base, std::string_view path, stat_record const& of,
                     stamp& made);
    static base_directory base();

private:
    struct files;

    bool goes_on();
    bool watched(std::string_view path, file_type type);

    matcher_ref matcher_;
    snapshot_builder& into_;
    std::error_code& error_;
    owned<files> files_;
    std::string path_;   // the last one, ended by a NUL
    std::string parent_; // the directory last asked about
    bool parent_watched_ = true;
};

} // namespace detail

/// A `file_enumerator` of any range of paths, or of values with a path and a record.
///
/// The range is gone through anew at each scan; it is held by value, so that a view refers to
/// what others change and a container does not. A matcher is asked about the parent directories
/// of a path first, from the top, and sees the whole path as the part below the root.
/// \errors as `list_enumerator`; an exception of the range passes through
/// \cost one stat a path, two for a link; none for a value that has its record
template <class Range>
class range_enumerator {
    static_assert(std::ranges::input_range<Range>, "Range is no input range");
    static_assert(
        std::convertible_to<std::ranges::range_reference_t<Range>, std::string_view> ||
            path_with_record<std::remove_cvref_t<std::ranges::range_reference_t<Range>>>,
        "the elements of Range are neither paths nor have .path and .record");

public:
    explicit range_enumerator(Range range)
        : range_(std::move(range)), base_{detail::path_visit::base()} {}

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error) {
        error.clear();
        detail::path_visit visit{matcher, into, error, base_};
        for (auto&& element : range_) {
            if (!visit_one(visit, element)) return;
        }
    }

    /// Of paths. When a value was made that has a record of its own, nobody knows.
    /// \cost a system call
    bool born(std::string_view path, stat_record const& of, stamp& made) const {
        using element = std::remove_cvref_t<std::ranges::range_reference_t<Range>>;
        if constexpr (path_with_record<element>) return false;
        return detail::path_visit::born(base_, path, of, made);
    }

    Range& range() noexcept { return range_; }

private:
    template <class Element>
    static bool visit_one(detail::path_visit& visit, Element const& element) {
        if constexpr (path_with_record<Element>) {
            return visit(entry{element.path, element.record});
        } else {
            return visit(std::string_view{element});
        }
    }

    Range range_;
    detail::base_directory base_;
};

template <class Range>
range_enumerator(Range) -> range_enumerator<Range>;

} // namespace restat
