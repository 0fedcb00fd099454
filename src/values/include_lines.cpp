#include <restat/include_lines.hpp>

#include "base/plain_path.hpp"

#include <restat/detail/start_directory.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace restat {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }
bool is_line_end(char c) noexcept { return c == '\n' || c == '\r'; }

// Removes each backslash at the end of a line, with the end of the line. Any other end of a line,
// CR, LF or CRLF, becomes LF. \source GLSL 4.60, section 3.2
std::string join_lines(std::string_view text) {
    std::string joined;
    joined.reserve(text.size());
    while (!text.empty()) {
        bool const is_joint = text.front() == '\\' && text.size() > 1 && is_line_end(text[1]);
        if (is_joint) text.remove_prefix(1);
        if (!is_joint) joined += is_line_end(text.front()) ? '\n' : text.front();
        text.remove_prefix(text.starts_with("\r\n") ? 2 : 1);
    }
    return joined;
}

class include_scan {
public:
    explicit include_scan(std::string_view text) noexcept : left_{text} {}

    std::vector<include_line> run() {
        if (left_.starts_with("\xEF\xBB\xBF")) take(3);
        while (!left_.empty()) step();
        return std::move(found_);
    }

private:
    void take(std::size_t count) noexcept { left_.remove_prefix(std::min(count, left_.size())); }

    // Skips up to and including a text, or everything if it does not follow.
    void skip_past(std::string_view end) noexcept {
        auto const at = left_.find(end);
        take(at == left_.npos ? at : at + end.size());
    }

    // Skips blanks and comments inside of a line; a comment of several lines does not end it.
    void skip_space() noexcept {
        while (!left_.empty()) {
            if (left_.starts_with("/*")) {
                take(2);
                skip_past("*/");
            } else if (left_.starts_with("//")) {
                take(std::min(left_.find('\n'), left_.size()));
            } else if (is_space(left_.front())) {
                take(1);
            } else {
                return;
            }
        }
    }

    void step() {
        skip_space();
        if (left_.empty()) return;
        char const c = left_.front();
        if (c == '\n') {
            take(1);
            is_line_start_ = true;
            return;
        }
        bool const is_first = std::exchange(is_line_start_, false);
        if (is_first && c == '#') return read_directive();
        if (c == '"' || c == '\'') return skip_literal(c);
        if (is_digit(c)) return skip_number();
        if (is_letter(c)) return skip_name();
        take(1);
    }

    std::string_view take_name() noexcept {
        auto const end = std::find_if_not(left_.begin(), left_.end(),
                                          [](char c) { return is_letter(c) || is_digit(c); });
        auto const name = left_.substr(0, static_cast<std::size_t>(end - left_.begin()));
        take(name.size());
        return name;
    }

    void read_directive() {
        take(1);
        skip_space();
        if (take_name() != "include") return;
        skip_space();
        bool const is_angled = left_.starts_with('<');
        if (!is_angled && !left_.starts_with('"')) return;
        auto const line = left_.substr(1, left_.find('\n') - 1);
        auto const end = line.find(is_angled ? '>' : '"');
        if (end == line.npos || end == 0) return;
        found_.push_back({std::string{line.substr(0, end)},
                          is_angled ? include_form::angled : include_form::quoted});
        take(end + 2);
    }

    // A literal ends with its line at the latest.
    void skip_literal(char quote) noexcept {
        take(1);
        while (!left_.empty() && left_.front() != '\n') {
            char const c = left_.front();
            take(c == '\\' ? 2 : 1);
            if (c == quote) return;
        }
    }

    // In a number, a quote separates digits.
    void skip_number() noexcept {
        auto const end = std::find_if_not(left_.begin(), left_.end(), [](char c) {
            return is_letter(c) || is_digit(c) || c == '\'' || c == '.';
        });
        take(static_cast<std::size_t>(end - left_.begin()));
    }

    void skip_name() {
        constexpr std::array<std::string_view, 5> raw{"R", "LR", "uR", "UR", "u8R"};
        auto const name = take_name();
        bool const is_raw = std::find(raw.begin(), raw.end(), name) != raw.end();
        if (is_raw && left_.starts_with('"')) skip_raw_literal();
    }

    void skip_raw_literal() {
        auto const open = left_.find('(');
        constexpr std::size_t longest = 17; // with the quote
        if (open == left_.npos || open > longest) return skip_literal('"');
        std::string const end = ')' + std::string{left_.substr(1, open - 1)} + '"';
        take(open + 1);
        skip_past(end);
    }

    std::string_view left_;
    bool is_line_start_ = true;
    std::vector<include_line> found_;
};

// Reads files, each once, and finds the files that they name.
class include_search {
public:
    include_search(path_list const& search, detail::text_reader read)
        : search_{search}, read_{read} {}

    void run(dependency_graph& graph, std::string_view file) {
        std::vector<std::string> left{detail::lexical_path(file)};
        std::unordered_set<std::string> done{left.front()};
        while (!left.empty()) {
            auto const path = std::move(left.back());
            left.pop_back();
            std::vector<std::string> edges;
            for (auto const& line : lines_of(path)) {
                auto const found = add_edges(edges, path, line);
                if (found && done.insert(*found).second) left.push_back(*found);
            }
            graph.replace(path, std::move(edges));
        }
    }

private:
    using lines = std::optional<std::vector<include_line>>; // none for a missing file

    lines const& look_up(std::string const& path) {
        auto const [at, is_new] = known_.try_emplace(path);
        std::string text;
        if (is_new && read_.call(read_.of, path, text)) at->second = parse_includes(text);
        return at->second;
    }

    std::vector<include_line> lines_of(std::string const& path) {
        return look_up(path).value_or(std::vector<include_line>{});
    }

    // Adds each path up to the first with a file, and returns this path.
    std::optional<std::string> add_edges(std::vector<std::string>& edges, std::string const& from,
                                         include_line const& line) {
        auto const try_in = [&](std::string const& directory) {
            edges.push_back(detail::lexical_path(detail::from_directory(directory, line.name)));
            return look_up(edges.back()).has_value();
        };
        if (line.name.starts_with('/')) {
            if (try_in({})) return edges.back();
            return {};
        }
        auto const above = from.find_last_of('/') + 1;
        if (line.form == include_form::quoted && try_in(from.substr(0, above)))
            return edges.back();
        for (auto const& directory : search_) {
            if (try_in(directory)) return edges.back();
        }
        return {};
    }

    path_list const& search_;
    detail::text_reader read_;
    std::unordered_map<std::string, lines> known_;
};

bool read_regular_file(void*, std::string const& path, std::string& text) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return false;
    std::ifstream file{path, std::ios::binary};
    if (!file) return false;
    text.assign(std::istreambuf_iterator<char>{file}, {});
    return !file.bad();
}

} // namespace

std::vector<include_line> parse_includes(std::string_view text) {
    auto const joined = join_lines(text);
    return include_scan{joined}.run();
}

void detail::read_includes(dependency_graph& graph, std::string_view file,
                           path_list const& search, text_reader read) {
    include_search{search, read}.run(graph, file);
}

void read_includes(dependency_graph& graph, std::string_view file, path_list const& search) {
    detail::read_includes(graph, file, search, {nullptr, read_regular_file});
}

} // namespace restat
