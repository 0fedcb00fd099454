// A server on Asio whose context serves the clients and two reloaders: no thread, no timer.
#include "examples/loop_server.hpp"

#include <restat/adapters/asio.hpp>

#include <asio.hpp>

using asio::ip::tcp;

namespace {

// The clients are accepted when their handler runs: a client that was accepted before, and waits
// for its handler, would be lost by an exec.
template <class Answer>
void serve(tcp::acceptor& acceptor, Answer answer) {
    acceptor.async_wait(tcp::acceptor::wait_read, [&acceptor, answer](std::error_code error) {
        if (error) return;
        answer();
        serve(acceptor, answer);
    });
}

} // namespace

int main(int count, char** arguments) {
    if (count != 4) return 2;
    int const listener = listener_of_all_runs(std::atoi(arguments[1]));
    auto configuration = settings_reloader(arguments[2]);
    restat::stat_reloader program{restart_options(arguments[3])};
    program.strategy().keep(listener, "listener");
    program.baseline();
    configuration.baseline(); // before the read: a later edit differs from the baseline
    auto& settings = configuration.strategy().function();
    settings.read();
    auto const run = program.strategy().generation();

    asio::io_context context{1};
    restat::asio_poller configurations{context.get_executor(), configuration};
    restat::asio_poller programs{context.get_executor(), program};
    configurations.async_run([](std::error_code) {});
    programs.async_run([](std::error_code) {});
    tcp::acceptor acceptor{context, tcp::v4(), listener};
    serve(acceptor, [&] { answer_waiting_clients(listener, run, settings.text()); });
    context.run();
}
