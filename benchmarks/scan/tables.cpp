// The tables that a person reads.
#include "results.hpp"

#include <algorithm>
#include <cstdio>

namespace bench {
namespace {

std::string grouped(std::size_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
    return digits;
}

std::string title_of(scanned_corpus const& of) {
    return grouped(of.plan.files) + " files in " + grouped(of.directories) + " directories, " +
           std::string{name_of(of.plan.kind)};
}

// The raw system calls that this contender is held against; of a program, those of a first scan.
contender const* floor_of(scanned_corpus const& in, contender const& who) {
    bool const lists = who.what == task::first_scan || who.what == task::walk;
    task const what = who.what == task::walk ? task::first_scan : who.what;
    return in.find(lists ? listing_floor : known_floor, what, who.threads);
}

// Our own scan that this contender is held against: the fastest of its task.
contender const* ours_against(scanned_corpus const& in, contender const& who) {
    task const what = who.what == task::walk ? task::rescan : who.what;
    contender const* const two = in.find(ours, what, 2);
    return two ? two : in.find(ours, what, 1);
}

std::string ratio_text(contender const* above, contender const* below) {
    if (!above || !below || above == below) return "-";
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", ratio(*above, *below).median);
    return text;
}

void print_row(scanned_corpus const& in, contender const& who) {
    spread const time = spread_of(who.seconds);
    std::string const name = who.name + (who.threads > 1 ? ", 2 threads" : "");
    std::printf("  %-42s %10.2f %8.2f-%-8.2f %7.0f %9s %9s\n", name.c_str(), time.median * 1e3,
                time.low * 1e3, time.high * 1e3,
                time.median * 1e9 / static_cast<double>(in.plan.files),
                ratio_text(&who, floor_of(in, who)).c_str(),
                ratio_text(&who, ours_against(in, who)).c_str());
}

void print_task(scanned_corpus const& in, task what) {
    std::printf("  %-42s %10s %17s %7s %9s %9s\n", std::string{name_of(what)}.c_str(), "ms",
                "quartiles", "ns/file", "to floor", "to restat");
    for (contender const& each : in.contenders) {
        if (each.what == what) print_row(in, each);
    }
}

void print_corpus(scanned_corpus const& in) {
    std::printf("\n%s\n", title_of(in).c_str());
    for (task const what : {task::first_scan, task::rescan, task::edited, task::walk}) {
        bool const some = std::any_of(in.contenders.begin(), in.contenders.end(),
                                      [&](auto const& each) { return each.what == what; });
        if (some) print_task(in, what);
    }
}

void print_shapes(results const& all) {
    if (all.shapes.empty()) return;
    std::printf("\n%-44s %12s %12s %12s\n", "shapes, ms", "first scan", "rescan", "to floor");
    for (scanned_corpus const& each : all.shapes) {
        contender const* const rescan = each.find(ours, task::rescan);
        std::printf("  %-42s %12.2f %12.2f %12s\n", title_of(each).c_str(),
                    spread_of(each.find(ours, task::first_scan)->seconds).median * 1e3,
                    spread_of(rescan->seconds).median * 1e3,
                    ratio_text(rescan, floor_of(each, *rescan)).c_str());
    }
}

void print_latencies(results const& all) {
    if (all.latencies.empty()) return;
    std::printf("\n%-44s %12s %12s %12s\n", "from one edit to who waits for it, ms",
                "ready after", "median", "worst");
    for (edit_latency const& each : all.latencies) {
        std::printf("  %-42s %12.1f %12.2f %12.2f\n", each.name.c_str(), each.start * 1e3,
                    spread_of(each.seconds).median * 1e3,
                    *std::max_element(each.seconds.begin(), each.seconds.end()) * 1e3);
    }
}

void print_slices(slices of) {
    std::sort(of.seconds.begin(), of.seconds.end());
    auto const at = [&](double part) {
        return of.seconds[static_cast<std::size_t>(part *
                                                   static_cast<double>(of.seconds.size() - 1))] *
               1e6;
    };
    std::printf(
        "\nslices of %lld us: median %.0f us, p99 %.0f us, p99.9 %.0f us, worst %.0f us\n",
        static_cast<long long>(of.budget.count()), at(0.5), at(0.99), at(0.999), at(1));
}

void print_figures(results const& all) {
    std::printf("\n%-44s\n", "figures");
    for (figure const& each : all.figures) {
        std::printf("  %-42s %12.4g %s\n", each.name.c_str(), each.value, each.unit.c_str());
    }
}

void print_aims(results const& all) {
    std::printf("\n%-50s %9s %9s %17s\n", "aims (set for 1,000,000 files)", "aim", "seen",
                "quartiles");
    for (aim const& each : aims_of(all)) {
        char const* const sign = each.holds == aim::side::at_most ? "<=" : ">=";
        std::printf("  %-48s %s %6.4g ", each.measure.c_str(), sign, each.bound);
        if (each.seen) {
            std::printf("%9.3g %8.3g-%-8.3g %s  %s\n", each.seen->median, each.seen->low,
                        each.seen->high, each.met() ? "met   " : "missed", each.note.c_str());
        } else {
            std::printf("%9s %17s not measured\n", "-", "");
        }
    }
}

} // namespace

void print_tables(results const& all) {
    machine const& on = all.where;
    std::printf("restat, %s: %s, %u cores, %s, %s, %s\n", on.date.c_str(), on.processor.c_str(),
                on.cores, on.kernel.c_str(), on.file_system.c_str(), on.compiler.c_str());
    for (scanned_corpus const& each : all.sizes) print_corpus(each);
    print_shapes(all);
    print_latencies(all);
    if (all.sliced) print_slices(*all.sliced);
    print_figures(all);
    print_aims(all);
}

} // namespace bench
