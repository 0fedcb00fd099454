#pragma once

#include "settings.hpp"

#include <restat/change_set.hpp>
#include <restat/snapshot.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <system_error>

namespace restat::cli {

/// Writes the whole `text` with as many calls as needed; waits while the reader is slow.
std::error_code write_all(int descriptor, std::string_view text) noexcept;

/// Writes `text`, but waits for the reader no longer than `limit`. After a timeout, drops the
/// remaining text and returns false.
bool write_or_drop(int descriptor, std::string_view text,
                   std::chrono::milliseconds limit) noexcept;

/// Returns whether the descriptor is a terminal, read by a person.
bool is_terminal(int descriptor) noexcept;

/// Returns whether to color the output on a descriptor.
/// \source no-color.org
bool wants_color(color choice, int descriptor) noexcept;

/// Opens descriptors 0, 1 and 2 if they are closed, so that no later file gets their numbers. The
/// opened descriptors can neither be read nor written, and other programs do not inherit them.
void fill_standard_descriptors() noexcept;

/// The writer of standard output: changes and the list of files.
/// \errors reports a failed write once, on standard error
class change_writer {
public:
    explicit change_writer(settings const& from);

    void write(change_set const& changes);
    /// Writes the paths, sorted by bytes.
    void write(snapshot const& files);

    /// Returns whether standard output is a pipe whose reader is gone.
    bool reader_is_gone() const noexcept;
    bool failed() const noexcept { return failed_; }

private:
    std::string printed(std::string_view path) const;
    void append(std::string& to, change const& what) const;
    void write_text(std::string_view text);

    cli::format format_;
    bool terminal_;
    bool color_;
    bool failed_ = false;
};

} // namespace restat::cli
