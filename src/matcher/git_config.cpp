#include "git_config.hpp"

#include "wild_pattern.hpp"

#include <algorithm>
#include <cstdlib>

// Parses sections in brackets, each followed by lines with its variables:
//
//     [core]              # or ; starts a comment
//         excludesFile = "~/a b" \      a final backslash continues on the next line
//
// Names are case-insensitive. A variable without `=` is true.

namespace restat::detail {
namespace {

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

bool is_name(char c) noexcept {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

class reader {
public:
    reader(std::string_view text, std::function<void(git_variable)> const& take)
        : text_{text}, take_{take} {
        if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
    }

    void run() {
        while (!text_.empty() && read_one()) {
        }
    }

private:
    bool read_one() {
        char const c = text_.front();
        if (is_blank(c) || c == '\n') return text_.remove_prefix(1), true;
        if (c == '#' || c == ';') return skip_line(), true;
        if (c == '[') return read_section();
        return is_name(c) && read_variable();
    }

    void skip_line() { text_.remove_prefix(std::min(text_.find('\n'), text_.size())); }
    void skip_blanks() {
        while (!text_.empty() && is_blank(text_.front())) text_.remove_prefix(1);
    }

    // Parses a section such as `[core]` or `[includeIf "gitdir:~/a/"]`.
    bool read_section() {
        text_.remove_prefix(1);
        auto const end = std::find_if_not(text_.begin(), text_.end(),
                                          [](char c) { return is_name(c) || c == '.'; });
        section_ = text_.substr(0, static_cast<std::size_t>(end - text_.begin()));
        std::transform(section_.begin(), section_.end(), section_.begin(), lower);
        text_.remove_prefix(section_.size());
        subsection_.clear();
        skip_blanks();
        if (text_.starts_with('"') && !read_subsection()) return false;
        if (!text_.starts_with(']')) return false;
        text_.remove_prefix(1);
        return true;
    }

    bool read_subsection() {
        for (text_.remove_prefix(1); !text_.empty() && text_.front() != '\n';) {
            char const c = text_.front();
            text_.remove_prefix(1);
            if (c == '"') return true;
            if (c == '\\' && text_.empty()) return false;
            subsection_ += c == '\\' ? text_.front() : c;
            if (c == '\\') text_.remove_prefix(1);
        }
        return false;
    }

    bool read_variable() {
        auto const end = std::find_if_not(text_.begin(), text_.end(), is_name);
        auto const name = text_.substr(0, static_cast<std::size_t>(end - text_.begin()));
        text_.remove_prefix(name.size());
        skip_blanks();
        std::string value = "true";
        if (text_.starts_with('=')) {
            text_.remove_prefix(1);
            skip_blanks();
            if (!read_value(value)) return false;
        } else if (!text_.empty() && std::string_view{"\n#;"}.find(text_.front()) == text_.npos) {
            return false;
        }
        take_({section_, subsection_, name, std::move(value)});
        return true;
    }

    bool read_value(std::string& value) {
        value.clear();
        bool quoted = false;
        std::size_t end = 0; // of the text before trailing blanks
        for (; !text_.empty() && text_.front() != '\n'; text_.remove_prefix(1)) {
            char const c = text_.front();
            if (!quoted && (c == '#' || c == ';')) {
                skip_line();
                break;
            }
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\') {
                if (!read_escaped(value)) return false;
            } else {
                value += c;
            }
            if (quoted || !is_blank(c)) end = value.size();
        }
        value.resize(end);
        return !quoted;
    }

    // Parses an escape sequence, except for its last byte.
    bool read_escaped(std::string& value) {
        text_.remove_prefix(1);
        if (text_.starts_with("\r\n")) text_.remove_prefix(1);
        if (text_.empty()) return false;
        switch (text_.front()) {
        case '\n': return true;
        case 'n': return value += '\n', true;
        case 't': return value += '\t', true;
        case 'b': return value += '\b', true;
        case '\\':
        case '"': return value += text_.front(), true;
        default: return false;
        }
    }

    std::string_view text_;
    std::function<void(git_variable)> const& take_;
    std::string section_;
    std::string subsection_;
};

bool is_true(std::string const& value) {
    return same_name(value, "true") || same_name(value, "yes") || same_name(value, "on") ||
           std::strtoll(value.c_str(), nullptr, 0) != 0;
}

} // namespace

void git_settings::take(std::string_view section, std::string_view name, std::string value) {
    bool const is_core = same_name(section, "core");
    if (is_core && same_name(name, "ignorecase")) ignores_case = is_true(value);
    if (is_core && same_name(name, "excludesfile")) excludes_file = value;
    if (!same_name(section, "extensions")) return;
    if (same_name(name, "worktreeconfig")) has_worktree_config = is_true(value);
    if (same_name(name, "objectformat")) has_sha256 = same_name(value, "sha256");
}

void read_git_config(std::string_view text, std::function<void(git_variable)> const& take) {
    reader{text, take}.run();
}

} // namespace restat::detail
