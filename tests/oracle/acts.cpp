#include "oracle/acts.hpp"

#include "oracle/far_path.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/un.h>
#include <unistd.h>

namespace oracle {
namespace {

namespace fs = std::filesystem;

struct open_file {
    int descriptor;
    open_file(std::string const& path, int flags)
        : descriptor{far_path{path}.open(flags | O_NONBLOCK | O_NOFOLLOW, 0644)} {}
    open_file(open_file const&) = delete;
    ~open_file() {
        if (descriptor >= 0) ::close(descriptor);
    }
    void put(std::string const& bytes) const {
        if (descriptor >= 0) (void)!::write(descriptor, bytes.data(), bytes.size());
    }
};

bool is_regular(std::string const& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// Then each name of a file has its own cache of attributes, for a second: a change made by one name
// is seen late by another.
bool is_fuse(std::string const& path) {
    struct statfs status {};
    return ::statfs(path.c_str(), &status) == 0 && status.f_type == FUSE_SUPER_MAGIC;
}

bool is_directory(std::string const& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

void remove_tree(std::string const& path) {
    std::error_code ignored;
    fs::remove_all(path, ignored);
}

void make_directories(std::string const& path) {
    std::error_code ignored;
    fs::create_directories(path, ignored);
}

void rename(std::string const& a, std::string const& b) { std::rename(a.c_str(), b.c_str()); }

void exchange(std::string const& a, std::string const& b) {
    if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return;
    if (errno != EINVAL && errno != ENOSYS) return;
    auto const aside = a + ".swap"; // where the file system cannot exchange
    if (std::rename(a.c_str(), aside.c_str()) != 0) return;
    if (std::rename(b.c_str(), a.c_str()) != 0) return rename(aside, a);
    rename(aside, b);
}

void set_times(std::string const& path, timespec access, timespec modified) {
    timespec const times[] = {access, modified};
    ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

// Elsewhere than on btrfs, a directory.
void make_subvolume(std::string const& path) {
    auto const slash = path.rfind('/');
    int const in = ::open(path.substr(0, slash).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    btrfs_ioctl_vol_args what{};
    path.copy(what.name, sizeof what.name - 1, slash + 1);
    if (in < 0 || ::ioctl(in, BTRFS_IOC_SUBVOL_CREATE, &what) != 0) make_directories(path);
    if (in >= 0) ::close(in);
}

// Lists all names first: a link in the copy may lead into the original.
void copy_tree(std::string const& from, std::string const& to) {
    std::error_code ignored;
    std::vector<fs::path> all;
    for (fs::recursive_directory_iterator at{from, ignored}, end; at != end;
         at.increment(ignored)) {
        all.push_back(at->path());
    }
    make_directories(to);
    for (auto const& one : all) {
        auto const copy = to + one.string().substr(from.size());
        if (is_directory(one.string())) {
            fs::create_directory(copy, ignored);
        } else {
            auto const how = fs::copy_options::copy_symlinks;
            fs::copy(one, copy, how | fs::copy_options::overwrite_existing, ignored);
        }
    }
}

std::string up_to_root(std::string const& directory) {
    std::string up = ".";
    for (char const c : directory) {
        if (c == '/') up += "/..";
    }
    return up + "/..";
}

} // namespace

std::string actor::fresh_content(std::size_t size) {
    auto text = "content " + std::to_string(++contents_) + '\n';
    if (size > 0) {
        std::string const number = std::to_string(contents_);
        text = std::string(size > number.size() ? size - number.size() : 0, '.') + number;
        text = text.substr(text.size() - size);
    }
    return text;
}

void actor::write(std::string const& path) {
    open_file const to{path, O_WRONLY | O_CREAT | O_TRUNC};
    to.put(fresh_content());
}

void actor::fill(std::string const& directory, std::uint32_t number) {
    make_directories(directory);
    write(directory + "/f0");
    if (number % 2 == 0) write(directory + "/f1");
    if (number % 3 == 0) {
        make_directories(directory + "/e");
        write(directory + "/e/f0");
    }
}

void actor::make_first_tree() {
    for (auto const* directory : {"t/a/b", "t/c/e", "o/p", "t/n/m"}) fill(directory, 6);
    make_directories("t/k"); // where the host may be; nothing moves it
    for (auto const* file : {"t/f0", "t/f1", "t/a/f0", "t/a/f1", "t/a/g.tmp", "t/c/f2.o", "o/f0"})
        write(file);
    (void)!::symlink("t", "tl");
    (void)!::symlink("a/f0", "t/l0");
    (void)!::symlink("../o", "t/l1");
}

void actor::restore() {
    for (auto at = mounts_.rbegin(); at != mounts_.rend(); ++at) {
        ::umount2(at->c_str(), MNT_DETACH);
    }
    mounts_.clear();
    for (auto const& one : closed_) ::chmod(one.c_str(), 0755);
    closed_.clear();
}

std::vector<std::string> actor::perform(step const& what) {
    touched_ = {what.a};
    bool const done = edit_file(what) || move_file(what) || make_link(what) ||
                      change_directory_tree(what) || change_attributes(what) || move_roots(what);
    (void)done;
    return std::move(touched_);
}

bool actor::edit_file(step const& what) {
    auto const& a = what.a;
    struct stat status {};
    bool const exists = is_regular(a) && ::lstat(a.c_str(), &status) == 0;
    auto const size = static_cast<std::size_t>(status.st_size);
    switch (what.kind) {
    case act::write: write(a); break;
    case act::append: open_file{a, O_WRONLY | O_CREAT | O_APPEND}.put(fresh_content()); break;
    case act::truncate: open_file{a, O_WRONLY | O_TRUNC}; break;
    case act::edit_same_size:
        if (exists) open_file{a, O_WRONLY}.put(fresh_content(size));
        break;
    case act::edit_with_mtime_kept:
        // Together with a link that comes or goes between two scans, this leaves the record that
        // the link alone would leave.
        if (!exists || status.st_nlink > 1 || linked_.contains(status.st_ino)) break;
        open_file{a, O_WRONLY}.put(fresh_content(size));
        set_times(a, status.st_atim, status.st_mtim);
        kept_.insert(status.st_ino);
        break;
    case act::punch_hole: {
        open_file const to{a, O_WRONLY};
        ::fallocate(to.descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
                    std::max<off_t>(status.st_size / 2, 1));
        break;
    }
    case act::grow: {
        open_file const to{a, O_WRONLY | O_CREAT | O_TRUNC};
        for (unsigned n = 0; n < 3 + what.number % 4; ++n) to.put(fresh_content());
        break;
    }
    case act::read_all:
        (void)walk({.roots = {"t"}});
        touched_.clear();
        break;
    case act::edit_rules: {
        constexpr char const* lines[] = {"*.o\n", "f1\n", "!f1\n",   ".h\n",
                                         "/c\n",  "b/\n", "# none\n"};
        std::string text = lines[what.number % 7];
        if (what.number % 2) text += lines[(what.number / 7) % 7];
        open_file{a, O_WRONLY | O_CREAT | O_TRUNC}.put(text);
        break;
    }
    default: return false;
    }
    return true;
}

bool actor::move_file(step const& what) {
    auto const& a = what.a;
    auto const& b = what.b;
    switch (what.kind) {
    case act::save_by_rename:
        touched_.push_back(a + ".new");
        write(a + ".new");
        rename(a + ".new", a);
        if (!is_regular(a)) ::unlink((a + ".new").c_str());
        break;
    case act::save_with_backup:
        if (!is_regular(a)) break;
        touched_.push_back(a + "~");
        rename(a, a + "~");
        write(a);
        ::unlink((a + "~").c_str());
        break;
    case act::unlink_and_create:
        if (is_regular(a)) ::unlink(a.c_str());
        write(a);
        break;
    case act::exchange:
        touched_.push_back(b);
        exchange(a, b);
        break;
    case act::rename_file:
        touched_.push_back(b);
        if (!is_directory(a) && !is_directory(b)) rename(a, b);
        break;
    case act::unlink: ::unlink(a.c_str()); break;
    case act::copy_older:
        if (is_directory(a)) break;
        write(a + ".new");
        set_times(a + ".new", {1'000'000'000, 0}, {1'000'000'000 + what.number % 5, 0});
        rename(a + ".new", a);
        touched_.push_back(a + ".new");
        break;
    case act::file_to_directory:
        if (is_directory(a)) break;
        ::unlink(a.c_str());
        fill(a, what.number);
        break;
    case act::directory_to_file:
        if (!is_directory(a)) break;
        remove_tree(a);
        write(a);
        break;
    default: return false;
    }
    return true;
}

bool actor::make_link(step const& what) {
    auto const& a = what.a;
    auto const parent = a.substr(0, a.rfind('/'));
    auto const relink = [&](std::string const& target) {
        if (is_directory(a)) return;
        auto const made = a + ".ln";
        touched_.push_back(made);
        if (::symlink(target.c_str(), made.c_str()) == 0) rename(made, a);
    };
    switch (what.kind) {
    case act::hard_link: {
        touched_.push_back(what.b);
        struct stat status {};
        if (!is_regular(a) || ::lstat(a.c_str(), &status) != 0 || is_fuse(a)) break;
        if (kept_.contains(status.st_ino) || ::link(a.c_str(), what.b.c_str()) != 0) break;
        if (::lstat(a.c_str(), &status) == 0) linked_.insert(status.st_ino);
        break;
    }
    case act::link_to_file: relink(up_to_root(parent) + '/' + what.b); break;
    case act::link_to_directory: relink(up_to_root(parent) + '/' + what.b); break;
    case act::link_to_loop:
        relink(what.number % 3 == 0   ? a.substr(a.rfind('/') + 1)
               : what.number % 3 == 1 ? "."
                                      : "..");
        break;
    case act::make_fifo: ::mkfifo(a.c_str(), 0644); break;
    case act::make_socket: {
        int const made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        a.copy(address.sun_path, sizeof address.sun_path - 1);
        (void)::bind(made, reinterpret_cast<sockaddr const*>(&address), sizeof address); // NOLINT
        ::close(made);
        break;
    }
    default: return false;
    }
    return true;
}

bool actor::change_directory_tree(step const& what) {
    auto const& a = what.a;
    auto const& b = what.b;
    bool const apart = !is_below(a, b) && !is_below(b, a);
    switch (what.kind) {
    case act::fill_directory:
        touched_ = {a + "/f0", a + "/f1", a + "/e/f0"};
        fill(a, what.number);
        break;
    case act::fill_deep: {
        auto deep = std::string{"t/n"};
        for (int n = 0; n < 8; ++n) deep += "/" + std::string(30, static_cast<char>('a' + n));
        fill(deep, what.number);
        touched_ = {deep};
        break;
    }
    case act::fill_far: {
        std::string far = "t/n/m";
        touched_ = {far};
        make_directories(far);
        for (int n = 0; n < 21; ++n) {
            far += '/' + std::string(200, static_cast<char>('a' + n));
            far_path{far}.make_directory();
        }
        write(far + "/f0");
        break;
    }
    case act::make_subvolume:
        make_subvolume(a);
        fill(a, what.number);
        break;
    case act::remove_directory: remove_tree(a); break;
    case act::rename_directory:
        touched_.push_back(b);
        if (apart && is_directory(a)) rename(a, b);
        break;
    case act::swap_directories:
        touched_.push_back(b);
        if (apart && is_directory(a) && is_directory(b)) exchange(a, b);
        break;
    case act::copy_tree:
        touched_ = {b};
        // What is mounted may lead from one into the other.
        if (apart && mounts_.empty() && is_directory(a)) copy_tree(a, b);
        break;
    case act::bind_over:
        touched_ = {b};
        if (apart && mounts_.size() < 2 && is_directory(a) && is_directory(b) &&
            ::mount(a.c_str(), b.c_str(), nullptr, MS_BIND, nullptr) == 0)
            mounts_.push_back(b);
        break;
    case act::unbind:
        if (mounts_.empty()) break;
        touched_ = {mounts_.back()};
        ::umount2(mounts_.back().c_str(), MNT_DETACH);
        mounts_.pop_back();
        break;
    case act::rename_and_back:
        if (!is_directory(a)) break;
        touched_.push_back(a + ".away");
        rename(a, a + ".away");
        rename(a + ".away", a);
        break;
    default: return false;
    }
    return true;
}

bool actor::change_attributes(step const& what) {
    auto const& a = what.a;
    struct stat status {};
    bool const exists = is_regular(a) && ::lstat(a.c_str(), &status) == 0;
    switch (what.kind) {
    case act::close_directory:
        touched_.clear();
        if (!is_directory(a)) break;
        ::chmod(a.c_str(), what.number % 3 == 0 ? 0300 : 0);
        closed_.push_back(a);
        break;
    case act::open_directories:
        touched_.clear();
        for (auto const& one : closed_) {
            if (is_directory(one)) ::chmod(one.c_str(), 0755);
        }
        closed_.clear();
        break;
    case act::change_mode:
        if (exists) ::chmod(a.c_str(), what.number % 2 ? 0600 : 0755);
        break;
    case act::mode_and_back:
        if (!exists) break;
        ::chmod(a.c_str(), 0400);
        ::chmod(a.c_str(), status.st_mode & 07777U);
        break;
    case act::change_owner:
        if (exists) (void)!::lchown(a.c_str(), what.number % 3, what.number % 2);
        break;
    case act::touch: set_times(a, {0, UTIME_NOW}, {0, UTIME_NOW}); break;
    default: return false;
    }
    return true;
}

bool actor::move_roots(step const& what) {
    switch (what.kind) {
    case act::move_root:
        touched_ = {"t", "gone"};
        if (is_directory("t") && !is_directory("gone")) rename("t", "gone");
        break;
    case act::return_root:
        touched_ = {"t", "gone"};
        if (is_directory("gone")) {
            if (is_directory("t")) remove_tree("t");
            rename("gone", "t");
        }
        break;
    case act::replace_root:
        touched_ = {"t", "gone"};
        if (is_directory("gone") || !is_directory("t")) break;
        if (std::rename("t", "gone") != 0) break;
        for (auto const* directory : {"t/a", "t/c"}) fill(directory, what.number);
        write("t/f0");
        remove_tree("gone");
        break;
    default: return false;
    }
    return true;
}

} // namespace oracle
