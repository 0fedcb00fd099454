#include <restat/options.hpp>

namespace restat {

std::vector<std::string> default_ignore_dirs() {
    return {
        ".git",   ".hg",         ".svn",         ".bzr",       "CVS",
        ".jj",                                                                // version control
        ".cache", "__pycache__", "node_modules", "CMakeFiles", ".mypy_cache", // caches of builds
        ".idea",  ".vs",         ".vscode",                                   // editors' state
    };
}

std::vector<pattern> default_ignore_patterns() {
    return {
        "*~", // backups: emacs, gedit, kate, nano
        "#*#",
        ".#*", // emacs: auto-save, lock
        ".*.sw[a-p]",
        "4913", // vim: swap file, probe whether a directory can be written
        ".*.kate-swp",
        ".~lock.*#",        // kate, LibreOffice
        ".goutputstream-*", // GLib: the file before its rename
        "*___jb_tmp___",
        "*___jb_old___" // JetBrains: safe write
    };
}

} // namespace restat
