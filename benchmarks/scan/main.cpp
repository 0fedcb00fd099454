// Scans of large trees, measured side by side: see benchmarks/run.
//
//     main -> scratch   a process for the work, and one that cleans up after it
//               measures -> corpus           trees to scan
//                        -> ours, floor, libraries, programs     who scans them
//                        -> timing           in turn, round by round
//               figures  -> probe            what needs a process of its own
//               one_edit                     from a write to who waits for it
//               results  -> aims, tables, json, plot
#include "figures.hpp"
#include "floor.hpp"
#include "probe.hpp"
#include "scratch.hpp"
#include "settings.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace bench {
namespace {

// The benchmark as a whole. What it does first may begin rounds only in the first part of the
// time, so that there is some for each.
class whole_run {
public:
    whole_run(settings const& how, std::string const& scratch)
        : how_{how}, scratch_{scratch}, folder_{how.cache.empty() ? scratch : how.cache} {}

    /// What fails is told at once, and does not take the rest with it.
    results measure() {
        results all;
        all.where = this_machine(folder_);
        measure_sizes(all);
        attempt("shapes", [&] { measure_shapes(all); });
        corpus const large = make(shape::modules, how_.files);
        corpus const small = make(shape::modules, std::min<std::size_t>(how_.files, 10'000));
        double const seconds = how_.files < 10'000 ? 0.5 : 5;
        attempt("growth", [&] {
            if (small.plan.files == large.plan.files) return;
            all.grown = measure_growth(small, large, until(0.9));
        });
        attempt("ignored directories", [&] {
            std::size_t const beside = std::min<std::size_t>(how_.files, 200'000);
            all.ignored = measure_ignored(beside, scratch_, until(0.95));
        });
        attempt("memory, idle CPU", [&] { append(all.figures, measure_costs(large, seconds)); });
        attempt("system calls", [&] { append(all.figures, measure_calls(small, scratch_)); });
        attempt("one edit", [&] { all.latencies = measure_one_edit(large, scratch_, seconds); });
        attempt("slices", [&] { measure_slices(all, large); });
        return all;
    }

    bool all_went_well() const noexcept { return went_well_; }

private:
    effort until(double part) const {
        std::chrono::duration<double> const limit{how_.limit * part};
        return {how_.rounds, began_ + std::chrono::duration_cast<steady::duration>(limit)};
    }
    corpus make(shape kind, std::size_t files) const {
        return make_corpus({kind, files, how_.seed}, folder_);
    }
    template <class Work>
    void attempt(char const* what, Work work) {
        std::fprintf(stderr, "== %s\n", what);
        try {
            work();
        } catch (std::exception const& error) {
            std::fprintf(stderr, "error: %s\n", error.what());
            went_well_ = false;
        }
    }
    static void append(std::vector<figure>& to, std::vector<figure> const& what) {
        to.insert(to.end(), what.begin(), what.end());
    }

    void measure_sizes(results& all) const {
        for (std::size_t files = 1'000;; files *= 10) {
            bool const last = files >= how_.files;
            corpus const of = make(shape::modules, last ? how_.files : files);
            std::fprintf(stderr, "== %zu files\n", of.plan.files);
            all.sizes.push_back(scan_side_by_side(of, scratch_, until(last ? 0.6 : 0.15)));
            if (last) return;
        }
    }
    void measure_shapes(results& all) const {
        std::size_t const files = std::min<std::size_t>(how_.files, 100'000);
        for (shape const kind : all_shapes) {
            std::fprintf(stderr, "== %s\n", std::string{name_of(kind)}.c_str());
            all.shapes.push_back(scan_shape(make(kind, files), until(0.75)));
        }
    }
    static void measure_slices(results& all, corpus const& of) {
        watched_tree tree{of.root};
        tree.first_scan();
        all.sliced = poll_in_slices(tree.host(), 10'000);
    }

    settings const& how_;
    std::string scratch_;
    std::string folder_;
    steady::time_point began_ = steady::now();
    bool went_well_ = true;
};

void write(std::string const& file, std::string const& text) {
    if (file.empty()) return;
    std::ofstream into{file};
    into << text;
    if (!into.flush()) throw std::runtime_error{"cannot write " + file};
}

int run_all(settings const& how) {
    return with_scratch(how.scratch, [&](std::string const& scratch) {
        whole_run benchmark{how, scratch};
        results const all = benchmark.measure();
        print_tables(all);
        write(how.json, to_json(all));
        write(how.svg, to_svg(all));
        return benchmark.all_went_well() ? 0 : 1;
    });
}

int do_as_asked(std::vector<std::string> const& arguments) {
    if (!arguments.empty() && arguments[0] == "--probe") {
        return probe({arguments.begin() + 1, arguments.end()});
    }
    settings const how = settings_of(arguments);
    if (!how.help) return run_all(how);
    std::fputs(std::string{usage()}.c_str(), stdout);
    return 0;
}

} // namespace
} // namespace bench

int main(int count, char** arguments) {
    try {
        return bench::do_as_asked({arguments + 1, arguments + count});
    } catch (std::exception const& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 2;
    }
}
