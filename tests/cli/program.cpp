#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <linux/capability.h>
#include <poll.h>
#include <regex>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using clock_type = std::chrono::steady_clock;

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (auto& text : strings) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

[[noreturn]] void become(std::vector<std::string>& arguments, start_options const& how,
                         int output, int error) {
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(error, STDERR_FILENO);
    if (!how.directory.empty() && ::chdir(how.directory.c_str()) != 0) ::_exit(99);
    for (int const signal : {SIGHUP, SIGINT, SIGQUIT}) std::signal(signal, SIG_DFL); // nohup
    if (how.prepare) how.prepare();
    ::execvp(arguments[0].c_str(), pointers(arguments).data());
    ::_exit(99);
}

std::ofstream open_file(std::string const& path, std::ios::openmode mode) {
    std::ofstream file{path, mode | std::ios::binary};
    BOOST_REQUIRE_MESSAGE(file, "cannot open " << path);
    return file;
}

} // namespace

temporary_directory::temporary_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "restat-cli-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()));
    path_ = std::filesystem::canonical(name).string();
}

temporary_directory::~temporary_directory() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
}

void temporary_directory::write(std::string_view name, std::string_view text) const {
    open_file(*this / name, std::ios::trunc) << text;
}

void temporary_directory::append(std::string_view name, std::string_view text) const {
    open_file(*this / name, std::ios::app) << text;
}

void temporary_directory::rename(std::string_view from, std::string_view to) const {
    std::filesystem::rename(*this / from, *this / to);
}

void temporary_directory::remove(std::string_view name) const {
    std::filesystem::remove_all(*this / name);
}

void temporary_directory::make_directory(std::string_view name) const {
    std::filesystem::create_directories(*this / name);
}

running_program::running_program(std::vector<std::string> arguments, start_options how)
    : end_signal_{how.end_signal} {
    int output[2];
    int error[2];
    BOOST_REQUIRE(::pipe2(output, O_CLOEXEC) == 0);
    BOOST_REQUIRE(::pipe2(error, O_CLOEXEC) == 0);
    pid_ = ::fork();
    if (pid_ == 0) become(arguments, how, output[1], error[1]);
    BOOST_REQUIRE(pid_ > 0);
    ::close(output[1]);
    ::close(error[1]);
    pipes_[0] = output[0];
    pipes_[1] = error[0];
}

running_program::~running_program() {
    if (!end_) {
        ::kill(pid_, end_signal_); // so that restat ends its command
        if (!wait(std::chrono::seconds{10})) {
            ::kill(pid_, SIGKILL);
            wait();
        }
    }
    for (int const pipe : pipes_) {
        if (pipe >= 0) ::close(pipe);
    }
}

// Returns false after the timeout, or at the end of both pipes.
bool running_program::read_some(std::chrono::milliseconds limit) {
    pollfd ready[] = {{pipes_[0], POLLIN, 0}, {pipes_[1], POLLIN, 0}};
    if (::poll(ready, 2, static_cast<int>(limit.count())) <= 0) return false;
    std::string* const texts[] = {&output_, &error_};
    for (std::size_t i = 0; i < 2; ++i) {
        if (ready[i].revents == 0) continue;
        char bytes[4096];
        auto const count = ::read(pipes_[i], bytes, sizeof bytes);
        if (count > 0) {
            texts[i]->append(bytes, static_cast<std::size_t>(count));
        } else {
            ::close(std::exchange(pipes_[i], -1));
        }
    }
    return true;
}

bool running_program::wait_for(std::function<bool()> const& enough,
                               std::chrono::milliseconds limit) {
    auto const end = clock_type::now() + limit;
    while (!enough()) {
        if (clock_type::now() >= end) return false;
        read_some(std::chrono::milliseconds{20});
        if (pipes_[0] < 0 && pipes_[1] < 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
    }
    return true;
}

bool running_program::wait_for_output(std::string_view text) {
    return wait_for([&] { return output_.find(text) != output_.npos; });
}

bool running_program::wait_for_error(std::string_view text) {
    return wait_for([&] { return error_.find(text) != error_.npos; });
}

bool running_program::becomes_silent(std::chrono::milliseconds time) {
    auto const end = clock_type::now() + patience;
    while (clock_type::now() < end) {
        auto const before = output_.size() + error_.size();
        if (!wait_for([&] { return output_.size() + error_.size() != before; }, time))
            return true;
    }
    return false;
}

bool running_program::reap() {
    int status = 0;
    if (!end_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        end_.emplace();
        if (WIFEXITED(status)) end_->code = WEXITSTATUS(status);
        if (WIFSIGNALED(status)) end_->signal = WTERMSIG(status);
    }
    return end_.has_value();
}

std::optional<restat::exit_status> running_program::wait(std::chrono::milliseconds limit) {
    wait_for([&] { return reap(); }, limit);
    while (end_ && read_some(std::chrono::milliseconds{0})) {
    }
    return end_;
}

bool running_program::ends_by(int signal) {
    auto const end = wait();
    return end && end->signal == signal;
}

void running_program::signal(int number) const {
    BOOST_REQUIRE(!end_);
    ::kill(pid_, number);
}

void running_program::close_output() { ::close(std::exchange(pipes_[0], -1)); }

void obey_permissions() {
    if (::geteuid() != 0) return;
    for (int const privilege : {CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH}) {
        if (::prctl(PR_CAPBSET_DROP, privilege, 0, 0, 0) != 0) ::_exit(98);
    }
}

std::vector<std::string> restat_with(std::vector<std::string> const& arguments) {
    std::vector<std::string> all{RESTAT_PROGRAM};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
}

finished run_restat(std::vector<std::string> const& arguments, start_options how) {
    running_program program{restat_with(arguments), std::move(how)};
    auto const status = program.wait();
    BOOST_REQUIRE_MESSAGE(status, "restat does not end: " << program.output() << program.error());
    return {*status, program.output(), program.error()};
}

std::string without_durations(std::string const& text) {
    static std::regex const duration{" after [0-9.]+ (ms|s)"};
    return std::regex_replace(text, duration, " after TIME");
}

bool is_alive(pid_t process) {
    std::ifstream status{"/proc/" + std::to_string(process) + "/stat"};
    std::string line;
    std::getline(status, line);
    auto const name_end = line.rfind(')');
    return name_end != line.npos && line.substr(name_end + 2, 1) != "Z";
}

bool is_gone_soon(pid_t process) {
    auto const end = clock_type::now() + running_program::patience;
    while (is_alive(process)) {
        if (clock_type::now() >= end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return true;
}
