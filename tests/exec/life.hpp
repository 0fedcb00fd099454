#pragma once

#include "examples/driven_process.hpp"
#include "restart/real_process.hpp"

#include <fcntl.h>

#include <functional>
#include <optional>
#include <random>

namespace restat::real {

/// A probe in a directory of its own, and its reports.
struct life : directory {
    life() {
        fs::copy_file(EXEC_PROBE, path / "probe");
        write("config", "00000000");
        for (char const* const each : {".1", ".2", ".3"}) {
            write(std::string{"config"} + each, "00000000");
        }
    }

    std::vector<std::string> command(std::string const& act, std::string const& more = "") const {
        return {*this / "probe", act, *this / "log", *this / "config", *this / more};
    }

    std::string line(std::size_t index) const { return directory::line("log", index); }
    std::string last_line() const {
        auto const count = lines("log");
        return count == 0 ? std::string{} : line(count - 1);
    }
    /// Returns true if this number of runs is reached in time.
    bool has_runs(std::size_t count, std::chrono::milliseconds limit = 30s) const {
        return wait_for([&] { return lines("log") >= count; }, limit);
    }
    /// Returns true if no further run starts for a while.
    bool stays_at(std::size_t count) const {
        return !has_runs(count + 1, 300ms) && lines("log") == count;
    }

    /// Overwrites the eight digits of a file, so the size stays the same. Writes the files in
    /// turn, so that no file changes after each start.
    void edit(unsigned number) const {
        char text[9];
        std::snprintf(text, sizeof text, "%08u", number);
        auto const name =
            number % 4 == 0 ? std::string{"config"} : "config." + std::to_string(number % 4);
        int const file = ::open((*this / name).c_str(), O_WRONLY | O_CLOEXEC);
        if (::pwrite(file, text, 8, 0) != 8) std::abort();
        ::close(file);
    }
    static std::string content(unsigned number) {
        char text[9];
        std::snprintf(text, sizeof text, "%08u", number);
        return text;
    }
};

} // namespace restat::real
