#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/processes.hpp>

#include <restat/export.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace restat {

/// The descriptors and bytes a run of a program passes to the next run, each under a name.
///
/// Descriptors follow the contract of socket activation, so the next run can take them without
/// this library. They get the numbers 3, 4 and so on, in the order of the `keep` calls.
/// LISTEN_FDS, LISTEN_FDNAMES and LISTEN_PID announce them. Other descriptors with these numbers
/// are closed. The bytes are in a sealed memfd, announced by RESTAT_HANDOVER.
/// \source sd_listen_fds(3)
class RESTAT_EXPORT inheritance {
public:
    struct descriptor {
        int number;
        std::string name;
    };
    struct blob {
        std::string name;
        std::string bytes;
    };

    /// Passes a descriptor to the next run; it must stay open until then. A second descriptor
    /// under the same name takes the place of the first.
    /// \errors throws `reload_error` if `number` is not an open descriptor, or if the name
    /// violates the contract: 1 to 255 printable ASCII characters, no colon
    void keep(int number, std::string name);
    /// Passes these bytes to the next run, replacing earlier bytes under the same name.
    void stash(std::string name, std::string bytes);

    /// Returns the kept descriptors, in the order of their future numbers.
    std::vector<descriptor> const& descriptors() const noexcept { return descriptors_; }
    /// Returns the stashed bytes, in the order of the first `stash` of each name.
    std::vector<blob> const& blobs() const noexcept { return blobs_; }

private:
    std::vector<descriptor> descriptors_;
    std::vector<blob> blobs_;
};

/// Takes a descriptor passed under this name by the previous run or by a service manager. The
/// descriptor is close-on-exec, and the caller must close it. Returns -1 if there is no such
/// descriptor, or if it was already taken.
///
/// The first call checks the variables and removes them from the environment, so call it before
/// other threads read the environment. The variables are ignored if LISTEN_PID names another
/// process, and under setuid, setgid or capabilities. Children started by a strategy do not get
/// the variables, unless the strategy keeps all announced descriptors for them. Until the first
/// call, children started by the host inherit the variables; LISTEN_PID names this process, so by
/// the contract a child ignores them.
/// \threads call from one thread at a time
[[nodiscard]] RESTAT_EXPORT int take_descriptor(std::string_view name);

/// Takes the bytes stashed by the previous run under this name. Returns nothing if there are no
/// such bytes, or if they were already taken. Like `take_descriptor`, the first call changes the
/// environment.
/// \threads call from one thread at a time
[[nodiscard]] RESTAT_EXPORT std::optional<std::string> take_blob(std::string_view name);

} // namespace restat
