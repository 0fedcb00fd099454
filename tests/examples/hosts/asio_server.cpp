// A server on Asio that answers each client by a chain of callbacks, without coroutines, and
// restarts after a save of a configuration.
//
//     asio_server PORT CONFIGURATION...
#include "host.hpp"

#include <restat/stat_reloader.hpp>

#include <array>
#include <asio.hpp>
#include <memory>

using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

class session : public std::enable_shared_from_this<session> {
public:
    session(tcp::socket socket, std::string const& text)
        : socket_{std::move(socket)}, text_{text} {}

    void start() {
        socket_.async_read_some(asio::buffer(request_),
                                [self = shared_from_this()](std::error_code error, std::size_t) {
                                    if (!error) self->answer();
                                });
    }

private:
    void answer() {
        asio::async_write(socket_, asio::buffer(text_),
                          [self = shared_from_this()](std::error_code, std::size_t) {});
    }

    tcp::socket socket_;
    std::string const& text_;
    std::array<char, 16> request_{};
};

void accept_on(tcp::acceptor& acceptor, std::string const& text) {
    acceptor.async_accept([&](std::error_code error, tcp::socket socket) {
        if (!error) std::make_shared<session>(std::move(socket), text)->start();
        accept_on(acceptor, text);
    });
}

} // namespace

int main(int count, char** arguments) {
    if (count < 3) return 2;
    std::vector<std::string> const files(arguments + 2, arguments + count);
    asio::io_context context;
    auto const port = static_cast<unsigned short>(std::atoi(arguments[1]));
    tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), port}};
    restat::stat_reloader reloader{{.track = files, .interval = 20ms}};
    restat::reloader_guard const watching{reloader};
    auto const text = first_lines_of(files);
    accept_on(acceptor, text);
    say_serving(text);
    context.run();
}
