#include "oracle/file_systems.hpp"

namespace oracle {

std::vector<real::mount_recipe> const file_systems{
    {"ext4",
     "truncate -s 64M $with/image && mkfs.ext4 -q -F -I 256 $with/image && "
     "mount -o loop $with/image $at",
     10},
    {"ext4-128",
     "truncate -s 64M $with/image && mkfs.ext4 -q -F -I 128 $with/image && "
     "mount -o loop $with/image $at",
     1},
    {"xfs",
     "truncate -s 320M $with/image && mkfs.xfs -q -f $with/image && "
     "mount -o loop $with/image $at",
     10},
    {"btrfs",
     "truncate -s 128M $with/image && mkfs.btrfs -q -f $with/image && "
     "mount -o loop $with/image $at",
     10},
    {"tmpfs", "mount -t tmpfs tmpfs $at", 10},
    {"ramfs", "mount -t ramfs ramfs $at", 10},
    {"overlayfs",
     "mount -t tmpfs tmpfs $with && mkdir $with/lower $with/upper $with/work && "
     "mount -t overlay -o lowerdir=$with/lower,upperdir=$with/upper,workdir=$with/work "
     "overlay $at",
     10},
    {"bindfs", "mkdir $with/there && bindfs $with/there $at", 10},
};

} // namespace oracle
