#pragma once

#include <array>
#include <string_view>

// The entries of a development tree other than sources, and the reason to exclude each. The
// functions `default_ignore_dirs`, `default_ignore_patterns` and `default_markers` share this
// table.
namespace restat::detail {

enum class ignored : unsigned char {
    directory, // a name of a directory
    pattern,   // a glob
    marker,    // a file left by a tool in a directory made by the same tool
};

struct default_ignore {
    ignored kind;
    std::string_view text;
    std::string_view reason;
    std::string_view begins = {}; // the bytes at the start of a marker
};

// Matches names such as `.name.W4zvLi`, with six letters and digits by mkstemp. In 199 of 200
// such names, the six characters include a capital letter or a digit. The glob requires this,
// because `.env.sample` would match otherwise.
inline constexpr std::string_view rsync_name =
    ".*.{[A-Z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9],"
    "[A-Za-z0-9][A-Z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9],"
    "[A-Za-z0-9][A-Za-z0-9][A-Z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9],"
    "[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Z0-9][A-Za-z0-9][A-Za-z0-9],"
    "[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Z0-9][A-Za-z0-9],"
    "[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Z0-9]}";

inline constexpr std::array default_ignores = std::to_array<default_ignore>({
    {ignored::directory, ".git", "version control"},
    {ignored::directory, ".hg", "version control"},
    {ignored::directory, ".svn", "version control"},
    {ignored::directory, ".bzr", "version control"},
    {ignored::directory, "CVS", "version control"},
    {ignored::directory, ".jj", "version control"},
    {ignored::directory, ".cache", "a cache"},
    {ignored::directory, "__pycache__", "Python's compiled modules"},
    {ignored::directory, ".mypy_cache", "a cache"},
    {ignored::directory, "node_modules", "packages that npm installed"},
    {ignored::directory, "CMakeFiles", "inside of a build by CMake"},
    {ignored::directory, ".idea", "an editor's state"},
    {ignored::directory, ".vs", "an editor's state"},
    {ignored::directory, ".vscode", "an editor's state"},

    {ignored::pattern, "*~", "a backup, by Emacs, gedit, Kate or nano"},
    {ignored::pattern, "#*#", "Emacs: saved by itself"},
    {ignored::pattern, ".#*", "Emacs: a lock"},
    {ignored::pattern, ".*.sw[a-p]", "Vim: a swap file"},
    {ignored::pattern, "4913", "Vim: probes whether a directory can be written"},
    {ignored::pattern, ".*.kate-swp", "Kate: a swap file"},
    {ignored::pattern, ".~lock.*#", "LibreOffice: a lock"},
    {ignored::pattern, ".goutputstream-*", "GLib: a file before its rename"},
    {ignored::pattern, "*___jb_tmp___", "JetBrains: a file before its rename"},
    {ignored::pattern, "*___jb_old___", "JetBrains: a file after its rename"},
    {ignored::pattern, ".subl*.tmp", "Sublime Text: a file before its rename"},
    {ignored::pattern, ".syncthing.*.tmp", "Syncthing: a file before its rename"},
    {ignored::pattern, "~syncthing~*.tmp", "Syncthing on Windows: a file before its rename"},
    {ignored::pattern, rsync_name, "rsync: a file before its rename"},
    {ignored::pattern, ".nfs*", "NFS: a removed file that a process has open"},
    {ignored::pattern, ".fuse_hidden*", "FUSE: a removed file that a process has open"},
    {ignored::pattern, ".DS_Store", "macOS: the view of a folder"},
    {ignored::pattern, "Thumbs.db", "Windows: small images of a folder"},
    {ignored::pattern, "*.{o,obj,lo}", "an object file"},
    {ignored::pattern, "*.{gch,pch}", "a compiled header"},
    {ignored::pattern, "*.py[co]", "Python: a compiled module"},
    {ignored::pattern, "*.pid", "a daemon: the number of its process"},

    {ignored::marker, "CMakeCache.txt", "a build by CMake"},
    {ignored::marker, ".ninja_log", "a build by Ninja"},
    {ignored::marker, ".rustc_info.json", "a build by Cargo"},
    {ignored::marker, "pyvenv.cfg", "a virtual environment of Python"},
    {ignored::marker, "CACHEDIR.TAG", "a cache (bford.info/cachedir)",
     "Signature: 8a477f597d28d172789f06886806bc55"},
});

// Files of a source tree: a marker beside any of them has no effect, because sources are built in
// place.
inline constexpr std::array<std::string_view, 7> default_sources = {
    ".git",         "CMakeLists.txt", "meson.build",    "Makefile.am",
    "configure.py", "Cargo.toml",     "pyproject.toml",
};

} // namespace restat::detail
