// System calls and as little else as can be: what no scan can be faster than.
#include "floor.hpp"

#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>

namespace bench {
namespace {

// Directories that are still to be listed. `pop` waits until there is one, or until there is
// none left and nobody who might find one.
class directory_queue {
public:
    explicit directory_queue(std::string root) { waiting_.push_back(std::move(root)); }

    bool pop(std::string& path) {
        std::unique_lock lock{mutex_};
        more_.wait(lock, [&] { return !waiting_.empty() || busy_ == 0; });
        if (waiting_.empty()) return false;
        path = std::move(waiting_.back());
        waiting_.pop_back();
        ++busy_;
        return true;
    }
    void push(std::vector<std::string>& found) {
        std::lock_guard const lock{mutex_};
        --busy_;
        for (std::string& path : found) waiting_.push_back(std::move(path));
        found.clear();
        more_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable more_;
    std::vector<std::string> waiting_;
    std::size_t busy_ = 0;
};

struct listed {
    std::string_view name;
    unsigned char type;
    std::uint16_t length;
};

// A directory entry: inode (8 bytes), position (8), length (2), type (1), name, NUL.
listed entry_at(char const* at) {
    listed found{at + 19, static_cast<unsigned char>(at[18]), 0};
    std::memcpy(&found.length, at + 16, sizeof found.length);
    return found;
}

std::size_t scan_directory(std::string const& path, std::vector<std::string>& below) {
    alignas(std::uint64_t) char buffer[32 * 1024];
    descriptor const at = open_directory(path);
    std::size_t files = 0;
    for (long size; (size = ::syscall(SYS_getdents64, at.number(), buffer, sizeof buffer)) > 0;) {
        for (char const* entry = buffer; entry < buffer + size;) {
            auto const [name, type, length] = entry_at(entry);
            entry += length;
            if (type == DT_DIR) {
                if (name != "." && name != "..") below.push_back(path + '/' + name.data());
                continue;
            }
            struct stat now {};
            must(::fstatat(at.number(), name.data(), &now, AT_SYMLINK_NOFOLLOW), path);
            ++files;
        }
    }
    return files;
}

bool same(timespec const& a, timespec const& b) noexcept {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

} // namespace

std::size_t list_and_stat(std::string const& root, unsigned threads) {
    directory_queue queue{root};
    std::atomic<std::size_t> files{0};
    auto const work = [&]() noexcept { // whoever waits for a thread that failed waits for ever
        std::string path;
        std::vector<std::string> below;
        std::size_t here = 0;
        while (queue.pop(path)) {
            here += scan_directory(path, below);
            queue.push(below);
        }
        files += here;
    };
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
        work();
    }
    return files;
}

known_tree::known_tree(corpus const& of) : of_{of} {
    std::size_t files = 0;
    for (directory_plan const& directory : of.directories) {
        first_.push_back(files);
        files += directory.files.size();
    }
    records_.resize(files);
    count_changes(1);
}

bool known_tree::record::replace(struct stat const& now) noexcept {
    if (same(mtime, now.st_mtim) && same(ctime, now.st_ctim) && size == now.st_size &&
        inode == now.st_ino) {
        return false;
    }
    *this = {now.st_mtim, now.st_ctim, now.st_size, now.st_ino};
    return true;
}

std::size_t known_tree::count_changes(unsigned threads) {
    std::atomic<std::size_t> changes{0};
    in_threads(threads, of_.directories.size(), [&](std::size_t index) {
        directory_plan const& directory = of_.directories[index];
        if (directory.files.empty()) return;
        descriptor const at = open_directory(directory.path);
        record* known = &records_[first_[index]];
        std::size_t here = 0;
        for (std::string const& name : directory.files) {
            struct stat now {};
            must(::fstatat(at.number(), name.c_str(), &now, AT_SYMLINK_NOFOLLOW), name);
            here += known++->replace(now) ? 1 : 0;
        }
        if (here > 0) changes += here;
    });
    return changes;
}

} // namespace bench
