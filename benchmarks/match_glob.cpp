// What a path costs under one glob, a hundred and ten thousand.
#include <restat/matcher/glob_matcher.hpp>

#include "matching/material.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace {

using restat::candidate;
using restat::glob_matcher;

bench::material const& what() {
    static auto const made = bench::make_material(100'000, 1);
    return made;
}

void match(benchmark::State& state, std::vector<std::string> const& globs) {
    auto const& paths = what().paths;
    glob_matcher const matcher{globs};
    std::size_t at = 0;
    std::size_t found = 0;
    for ([[maybe_unused]] auto _ : state) {
        candidate const path{paths[at]};
        found += matcher(path) == restat::verdict::include;
        if (++at == paths.size()) at = 0;
    }
    benchmark::DoNotOptimize(found);
}

void compile(benchmark::State& state, std::size_t count) {
    auto const globs = what().some_globs(count);
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(glob_matcher{globs});
}

std::vector<std::string> one(char const* glob) { return {glob}; }

BENCHMARK_CAPTURE(match, one_extension, one("*.cpp"));
BENCHMARK_CAPTURE(match, one_name, one("Makefile"));
BENCHMARK_CAPTURE(match, one_suffix, one("*_test.py"));
BENCHMARK_CAPTURE(match, one_of_a_tree, one("src/**/*.cpp"));
BENCHMARK_CAPTURE(match, one_anywhere, one("**/tests/**"));
BENCHMARK_CAPTURE(match, one_within, one("*[a-m]ode*"));
BENCHMARK_CAPTURE(match, one_with_braces, one("{src,include}/**/*.{c,h,cpp,hpp}"));
BENCHMARK_CAPTURE(match, a_hundred, what().some_globs(100));
BENCHMARK_CAPTURE(match, ten_thousand, what().some_globs(10'000));
BENCHMARK_CAPTURE(compile, ten_thousand, std::size_t{10'000})->Unit(benchmark::kMillisecond);

} // namespace
