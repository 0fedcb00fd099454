// The results as JSON, for programs and for comparing one run with another.
#include "results.hpp"

#include <cstdio>

namespace bench {
namespace {

std::string quoted(std::string_view text) {
    std::string made = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\') made += '\\';
        made += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    return made + '"';
}

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.9g", value);
    return text;
}

template <class Range, class ToText>
std::string list(Range const& of, ToText to_text) {
    std::string made = "[";
    for (auto const& each : of) {
        if (made.size() > 1) made += ',';
        made += to_text(each);
    }
    return made + ']';
}

std::string field(std::string_view name, std::string const& value) {
    return quoted(name) + ':' + value;
}

template <class... Fields>
std::string object(std::string const& first, Fields const&... rest) {
    return '{' + (first + ... + (',' + rest)) + '}';
}

std::string numbers(std::vector<double> const& of) { return list(of, number); }

std::string to_text(spread const& of) {
    return object(field("median", number(of.median)), field("low", number(of.low)),
                  field("high", number(of.high)));
}

std::string to_text(contender const& of) {
    return object(field("name", quoted(of.name)), field("task", quoted(name_of(of.what))),
                  field("threads", std::to_string(of.threads)),
                  field("time", to_text(spread_of(of.seconds))),
                  field("seconds", numbers(of.seconds)));
}

std::string to_text(scanned_corpus const& of) {
    return object(field("shape", quoted(name_of(of.plan.kind))),
                  field("files", std::to_string(of.plan.files)),
                  field("directories", std::to_string(of.directories)),
                  field("seed", std::to_string(of.plan.seed)),
                  field("contenders", list(of.contenders,
                                           [](contender const& each) { return to_text(each); })));
}

std::string to_text(machine const& of) {
    return object(field("date", quoted(of.date)), field("processor", quoted(of.processor)),
                  field("cores", std::to_string(of.cores)), field("kernel", quoted(of.kernel)),
                  field("file_system", quoted(of.file_system)),
                  field("compiler", quoted(of.compiler)));
}

std::string to_text(aim const& of) {
    return object(
        field("measure", quoted(of.measure)),
        field(of.holds == aim::side::at_most ? "at_most" : "at_least", number(of.bound)),
        field("seen", of.seen ? to_text(*of.seen) : "null"),
        field("met", of.seen ? (of.met() ? "true" : "false") : "null"),
        field("note", quoted(of.note)));
}

std::string to_text(edit_latency const& of) {
    return object(field("name", quoted(of.name)), field("start", number(of.start)),
                  field("seconds", numbers(of.seconds)));
}

std::string to_text(figure const& of) {
    return object(field("name", quoted(of.name)), field("value", number(of.value)),
                  field("unit", quoted(of.unit)));
}

std::string to_text(growth const& of) {
    return object(field("from", std::to_string(of.from)), field("to", std::to_string(of.to)),
                  field("restat", to_text(of.of_restat)), field("floor", to_text(of.of_floor)));
}

std::string to_text(ignored_cost const& of) {
    return object(field("files", std::to_string(of.files)), field("ratio", to_text(of.ratio)));
}

std::string to_text(slices const& of) {
    return object(field("budget_us", std::to_string(of.budget.count())),
                  field("seconds", numbers(of.seconds)));
}

constexpr auto each_to_text = [](auto const& each) { return to_text(each); };

template <class Value>
std::string or_null(std::optional<Value> const& of) {
    return of ? to_text(*of) : "null";
}

} // namespace

std::string to_json(results const& all) {
    return object(field("machine", to_text(all.where)),
                  field("sizes", list(all.sizes, each_to_text)),
                  field("shapes", list(all.shapes, each_to_text)),
                  field("growth", or_null(all.grown)), field("ignored", or_null(all.ignored)),
                  field("slices", or_null(all.sliced)),
                  field("one_edit", list(all.latencies, each_to_text)),
                  field("figures", list(all.figures, each_to_text)),
                  field("aims", list(aims_of(all), each_to_text))) +
           '\n';
}

} // namespace bench
