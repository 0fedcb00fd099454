#pragma once

#include "platform/files/descriptor.hpp"

#include <string>
#include <system_error>

namespace restat::detail {

/// Receives the ready report of a new process: `READY=1` in a datagram, or any byte in a pipe.
/// Ignores unrelated senders: a datagram carries the credentials of its sender. The sender must
/// be in the group of the process, or must have ended and have run as this user.
/// \source sd_notify(3), unix(7) SCM_CREDENTIALS, "Autobind feature"
class notify_socket {
public:
    /// Opens the socket and the pipe, with descriptors numbered `lowest` or above.
    /// \errors of the system; there is then no socket
    std::error_code open(int lowest);
    /// Closes the child's end here, once the child has it.
    void started() noexcept { child_end_.reset(); }
    /// Returns true if a report came since the last call.
    /// \cost receives at most 16 datagrams
    bool take_report(int group) noexcept;
    /// Stops listening. A late byte still does no harm to its writer.
    void stop_listening() noexcept;

    /// Returns the value of NOTIFY_SOCKET.
    std::string const& address() const noexcept { return address_; }
    /// Returns the write end of the pipe; -1 without a pipe.
    int child_end() const noexcept { return child_end_.get(); }
    /// Return descriptors, readable after a report; -1 when not listening.
    int datagrams() const noexcept { return socket_.get(); }
    int bytes() const noexcept { return listens_ ? pipe_.get() : -1; }

private:
    bool take_byte() noexcept;
    bool take_datagram(int group) noexcept;

    std::string address_;
    held_descriptor socket_;
    held_descriptor pipe_;
    held_descriptor child_end_;
    bool listens_ = false;
};

/// Writes a byte to the file named by RESTAT_READY, from the program's side. Returns false on
/// failure.
bool send_ready(char const* path) noexcept;

} // namespace restat::detail
