#pragma once

#include <restat/testing/memory_file_system.hpp>

#include <string>
#include <string_view>
#include <vector>

// Thirty ways to save a file, and acts that are no edit of it.
namespace truth_table {

/// The directory of a file `a` in a `memory_file_system`, and the new content of the file.
struct fake_place {
    restat::testing::memory_file_system const& files;
    std::string directory;
    std::string elsewhere; ///< the path of a file outside the directory
    std::string content;

    std::string at(std::string_view name) const { return directory + '/' + std::string{name}; }
    /// Writes the new content.
    void write(std::string_view name) const { files.write(at(name), content); }
    void write_empty(std::string_view name) const { files.write(at(name), ""); }
    void rename(std::string_view from, std::string_view to) const {
        files.rename(at(from), at(to));
    }
    void remove(std::string_view name) const { files.remove(at(name)); }
    /// Sets the mtime.
    void set_time(std::string_view name, restat::stamp to) const {
        files.set_mtime(at(name), to);
    }
    restat::stamp time_of_a() const { return files.record(at("a")).mtime; }
};

/// Commands of a shell, in the directory of a file `a` whose stamps `../r` has; `$i` is the new
/// content. And the same act on a `memory_file_system`.
struct style {
    char const* name;
    char const* commands;
    void (*act)(fake_place const&);
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

/// The same tree in a `memory_file_system`, in its directory t. Files elsewhere are in x.
class fake_desk {
public:
    explicit fake_desk(restat::testing::memory_file_system files);

    /// Performs every style once.
    void save_all();
    /// The directory of each style.
    static std::string directory_of(std::size_t style);

private:
    restat::testing::memory_file_system files_;
    int content_ = 100;
};

} // namespace truth_table
