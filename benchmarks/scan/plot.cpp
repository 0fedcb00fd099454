// Time against files as a drawing, in SVG written by hand: axes by powers of ten, a line for each
// contender, its name at its right end.
#include "results.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace bench {
namespace {

constexpr double width = 860;
constexpr double height = 520;
constexpr double left = 70;
constexpr double right = 270; // room for the names
constexpr double top = 40;
constexpr double bottom = 50;

constexpr char const* colours[] = {"#d62728", "#1f77b4", "#2ca02c", "#9467bd", "#8c564b",
                                   "#e377c2", "#7f7f7f", "#bcbd22", "#17becf", "#ff7f0e"};

struct point {
    double files, seconds;
};

struct line {
    std::string name;
    std::vector<point> points;
};

// From the logarithms of what is shown to places on the page.
struct scale {
    double least_files, most_files, least_seconds, most_seconds; // logarithms

    double x(double files) const {
        return left + (std::log10(files) - least_files) / (most_files - least_files) *
                          (width - left - right);
    }
    double y(double seconds) const {
        return height - bottom -
               (std::log10(seconds) - least_seconds) / (most_seconds - least_seconds) *
                   (height - top - bottom);
    }
};

template <class... Values>
std::string format(char const* pattern, Values... values) {
    char text[512];
    std::snprintf(text, sizeof text, pattern, values...);
    return text;
}

std::string escaped(std::string_view text) {
    std::string made;
    for (char const c : text) {
        if (c == '&') {
            made += "&amp;";
        } else if (c == '<') {
            made += "&lt;";
        } else {
            made += c;
        }
    }
    return made;
}

// Who rescans or walks, and how long it took at each size.
std::vector<line> lines_of(results const& all) {
    std::vector<line> made;
    for (contender const& who : all.largest().contenders) {
        if (who.what != task::rescan && who.what != task::walk) continue;
        line drawn{who.name + (who.threads > 1 ? ", 2 threads" : ""), {}};
        for (scanned_corpus const& size : all.sizes) {
            if (contender const* const at = size.find(who.name, who.what, who.threads)) {
                drawn.points.push_back(
                    {static_cast<double>(size.plan.files), spread_of(at->seconds).median});
            }
        }
        made.push_back(std::move(drawn));
    }
    auto const end = [](line const& of) { return of.points.back().seconds; };
    std::sort(made.begin(), made.end(),
              [&](line const& a, line const& b) { return end(a) > end(b); });
    return made;
}

scale scale_of(std::vector<line> const& lines) {
    scale made{9, 0, 9, -9};
    for (line const& each : lines) {
        for (point const& at : each.points) {
            made.least_files = std::min(made.least_files, std::floor(std::log10(at.files)));
            made.most_files = std::max(made.most_files, std::ceil(std::log10(at.files)));
            made.least_seconds = std::min(made.least_seconds, std::floor(std::log10(at.seconds)));
            made.most_seconds = std::max(made.most_seconds, std::ceil(std::log10(at.seconds)));
        }
    }
    if (made.least_files == made.most_files) --made.least_files;
    return made;
}

std::string grid(scale const& on) {
    std::string made;
    for (double i = on.least_files; i <= on.most_files; ++i) {
        double const x = on.x(std::pow(10, i));
        made += format("<path d='M%.1f %.1fV%.1f' class='grid'/>\n", x, top, height - bottom);
        made += format("<text x='%.1f' y='%.1f' text-anchor='middle'>%.0f</text>\n", x,
                       height - bottom + 18, std::pow(10, i));
    }
    for (double i = on.least_seconds; i <= on.most_seconds; ++i) {
        double const y = on.y(std::pow(10, i));
        made += format("<path d='M%.1f %.1fH%.1f' class='grid'/>\n", left, y, width - right);
        made += format("<text x='%.1f' y='%.1f' text-anchor='end'>%g s</text>\n", left - 8, y + 4,
                       std::pow(10, i));
    }
    return made;
}

// `name_at` is where the name goes: below that of the line before, so that none cover another.
std::string drawing(line const& of, scale const& on, char const* colour, double& name_at) {
    std::string path;
    for (point const& at : of.points) {
        path += format("%c%.1f %.1f", path.empty() ? 'M' : 'L', on.x(at.files), on.y(at.seconds));
    }
    point const& end = of.points.back();
    name_at = std::max(name_at + 15, on.y(end.seconds) + 4);
    char const* const weight = of.name.starts_with(ours) ? "3" : "1.5";
    return format("<path d='%s' fill='none' stroke='%s' stroke-width='%s'/>\n", path.c_str(),
                  colour, weight) +
           format("<path d='M%.1f %.1fL%.1f %.1f' stroke='%s' stroke-width='0.5'/>\n",
                  on.x(end.files), on.y(end.seconds), width - right + 14, name_at - 4, colour) +
           format("<text x='%.1f' y='%.1f' fill='%s'>%s</text>\n", width - right + 18, name_at,
                  colour, escaped(of.name).c_str());
}

} // namespace

std::string to_svg(results const& all) {
    auto const lines = lines_of(all);
    scale const on = scale_of(lines);
    std::string made = format("<svg xmlns='http://www.w3.org/2000/svg' width='%.0f' "
                              "height='%.0f' viewBox='0 0 %.0f %.0f'>\n",
                              width, height, width, height);
    made += "<style>text{font:12px sans-serif}.grid{stroke:#ddd}</style>\n"
            "<rect width='100%' height='100%' fill='#fff'/>\n";
    made += format("<text x='%.1f' y='22'>Time to look at every file once (rescan, nothing "
                   "changed), by number of files: %s</text>\n",
                   left, escaped(all.where.date).c_str());
    made += grid(on);
    double name_at = top - 15;
    std::size_t colour = 0;
    for (line const& each : lines) {
        bool const own = each.name.starts_with(ours);
        char const* const shown = own ? "#000" : colours[colour++ % std::size(colours)];
        made += drawing(each, on, shown, name_at);
    }
    return made + "</svg>\n";
}

} // namespace bench
