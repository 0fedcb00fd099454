#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
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

/// A type with a path and a record of its own, such as `entry`. The scan makes no system call for
/// such a value.
template <class T>
concept path_with_record = requires(T const& value) {
    { value.path } -> std::convertible_to<split_path>;
    { value.record } -> std::convertible_to<stat_record>;
};

namespace detail {

/// Adds the elements of a range for a `range_enumerator`: the part without templates.
class RESTAT_EXPORT path_visit {
public:
    /// Resolves relative paths from `base`. The base directory must outlive this object.
    path_visit(matcher_ref matcher, snapshot_builder& into, std::error_code& error,
               base_directory const& base);

    /// Checks a path and adds the result. Returns false if the scan is to be abandoned.
    bool operator()(std::string_view path);
    /// Adds an entry with known records. Returns false likewise.
    bool operator()(entry const& known);

    static bool birth_time(base_directory const& base, std::string_view path,
                           stat_record const& of, stamp& made);
    static base_directory base();

private:
    struct files;

    bool goes_on();
    bool watched(std::string_view path, file_type type);

    matcher_ref matcher_;
    snapshot_builder& into_;
    std::error_code& error_;
    owned<files> files_;
    std::string path_;   // the path of the last element
    std::string parent_; // the directory of the last question
    bool parent_watched_ = true;
};

} // namespace detail

/// A `file_enumerator` of any range of paths, or of values with a path and a record.
///
/// Each scan iterates over the range again. The enumerator holds the range by value: a view
/// refers to elements owned by the caller, a container is a copy of the elements. The matcher
/// decides first about the parent directories of a path, from the top, and receives the whole
/// path as the part below the root.
/// \errors as `list_enumerator`; an exception of the range passes through
/// \cost a stat per path, two for a link; none for a value with its own record
template <class Range>
class range_enumerator {
    static_assert(std::ranges::input_range<Range>, "Range is no input range");
    static_assert(
        std::convertible_to<std::ranges::range_reference_t<Range>, std::string_view> ||
            path_with_record<std::remove_cvref_t<std::ranges::range_reference_t<Range>>>,
        "the elements of Range are neither paths nor have .path and .record");

public:
    /// Stores the range. A relative path begins in the present working directory.
    explicit range_enumerator(Range range)
        : range_(std::move(range)), base_{detail::path_visit::base()} {}

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error) {
        error.clear();
        detail::path_visit visit{matcher, into, error, base_};
        for (auto&& element : range_) {
            if (!visit_one(visit, element)) return;
        }
    }

    /// Returns whether the object of this record is still at the path and its birth time is
    /// known. For a value with its own record, the birth time is always unknown.
    /// \cost a system call or two
    bool birth_time(std::string_view path, stat_record const& of, stamp& made) const {
        using element = std::remove_cvref_t<std::ranges::range_reference_t<Range>>;
        if constexpr (path_with_record<element>) return false;
        return detail::path_visit::birth_time(base_, path, of, made);
    }

    /// Returns the range; the caller may change it between scans.
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
#endif
