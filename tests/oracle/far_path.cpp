#include "oracle/far_path.hpp"

#include <algorithm>
#include <climits>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace oracle {

far_path::far_path(std::string path) : at_{AT_FDCWD}, name_{std::move(path)} {
    constexpr std::size_t enough = PATH_MAX - 300; // and a name
    while (name_.size() > enough) {
        auto const end = name_.rfind('/', enough);
        if (end == name_.npos || end == 0) return;
        int const next =
            ::openat(at_, name_.substr(0, end).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (at_ >= 0) ::close(at_);
        at_ = next;
        name_.erase(0, end + 1);
        if (at_ < 0) return;
    }
}

far_path::~far_path() {
    if (at_ >= 0) ::close(at_);
}

bool far_path::status(struct stat& into, bool follows) const {
    return ::fstatat(at_, name_.c_str(), &into, follows ? 0 : AT_SYMLINK_NOFOLLOW) == 0;
}

int far_path::open(int flags, unsigned mode) const {
    return ::openat(at_, name_.c_str(), flags | O_CLOEXEC, mode);
}

std::string far_path::link_target() const {
    char bytes[PATH_MAX];
    auto const got = ::readlinkat(at_, name_.c_str(), bytes, sizeof bytes);
    return got < 0 ? std::string{} : std::string{bytes, static_cast<std::size_t>(got)};
}

std::vector<std::string> far_path::names() const {
    std::vector<std::string> names;
    int const opened = open(O_RDONLY | O_DIRECTORY);
    DIR* const directory = opened < 0 ? nullptr : ::fdopendir(opened);
    if (!directory) return names;
    while (dirent const* one = ::readdir(directory)) {
        std::string name = one->d_name;
        if (name != "." && name != "..") names.push_back(std::move(name));
    }
    ::closedir(directory);
    std::sort(names.begin(), names.end());
    return names;
}

void far_path::make_directory() const { (void)::mkdirat(at_, name_.c_str(), 0755); }

} // namespace oracle
