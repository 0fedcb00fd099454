// A look at a tree: the walk alone, and a whole poll that finds nothing.
#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <system_error>
#include <thread>

namespace {

constexpr auto all_files = [](restat::candidate const&) noexcept {
    return restat::verdict::none;
};

/// Ten files to a directory, all of them final.
class files_of {
public:
    explicit files_of(std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
            tree_.write("module_" + std::to_string(i / 10) + "/source_" + std::to_string(i));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{30});
    }
    restat::tree_enumerator enumerator() const { return restat::tree_enumerator{tree_.path()}; }

private:
    restat::testing::temp_tree tree_;
};

void walk(benchmark::State& state) {
    files_of const files{state.range(0)};
    auto enumerator = files.enumerator();
    for ([[maybe_unused]] auto _ : state) {
        restat::snapshot_builder found;
        std::error_code error;
        enumerator.enumerate(restat::matcher_ref{all_files}, found, error);
        benchmark::DoNotOptimize(found.finish());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void poll_unchanged(benchmark::State& state) {
    files_of const files{state.range(0)};
    restat::basic_reloader reloader{files.enumerator(), all_files, restat::sleep_clock{},
                                    restat::callback_restart{[&](restat::change_set const&) {
                                        state.SkipWithError("something changed");
                                    }}};
    reloader.baseline();
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(reloader.poll());
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(walk)->Arg(100)->Arg(10'000);
BENCHMARK(poll_unchanged)->Arg(100)->Arg(10'000);

} // namespace
