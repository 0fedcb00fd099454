// The values at the heart of each scan: building a snapshot, and comparing two.
#include <restat/diff.hpp>
#include <restat/snapshot_builder.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <malloc.h>

namespace {

/// Paths like those of a source tree, ten files to a directory, in order.
std::vector<std::string> tree_of(std::size_t files) {
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < files; ++i) {
        paths.push_back("src/module_" + std::to_string(1'000'000 + i / 10) + "/source_file_" +
                        std::to_string(i % 10) + ".cpp");
    }
    return paths;
}

restat::snapshot scan_of(std::vector<std::string> const& paths, std::uint64_t size = 1) {
    restat::snapshot_builder builder;
    restat::stat_record record;
    record.type = restat::file_type::regular;
    record.size = size;
    for (std::string const& path : paths) builder.add(path, record);
    return builder.finish();
}

void count_files(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void build_in_order(benchmark::State& state) {
    auto const paths = tree_of(static_cast<std::size_t>(state.range(0)));
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(scan_of(paths));
    count_files(state);
}

void build_out_of_order(benchmark::State& state) {
    auto paths = tree_of(static_cast<std::size_t>(state.range(0)));
    std::shuffle(paths.begin(), paths.end(), std::mt19937{1});
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(scan_of(paths));
    count_files(state);
}

void compare_equal(benchmark::State& state) {
    auto const paths = tree_of(static_cast<std::size_t>(state.range(0)));
    auto const before = scan_of(paths);
    auto const after = scan_of(paths);
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(restat::diff(before, after));
    count_files(state);
}

void compare_all_changed(benchmark::State& state) {
    auto const paths = tree_of(static_cast<std::size_t>(state.range(0)));
    auto const before = scan_of(paths, 1);
    auto const after = scan_of(paths, 2);
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(restat::diff(before, after));
    count_files(state);
}

// What the allocator gave out and has not got back.
std::size_t bytes_in_use() {
    auto const now = ::mallinfo2();
    return now.uordblks + now.hblkhd;
}

void bytes_a_file(benchmark::State& state) {
    auto const paths = tree_of(static_cast<std::size_t>(state.range(0)));
    std::size_t bytes = 0;
    for ([[maybe_unused]] auto _ : state) {
        auto const before = bytes_in_use();
        auto const kept = scan_of(paths);
        bytes = bytes_in_use() - before;
    }
    state.counters["bytes/file"] = static_cast<double>(bytes) / static_cast<double>(paths.size());
}

BENCHMARK(build_in_order)->Arg(1'000)->Arg(100'000);
BENCHMARK(build_out_of_order)->Arg(1'000)->Arg(100'000);
BENCHMARK(compare_equal)->Arg(1'000)->Arg(100'000);
BENCHMARK(compare_all_changed)->Arg(1'000)->Arg(100'000);
BENCHMARK(bytes_a_file)->Arg(10'000)->Arg(1'000'000);

} // namespace
