// A file comes into view in the tick of its last write, without being called added: its first
// record may hide a second edit in the same tick. Once the record is final, the file is delivered.
#include "support/watched_roots.hpp"

#include "enumerator/checked_path.hpp"

#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/logic.hpp>

#include <algorithm>
#include <system_error>

using namespace support::roots;

namespace {

using names = std::vector<text>;
using walk = basic_tree_enumerator<memory_file_system>;

// A `list_enumerator` of the fake file system.
struct list_in_memory {
    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code&) {
        for (text const& path : paths)
            detail::add_named(files, path, matcher, into, selection == selection_changes::silent);
    }

    names paths;
    selection_changes selection;
    memory_file_system files;
};

// Stamps take steps of a tick of ramfs, or of FAT.
struct stamping {
    std::chrono::nanoseconds granularity;
    std::chrono::nanoseconds tick;
};
constexpr stamping ramfs{1ns, 4ms};
constexpr stamping fat{2s, 4ms};

// A tree, and how a reloader of it is driven.
struct world {
    way how;
    memory_file_system files;
    testing::manual_clock clock;
};

enum class writes { long_before, in_the_tick };

template <class Enumerator>
class stage {
public:
    using reloader_type =
        basic_reloader<Enumerator, any_matcher, testing::manual_clock, told_restart>;

    stage(world const& in, Enumerator from, any_matcher which = any_matcher{})
        : how_{in.how}
        , files_{in.files}
        , clock_{in.clock}
        , reloader_{std::move(from), std::move(which), in.clock, told_restart{&told_}} {
        settle();
        BOOST_TEST_REQUIRE(reloader_.has_baseline());
        BOOST_TEST_REQUIRE(told_.empty());
    }

    // Writes a file, brings it into view, and writes it again after its first scan. Returns the
    // deliveries of its path.
    template <class Act>
    text deliveries(text const& path, text const& target, writes when, Act bring_into_view) {
        clock_.advance(5s);
        begin_tick();
        if (when == writes::in_the_tick) files_.write(target, "1");
        bring_into_view(reloader_);
        for (int i = 0; i < 300 && !sees(path, target); ++i) step();
        BOOST_TEST_REQUIRE(sees(path, target), path);
        if (when == writes::in_the_tick) {
            auto const first = files_.record(target);
            BOOST_TEST_REQUIRE(!(*reloader_.latest().find(path)).record.final);
            files_.write(target, "2");
            auto const changed = changed_fields(first, files_.record(target));
            BOOST_TEST_REQUIRE((changed == fields::none), "no edit in the same tick");
        }
        settle();
        text all;
        for (change const& one : told_) {
            if (one.path != path) continue;
            bool const again = one.history.redelivered;
            all += text{to_string(one.kind)} + (again ? " once final;" : ";");
        }
        return all;
    }

private:
    bool sees(text const& path, text const& target) const {
        auto const at = reloader_.latest().find(path);
        bool const is_there = at != reloader_.latest().end();
        return is_there && (*at).record.inode == files_.record(target).inode;
    }
    void begin_tick() {
        auto const last = files_.now();
        while (files_.now() == last) clock_.advance(100us);
    }
    bool step() {
        if (how_ == way::polls) {
            reloader_.poll();
            return true;
        }
        return reloader_.poll_for(how_ == way::slices ? 150us : 0us).round_ended;
    }
    void settle() {
        for (int turn = 0; turn < 8; ++turn) {
            clock_.advance(1s);
            bool ended = false;
            for (int i = 0; i < 3000 && !ended; ++i) {
                ended = step();
                clock_.advance(1ms);
            }
            BOOST_TEST_REQUIRE(ended);
        }
    }

    way how_;
    memory_file_system files_;
    testing::manual_clock clock_;
    std::vector<change> told_;
    reloader_type reloader_;
};

// Calls a function with a new tree for each way of polling and each kind of stamps.
template <class Act>
void on_each(Act act) {
    for (auto const how : ways) {
        for (auto const& [granularity, tick] : {ramfs, fat}) {
            memory_file_system const files{granularity, tick};
            testing::manual_clock const clock;
            files.follow(clock);
            for (auto const* path : {"w/f", "w/d/f", "w/out/f", "v/f", "o/f"}) files.write(path);
            files.write("w/.ignore", "/out\n");
            files.symlink("../o/f", "w/lf");
            files.symlink("../o", "w/ld");
            clock.advance(5s);
            files.set_cost(file_call::stat, 10us);
            files.set_cost(file_call::open, 10us);
            BOOST_TEST_CONTEXT("way " << static_cast<int>(how) << ", granularity "
                                      << granularity.count() << " ns") {
                act(world{how, files, clock});
            }
        }
    }
}

// A file that comes into view by `act` is delivered after its record is final.
template <class Enumerator, class Act>
void check(stage<Enumerator>&& in, names const& path_and_target, Act act) {
    auto const& path = path_and_target.front();
    auto const told = in.deliveries(path, path_and_target.back(), writes::in_the_tick, act);
    BOOST_TEST(told == "modified once final;", path << ": " << told);
}

} // namespace

BOOST_AUTO_TEST_SUITE(first_scans)

BOOST_AUTO_TEST_CASE(edit_in_the_tick_of_the_first_scan_of_a_root_is_delivered) {
    struct row {
        names before;
        names after;
        names path_and_target;
    };
    for (row const& of : {
             row{{"w"}, {"w", "v"}, {"v/f"}},
             row{{"w"}, {"v"}, {"v/f"}},
             row{{"w"}, {"w", "v/f"}, {"v/f"}},
             row{{"w/d"}, {"."}, {"v/f"}},
             row{{"w/d"}, {"w"}, {"w/f"}},
             row{{"w"}, {"w", "w/lf"}, {"w/lf", "o/f"}},
             row{{"w"}, {"w", "w/ld"}, {"w/ld/f", "o/f"}},
             row{{"w"}, {"w/lf"}, {"w/lf", "o/f"}},
         }) {
        on_each([&](world const& in) {
            BOOST_TEST_CONTEXT("to " << of.after.back()) {
                auto const act = [&](auto& reloader) {
                    reloader.enumerator().roots() = of.after;
                };
                check(stage{in, walk{of.before, {}, in.files}}, of.path_and_target, act);
            }
        });
    }
}

