// A command-line tool under `debug`: each change of its input runs the tool again, and its status
// is the status of the last run. The first run rejects the input and repairs it, so the input
// changes. The second run accepts the input.
#include <restat/run.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;

namespace {

std::string read(std::string const& path) {
    std::string text;
    std::getline(std::ifstream{path}, text);
    return text;
}

int check(std::string const& input) {
    std::printf("checking '%s'\n", read(input).c_str());
    std::fflush(stdout);
    if (read(input) == "good") return 42;
    std::ofstream{input} << "good\n";
    for (;;) std::this_thread::sleep_for(1s); // until the reloader sees the change
}

} // namespace

int main() {
    // The child process also runs this line: the name must be equal in both processes.
    std::string const input =
        "debug_tool_input." +
        std::to_string(restat::is_reloader_child() ? ::getppid() : ::getpid());
    if (!restat::is_reloader_child()) std::ofstream{input} << "bad\n";

    auto tool = restat::debug({.track = {input}, .interval = 20ms, .quiet_period = 40ms})(check);
    int const status = tool(input);

    std::remove(input.c_str());
    std::printf("status %d\n", status);
    return status == 42 ? 0 : 1;
}
