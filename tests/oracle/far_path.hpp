#pragma once

#include <string>
#include <vector>

#include <sys/stat.h>

namespace oracle {

/// A path of any length: the part that does not fit into one system call is opened step by step.
class far_path {
public:
    explicit far_path(std::string path);
    far_path(far_path const&) = delete;
    ~far_path();

    /// As `stat` or `lstat`.
    bool status(struct stat& into, bool follows) const;
    /// As `open`, with close-on-exec.
    int open(int flags, unsigned mode = 0) const;
    std::string link_target() const;
    /// Names in a directory, in order.
    std::vector<std::string> names() const;
    void make_directory() const;

private:
    int at_;
    std::string name_;
};

} // namespace oracle
