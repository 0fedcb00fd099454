//     terminal --- ^C ---> the group that has it: the program, and the relay
//                                                                |
//     this process <--- kill(INT), as if it had had the terminal +--- a byte: it was a key
//
// A program waiting for INT here gets the signal, independent of the child's own reaction.

#include "platform/process/signal_relay.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/files/signal_hold.hpp"
#include "platform/files/thread.hpp"
#include "platform/process/descriptor_table.hpp"
#include "platform/process/signal.hpp"

#include <cerrno>
#include <initializer_list>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr int without_signal = static_cast<int>(__WCLONE); // a child whose end sends no signal
constexpr int relay_socket = 0;                            // of the relay's end
constexpr unsigned char is_joined = 0;                     // never the number of a signal

sigset_t relayed() noexcept {
    sigset_t set;
    ::sigemptyset(&set);
    for (int const signal : {SIGINT, SIGQUIT, SIGHUP, SIGTSTP}) ::sigaddset(&set, signal);
    return set;
}

bool report(unsigned char what) noexcept {
    return ::send(relay_socket, &what, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 || errno == EAGAIN;
}

bool pass_on(int signals, int to) noexcept {
    signalfd_siginfo info;
    if (::read(signals, &info, sizeof info) != sizeof info) return false;
    auto const signal = static_cast<int>(info.ssi_signo);
    if (!report(static_cast<unsigned char>(signal))) return false;
    if (signal != SIGTSTP && !is_ignored(signal) && ::getppid() == to) ::kill(to, signal);
    return true;
}

bool obey() noexcept {
    int group = 0;
    if (::recv(relay_socket, &group, sizeof group, 0) != sizeof group) return false;
    ::setpgid(0, group);
    return report(is_joined);
}

// Runs with all signals blocked. Ends when the other process closes the socket, perhaps by an
// exec of another program.
[[noreturn]] void be_relay(int socket, int to) noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != to) ::_exit(0);
    ::dup2(socket, relay_socket);
    close_from(relay_socket + 1);
    sigset_t const mine = relayed();
    int const signals = ::signalfd(-1, &mine, SFD_CLOEXEC);
    if (signals < 0) ::_exit(0);
    pollfd on[] = {{signals, POLLIN, 0}, {relay_socket, POLLIN, 0}};
    for (;;) {
        if (::poll(on, 2, -1) < 0) continue; // EINTR
        if (on[0].revents != 0 && !pass_on(signals, to)) ::_exit(0);
        if (on[1].revents != 0 && !obey()) ::_exit(0);
    }
}

} // namespace

signal_relay::~signal_relay() {
    if (pid_ == 0 || owner_ != this_process()) return;
    siginfo_t info;
    ::kill(pid_, SIGKILL);
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | without_signal) != 0 &&
           errno == EINTR) {
    }
}

void signal_relay::prepare() noexcept {
    if (pid_ != 0 && !has_ended()) return;
    pid_ = 0;
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return;
    socket_ = held_descriptor{ends[0]};
    held_descriptor const other{ends[1]};
    owner_ = this_process();
    signals_blocked const quiet;
    // A fork without a signal at the end of the child.
    auto const pid =
        static_cast<int>(::syscall(SYS_clone, 0, nullptr, nullptr, nullptr, nullptr));
    if (pid == 0) be_relay(ends[1], owner_);
    pid_ = pid > 0 ? pid : 0;
}

bool signal_relay::has_ended() noexcept {
    siginfo_t info{};
    int const result =
        ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | without_signal);
    return result != 0 || info.si_pid != 0;
}

void signal_relay::join(int group) const noexcept {
    constexpr int limit = 1000; // ms
    if (pid_ == 0) return;
    if (::send(socket_.get(), &group, sizeof group, MSG_NOSIGNAL) != sizeof group) return;
    unsigned char answer = 1;
    pollfd on{socket_.get(), POLLIN, 0};
    while (answer != is_joined && ::poll(&on, 1, limit) > 0) {
        if (::recv(socket_.get(), &answer, 1, MSG_DONTWAIT) != 1) return;
    }
}

void signal_relay::begin() noexcept {
    listen();
    end_ = suspend_ = false;
}

void signal_relay::leave() noexcept {
    if (pid_ != 0) ::setpgid(pid_, pid_);
}

void signal_relay::listen() noexcept {
    for (unsigned char byte; socket_ && ::recv(socket_.get(), &byte, 1, MSG_DONTWAIT) == 1;) {
        (byte == SIGTSTP ? suspend_ : end_) = true;
    }
}

bool signal_relay::heard_end() noexcept {
    listen();
    return end_;
}

bool signal_relay::heard_suspend() noexcept {
    listen();
    return std::exchange(suspend_, false);
}

} // namespace restat::detail
