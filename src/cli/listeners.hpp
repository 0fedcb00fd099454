#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// A socket that listens from its opening to the end of the program.
///
/// The address is a port (`8080`, on 127.0.0.1), a host with a port (`0.0.0.0:8080`,
/// `[::1]:8080`), or a path with a slash (`./app.sock`); `NAME=` may precede the address. A socket
/// file without a listener is replaced. The destructor removes the socket file.
/// \source getaddrinfo(3), listen(2), unix(7)
class listener {
public:
    /// \errors throws `usage_error` with the reason
    explicit listener(std::string_view address);
    listener(listener&& from) noexcept;
    listener& operator=(listener&&) = delete;
    ~listener();

    int descriptor() const noexcept { return descriptor_; }
    /// Returns the given name, or the address.
    std::string const& name() const noexcept { return name_; }

private:
    void open_port(std::string const& host, std::string const& port);
    void open_file(std::string const& path);

    std::string name_;
    std::string address_; // without the name
    std::string file_;    // to remove at the end
    int descriptor_ = -1;
};

/// Opens a socket for each address.
/// \errors throws `usage_error` as above, and if two names are the same
std::vector<listener> open_listeners(std::vector<std::string> const& addresses);

} // namespace restat::cli
