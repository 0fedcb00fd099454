#include "results.hpp"

#include <ctime>
#include <fstream>
#include <thread>

#include <sys/utsname.h>

namespace bench {
namespace {

std::string today() {
    char text[32];
    std::time_t const now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
    return text;
}

std::string processor() {
    std::ifstream lines{"/proc/cpuinfo"};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    }
    return "unknown processor";
}

// The type of the mount with the longest path that `folder` is in.
std::string file_system_of(std::string const& folder) {
    std::ifstream mounts{"/proc/self/mounts"};
    std::string best;
    std::string type = "unknown file system";
    std::string rest;
    for (std::string device, path, kind; mounts >> device >> path >> kind;) {
        std::getline(mounts, rest);
        bool const within = path == "/" || folder == path || folder.starts_with(path + "/");
        if (!within || path.size() < best.size()) continue;
        best = path;
        type = kind;
    }
    return type;
}

std::string kernel() {
    utsname name{};
    ::uname(&name);
    return std::string{name.sysname} + " " + name.release;
}

} // namespace

machine this_machine(std::string const& folder) {
#ifdef __clang__
    std::string const compiler = "clang " __clang_version__;
#else
    std::string const compiler = "g++ " __VERSION__;
#endif
    return {today(),  processor(),
            kernel(), file_system_of(folder),
            compiler, std::thread::hardware_concurrency()};
}

} // namespace bench
