#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

// Thirty ways to save a file, and acts that are no edit of it.
namespace truth_table {

/// Commands of a shell, in the directory of a file `a` whose stamps `../r` has; `$i` is the new
/// content.
struct style {
    char const* name;
    char const* commands;
    bool is_save = true;
};

extern std::vector<style> const styles;

/// A tree with a directory for each style, in which the style happens.
class desk {
public:
    /// `top` is an empty directory. The files are in `top`/t/STYLE/w.
    explicit desk(std::string top);

    /// Performs every style once. False if a command failed.
    bool save_all();
    /// The path of each file `a`, below `top`.
    std::vector<std::string> files() const;
    /// Lines "KIND PATH": each save exactly one "modified", each other act none. What is wrong, a
    /// line each.
    std::string wrong_of(std::vector<std::string> const& delivered) const;

private:
    std::string top_;
    int content_ = 100;
};

} // namespace truth_table
