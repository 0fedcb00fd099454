#include "output.hpp"

#include "json.hpp"

#include <restat/escape.hpp>
#include <restat/renames.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <ctime>

namespace restat::cli {
namespace {

constexpr std::string_view color_of(change_kind kind) noexcept {
    constexpr std::string_view codes[] = {"\x1b[32m", "\x1b[31m", "\x1b[33m"};
    return codes[static_cast<unsigned>(kind)];
}

// Writes as write(2), but reports an exceeded file size limit as an error instead of a fatal
// signal.
ssize_t write_some(int descriptor, std::string_view text) noexcept {
    sigset_t limit;
    sigset_t before;
    ::sigemptyset(&limit);
    ::sigaddset(&limit, SIGXFSZ);
    ::pthread_sigmask(SIG_BLOCK, &limit, &before);
    auto const written = ::write(descriptor, text.data(), text.size());
    int const error = errno;
    timespec const none{};
    if (written < 0 && error == EFBIG) ::sigtimedwait(&limit, nullptr, &none);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return written;
}

} // namespace

std::error_code write_all(int descriptor, std::string_view text) noexcept {
    while (!text.empty()) {
        auto const written = write_some(descriptor, text);
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            pollfd room{descriptor, POLLOUT, 0};
            ::poll(&room, 1, -1);
        } else if (errno != EINTR) {
            return {errno, std::generic_category()};
        }
    }
    return {};
}

// Writes in small parts: a pipe reported as ready accepts PIPE_BUF bytes without blocking.
bool write_or_drop(int descriptor, std::string_view text,
                   std::chrono::milliseconds limit) noexcept {
    while (!text.empty()) {
        pollfd room{descriptor, POLLOUT, 0};
        if (::poll(&room, 1, static_cast<int>(limit.count())) != 1) return false;
        auto const written = write_some(descriptor, text.substr(0, PIPE_BUF));
        if (written < 0 && errno != EINTR && errno != EAGAIN) return true;
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool is_terminal(int descriptor) noexcept { return ::isatty(descriptor) == 1; }

bool wants_color(color choice, int descriptor) noexcept {
    if (choice != color::automatic) return choice == color::always;
    char const* const refused = std::getenv("NO_COLOR");
    char const* const terminal = std::getenv("TERM");
    bool const capable = terminal && std::string_view{terminal} != "dumb";
    return is_terminal(descriptor) && capable && !(refused && *refused);
}

void fill_standard_descriptors() noexcept {
    constexpr int open_modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int descriptor = 0; descriptor < 3; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
            ::open("/dev/null",
                   open_modes[descriptor] | O_CLOEXEC); // takes the lowest free number
        }
    }
}

change_writer::change_writer(settings const& from)
    : format_{from.format}
    , terminal_{is_terminal(STDOUT_FILENO)}
    , color_{wants_color(from.color, STDOUT_FILENO)} {}

void change_writer::write(change_set const& changes) {
    std::string text;
    if (format_ == format::json) {
        text = json_line(changes, std::chrono::system_clock::now());
    } else {
        for (auto const& what : without_renames(changes)) append(text, what);
    }
    write_text(text);
}

void change_writer::write(snapshot const& files) {
    std::vector<std::string> paths;
    paths.reserve(files.size());
    for (entry const file : files) paths.push_back(file.path.str());
    std::sort(paths.begin(), paths.end());
    std::string text;
    for (auto const& path : paths) {
        text += printed(path);
        text += format_ == format::records ? '\0' : '\n';
    }
    write_text(text);
}

bool change_writer::reader_is_gone() const noexcept {
    pollfd reader{STDOUT_FILENO, 0, 0};
    return ::poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR) != 0;
}

std::string change_writer::printed(std::string_view path) const {
    return terminal_ && format_ != format::records ? escape(path) : std::string{path};
}

void change_writer::append(std::string& to, change const& what) const {
    auto const kind = to_string(what.kind);
    if (format_ == format::records) {
        to += fmt::format("{}\t{}", kind, what.path);
        to += '\0';
    } else if (color_) {
        to += fmt::format("{}{}\x1b[m {}\n", color_of(what.kind), kind, printed(what.path));
    } else {
        to += fmt::format("{} {}\n", kind, printed(what.path));
    }
}

void change_writer::write_text(std::string_view text) {
    auto const error = write_all(STDOUT_FILENO, text);
    if (!error || std::exchange(failed_, true)) return;
    write_all(STDERR_FILENO,
              fmt::format("restat: cannot write to standard output: {}\n", error.message()));
}

} // namespace restat::cli
