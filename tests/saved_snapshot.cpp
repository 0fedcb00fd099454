#include <restat/saved_snapshot.hpp>

#include "enumerator/tree_members.hpp"
#include "host/saved_snapshot.hpp"
#include "support/records.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/diff.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/error.hpp>
#include <restat/file_system/forwarding_file_system.hpp>
#include <restat/file_system/native_file_system.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/recording_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>

#include <sys/stat.h>

using namespace restat;
using namespace std::chrono_literals;

namespace {

namespace fakes = restat::testing;
using lines = std::vector<std::string>;

constexpr auto tick = 100ms;

// Gives the devices of a file system other numbers, as a remount does.
struct renumbered_files : forwarding_file_system<fakes::memory_file_system> {
    using forwarding_file_system::forwarding_file_system;
    using numbers = std::map<std::uint64_t, std::uint64_t>;
    renumbered_files(fakes::memory_file_system files, numbers all)
        : forwarding_file_system{std::move(files)}, devices{std::move(all)} {}

    stat_record renumbered(stat_record of) const {
        auto const at = devices.find(of.device);
        if (at != devices.end()) of.device = at->second;
        return of;
    }
    stat_record stat(char const* path, last_link link, std::error_code& error) {
        return renumbered(of().stat(path, link, error));
    }
    stat_record stat(directory& in, char const* name, last_link link, std::error_code& error) {
        return renumbered(of().stat(in, name, link, error));
    }
    stat_record stat(directory& at, std::error_code& error) {
        return renumbered(of().stat(at, error));
    }

    numbers devices;
};

// Gives the files below a path the next device number.
struct copy_of_a_root : forwarding_file_system<fakes::memory_file_system> {
    copy_of_a_root(fakes::memory_file_system files, std::string path)
        : forwarding_file_system{std::move(files)}, place{std::move(path)} {}
    using forwarding_file_system::stat;
    stat_record stat(char const* path, last_link link, std::error_code& error) {
        auto found = of().stat(path, link, error);
        found.device += std::string_view{path}.starts_with(place) ? 1 : 0;
        return found;
    }
    std::string place;
};

using tree = basic_tree_enumerator<renumbered_files>;
using reloader_type = basic_reloader<tree, verdict (*)(candidate const&) noexcept,
                                     fakes::manual_clock, fakes::recording_restart>;

// A host whose runs share a file system, the bytes of a snapshot and a clock.
struct host {
    host() {
        files.follow(clock);
        for (auto const* name : {"t/a", "t/b", "t/sub/c", "u/d"}) files.write(name, "1");
        clock.advance(1s);
    }

    std::unique_ptr<reloader_type> start() {
        auto made = std::make_unique<reloader_type>(
            tree{scope.roots,
                 {.links = tree_options::symlinks::follow},
                 renumbered_files{files, devices}},
            [](candidate const&) noexcept { return verdict::none; }, clock, strategy,
            schedule{.interval = tick, .quiet_period = tick});
        if (saved.empty()) {
            made->baseline();
            return made;
        }
        std::error_code error;
        auto known = unpack_snapshot(saved, scope, renumbered_files{files, devices}, error);
        BOOST_TEST_REQUIRE(!error, error.message());
        BOOST_TEST(made->resume(*std::move(known)));
        return made;
    }
    void save(reloader_type const& of) { saved = pack_snapshot(of.delivered(), scope); }

    lines poll(reloader_type& of, int times = 5) {
        for (int i = 0; i < times; ++i) {
            std::error_code error;
            of.poll(error);
            clock.advance(tick);
        }
        lines all;
        for (auto const& set : strategy.take()) {
            for (change const& c : set) all.push_back(to_string(c.kind).data() + (' ' + c.path));
        }
        return all;
    }

