// The documented guarantees about changes, on real file systems. The shell makes the changes, like
// changes of real trees.

#include "real/mounts.hpp"
#include "real/watching.hpp"

#include <restat/file_system/native_file_system.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace real;
namespace data = boost::unit_test::data;

namespace {

struct situation {
    char const* what;
    char const* before; // commands in a directory of their own
    char const* after;
    lines expected;
};

situation const situations[] = {
    {"the same size", "echo 1 >a", "echo 2 >a", {"modified a"}},
    {"the same size, mtime put back",
     "echo 1 >a; cp -p a r",
     "echo 2 >a; touch -r r a",
     {"modified a"}},
    {"mtime set to the past", "echo 1 >a", "touch -d 2001-01-01 a", {"modified a"}},
    {"an older file of the same size copied over",
     "echo 1 >a; echo 2 >b; touch -d 2001-01-01 b",
     "cp -p b a",
     {"modified a"}},
    {"an older file of the same size renamed over",
     "echo 1 >a; mkdir ../s; echo 2 >../s/b; touch -r a ../s/b",
     "mv ../s/b a; rm -r ../s",
     {"modified a"}},
    {"equal in size and mtime, inode number reused",
     "echo 1 >a; cp -p a r",
     "rm a; echo 2 >a; touch -r r a",
     {"modified a"}},
    {"the mode", "echo 1 >a; chmod 644 a", "chmod 600 a", {"modified a"}},
    {"a hard link", "echo 1 >a", "ln a b", {"added b"}},
    {"a save by rename", "echo 1 >a", "echo 2 >n; mv n a", {"modified a"}},
    {"a save by backup and rename", "echo 1 >a", "mv a b; echo 2 >a; rm b", {"modified a"}},
    {"a save by sed -i", "echo 1 >a", "sed -i s/1/2/ a", {"modified a"}},
    {"a save with lock and swap files",
     "echo 1 >a",
     "echo >.a.swp; ln -s nobody .#a; echo 2 >a; rm .a.swp .#a",
     {"modified a"}},
    {"removed", "echo 1 >a", "rm a", {"removed a"}},
    {"removed and made again", "echo 1 >a", "rm a; echo 2 >a", {"modified a"}},
    {"a link retargeted to a file that is alike",
     "echo 1 >x; cp -p x y; ln -s x a",
     "ln -sfn y a",
     {"modified a"}},
    {"links in a circle", "ln -s a b; ln -s b a", "ln -sfn c b", {"modified b"}},
    {"a directory replaced by one that is alike",
     "mkdir d; echo 1 >d/f; cp -rp d e",
     "rm -r d; mv e d",
     {"modified d/f", "removed e/f"}},
    {"a directory renamed", "mkdir d; echo 1 >d/f", "mv d e", {"added e/f", "removed d/f"}},
    {"two directories swapped",
     "mkdir d e; echo 1 >d/f; echo 1 >e/f",
     "mv d t; mv e d; mv t e",
     {"modified d/f", "modified e/f"}},
    {"a file becomes a directory",
     "echo 1 >a",
     "rm a; mkdir a; echo 1 >a/f",
     {"added a/f", "removed a"}},
    {"a directory becomes a file",
     "mkdir a; echo 1 >a/f",
     "rm -r a; echo 1 >a",
     {"added a", "removed a/f"}},
    {"a directory made and filled", "true", "mkdir d; echo 1 >d/f", {"added d/f"}},
    {"a name of any bytes",
     "true",
     "echo 1 >\"$(printf -- '-\\n\\033\\377')\"",
     {"added -\n\033\377"}},
    {"sizes that differ by 2^32", "truncate -s 1 a", "truncate -s 4294967297 a", {"modified a"}},
    {"stamps before 1970, in 2100 and in 2446",
     "echo 1 >a; echo 1 >b; echo 1 >c",
     "touch -d 1960-01-01 a; touch -d 2100-01-01 b; touch -d 2446-01-01 c",
     {"modified a", "modified b", "modified c"}},
    {"the owner",
     "echo 1 >a",
     "test $(id -u) != 0 && chmod 600 a || chown 12345 a",
     {"modified a"}},
    {"a hard link is gone", "echo 1 >a; ln a b", "rm b", {"removed b"}},
    {"the longest name, edited",
     "n=$(printf %0255d 0); echo 1 >$n",
     "n=$(printf %0255d 0); echo 2 >$n",
     {"modified " + std::string(255, '0')}},
    {"a directory that links lead back to",
     "ln -s . self; echo 1 >a",
     "echo 2 >a",
     {"modified a"}},
    {"a pipe", "mkfifo p; chmod 644 p", "chmod 600 p", {"modified p"}},
    {"reading and listing", "mkdir d; echo 1 >d/f", "cat d/f; ls -lR .", {}},
};

void put(std::string const& path, std::string_view content) {
    std::ofstream{path, std::ios::binary} << content;
}

/// Runs the file system calls of this process as an unprivileged user, if the process is root.
class as_nobody {
public:
    as_nobody() { become(65534); }
    as_nobody(as_nobody const&) = delete;
    ~as_nobody() { become(0); }

