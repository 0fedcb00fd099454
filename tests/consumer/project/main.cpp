// A program that brings all four policies itself; also compiled without exceptions and RTTI.
#include <restat/basic_reloader.hpp>
#include <restat/escape.hpp>

#include <cstdio>

namespace {

struct table {
    std::uint64_t* size;
    void enumerate(restat::matcher_ref matches, restat::snapshot_builder& into,
                   std::error_code&) const {
        restat::stat_record record;
        record.type = restat::file_type::regular;
        record.size = *size;
        if (watches(matches({.path = "asset"}))) into.add("asset", record);
    }
};

struct stepping_clock {
    restat::time_point time = {};
    restat::time_point now() noexcept { return time += std::chrono::seconds{1}; }
    restat::wake wait_until(restat::time_point when, std::stop_token) {
        time = when;
        return restat::wake::deadline;
    }
};

struct counting {
    int* delivered;
    restat::restart_result restart(restat::change_set const& changes, std::error_code&) const {
        *delivered += static_cast<int>(changes.size());
        return restat::restart_result::restarted;
    }
};

} // namespace

int main() {
    std::uint64_t size = 1;
    int delivered = 0;
    auto const everything = [](restat::candidate const&) noexcept {
        return restat::verdict::include;
    };
    restat::basic_reloader reloader{table{&size}, everything, stepping_clock{},
                                    counting{&delivered}};
    std::error_code error;
    reloader.baseline(error);
    size = 2;
    for (int step = 0; step < 3; ++step) reloader.poll(error);
    std::printf("%s: %d delivered\n", restat::escape("asset").c_str(), delivered);
    return !error && delivered == 1 ? 0 : 1;
}