    fakes::memory_file_system files;
    fakes::manual_clock clock;
    fakes::recording_restart strategy;
    renumbered_files::numbers devices;
    snapshot_scope scope{.roots = path_list{"t", "u"}};
    std::string saved;
};

std::error_code refusal_of(std::string_view bytes, snapshot_scope const& scope) {
    std::error_code error;
    auto const known = unpack_snapshot(bytes, scope, fakes::memory_file_system{}, error);
    BOOST_TEST(known.has_value() == !error);
    return error;
}

// Changes the working directory for its life.
struct directory_change {
    explicit directory_change(std::string const& to) { std::filesystem::current_path(to); }
    ~directory_change() { std::filesystem::current_path(before); }
    std::filesystem::path before = std::filesystem::current_path();
};

snapshot sample() {
    snapshot_builder builder;
    builder.add("t/a", support::file(1));
    builder.add("t/b", support::not_final(support::file(2)));
    builder.add_error("t/c", std::make_error_code(std::errc::permission_denied), "open");
    return builder.finish();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(resumed_reloaders, host)

BOOST_AUTO_TEST_CASE(changes_between_two_runs_are_delivered_first) {
    save(*start());
    files.write("t/a", "2"); // of the same size
    files.write("t/sub/new", "1");
    files.remove("u/d");
    clock.advance(1h);
    auto const next = start();
    BOOST_TEST(next->has_baseline());
    BOOST_TEST(poll(*next) == (lines{"modified t/a", "added t/sub/new", "removed u/d"}));
    files.write("t/b", "2");
    BOOST_TEST(poll(*next) == lines{"modified t/b"});
}

BOOST_AUTO_TEST_CASE(nothing_is_delivered_without_a_change_between_two_runs) {
    save(*start());
    clock.advance(1h);
    auto const next = start();
    BOOST_TEST(poll(*next) == lines{});
}

BOOST_AUTO_TEST_CASE(change_pending_at_the_save_is_delivered_by_the_next_run) {
    auto first = start();
    files.write("t/a", "edited");
    files.write("t/added");
    files.remove("t/b");
    BOOST_TEST((first->poll().state == poll_state::settling));
    save(*first);
    BOOST_TEST(strategy.take().empty());
    auto const next = start();
    BOOST_TEST(poll(*next) == (lines{"modified t/a", "added t/added", "removed t/b"}));
}

BOOST_AUTO_TEST_CASE(change_refused_before_the_save_is_delivered_by_the_next_run) {
    auto first = start();
    strategy.answer(restart_result::refused, std::make_error_code(std::errc::timed_out));
    files.write("t/a", "broken");
    BOOST_TEST(!poll(*first).empty());
    save(*first);
    strategy.answer(restart_result::restarted, {});
    clock.advance(1h);
    BOOST_TEST(poll(*start()) == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(delivered_change_is_not_delivered_by_the_next_run) {
    auto first = start();
    files.write("t/a", "edited");
    BOOST_TEST(poll(*first) == lines{"modified t/a"});
    save(*first);
    clock.advance(1h);
    BOOST_TEST(poll(*start()) == lines{});
}

BOOST_AUTO_TEST_CASE(edit_in_the_tick_of_the_save_is_delivered_by_the_next_run) {
    files = fakes::memory_file_system{1s, 4ms}; // as ext3
    files.follow(clock);
    files.write("t/a", "1");
    clock.advance(5s);
    auto first = start();
    clock.advance(1s); // to the begin of a step
    files.write("t/a", "2");
    for (int i = 0; i < 3; ++i) {
        first->poll();
        clock.advance(10ms);
    }
    save(*first);
    auto const before = files.record("t/a");
    files.write("t/a", "3");
    BOOST_TEST_REQUIRE((changed_fields(files.record("t/a"), before) == fields::none));
    strategy.take();
    clock.advance(1h);
    BOOST_TEST(poll(*start()) == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(reloader_with_a_baseline_refuses_another) {
    auto const first = start();
    BOOST_TEST(!first->resume(sample()));
    BOOST_TEST(poll(*first) == lines{});
}

BOOST_AUTO_TEST_CASE(handoff_of_the_process_before_an_exec_is_preferred) {
    struct handing : fakes::recording_restart {
        void hand_over(snapshot const&) {}
        bool inherit(snapshot& known) {
            known = handed;
            return true;
        }
        snapshot handed;
    };
    save(*start());
    files.write("t/a", "2");
    auto const newer = start();
    poll(*newer);
    handing strategy_with_handoff;
    strategy_with_handoff.handed = newer->delivered();
    basic_reloader next{tree{scope.roots, {}, renumbered_files{files, {}}},
                        [](candidate const&) noexcept { return verdict::none; }, clock,
                        strategy_with_handoff};
    std::error_code error;
    BOOST_TEST(next.resume(*unpack_snapshot(saved, scope, files, error)));
    BOOST_TEST(diff(next.latest(), newer->latest()).empty());
}

BOOST_AUTO_TEST_CASE(draft_of_a_baseline_is_given_up_for_a_snapshot) {
    save(*start());
    reloader_type next{tree{scope.roots, {}, renumbered_files{files, {}}},
                       [](candidate const&) noexcept { return verdict::none; }, clock, strategy,
                       schedule{.interval = tick, .quiet_period = tick}};
    files.write("t/a", "edited");
    next.poll_for(0ns);
    BOOST_TEST(!next.has_baseline());
    std::error_code error;
    BOOST_TEST(next.resume(*unpack_snapshot(saved, scope, files, error)));
    BOOST_TEST(poll(next) == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(delivered_snapshot_is_the_latest_without_pending_changes) {
    auto const first = start();
    BOOST_TEST(diff(first->delivered(), first->latest()).empty());
    auto const before = first->latest();
    files.write("t/a", "edited");
    files.write("t/z/y");
    files.remove("u/d");
    first->poll();
    BOOST_TEST(diff(first->delivered(), before).empty());
    BOOST_TEST(diff(before, first->latest()).size() == 3U);
    poll(*first);
    BOOST_TEST(diff(first->delivered(), first->latest()).empty());
}

BOOST_AUTO_TEST_CASE(redelivery_pending_at_the_save_is_delivered_by_the_next_run) {
    files = fakes::memory_file_system{1s, 4ms};
    files.follow(clock);
    files.write("t/a", "1");
    clock.advance(5s);
    auto first = start();
    for (int i = 0; i < 100 && strategy.seen().empty(); ++i) { // written without end
        files.write("t/a", "2");
        first->poll();
        clock.advance(50ms);
    }
    BOOST_TEST_REQUIRE(!strategy.take().empty());
    auto const before = files.record("t/a");
    files.write("t/a", "3");
    BOOST_TEST_REQUIRE((changed_fields(files.record("t/a"), before) == fields::none));
    using enum watch_state::state;
    for (int i = 0; i < 300 && first->watch_state_of("t/a").is != pending; ++i) {
        first->poll();
        clock.advance(10ms);
    }
    BOOST_TEST_REQUIRE((first->watch_state_of("t/a").is == pending));
    BOOST_TEST_REQUIRE(strategy.take().empty());
    save(*first);
    clock.advance(1h);
    BOOST_TEST(poll(*start()) == lines{"modified t/a"});
}

// The oracle compares the contents that the host has loaded with those of the files.
BOOST_AUTO_TEST_CASE(random_runs_deliver_every_change_and_nothing_else) {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        host of;
        std::mt19937 random{seed};
        std::map<std::string, std::string> loaded;
        for (auto const& path : of.files.files()) loaded[path] = of.files.read(path);
        auto running = of.start();
        of.strategy.take();
        int invented = 0;
        auto const load = [&] {
            for (auto const& set : of.strategy.take()) {
                for (change const& c : set) {
                    bool const is_there = of.files.record(c.path).type == file_type::regular;
                    auto const now = is_there ? of.files.read(c.path) : std::string{};
                    invented += loaded[c.path] == now ? 1 : 0;
                    loaded[c.path] = now;
                }
            }
        };
        for (int step = 0; step < 30; ++step) {
            auto const path = "t/" + std::to_string(random() % 4);
            switch (random() % 5) {
            case 0:
                if (of.files.record(path).type != file_type::none) of.files.remove(path);
                break;
            case 1:
            case 2: of.files.write(path, std::to_string(step)); break;
            case 3:
                running->poll();
                load();
                break;
            case 4:
                of.save(*running);
                running.reset();
                running = of.start();
                break;
            }
            of.clock.advance(std::chrono::milliseconds{random() % 150});
        }
        for (int i = 0; i < 20; ++i) {
            running->poll();
            load();
            of.clock.advance(tick);
        }
        BOOST_TEST_CONTEXT("seed " << seed) {
            for (auto const& [path, text] : loaded) {
                bool const is_there = of.files.record(path).type == file_type::regular;
                BOOST_TEST(text == (is_there ? of.files.read(path) : std::string{}), path);
            }
            for (auto const& path : of.files.files()) BOOST_TEST(loaded.contains(path), path);
            BOOST_TEST(invented == 0);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(renumbered_devices, host)

BOOST_AUTO_TEST_CASE(another_device_number_of_a_root_is_no_change) {
    auto const device = files.record("t/a").device;
    save(*start());
    devices[device] = device + 100;
    files.write("t/b", "2");
    BOOST_TEST(poll(*start()) == lines{"modified t/b"});
}

BOOST_AUTO_TEST_CASE(device_is_shown_by_any_unchanged_file_of_the_root) {
    auto const device = files.record("t/a").device;
    save(*start());
    devices[device] = device + 100;
    files.write("t/a", "2");
    files.remove("t/b");
    BOOST_TEST(poll(*start()) == (lines{"modified t/a", "removed t/b"}));
}

// A copy of a volume, such as a snapshot of btrfs, has the same inodes and stamps.
BOOST_AUTO_TEST_CASE(device_of_each_root_has_a_number_of_its_own) {
    for (auto const& roots : {path_list{"t", "t/sub"}, path_list{".", "t/sub"}}) {
        host of;
        of.scope.roots = roots;
        of.save(*of.start());
        auto const device = of.files.record("t/a").device;
        std::error_code error;
        auto const known =
            unpack_snapshot(of.saved, of.scope, copy_of_a_root{of.files, "t/sub/"}, error);
        BOOST_TEST_REQUIRE(known.has_value());
        BOOST_TEST((*known->find("t/a")).record.device == device);
        BOOST_TEST((*known->find("t/sub/c")).record.device == device + 1);
    }
}

BOOST_AUTO_TEST_CASE(numbers_of_two_devices_may_be_exchanged) {
    constexpr std::uint64_t other = 77;
    files.mount("u", other);
    files.write("u/d", "1");
    clock.advance(1s);
    auto const device = files.record("t/a").device;
    BOOST_TEST_REQUIRE(files.record("u/d").device == other);
    save(*start());
    devices = {{device, other}, {other, device}};
    BOOST_TEST(poll(*start()) == lines{});
}

BOOST_AUTO_TEST_CASE(device_below_a_root_has_a_number_of_its_own) {
    constexpr std::uint64_t other = 77;
    files.mount("t/sub", other);
    files.write("t/sub/c", "1");
    files.symlink("sub/c", "t/link");
    clock.advance(1s);
    save(*start());
    devices = {{other, 78}, {files.record("t/a").device, 79}};
    BOOST_TEST(poll(*start()) == lines{});
}

BOOST_AUTO_TEST_CASE(link_and_its_target_have_devices_of_their_own) {
    constexpr std::uint64_t other = 77;
    files.mount("u", other);
    files.symlink("../t/a", "u/link");
    clock.advance(1s);
    save(*start());
    devices = {{other, 78}, {files.record("t/a").device, 79}};
    BOOST_TEST(poll(*start()) == lines{});
    files.remove("u/link");
    files.symlink("../t/b", "u/link");
    BOOST_TEST(poll(*start()) == lines{"modified u/link"});
}

BOOST_AUTO_TEST_CASE(changed_file_shows_no_device) {
    files.write("t/0/x", "1");
    clock.advance(1s);
    save(*start());
    files.mount("t/0", 78);
    files.write("t/0/x", "1");
    BOOST_TEST(poll(*start()) == lines{"modified t/0/x"});
}

BOOST_AUTO_TEST_CASE(unread_paths_stay_with_other_devices) {
    detail::status_reader const remounted{
        nullptr, [](void*, char const*, last_link, std::error_code& error) {
            error.clear();
            auto record = support::file(1);
            record.device += 5;
            return record;
        }};
    std::error_code error;
    auto const bytes = pack_snapshot(sample(), scope);
    auto const known = detail::unpack_snapshot(bytes, scope, remounted, error);
    BOOST_TEST_REQUIRE(known.has_value());
    BOOST_TEST((*known->find("t/b")).record.device == support::file(1).device + 5);
    BOOST_TEST(!(*known->find("t/b")).record.final);
    BOOST_TEST((known->findings() == sample().findings()));
}

BOOST_AUTO_TEST_CASE(other_file_on_another_device_is_a_change) {
    auto const device = files.record("t/a").device;
    save(*start());
    files.mount("u", device + 1);
    files.write("u/d", "1");
    BOOST_TEST(poll(*start()) == lines{"modified u/d"});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(refused_snapshots)

BOOST_AUTO_TEST_CASE(snapshot_of_the_same_scope_is_accepted) {
    auto const bytes = pack_snapshot(sample(), {.roots = path_list{"u", "./t/", "t"}});
    std::error_code error;
    auto const known = unpack_snapshot(bytes, {.roots = path_list{"t", "u"}},
                                       fakes::memory_file_system{}, error);
    BOOST_TEST_REQUIRE(known.has_value());
    BOOST_TEST(diff(*known, sample()).empty());
    BOOST_TEST(known->findings().size() == 1U);
    BOOST_TEST(!known->is_final());
}

BOOST_AUTO_TEST_CASE(any_damaged_byte_is_refused) {
    snapshot_scope const scope{.roots = path_list{"t"}};
    auto const whole = pack_snapshot(sample(), scope);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        auto const reason = refusal_of(damaged, scope);
        bool const is_version = at == 0 && reason == errc::snapshot_version; // least byte first
        BOOST_TEST((reason == errc::snapshot_damaged || is_version), at << ": " << reason);
    }
}

BOOST_AUTO_TEST_CASE(part_of_a_snapshot_and_another_file_are_refused) {
    snapshot_scope const scope{.roots = path_list{"t"}};
    auto const whole = pack_snapshot(sample(), scope);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST((refusal_of(whole.substr(0, size), scope) == errc::snapshot_damaged));
    }
    BOOST_TEST((refusal_of(whole + 'x', scope) == errc::snapshot_damaged));
    BOOST_TEST((refusal_of(std::string(1000, 'x'), scope) == errc::snapshot_damaged));
}

BOOST_AUTO_TEST_CASE(snapshot_of_another_version_is_refused) {
    snapshot_scope const scope{.roots = path_list{"t"}};
    auto bytes = pack_snapshot(sample(), scope);
    bytes[0] = static_cast<char>(bytes[0] + 1);
    BOOST_TEST((refusal_of(bytes, scope) == errc::snapshot_version));
}

BOOST_AUTO_TEST_CASE(snapshot_of_another_machine_is_refused) {
    snapshot_scope const scope{.roots = path_list{"t"}};
    auto const bytes = detail::pack_snapshot(sample(), scope, "another machine");
    BOOST_TEST((refusal_of(bytes, scope) == errc::snapshot_machine));
}

BOOST_AUTO_TEST_CASE(snapshot_of_other_roots_or_rules_is_refused) {
    snapshot_scope const scope{.roots = path_list{"t", "u"}, .rules = "*.png"};
    auto const bytes = pack_snapshot(sample(), scope);
    BOOST_TEST(!refusal_of(bytes, scope));
    for (auto const& other : {snapshot_scope{.roots = path_list{"t"}, .rules = "*.png"},
                              snapshot_scope{.roots = path_list{"t", "/u"}, .rules = "*.png"},
                              snapshot_scope{.roots = path_list{"t", "u"}, .rules = "*.ogg"}}) {
        BOOST_TEST((refusal_of(bytes, other) == errc::snapshot_scope));
    }
}

BOOST_AUTO_TEST_CASE(relative_root_of_another_working_directory_is_refused) {
    fakes::temp_tree place;
    snapshot_scope const scope{.roots = path_list{"t"}};
    auto const bytes = pack_snapshot(sample(), scope);
    directory_change const in{place.path()};
    BOOST_TEST((refusal_of(bytes, {.roots = path_list{"t"}}) == errc::snapshot_scope));
}

// The paths of the files would differ.
BOOST_AUTO_TEST_CASE(absolute_root_instead_of_a_relative_one_is_refused) {
    auto const whole = (std::filesystem::current_path() / "t").string();
    snapshot_scope const relative{.roots = path_list{"t"}};
    snapshot_scope const absolute{.roots = path_list{whole}};
    auto const bytes = pack_snapshot(sample(), relative);
    BOOST_TEST((refusal_of(bytes, absolute) == errc::snapshot_scope));
    BOOST_TEST((refusal_of(pack_snapshot(sample(), absolute), relative) == errc::snapshot_scope));
    BOOST_TEST(!refusal_of(bytes, {.roots = path_list{"./t/"}}));
}

BOOST_AUTO_TEST_CASE(relative_root_keeps_its_meaning_in_another_working_directory) {
    fakes::temp_tree here;
    fakes::temp_tree there;
    here.write("t/a", "1");
    directory_change const in{here.path()};
    snapshot_scope const scope{.roots = path_list{"t"}};
    std::error_code error;
    auto record = native_file_system{}.stat("t/a", last_link::keep, error);
    auto const device = record.device++;
    snapshot_builder known;
    known.add("t/a", record);
    directory_change const out{there.path()};
    save_snapshot(here / "state", known.finish(), scope);
    auto const loaded = load_snapshot(here / "state", scope);
    BOOST_TEST((*loaded.find("t/a")).record.device == device);
    directory_change const in_again{here.path()};
    BOOST_TEST(load_snapshot(here / "state", {.roots = path_list{"t"}}).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(snapshot_files)

BOOST_AUTO_TEST_CASE(snapshot_is_saved_and_loaded) {
    fakes::temp_tree place;
    snapshot_scope const scope{.roots = path_list{"t"}};
    save_snapshot(place / "state", sample(), scope);
    save_snapshot(place / "state", sample(), scope); // replaces the file
    BOOST_TEST(diff(load_snapshot(place / "state", scope), sample()).empty());
    std::error_code error;
    BOOST_TEST(load_snapshot(place / "state", scope, error).has_value());
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(missing_or_damaged_file_is_an_error_with_its_path) {
    fakes::temp_tree place;
    snapshot_scope const scope{.roots = path_list{"t"}};
    std::error_code error;
    BOOST_TEST(!load_snapshot(place / "none", scope, error).has_value());
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
    BOOST_TEST_REQUIRE(::mkfifo((place / "pipe").c_str(), 0600) == 0);
    BOOST_TEST(!load_snapshot(place / "pipe", scope, error).has_value()); // at once
    BOOST_TEST((error == std::errc::invalid_argument));
    place.write("state", "half of it");
    try {
        static_cast<void>(load_snapshot(place / "state", scope));
        BOOST_TEST(false);
    } catch (reload_error const& refused) {
        BOOST_TEST((refused.code() == errc::snapshot_damaged));
        BOOST_TEST(refused.path() == place / "state");
    }
    BOOST_CHECK_THROW(save_snapshot(place / "no/state", sample(), scope), reload_error);
    save_snapshot(place / "no/state", sample(), scope, error);
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_SUITE_END()
