#include <restat/depfile.hpp>

#include <restat/detail/start_directory.hpp>
#include <restat/error.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace restat {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

// Reads a depfile word by word. A continued line is a blank.
class depfile_words {
public:
    explicit depfile_words(std::string_view text) noexcept : left_{text} {}

    enum class kind : unsigned char { word, colon, line_end, text_end };

    // Reads the next word into `word`.
    kind next(std::string& word) {
        skip_blanks();
        if (left_.empty()) return kind::text_end;
        if (left_.front() == '\n') return take(1), kind::line_end;
        if (is_colon(left_)) return take(1), kind::colon;
        word.clear();
        while (!at_word_end()) add_character(word);
        return kind::word;
    }

    // Returns whether the text ended in a continued line, or in a backslash.
    bool ends_inside() const noexcept { return left_.empty() && is_continued_; }

private:
    void take(std::size_t count) noexcept { left_.remove_prefix(count); }

    // Returns the length of a joint of two lines, or 0.
    std::size_t joint() const noexcept {
        if (left_.starts_with("\\\n")) return 2;
        return left_.starts_with("\\\r\n") ? 3 : 0;
    }

    void skip_blanks() noexcept {
        while (!left_.empty()) {
            if (auto const size = joint()) {
                take(size);
                is_continued_ = true;
            } else if (is_blank(left_.front())) {
                take(1);
            } else if (left_.front() == '#') {
                skip_comment();
            } else {
                break;
            }
        }
        if (!left_.empty()) is_continued_ = false;
    }

    // Skips up to the end of the line, also of a continued line.
    void skip_comment() noexcept {
        while (!left_.empty() && left_.front() != '\n') take(std::max<std::size_t>(joint(), 1));
    }

    // A colon inside of a name, as in `a:b`, belongs to the name.
    static bool is_colon(std::string_view text) noexcept {
        if (!text.starts_with(':')) return false;
        auto const after = text.substr(1);
        return after.empty() || is_blank(after.front()) || after.front() == '\n' ||
               after.starts_with("\\\n") || after.starts_with("\\\r\n");
    }

    bool at_word_end() const noexcept {
        if (left_.empty() || joint() > 0 || is_colon(left_)) return true;
        char const c = left_.front();
        return is_blank(c) || c == '\n' || c == '#';
    }

    void add_character(std::string& word) {
        if (left_.front() == '\\') return add_backslashes(word);
        if (left_.starts_with("$$")) take(1);
        word += left_.front();
        take(1);
    }

    // Backslashes stand for themselves, except before a space, a tab, a `#` or a colon of a name,
    // as in `C\:/a` by GCC 10. There two stand for a single backslash, and a further one escapes
    // the character.
    void add_backslashes(std::string& word) {
        auto const count = std::min(left_.find_first_not_of('\\'), left_.size());
        auto const after = left_.substr(count);
        is_continued_ = after.empty();
        bool const escapes = after.starts_with(' ') || after.starts_with('\t') ||
                             after.starts_with('#') ||
                             (after.starts_with(':') && !is_colon(after));
        bool const joins = after.starts_with('\n') || after.starts_with("\r\n");
        auto const kept = joins ? count - 1 : escapes ? count / 2 : count;
        word.append(kept, '\\');
        take(joins ? count - 1 : count);
        if (!escapes || count % 2 == 0) return;
        word += left_.front();
        take(1);
    }

    std::string_view left_;
    bool is_continued_ = false;
};

} // namespace

std::vector<depfile_rule> parse_depfile(std::string_view text, std::error_code& error) {
    error.clear();
    std::vector<depfile_rule> rules;
    depfile_rule rule;
    bool has_colon = false;
    depfile_words words{text};
    using kind = depfile_words::kind;
    for (std::string word;;) {
        auto const found = words.next(word);
        if (found == kind::word) {
            (has_colon ? rule.dependencies : rule.targets).push_back(word);
        } else if (found == kind::colon && !has_colon && !rule.targets.empty()) {
            has_colon = true;
        } else if (found == kind::colon) {
            error = std::make_error_code(std::errc::invalid_argument);
            return {};
        } else {
            bool const ends = found == kind::text_end;
            if (!has_colon && !rule.targets.empty()) {
                error = ends ? make_error_code(errc::incomplete)
                             : std::make_error_code(std::errc::invalid_argument);
                return {};
            }
            if (has_colon) rules.push_back(std::exchange(rule, {}));
            has_colon = false;
            if (!ends) continue;
            if (words.ends_inside()) {
                error = errc::incomplete;
                return {};
            }
            return rules;
        }
    }
}

void read_depfile(dependency_graph& graph, std::string_view text, std::string_view directory,
                  std::error_code& error) {
    std::map<std::string, std::vector<std::string>> all;
    std::string const base{directory};
    auto const whole = [&](auto const& path) { return detail::from_directory(base, path); };
    for (auto const& rule : parse_depfile(text, error)) {
        for (auto const& target : rule.targets) {
            auto& of = all[whole(target)];
            for (auto const& path : rule.dependencies) of.push_back(whole(path));
        }
    }
    for (auto& [target, paths] : all) {
        if (!paths.empty()) graph.replace(target, std::move(paths));
    }
}

void read_depfile(dependency_graph& graph, std::string_view text, std::string_view directory) {
    std::error_code error;
    read_depfile(graph, text, directory, error);
    if (error) detail::throw_error(error, "read the rules of a depfile");
}

} // namespace restat
