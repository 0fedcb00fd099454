// What it costs to show a name to a person.
#include <restat/escape.hpp>

#include <benchmark/benchmark.h>

#include <string_view>

namespace {

void escape_name(benchmark::State& state, std::string_view name) {
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(restat::escape(name));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(name.size()));
}

BENCHMARK_CAPTURE(escape_name, plain, "src/matcher/glob_program.cpp");
BENCHMARK_CAPTURE(escape_name, accents, "caf\xc3\xa9/na\xc3\xafve/\xe6\x97\xa5\xe6\x9c\xac.cpp");
BENCHMARK_CAPTURE(escape_name, controls, "line\nbreak\x1b[31m\xff\xfe");

} // namespace
