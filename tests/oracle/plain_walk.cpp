#include "oracle/plain_walk.hpp"

#include "oracle/far_path.hpp"
#include "oracle/plain_rules.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <tuple>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oracle {
namespace {

char type_of(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFREG: return 'f';
    case S_IFDIR: return 'd';
    case S_IFLNK: return 'l';
    case S_IFIFO: return 'p';
    case S_IFSOCK: return 's';
    case S_IFCHR: return 'c';
    default: return 'b';
    }
}

std::string read_file(std::string const& path) {
    std::string content;
    int const file = far_path{path}.open(O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) return content;
    char bytes[4096];
    for (ssize_t got = 0; (got = ::read(file, bytes, sizeof bytes)) > 0;) {
        content.append(bytes, static_cast<std::size_t>(got));
    }
    ::close(file);
    return content;
}

bool read_status(std::string const& path, struct stat& into, bool follows) {
    return far_path{path}.status(into, follows);
}

std::string read_target(std::string const& path) { return far_path{path}.link_target(); }

bool is_mount_point(std::string const& path) {
    struct statx status {};
    return ::statx(AT_FDCWD, path.c_str(), AT_NO_AUTOMOUNT, STATX_TYPE, &status) == 0 &&
           (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

std::string real_path(std::string const& path) {
    char* const found = ::realpath(path.c_str(), nullptr);
    std::string const real = found ? found : path;
    std::free(found); // NOLINT: from realpath
    return real;
}

object to_object(struct stat const& status) {
    object made;
    made.type = type_of(status.st_mode);
    made.mode = status.st_mode & 07777U;
    made.owner = status.st_uid;
    made.group = status.st_gid;
    made.device = status.st_dev;
    made.inode = status.st_ino;
    made.changed = status.st_ctim;
    made.modified = status.st_mtim;
    return made;
}

// Walks directories in the order of their names: those with the fewest links first, then those with
// the fewest mount points, those below the first root, and those whose name comes first. So nothing
// takes a directory away from its own name.
class walker {
public:
    explicit walker(watch_plan const& plan) : plan_{plan}, rules_{plan.which} {}

    walked run() {
        for (auto const& file : plan_.listed) add_file(file, true);
        for (auto const& root : plan_.roots) add_file(root, false);
        for (std::size_t i = 0; i < plan_.roots.size(); ++i) {
            auto const& root = plan_.roots[i];
            struct stat status {};
            bool const is_link = read_status(root, status, false) && S_ISLNK(status.st_mode);
            later_.push_back({.links = is_link, .root = i, .name = root, .is_root = true});
        }
        while (!later_.empty()) {
            auto const best = std::min_element(later_.begin(), later_.end());
            at_ = *best;
            later_.erase(best);
            if (at_.is_root) {
                add_tree(at_.name);
                continue;
            }
            auto const real = real_path(at_.name);
            add_directory(at_.name, real, false, at_.unreadable || is_closed_above(real + "/x"));
        }
        found_.would_exclude = [rules = std::move(rules_)](std::string const& name) {
            return rules.would_exclude(name);
        };
        return std::move(found_);
    }

private:
    // A root, a followed link to a directory, or a mount point.
    struct place {
        std::size_t links = 0;  // on the way to it, and itself
        std::size_t mounts = 0; // likewise
        std::size_t root = 0;   // the innermost that holds it, by number
        std::string name = {};
        bool is_root = false;
        bool unreadable = false;
        bool operator<(place const& other) const {
            return std::tie(links, mounts, root, name) <
                   std::tie(other.links, other.mounts, other.root, other.name);
        }
    };

    std::size_t innermost_root(std::string const& name) const {
        std::size_t best = plan_.roots.size();
        for (std::size_t i = 0; i < plan_.roots.size(); ++i) {
            if (!is_below(name, plan_.roots[i])) continue;
            if (best == plan_.roots.size() || plan_.roots[i].size() > plan_.roots[best].size())
                best = i;
        }
        return best;
    }

    void add_tree(std::string const& root) {
        struct stat status {};
        if (!read_status(root, status, true) || !S_ISDIR(status.st_mode)) return;
        rules_.set_root(root);
        add_directory(root, real_path(root), false, is_closed_above(root + "/x"));
    }

    void add_file(std::string const& root, bool listed) {
        struct stat status {};
        if (read_status(root, status, true) && S_ISDIR(status.st_mode)) return;
        object one = read_object(root, true);
        if (one.type == '-') return;
        one.hidden = rules_.excludes_named(root);
        struct stat above {};
        auto const slash = root.rfind('/');
        if (!listed && !one.hidden && read_status(root.substr(0, slash + 1), above, true))
            named_.insert({{above.st_dev, above.st_ino}, root.substr(slash + 1)});
        one.real = real_path(root);
        one.unreadable = is_closed(root);
        if (!one.hidden) found_.files.erase(root); // named: as the link and as its target
        put(root, std::move(one));
    }

    void put(std::string const& name, object one) {
        auto const [at, is_new] = found_.files.emplace(name, one);
        if (!is_new && at->second.hidden && !one.hidden) at->second = std::move(one);
    }

    void add_directory(std::string const& name, std::string const& real, bool hidden,
                       bool unreadable) {
        struct stat status {};
        if (!read_status(name, status, true)) return;
        identity const id{status.st_dev, status.st_ino};
        if (!hidden) {
            auto const [at, is_new] = found_.directories.emplace(id, name);
            if (!is_new && at->second != name) found_.aliases.emplace(name, at->second);
            if (!is_new) return;
        } else if (!hidden_.insert(name).second) {
            return;
        }
        unreadable = unreadable || (status.st_mode & 0500U) != 0500U;
        rules_.enter(name);
        for (auto const& one : far_path{name}.names()) {
            // A file that is a root has that name alone.
            if (!named_.contains({id, one})) add_name(name, real, one, hidden, unreadable);
        }
    }

    void add_name(std::string const& in, std::string const& real, std::string const& name,
                  bool hidden, bool unreadable) {
        auto const path = in + '/' + name;
        struct stat status {};
        if (!read_status(path, status, false)) return;
        bool is_directory = S_ISDIR(status.st_mode);
        bool const is_link = S_ISLNK(status.st_mode);
        if (is_link && plan_.follows) {
            struct stat behind {};
            if (read_status(path, behind, true)) is_directory = S_ISDIR(behind.st_mode);
        }
        hidden = hidden || rules_.excludes(in, name, is_directory);
        bool const is_mount = is_directory && !is_link && is_mount_point(path);
        if (is_directory && (is_link || is_mount)) {
            // Names behind links in excluded directories may have no end.
            if (hidden) {
                found_.hidden_tops.push_back(path + '/');
            } else {
                later_.push_back({.links = at_.links + is_link,
                                  .mounts = at_.mounts + !is_link,
                                  .root = innermost_root(path),
                                  .name = path,
                                  .unreadable = unreadable});
            }
        } else if (is_directory) {
            add_directory(path, real + '/' + name, hidden, unreadable);
        } else {
            object one = read_object(path, plan_.follows);
            if (one.type == '-') return;
            one.real = is_link && plan_.follows ? real_path(path) : real + '/' + name;
            one.hidden = hidden;
            one.unreadable = unreadable || (is_link && is_closed(path));
            put(path, std::move(one));
        }
    }

    watch_plan const& plan_;
    plain_rules rules_;
    walked found_;
    std::set<std::string> hidden_;
    std::set<std::pair<identity, std::string>> named_; // files that are roots
    std::vector<place> later_;
    place at_; // whose directory is being walked
};

bool is_same(timespec a, timespec b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

} // namespace

bool is_same_content(object const& a, object const& b) {
    return a.type == b.type && a.content == b.content && a.target == b.target &&
           a.mode == b.mode && a.owner == b.owner && a.group == b.group;
}

bool has_same_stamps(object const& a, object const& b) {
    return a.device == b.device && a.inode == b.inode && is_same(a.changed, b.changed) &&
           is_same(a.modified, b.modified);
}

bool is_untouched(object const& a, object const& b) {
    return is_same_content(a, b) && has_same_stamps(a, b) && a.hidden == b.hidden;
}

std::string to_string(object const& of) {
    if (of.type == '-') return "nothing";
    char head[64];
    std::snprintf(head, sizeof head, "%c 0%o %u:%u %zu bytes '", of.type, of.mode, of.owner,
                  of.group, of.content.size());
    auto const tail = of.target.empty() ? std::string{} : " -> " + of.target;
    auto shown = of.content.substr(0, 24);
    std::replace(shown.begin(), shown.end(), '\0', '0'); // of a hole
    return head + shown + "'" + tail;
}

std::string plain_name(std::string_view path, std::string const& directory) {
    std::string from{path};
    if (!path.starts_with('/')) from = directory + '/' + from;
    std::string plain;
    for (std::size_t at = 0; at < from.size();) {
        auto const end = std::min(from.find('/', at), from.size());
        auto const part = from.substr(at, end - at);
        if (part == "..") {
            plain.erase(std::min(plain.rfind('/'), plain.size()));
        } else if (!part.empty() && part != ".") {
            plain += '/' + part;
        }
        at = end + 1;
    }
    return plain.empty() ? "/" : plain;
}

bool is_below(std::string_view path, std::string_view top) {
    return path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '/');
}

bool is_closed_above(std::string const& path) {
    for (auto at = path.find('/', 1); at != path.npos; at = path.find('/', at + 1)) {
        auto const above = path.substr(0, at);
        struct stat status {};
        if (!read_status(above, status, false)) return false;
        if (S_ISLNK(status.st_mode)) {
            auto const real = real_path(above);
            if (real != above) return is_closed_above(real + path.substr(at));
            auto const target = plain_name(read_target(above), above.substr(0, above.rfind('/')));
            return !is_below(target, above) && is_closed_above(target);
        }
        if ((status.st_mode & 0500U) != 0500U) return true;
    }
    return false;
}

bool is_closed(std::string const& name) {
    constexpr int links = 40; // the kernel follows no more
    std::string at = name;
    for (int n = 0; n < links; ++n) {
        if (is_closed_above(at) || is_closed_above(real_path(at))) return true;
        auto const target = read_target(at);
        if (target.empty()) return false;
        // A link is read from the directory in which it really is.
        at = plain_name(target, real_path(at.substr(0, at.rfind('/'))));
    }
    return false;
}

std::string walked::primary(std::string const& name) const {
    if (files.contains(name)) return name; // as a root may be
    for (auto at = name.size(); at != name.npos && at > 0; at = name.rfind('/', at - 1)) {
        auto const alias = aliases.find(name.substr(0, at));
        if (alias != aliases.end()) return alias->second + name.substr(at);
    }
    return name;
}

walked walk(watch_plan const& plan) { return walker{plan}.run(); }

object read_object(std::string const& name, bool follows) {
    struct stat status {};
    if (!read_status(name, status, false)) return {};
    object one = to_object(status);
    std::string path = name;
    if (one.type == 'l') {
        auto target = read_target(name);
        struct stat behind {};
        if (follows && read_status(name, behind, true)) {
            auto const link_changed = one.changed;
            one = to_object(behind);
            // A new link to the same file touches the name.
            one.device ^= status.st_dev << 32U;
            one.inode ^= status.st_ino << 32U;
            one.modified = link_changed;
            path = real_path(name);
        }
        one.target = std::move(target);
    }
    if (one.type == 'd') return {};
    if (one.type == 'f') one.content = read_file(path);
    return one;
}

} // namespace oracle
