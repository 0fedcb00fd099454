#include <restat/own_write.hpp>

#include "support/saving_game.hpp"

#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/reloader_guard.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

using namespace restat;
using namespace std::chrono_literals;
using support::lines;
using support::lines_of;
namespace fakes = restat::testing;

// The kernel's files, with their descriptors.
namespace {

struct editor {
    explicit editor(std::string root)
        : reloader{tree_enumerator{std::move(root)},
                   [](candidate const& c) noexcept {
                       return c.path.ends_with(".tmp") ? verdict::exclude : verdict::none;
                   },
                   sleep_clock{},
                   fakes::recording_restart{},
                   {.interval = 5ms, .quiet_period = 20ms}} {
        reloader.baseline();
    }

    lines poll() {
        for (int i = 0; i < 10; ++i) {
            reloader.poll();
            std::this_thread::sleep_for(10ms);
        }
        return lines_of(reloader.strategy());
    }

    basic_reloader<tree_enumerator, verdict (*)(candidate const&) noexcept, sleep_clock,
                   fakes::recording_restart>
        reloader;
};

struct open_file {
    explicit open_file(std::string const& path)
        : descriptor{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)} {}
    ~open_file() { ::close(descriptor); }
    void write(std::string_view text) const {
        BOOST_TEST(::write(descriptor, text.data(), text.size()) ==
                   static_cast<ssize_t>(text.size()));
    }
    int descriptor;
};

void write(std::string const& path, std::string const& text) { std::ofstream{path} << text; }

} // namespace

BOOST_AUTO_TEST_SUITE(own_writes_of_the_kernel)

BOOST_AUTO_TEST_CASE(files_are_saved_in_every_manner) {
    fakes::temp_tree const tree;
    auto const a = tree / "a";
    for (auto const& path : {a, tree / "b"}) write(path, "1");
    editor of{tree.path()};
    {
        own_write const save{of.reloader, a};
        write(a, "saved");
    }
    BOOST_TEST(of.poll() == lines{});
    {
        own_write save{of.reloader, a};
        write(tree / "a.tmp", "saved with a rename");
        save.record_temporary(a, tree / "a.tmp");
        std::filesystem::rename(tree / "a.tmp", a);
    }
    BOOST_TEST(of.poll() == lines{});
    {
        own_write save{of.reloader, a};
        open_file const out{a};
        out.write("saved with a descriptor");
        save.record(a, out.descriptor);
    }
    BOOST_TEST(of.poll() == lines{});
    write(tree / "b", "2");
    BOOST_TEST(of.poll() == lines{"modified " + (tree / "b")});
}

BOOST_AUTO_TEST_CASE(edit_after_the_record_of_the_descriptor_is_delivered) {
    fakes::temp_tree const tree;
    auto const a = tree / "a";
    write(a, "1");
    editor of{tree.path()};
    {
        own_write save{of.reloader, a};
        open_file const out{a};
        out.write("saved");
        save.record(a, out.descriptor);
        write(a, "edit!");
    }
    BOOST_TEST(of.poll() == lines{"modified " + a});
}

BOOST_AUTO_TEST_CASE(file_in_place_of_that_of_the_descriptor_is_delivered) {
    fakes::temp_tree const tree;
    auto const a = tree / "a";
    write(a, "1");
    editor of{tree.path()};
    {
        own_write save{of.reloader, a};
        open_file const out{a};
        out.write("saved");
        write(tree / "b.tmp", "other");
        std::filesystem::rename(tree / "b.tmp", a);
        save.record(a, out.descriptor);
    }
    BOOST_TEST(of.poll() == lines{"modified " + a});
}

BOOST_AUTO_TEST_CASE(relative_path_begins_where_the_reloader_was_constructed) {
    fakes::temp_tree const tree;
    auto const before = std::filesystem::current_path();
    std::filesystem::current_path(tree.path());
    write("a", "1");
    editor of{"."};
    std::filesystem::current_path("/");
    {
        own_write const save{of.reloader, "a"};
        write(tree / "a", "saved");
    }
    BOOST_TEST(of.poll() == lines{});
    std::filesystem::current_path(before);
}

BOOST_AUTO_TEST_CASE(scopes_on_another_thread_than_that_of_a_guard_deliver_nothing) {
    fakes::temp_tree const tree;
    for (auto const* name : {"a", "b", "c"}) write(tree / name, "1");
    editor of{tree.path()};
    {
        reloader_guard const watching{of.reloader};
        for (int i = 0; i < 60; ++i) {
            own_write const save{of.reloader, {tree / "a", tree / "b"}};
            write(tree / "a", "half");
            std::this_thread::sleep_for(std::chrono::milliseconds{i % 7});
            write(tree / "a", std::to_string(i));
            write(tree / "b", std::to_string(i));
        }
        std::this_thread::sleep_for(100ms);
        write(tree / "c", "edited");
        std::this_thread::sleep_for(300ms);
    }
    BOOST_TEST(lines_of(of.reloader.strategy()) == lines{"modified " + (tree / "c")});
}

BOOST_AUTO_TEST_CASE(listed_files_and_whole_scans_know_own_writes) {
    fakes::temp_tree const tree;
    auto const a = tree / "a";
    write(a, "1");
    std::this_thread::sleep_for(10ms);
    basic_reloader reloader{list_enumerator{path_list{a}},
                            [](candidate const&) noexcept { return verdict::none; },
                            sleep_clock{}, fakes::recording_restart{},
                            schedule{.interval = 5ms, .quiet_period = 20ms}};
    reloader.baseline();
    auto const poll = [&] {
        for (int i = 0; i < 10; ++i) {
            reloader.poll();
            std::this_thread::sleep_for(10ms);
        }
        return lines_of(reloader.strategy());
    };
    {
        own_write const save{reloader, a};
        write(a, "saved");
    }
    BOOST_TEST(poll() == lines{});
    write(a, "edited");
    BOOST_TEST(poll() == lines{"modified " + a});
}

BOOST_AUTO_TEST_SUITE_END()