    bool can_see(std::string const& path) const {
        std::error_code error;
        restat::native_file_system{}.stat(path.c_str(), restat::last_link::keep, error);
        return !error;
    }
    template <class Act>
    void as_before(Act const& act) const {
        become(0);
        act();
        become(65534);
    }

private:
    void become(::uid_t who) const {
        if (is_root_) BOOST_REQUIRE(::seteuid(who) == 0);
    }
    bool is_root_ = ::getuid() == 0;
};

std::string text_of(lines const& all) {
    std::string text;
    for (auto const& line : all) text += "[" + line + "] ";
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(real_file_systems)

BOOST_DATA_TEST_CASE(each_situation_has_its_documented_changes, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const tree = at.path() + "/t";
    auto const place = [&](situation const& one) {
        return tree + "/" + std::to_string(&one - situations);
    };
    for (auto const& one : situations) {
        std::filesystem::create_directories(place(one));
        BOOST_REQUIRE_MESSAGE(shell("cd " + place(one) + " && { " + one.before + "; }"),
                              one.what);
    }
    watching watched{tree};
    for (auto const& one : situations) {
        BOOST_REQUIRE_MESSAGE(shell("cd " + place(one) + " && { " + one.after + "; }"), one.what);
    }
    auto const told = watched.settle();
    for (auto const& one : situations) {
        auto const below = watched.below(place(one)) + "/";
        lines mine;
        for (auto line : told) {
            auto const where = line.find(' ') + 1;
            if (line.compare(where, below.size(), below) != 0) continue;
            mine.push_back(line.erase(where, below.size()));
        }
        BOOST_TEST((mine == one.expected), one.what << ": " << text_of(mine));
    }
}

// The scan reads the status of an open directory before its names, and takes the names for at least
// as new as the status.
BOOST_DATA_TEST_CASE(listing_has_the_names_made_after_the_directory_was_opened,
                     data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    restat::native_file_system const files;
    std::error_code error;
    auto directory = files.open(at.path().c_str(), error);
    BOOST_REQUIRE(!error);
    put(at.path() + "/late", "1");
    (void)files.stat(directory, error);
    BOOST_REQUIRE(!error);
    restat::name_list names;
    while (files.list(directory, names, error)) {
    }
    bool is_listed = false;
    for (std::size_t i = 0; i < names.size(); ++i) is_listed |= names[i].name == "late";
    BOOST_TEST(is_listed);
}

BOOST_DATA_TEST_CASE(each_successive_save_is_a_single_change, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    put(at.path() + "/a", "0000");
    watching watched{at.path()};
    for (int i = 1; i <= how.rounds; ++i) { // of the same size, right after a poll
        put(at.path() + "/a", std::to_string(1000 + i));
        BOOST_TEST((watched.settle() == lines{"modified a"}), "save " << i);
    }
}

BOOST_DATA_TEST_CASE(emptied_file_is_delivered_with_its_new_content, data::make(every_mount),
                     how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    put(at.path() + "/a", "old");
    watching watched{at.path()};
    put(at.path() + "/a", "");
    watched.poll();
    restat::sleep_clock{}.wait_until(restat::sleep_clock{}.now() + std::chrono::milliseconds{60},
                                     {}); // longer than the quiet period
    watched.poll();
    BOOST_TEST(watched.deliveries() == 0U);
    put(at.path() + "/a", "new");
    BOOST_TEST((watched.settle() == lines{"modified a"}));
    BOOST_TEST(watched.believed()[0].record.size == 3U);
}

BOOST_DATA_TEST_CASE(each_swap_of_an_intermediate_link_is_a_single_change,
                     data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const in = "cd " + at.path() + " && ";
    BOOST_REQUIRE(shell(in + "mkdir v0 v1 && echo 1 >v0/c && cp -p v0/c v1/c && ln -s v0 ..data "
                             "&& ln -s ..data/c c"));
    watching watched{at.path() + "/c"};
    for (int i = 1; i <= (how.rounds + 1) / 2; ++i) {
        BOOST_REQUIRE(shell(in + "ln -s v" + std::to_string(i % 2) + " n && mv -T n ..data"));
        BOOST_TEST((watched.settle() == lines{"modified ."}), "swap " << i);
    }
}

BOOST_DATA_TEST_CASE(root_may_be_removed_and_added_again, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const in = "cd " + at.path() + " && ";
    watching watched{at.path() + "/r"};
    for (int i = 0; i < (how.rounds + 49) / 50; ++i) {
        BOOST_REQUIRE(shell(in + "mkdir r && echo 1 >r/a"));
        BOOST_TEST((watched.settle() == lines{"added a"}));
        BOOST_REQUIRE(shell(in + "mv r old" + std::to_string(i)));
        BOOST_TEST((watched.settle() == lines{"removed a"}));
        BOOST_REQUIRE(shell(in + "echo 1 >r"));
        BOOST_TEST((watched.settle() == lines{"added ."}));
        BOOST_REQUIRE(shell(in + "rm r"));
        BOOST_TEST((watched.settle() == lines{"removed ."}));
    }
}

BOOST_DATA_TEST_CASE(mount_over_a_directory_and_its_unmount_are_seen, data::make(every_mount),
                     how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const in = "cd " + at.path() + " && ";
    BOOST_REQUIRE(shell(in + "mkdir d && echo 1 >d/f && echo 1 >d/g"));
    watching watched{at.path()};
    if (!shell(in + "mount -t tmpfs tmpfs d && echo 1 >d/f")) {
        BOOST_TEST_MESSAGE("skipped: nothing can be mounted there");
        return;
    }
    BOOST_TEST((watched.settle() == lines{"modified d/f", "removed d/g"}));
    BOOST_REQUIRE(shell(in + "umount d"));
    BOOST_TEST((watched.settle() == lines{"added d/g", "modified d/f"}));
}

BOOST_DATA_TEST_CASE(file_may_be_removed_and_added_again_later, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    watching watched{at.path()};
    for (int i = 0; i < (how.rounds + 9) / 10; ++i) {
        put(at.path() + "/a", "1");
        BOOST_TEST((watched.settle() == lines{"added a"}));
        std::filesystem::remove(at.path() + "/a");
        BOOST_TEST((watched.settle() == lines{"removed a"}));
    }
}

BOOST_DATA_TEST_CASE(name_may_contain_any_byte, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    watching watched{at.path()};
    lines expected;
    for (int byte = 1; byte < 256; ++byte) {
        if (byte == '/') continue;
        auto const name = std::string(1, static_cast<char>(byte)) + "-";
        put(at.path() + "/" + name, "1");
        expected.push_back("added " + name);
    }
    std::sort(expected.begin(), expected.end());
    BOOST_TEST((watched.settle() == expected));
}

// As an unprivileged user, because permissions do not restrict root.
BOOST_DATA_TEST_CASE(temporarily_unreadable_file_is_neither_removed_nor_added,
                     data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const in = "cd " + at.path() + " && ";
    BOOST_REQUIRE(shell(in + "mkdir -p t/d/e t/f && echo 1 >t/d/x && echo 1 >t/d/e/y && "
                             "echo 1 >t/f/z && chmod -R a+rX t && chmod a+rx . .."));
    as_nobody const nobody;
    if (!nobody.can_see(at.path() + "/t/f/z")) {
        BOOST_TEST_MESSAGE("skipped: nobody can look into the directory for temporary files");
        return;
    }
    watching watched{at.path() + "/t"};
    BOOST_TEST(watched.believed().size() == 3U);
    for (char const* const mode : {"000", "444", "311"}) {
        nobody.as_before(
            [&] { BOOST_REQUIRE(shell(in + "chmod " + mode + " t/d && echo 22 >t/f/z")); });
        BOOST_TEST((watched.settle() == lines{"modified f/z"}), mode);
        BOOST_TEST(watched.believed().size() == 3U);
        BOOST_TEST(!watched.believed().findings().empty());
        nobody.as_before([&] {
            BOOST_REQUIRE(shell(in + "chmod 755 t/d && echo 1 >t/f/z && echo 333 >t/d/e/y"));
        });
        BOOST_TEST((watched.settle() == lines{"modified d/e/y", "modified f/z"}), mode);
        BOOST_TEST(watched.believed().findings().empty());
        if (how.rounds == 1) break; // each mode takes seconds
    }
}

// A path of thirty names of 200 bytes each exceeds the limit of every system call.
BOOST_DATA_TEST_CASE(path_may_be_longer_than_the_limit_of_a_system_call, data::make(every_mount),
                     how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const below = "cd " + at.path() +
                       " && n=$(printf %0200d 0) && i=0 && "
                       "while [ $i -lt 30 ]; do mkdir -p $n && cd -P ./$n || exit 1; "
                       "i=$((i + 1)); done && ";
    std::string path;
    for (int i = 0; i < 30; ++i) path.append(200, '0').append("/");
    BOOST_REQUIRE(shell(below + "echo 1 >a"));
    watching watched{at.path()};
    BOOST_REQUIRE(shell(below + "echo 2 >a"));
    BOOST_TEST((watched.settle() == lines{"modified " + path + "a"}));
    BOOST_REQUIRE(shell(below + "mv a b"));
    BOOST_TEST((watched.settle() == lines{"added " + path + "b", "removed " + path + "a"}));
    BOOST_REQUIRE(shell("rm -r " + at.path() + "/0*"));
    BOOST_TEST((watched.settle() == lines{"removed " + path + "b"}));
}

BOOST_DATA_TEST_CASE(edit_in_a_directory_mounted_twice_is_delivered_once, data::make(every_mount),
                     how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const in = "cd " + at.path() + " && ";
    BOOST_REQUIRE(shell(in + "mkdir d e && echo 1 >d/f"));
    if (!shell(in + "mount --bind d e")) {
        BOOST_TEST_MESSAGE("skipped: nothing can be mounted there");
        return;
    }
    watching watched{at.path()};
    BOOST_REQUIRE(shell(in + "echo 2 >e/f"));
    BOOST_TEST((watched.settle() == lines{"modified d/f"}));
    BOOST_REQUIRE(shell(in + "umount e"));
    BOOST_TEST(watched.settle().empty());
}

BOOST_AUTO_TEST_CASE(file_copied_up_by_overlayfs_is_modified) {
    mount_recipe const how{"overlayfs over files",
                           "mount -t tmpfs tmpfs $with && mkdir $with/lower $with/upper "
                           "$with/work && echo 1 >$with/lower/a && echo 1 >$with/lower/b && "
                           "mount -t overlay -o "
                           "lowerdir=$with/lower,upperdir=$with/upper,workdir=$with/work "
                           "overlay $at",
                           1};
    mounted const at{how};
    if (is_skipped(at, how)) return;
    watching watched{at.path()};
    put(at.path() + "/a", "2\n");
    BOOST_TEST((watched.settle() == lines{"modified a"}));
    BOOST_REQUIRE(shell("rm " + at.path() + "/b"));
    BOOST_TEST((watched.settle() == lines{"removed b"}));
}

// The timestamps of the file are ahead of the clock, as after setting the clock of the machine
// back.
BOOST_AUTO_TEST_CASE(file_from_the_future_is_final_and_its_edits_are_delivered) {
    mount_recipe const how{"ext4 whose clock was ahead",
                           "truncate -s 32M $with/image && mkfs.ext4 -q -F -I 256 $with/image && "
                           "mount -o loop $with/image $at && echo 1 >$at/a && umount $at && "
                           "debugfs -w -R 'set_inode_field a ctime 20350101' $with/image && "
                           "debugfs -w -R 'set_inode_field a mtime 20350101' $with/image && "
                           "mount -o loop $with/image $at",
                           1};
    mounted const at{how};
    if (is_skipped(at, how)) return;
    watching watched{at.path()};
    BOOST_TEST(watched.believed().is_final());
    BOOST_TEST(watched.believed()[0].record.ctime.seconds > 2'000'000'000);
    put(at.path() + "/a", "2\n");
    BOOST_TEST((watched.settle() == lines{"modified a"}));
    put(at.path() + "/a", "3\n");
    BOOST_TEST((watched.settle() == lines{"modified a"}));
}

BOOST_AUTO_TEST_SUITE_END()
