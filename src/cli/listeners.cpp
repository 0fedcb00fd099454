#include "listeners.hpp"

#include "settings.hpp"

#include <restat/escape.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

namespace restat::cli {
namespace {

/// The address of a socket file.
struct file_address {
    sa_family_t family = AF_UNIX;
    char path[108] = {};
};

[[noreturn]] void refuse_address(std::string_view address, std::string_view reason) {
    throw usage_error{fmt::format("--listen '{}': {}", escape(address), reason)};
}

[[noreturn]] void fail_address(std::string_view address, int error) {
    refuse_address(address, std::generic_category().message(error));
}

bool is_port(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
           std::stoi(std::string{text}) <= 65535;
}

/// Returns host and port; the port is empty if the address has another form.
std::pair<std::string, std::string> parts_of(std::string_view address) {
    auto const colon = address.rfind(':');
    if (colon == address.npos) return {"127.0.0.1", std::string{is_port(address) ? address : ""}};
    auto host = address.substr(0, colon);
    auto const port = address.substr(colon + 1);
    bool const is_bracketed = host.starts_with('[') && host.ends_with(']');
    if (is_bracketed) host = host.substr(1, host.size() - 2);
    bool const is_whole =
        is_port(port) && !host.empty() && (is_bracketed || host.find(':') == host.npos);
    return {std::string{host}, std::string{is_whole ? port : ""}};
}

// A name has no colon and no slash, as in `http=[::1]:80` and `./a=b.sock`.
std::size_t size_of_name(std::string_view given) noexcept {
    auto const equals = given.find('=');
    bool const is_name = equals != given.npos && equals > 0 &&
                         given.substr(0, equals).find_first_of(":/[") == given.npos;
    return is_name ? equals : 0;
}

int new_socket(int family) noexcept { return ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0); }

bool begin_listening(int on, void const* address, socklen_t size) noexcept {
    return ::bind(on, static_cast<sockaddr const*>(address), size) == 0 &&
           ::listen(on, SOMAXCONN) == 0;
}

/// Returns whether the file is a socket without a listener.
bool is_abandoned(file_address const& address) noexcept {
    std::error_code error;
    if (!std::filesystem::is_socket(address.path, error)) return false;
    int const probe = new_socket(AF_UNIX);
    bool const refused =
        ::connect(probe, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0 &&
        errno == ECONNREFUSED;
    ::close(probe);
    return refused;
}

} // namespace

listener::listener(std::string_view given) {
    auto const name_size = size_of_name(given);
    address_ = given.substr(name_size == 0 ? 0 : name_size + 1);
    auto const [host, port] = parts_of(address_);
    bool const is_file = address_.find('/') != address_.npos;
    if (!is_file && port.empty())
        refuse_address(given, "not an address such as 8080, [::1]:8080 or ./app.sock");
    is_file ? open_file(address_) : open_port(host, port);
    name_ = given.substr(0, name_size);
    if (name_.empty()) name_ = is_file ? "socket" : port;
}

listener::listener(listener&& from) noexcept
    : name_{std::move(from.name_)}
    , address_{std::move(from.address_)}
    , file_{std::exchange(from.file_, {})}
    , descriptor_{std::exchange(from.descriptor_, -1)} {}

listener::~listener() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!file_.empty()) ::unlink(file_.c_str());
}

void listener::open_port(std::string const& host, std::string const& port) {
    addrinfo wanted{};
    wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    int const failure = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found);
    if (failure != 0) refuse_address(address_, ::gai_strerror(failure));
    std::unique_ptr<addrinfo, void (*)(addrinfo*)> const first{found, ::freeaddrinfo};
    descriptor_ = new_socket(first->ai_family);
    int const on = 1;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (begin_listening(descriptor_, first->ai_addr, first->ai_addrlen)) return;
    int const error = errno;
    ::close(std::exchange(descriptor_, -1));
    fail_address(address_, error);
}

void listener::open_file(std::string const& path) {
    file_address address;
    if (path.size() >= sizeof address.path) fail_address(path, ENAMETOOLONG);
    std::memcpy(address.path, path.data(), path.size());
    if (is_abandoned(address)) ::unlink(path.c_str());
    descriptor_ = new_socket(AF_UNIX);
    if (begin_listening(descriptor_, &address, sizeof address)) {
        file_ = std::filesystem::absolute(path).native();
        return;
    }
    int const error = errno;
    ::close(std::exchange(descriptor_, -1));
    fail_address(address_, error);
}

std::vector<listener> open_listeners(std::vector<std::string> const& addresses) {
    std::vector<listener> all;
    for (auto const& address : addresses) {
        auto& made = all.emplace_back(address);
        bool const is_new = std::none_of(all.begin(), all.end() - 1, [&](listener const& one) {
            return one.name() == made.name();
        });
        if (!is_new) refuse_address(address, "the name " + made.name() + " is given twice");
    }
    return all;
}

} // namespace restat::cli
