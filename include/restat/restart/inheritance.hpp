#pragma once

#include <restat/export.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace restat {

/// What a program that is started again gets of the run before it: open descriptors and bytes,
/// each under a name.
///
/// The descriptors come by the contract of socket activation, so that a program needs nothing of
/// this library to take them: they are 3, 4 and so on, in the order in which they were kept, and
/// LISTEN_FDS, LISTEN_FDNAMES and LISTEN_PID tell of them. What else had these numbers is closed.
/// The bytes come in a sealed memfd, told by RESTAT_HANDOVER.
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

    /// Has the next run get a descriptor, which must stay open until then. It keeps the place
    /// of what was kept under the name before.
    /// \errors throws `reload_error` if `number` is no open descriptor, or the name is none by the
    /// contract: 1 to 255 printable characters of ASCII, no colon
    void keep(int number, std::string name);
    /// Has the next run get these bytes, in place of what was under the name.
    void stash(std::string name, std::string bytes);

    std::vector<descriptor> const& descriptors() const noexcept { return descriptors_; }
    std::vector<blob> const& blobs() const noexcept { return blobs_; }

private:
    std::vector<descriptor> descriptors_;
    std::vector<blob> blobs_;
};

/// Takes a descriptor that the run before kept under the name, or that a service manager passed:
/// it is close-on-exec and the caller's to close. -1 if there is none, or it was taken.
///
/// The first call checks the variables and removes them from the environment, so make it before
/// other threads read that. They are ignored if they are for another process, and under setuid,
/// setgid or capabilities. No child that a strategy starts gets them, unless all descriptors that
/// they announce are kept for it. Children that the host starts by itself inherit them until the
/// first call; LISTEN_PID names this process, so by the contract a child ignores them.
/// \threads one at a time
RESTAT_EXPORT int take_descriptor(std::string_view name);

/// Takes the bytes that the run before stashed under the name; nothing if there are none, or they
/// were taken. As with descriptors, the first call changes the environment.
/// \threads one at a time
RESTAT_EXPORT std::optional<std::string> take_blob(std::string_view name);

} // namespace restat
