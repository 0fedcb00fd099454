#include "real/mounts.hpp"

#include <restat/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <ostream>

#include <sched.h>
#include <sys/mount.h>

namespace real {

std::vector<mount_recipe> const every_mount{
    {"the directory for temporary files", "true", 100},
    {"ext4",
     "truncate -s 32M $with/image && mkfs.ext4 -q -F -I 256 $with/image && "
     "mount -o loop $with/image $at",
     10},
    {"ext4 of 128-byte inodes",
     "truncate -s 32M $with/image && mkfs.ext4 -q -F -I 128 $with/image && "
     "mount -o loop $with/image $at",
     1},
    {"btrfs",
     "truncate -s 128M $with/image && mkfs.btrfs -q $with/image && "
     "mount -o loop $with/image $at",
     10},
    {"tmpfs", "mount -t tmpfs tmpfs $at", 10},
    {"ramfs", "mount -t ramfs ramfs $at", 10},
    {"overlayfs",
     "mount -t tmpfs tmpfs $with && mkdir $with/lower $with/upper $with/work && "
     "mount -t overlay -o lowerdir=$with/lower,upperdir=$with/upper,workdir=$with/work "
     "overlay $at",
     10},
    {"a bind mount", "mkdir $with/there && mount --bind $with/there $at", 10},
};

namespace {

// Returns the reason why private mounts are impossible, or an empty string.
std::string const& lack_of_privilege() {
    static std::string const reason = [] {
        bool const own = ::unshare(CLONE_NEWNS) == 0 &&
                         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
        return own ? std::string{} : "no mount namespace: " + std::string{std::strerror(errno)};
    }();
    return reason;
}

} // namespace

std::ostream& operator<<(std::ostream& to, mount_recipe const& how) { return to << how.name; }

bool shell(std::string const& commands) {
    auto const line = "PATH=$PATH:/usr/sbin:/sbin; { " + commands + "; } >/dev/null 2>&1";
    return std::system(line.c_str()) == 0; // NOLINT: a test runs its own commands
}

mounted::mounted(mount_recipe const& how)
    : scratch_{(std::filesystem::temp_directory_path() / "restat-mount-XXXXXX").string()} {
    if (!::mkdtemp(scratch_.data()))
        restat::detail::throw_error({errno, std::generic_category()}, "make", scratch_);
    std::filesystem::create_directories(scratch_ + "/at");
    std::filesystem::create_directories(scratch_ + "/with");
    if (std::string_view{how.commands} == "true") return;
    reason_ = lack_of_privilege();
    auto const places = "at=" + path() + "; with=" + scratch_ + "/with; ";
    if (reason_.empty() && !shell(places + how.commands)) {
        reason_ = std::string{"it cannot be mounted by: "} + how.commands;
    }
}

bool is_skipped(mounted const& at, mount_recipe const& how) {
    if (!at.reason().empty()) BOOST_TEST_MESSAGE("skipped: " << how.name << ": " << at.reason());
    return !at.reason().empty();
}

mounted::~mounted() {
    ::umount2(path().c_str(), MNT_DETACH);
    ::umount2((scratch_ + "/with").c_str(), MNT_DETACH);
    std::error_code ignored;
    std::filesystem::remove_all(scratch_, ignored);
}

} // namespace real
