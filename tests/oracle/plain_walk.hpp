#pragma once

#include <cstdint>
#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The independent half of the oracle: reads names, contents and attributes with opendir, lstat,
// open and read, and knows the documented rules of naming. It includes nothing of restat.
namespace oracle {

/// One object under its reported name.
struct object {
    char type = '-'; ///< f file, l link that leads nowhere or is not followed, p, s, c, b; - none
    std::string content = {}; ///< of a regular file
    std::string target = {};  ///< of a symbolic link, also of one that is followed
    unsigned mode = 0;
    unsigned owner = 0;
    unsigned group = 0;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    timespec changed = {};
    timespec modified = {};
    std::string real = {};   ///< its path without links
    bool hidden = false;     ///< a rule excludes it
    bool unreadable = false; ///< below a directory that its owner may not list or enter
};

/// Whether both look the same to a program that loads them.
bool is_same_content(object const& a, object const& b);
/// Whether nothing at all happened to it, for all that the file system shows.
bool is_untouched(object const& a, object const& b);
/// Whether both are one object, with the same stamps.
bool has_same_stamps(object const& a, object const& b);
/// "f 0644 0:0 12 bytes 'abc...'".
std::string to_string(object const& of);

/// The path with an absolute beginning, without `.`, `..`, and empty components.
std::string plain_name(std::string_view path, std::string const& directory);
/// Whether `path` is `top` or lies below it.
bool is_below(std::string_view path, std::string_view top);

enum class rules : unsigned char {
    none,
    no_temporaries, ///< excludes `*.tmp`, files and directories
    no_a,           ///< excludes whatever is called `a`
    gitignore,      ///< `.ignore` and `.gitignore` in the tree
};

/// What is to be watched, by absolute paths.
struct watch_plan {
    std::vector<std::string> roots = {};
    bool follows = false;                 ///< links below a root
    std::vector<std::string> listed = {}; ///< files; a directory counts as missing
    rules which = rules::none;
};

/// The device and the number of a directory.
using identity = std::pair<std::uint64_t, std::uint64_t>;

struct walked {
    std::map<std::string, object> files;
    /// The name of each directory that no rule excludes.
    std::map<identity, std::string> directories = {};
    /// Other names of a directory that has several, none of which the documentation prefers.
    std::map<std::string, std::string> aliases;
    /// Links and mount points that a rule excludes, each with a slash: they are not entered.
    std::vector<std::string> hidden_tops = {};

    /// Whether the rules in the tree exclude a file of this name, if there were one.
    std::function<bool(std::string const&)> would_exclude = {};

    /// The name under which a file is in `files`.
    std::string primary(std::string const& name) const;
};

/// Whether a directory above it cannot be listed or entered by its owner, also one to which a link
/// on its way leads.
bool is_closed_above(std::string const& path);

/// The same, or one on the way to where the name itself leads as a link.
bool is_closed(std::string const& name);

walked walk(watch_plan const& plan);
/// One object, by its name; of type '-' if there is none.
object read_object(std::string const& name, bool follows);

} // namespace oracle
