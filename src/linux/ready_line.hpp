#pragma once

#include "linux/memfd.hpp"

#include <string>
#include <system_error>

namespace restat::detail {

/// Over which a new process says that it is ready: `READY=1` in a datagram, or any byte to a pipe.
/// What others say is not heard: a datagram carries its sender, who must be of the process's
/// group when it is read, or gone by then and of this user.
/// \source sd_notify(3), unix(7) SCM_CREDENTIALS, "Autobind feature"
class ready_line {
public:
    /// The numbers of the descriptors are `lowest` or above.
    /// \errors of the system; there is no line then
    std::error_code open(int lowest);
    /// Once the process has its end.
    void started() noexcept { theirs_.reset(); }
    /// Whether it was said since the last call.
    /// \cost at most 16 datagrams are taken
    bool heard(int group) noexcept;
    /// Nobody listens any more; but a byte that comes late still does no harm to who writes it.
    void hang_up() noexcept;

    /// What NOTIFY_SOCKET is to be.
    std::string const& address() const noexcept { return address_; }
    /// The end of the pipe to write to; -1 if there is none.
    int theirs() const noexcept { return theirs_.get(); }
    /// Readable when something was said; -1 if nobody listens.
    int datagrams() const noexcept { return socket_.get(); }
    int bytes() const noexcept { return listens_ ? pipe_.get() : -1; }

private:
    bool heard_byte() noexcept;
    bool heard_datagram(int group) noexcept;

    std::string address_;
    held_descriptor socket_;
    held_descriptor pipe_;
    held_descriptor theirs_;
    bool listens_ = false;
};

/// The other side: writes a byte to what RESTAT_READY names. False if it cannot be.
bool say_ready(char const* path) noexcept;

} // namespace restat::detail
