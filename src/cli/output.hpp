#pragma once

#include "settings.hpp"

#include <restat/change_set.hpp>
#include <restat/snapshot.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <system_error>

namespace restat::cli {

/// Writes all of `text`, however many calls it takes; waits while the reader is slow.
std::error_code write_all(int descriptor, std::string_view text) noexcept;

/// Writes `text` unless that would wait longer than `limit` for the reader: then the rest is lost,
/// and this is false.
bool write_within(int descriptor, std::string_view text,
                  std::chrono::milliseconds limit) noexcept;

/// Whether a person reads what is written there.
bool is_terminal(int descriptor) noexcept;

/// Whether to colour what is written there.
/// \source no-color.org
bool wants_colour(colour asked, int descriptor) noexcept;

/// Makes sure that descriptors 0, 1 and 2 are taken, so that no file opened later gets such a
/// number. What fills a gap can neither be read nor written, and no other program inherits it.
void fill_standard_descriptors() noexcept;

/// Standard output: the changes and the list of files.
/// \errors what cannot be written is told once on standard error
class change_writer {
public:
    explicit change_writer(settings const& from);

    void write(change_set const& changes);
    /// The paths, sorted by bytes.
    void write(snapshot const& files);

    /// Whether nobody reads the pipe any more that standard output is.
    bool is_abandoned() const noexcept;
    bool failed() const noexcept { return failed_; }

private:
    std::string shown(std::string_view path) const;
    void append(std::string& to, change const& what) const;
    void put(std::string_view text);

    cli::format format_;
    bool terminal_;
    bool colour_;
    bool failed_ = false;
};

} // namespace restat::cli
