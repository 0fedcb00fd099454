#pragma once

#include <restat/change.hpp>
#include <restat/detail/file_reader.hpp>
#include <restat/entry.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace restat::detail {

/// Finds the changes that left a file with the same bytes: the comparison of contents, for any
/// strategy. Remembers a hash of each file as the strategy knows it, with a hash of its record.
///
///     baseline ---------------------> learn ---> known <--+
///                                                  |      | learn_answered: the record is still
///                                           compare|      | that of the delivery
///     delivery, step by step: prepared <-----------+      |
///         answered      |                                 |
///                       +--------> answered files --------+
///
/// A hash is known only for a final record that was the same before and after the file was read.
/// Every other file counts as changed. An equal hash proves that nothing was lost: later writes
/// leave another record than the last scan found.
/// \cost of each step: a part of a file, at most 64 KiB, or the status of a file
class content_filter {
public:
    /// Compares contents from now on, with this reader of files.
    void use(std::shared_ptr<file_reader> files);
    bool is_on() const noexcept { return files_ != nullptr; }

    /// Forgets all contents: the paths have other files.
    void begin() noexcept;
    /// Begins a delivery. Keeps what a refused delivery has read.
    void begin_offer();
    enum class answer : unsigned char { unfinished, same, differs };
    /// Takes a step of the comparison of a changed file with its known content.
    answer compare(change const& what);
    /// The prepared changes are known to the strategy.
    void answered() noexcept;

    /// Takes a step to read the content of an unchanged file. Returns false at its end.
    bool learn(entry const& of);
    /// Takes a step to learn the answered files. Returns false if none is left.
    bool learn_answered();

private:
    // A changed file in a delivery.
    struct prepared {
        stat_record after;
        std::optional<std::uint64_t> content = {};
        bool is_same = false;
    };
    struct known {
        std::uint64_t content;
        std::uint64_t record;
    };
    // A file that is read part by part.
    struct reading {
        std::string path = {}; // empty if no file is read
        std::size_t offset = 0;
        std::uint64_t hash = 0;
        std::optional<std::uint64_t> result = {}; // without an error
    };
    template <class Value>
    using map = std::map<std::string, Value, std::less<>>;

    bool read(reading& of, std::string_view path);
    bool is_still(std::string_view path, stat_record const& record);
    std::optional<std::uint64_t> known_content(change const& what) const;
    answer prepare(change const& what, std::optional<std::uint64_t> content, bool is_same);

    std::shared_ptr<file_reader> files_;
    map<known> known_;
    std::list<map<prepared>> prepared_{1}; // a single map
    map<prepared> refused_;
    std::list<map<prepared>> answered_;
    reading comparing_;
    reading learning_;
};

} // namespace restat::detail