BOOST_AUTO_TEST_CASE(edit_in_the_tick_of_the_first_scan_without_an_ignore_rule_is_delivered) {
    on_each([&](world const& in) {
        auto const act = [&](auto&) { in.files.write("w/.ignore", "# no rule\n"); };
        check(stage{in, walk{{"w"}, {}, in.files}, any_matcher{gitignore_matcher{}}}, {"w/out/f"},
              act);
    });
}

BOOST_AUTO_TEST_CASE(edit_in_the_tick_of_the_first_scan_of_a_listed_file_is_delivered) {
    on_each([&](world const& in) {
        list_in_memory const list{{"w/f"}, selection_changes::silent, in.files};
        auto const act = [](auto& reloader) { reloader.enumerator().paths = {"w/f", "v/f"}; };
        check(stage{in, list}, {"v/f"}, act);
        auto const act_on_link = [](auto& reloader) { reloader.enumerator().paths = {"w/lf"}; };
        check(stage{in, list}, {"w/lf", "o/f"}, act_on_link);
    });
}

BOOST_AUTO_TEST_CASE(edit_in_the_tick_of_the_first_scan_of_a_list_beside_a_tree_is_delivered) {
    on_each([&](world const& in) {
        for (names const& file : {names{"v/f"}, names{"w/lf", "o/f"}}) {
            auto const act = [&](auto& reloader) {
                reloader.enumerator().template part<0>().paths.push_back(file.front());
            };
            list_in_memory const list{{"w/f"}, selection_changes::silent, in.files};
            joined_enumerator both{list, walk{{"w"}, {}, in.files}};
            check(stage{in, std::move(both)}, file, act);
        }
    });
}

BOOST_AUTO_TEST_CASE(edit_in_the_tick_of_the_first_scan_of_a_readable_directory_is_delivered) {
    on_each([&](world const& in) {
        in.files.fail_at("w/d", file_call::open, std::errc::permission_denied);
        auto const act = [&](auto&) { in.files.heal(); };
        check(stage{in, walk{{"w"}, {}, in.files}}, {"w/d/f"}, act);
    });
}

// Paths that are called added wait for their final records before their first delivery.
BOOST_AUTO_TEST_CASE(edit_in_the_tick_of_a_reported_root_rule_or_list_is_delivered_once) {
    on_each([&](world const& in) {
        constexpr auto reported = selection_changes::reported;
        stage tree{in, walk{{"w"}, {.selection = reported}, in.files}};
        BOOST_TEST(tree.deliveries("v/f", "v/f", writes::in_the_tick, [](auto& reloader) {
            reloader.enumerator().roots() = {"w", "v"};
        }) == "added;");
        stage rules{in, walk{{"w"}, {}, in.files}, any_matcher{!glob_matcher{"out"}}};
        BOOST_TEST(
            rules.deliveries("w/out/f", "w/out/f", writes::in_the_tick, [](auto& reloader) {
                reloader.change_matcher([](any_matcher& which) { which = any_matcher{}; });
            }) == "added;");
        stage list{in, list_in_memory{{"w/f"}, reported, in.files}};
        BOOST_TEST(list.deliveries("v/f", "v/f", writes::in_the_tick, [](auto& reloader) {
            reloader.enumerator().paths = {"v/f"};
        }) == "added;");
    });
}

BOOST_AUTO_TEST_CASE(edit_in_the_tick_of_a_retargeted_link_is_delivered_once) {
    on_each([&](world const& in) {
        in.files.write("v/new");
        in.clock.advance(5s);
        tree_options const follows{.links = tree_options::symlinks::follow};
        stage tree{in, walk{{"w"}, follows, in.files}};
        BOOST_TEST(tree.deliveries("w/ld/new", "v/new", writes::in_the_tick, [&](auto&) {
            in.files.remove("w/ld");
            in.files.symlink("../v", "w/ld");
        }) == "added;");
        stage again{in, walk{{"w"}, follows, in.files}};
        BOOST_TEST(again.deliveries("w/lf", "v/f", writes::in_the_tick, [&](auto&) {
            in.files.remove("w/lf");
            in.files.symlink("../v/f", "w/lf");
        }) == "modified;");
    });
}

BOOST_AUTO_TEST_CASE(file_that_comes_into_view_with_a_final_record_is_not_delivered) {
    on_each([&](world const& in) {
        stage roots{in, walk{{"w"}, {}, in.files}};
        BOOST_TEST(roots.deliveries("v/f", "v/f", writes::long_before, [](auto& reloader) {
            reloader.enumerator().roots() = {"w", "v"};
        }) == "");
        stage link{in, walk{{"w"}, {}, in.files}};
        BOOST_TEST(link.deliveries("w/lf", "o/f", writes::long_before, [](auto& reloader) {
            reloader.enumerator().roots() = {"w", "w/lf"};
        }) == "");
        stage rules{in, walk{{"w"}, {}, in.files}, any_matcher{gitignore_matcher{}}};
        BOOST_TEST(rules.deliveries("w/out/f", "w/out/f", writes::long_before, [&](auto&) {
            in.files.write("w/.ignore", "# no rule\n");
        }) == "");
    });
}

BOOST_AUTO_TEST_SUITE_END()
