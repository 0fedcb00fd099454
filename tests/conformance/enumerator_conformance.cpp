#include "conformance/report.hpp"

#include <restat/enumerator/forwarding_enumerator.hpp>
#include <restat/testing/archetypes.hpp>
#include <restat/testing/memory_file_system.hpp>

using namespace restat;
using namespace restat::testing;

namespace {

constexpr stat_record file{.type = file_type::regular};

// The faults of an enumerator of four files. Each faulty enumerator differs from the correct
// enumerator in a single place.
enum class fault {
    none,
    deaf,
    nosy,
    opens,
    counts_down,
    directories,
    typeless,
    gives_up,
    overdoes,
    beyond,
    odd_cancel,
    vouches,
    forgets,
};

struct toy_enumerator {
    void enumerate(matcher_ref matches, snapshot_builder& into, std::error_code& error) {
        if (into.stop_requested()) {
            error = std::make_error_code(
                how == fault::odd_cancel ? std::errc::io_error : std::errc::operation_canceled);
            return;
        }
        if (how == fault::gives_up) error = std::make_error_code(std::errc::io_error);
        std::size_t const beyond = how == fault::beyond ? 99 : 0;
        add("a", matches, into);
        bool const open = watches(matches({"d", beyond, file_type::directory}));
        if (how == fault::directories) into.add("d", {.type = file_type::directory});
        if (open || how == fault::opens) {
            add("d/b", matches, into);
            add("d/c", matches, into);
        }
        if (how != fault::counts_down || times++ == 0) add("e", matches, into);
    }

    bool birth_time(std::string_view path, stat_record const& of, stamp& made) const {
        made = {how == fault::forgets ? ++asked : 7, 0};
        return how == fault::vouches || (path.size() <= 3 && of.inode == file.inode);
    }

    void add(std::string_view path, matcher_ref matches, snapshot_builder& into) {
        bool const asks = how != fault::nosy;
        bool wanted = !asks || watches(matches({path}));
        if (how == fault::overdoes && !wanted) omits = true;
        if (how == fault::overdoes && omits) return;
        if (how == fault::deaf) wanted = true;
        if (wanted) into.add(path, how == fault::typeless ? stat_record{} : file);
    }

    fault how = fault::none;
    int times = 0;
    bool omits = false;
    mutable int asked = 0;
};

sentences check(fault how) {
    toy_enumerator toy{how};
    return check_enumerator(toy);
}

// An incremental enumerator of a tree in memory, with a given implementation of refresh().
struct toy_tree {
    using walk = basic_tree_enumerator<memory_file_system>;
    using way = void (*)(toy_tree&, matcher_ref, snapshot_update&, std::error_code&);

    void enumerate(matcher_ref m, snapshot_builder& b, std::error_code& c) {
        right.enumerate(m, b, c);
    }
    void refresh(matcher_ref m, snapshot_update& u, std::error_code& c) { how(*this, m, u, c); }

    way how;
    memory_file_system files{};
    memory_file_system frozen{}; // the files at the start
    walk right{".", {}, files};
    walk other{".", {}, frozen};
};

sentences check(toy_tree::way how) {
    toy_tree toy{how};
    for (auto const& files : {toy.files, toy.frozen}) {
        for (auto const* path : {"a", "b", "c"}) files.write(path);
        files.advance(std::chrono::seconds{1});
    }
    return check_refresh(
        toy, {[&] { toy.files.write("a", "longer"); }, [&] { toy.files.rename("b", "moved"); }});
}

// Names its edits like a kernel, with a fault.
enum class hint_fault { none, silent, elsewhere, again, unreasoned, overcounted };

struct toy_hints : forwarding_enumerator<toy_tree::walk> {
    explicit toy_hints(memory_file_system const& files, hint_fault fault)
        : forwarding_enumerator{toy_tree::walk{".", {}, files}}, how{fault} {}

    void take_hints(snapshot const&, hint_list& into) {
        into.add(waiting);
        if (how != hint_fault::again) waiting.clear();
    }
    int hint_descriptor() { return -1; }
    event_coverage coverage() const {
        return {.directories = 2,
                .watched = 1,
                .partly = how == hint_fault::overcounted ? 2U : 0U,
                .refused = 1,
                .why = how == hint_fault::unreasoned
                           ? std::error_code{}
                           : std::make_error_code(std::errc::no_space_on_device)};
    }

    hint_fault how;
    hint_list waiting{};
};

sentences check_edits(hint_fault how) {
    memory_file_system files;
    for (auto const* path : {"a", "d/b", "d/c"}) files.write(path);
    files.advance(std::chrono::seconds{1});
    toy_hints toy{files, how};
    auto const tell = [&](auto hint) {
        if (how == hint_fault::elsewhere) {
            toy.waiting.list("d/e");
        } else if (how != hint_fault::silent) {
            hint(toy.waiting);
        }
    };
    return check_hints(toy, {[&] {
                                 files.write("a", "longer");
                                 tell([](hint_list& to) { to.check_file("a"); });
                             },
                             [&] {
                                 files.write("d/new/e/f");
                                 tell([](hint_list& to) { to.list("d"); });
                             },
                             [&] {
                                 files.remove("d/b");
                                 tell([](hint_list& to) { to.check_file("d/b"); });
                             },
                             [&] {
                                 files.rename("d", "moved");
                                 tell([](hint_list& to) { to.lost(); });
                             }});
}

// Names edits of an enumerator without incremental scans.
struct toy_table {
    void enumerate(matcher_ref, snapshot_builder& into, std::error_code&) {
        auto record = file;
        record.size = size;
        into.add("a", record);
    }
    void take_hints(snapshot const&, hint_list& into) { into.add(std::exchange(waiting, {})); }
    int hint_descriptor() { return -1; }
    event_coverage coverage() const { return {.directories = 1, .watched = 1}; }

    std::uint64_t size = 0;
    hint_list waiting = {};
};

constexpr auto all = [](candidate const&) noexcept { return verdict::none; };

} // namespace

BOOST_AUTO_TEST_SUITE(enumerator_conformance)

BOOST_AUTO_TEST_CASE(archetype_conforms) {
    enumerator_archetype nothing{0};
    expect_good("enumerator_archetype", check_enumerator(nothing));
    expect_good("toy_enumerator", check(fault::none));
}

BOOST_AUTO_TEST_CASE(each_broken_rule_is_reported) {
    expect_sentence(check(fault::deaf), "adds 'a' though the matcher excludes it");
    expect_sentence(check(fault::nosy), "adds 'a' without asking the matcher");
    expect_sentence(check(fault::opens), "opens an excluded directory: asks about 'd/b'");
    expect_sentence(check(fault::counts_down), "lists different paths the second time");
    expect_sentence(check(fault::directories), "adds the directory 'd'");
    expect_sentence(check(fault::typeless), "adds 'a' with a record of no type");
    expect_sentence(check(fault::gives_up), "stops with an error: Input/output error");
    expect_sentence(check(fault::overdoes), "omits 'd/b' because other paths are excluded");
    expect_sentence(check(fault::beyond), "asks about 'd' with `below` beyond its end");
    expect_sentence(check(fault::odd_cancel), "after a stop request");
    expect_sentence(check(fault::vouches),
                    "reports the birth time of 'a' for a different object");
    expect_sentence(check(fault::vouches), "reports the birth time of 'd/b' for a missing path");
    expect_sentence(check(fault::forgets),
                    "reports a different birth time of 'e' on the second call");
}

BOOST_AUTO_TEST_CASE(each_broken_rule_of_hints_is_reported) {
    expect_good("toy_hints", check_edits(hint_fault::none));
    auto const silent = check_edits(hint_fault::silent);
    expect_sentence(silent, "after edit 1: gives no hint of 'a'");
    expect_sentence(silent, "after edit 2: gives no hint of 'd/new/e/f'");
    auto const elsewhere = check_edits(hint_fault::elsewhere);
    expect_sentence(elsewhere,
                    "after edit 1: a scan of its hints does not find that 'a' was modified");
    expect_sentence(elsewhere, "after edit 3: a scan of its hints does not find that 'd/b' was "
                               "removed");
    expect_sentence(check_edits(hint_fault::again), "gives hints again that were taken");
    expect_sentence(check_edits(hint_fault::unreasoned), "gives no reason for refused events");
    expect_sentence(check_edits(hint_fault::overcounted),
                    "has more directories with and without events than directories");
}

BOOST_AUTO_TEST_CASE(hints_without_incremental_scans_are_checked) {
    toy_table table;
    auto const edit = [&] { ++table.size; };
    expect_sentence(check_hints(table, {edit}), "after edit 1: gives no hint of 'a'");
    expect_good("toy_table",
                check_hints(table, {[&] { edit(), table.waiting.check_file("a"); }}));
    hinting_archetype lossy{0};
    expect_sentence(check_hints(lossy, {}), "gives hints again that were taken");
}

BOOST_AUTO_TEST_CASE(each_broken_rule_of_refresh_is_reported) {
    using u = snapshot_update&;
    using c = std::error_code&;
    expect_good("toy_tree", check([](toy_tree& t, matcher_ref m, u update, c error) {
                    t.right.refresh(m, update, error);
                }));
    auto const stale = check(
        [](toy_tree& t, matcher_ref m, u update, c error) { t.other.refresh(m, update, error); });
    expect_sentence(stale, "after edit 1: has a different record of 'a' than enumerate()");
    expect_sentence(stale, "after edit 2: misses 'moved', which enumerate() finds");
    expect_sentence(stale, "after edit 2: has 'b', which enumerate() does not find");
    auto const deaf = check([](toy_tree& t, matcher_ref, u update, c error) {
        t.right.refresh(matcher_ref{all}, update, error);
    });
    expect_sentence(deaf, "under another matcher: has 'a', which enumerate() does not find");
    auto const silent = check([](toy_tree& t, matcher_ref m, u update, c error) {
        t.right.roots() = {"missing", "."};
        t.right.refresh(m, update, error);
        t.right.roots() = {"."};
    });
    expect_sentence(silent, "at first: has different findings than enumerate()");
    auto const careless = check([](toy_tree& t, matcher_ref m, u update, c) {
        std::error_code own;
        t.right.refresh(m, update, own);
    });
    expect_sentence(careless, "again: stops, or keeps a stale error");
    expect_sentence(careless, "reports 'Success' after a stop request");
}

BOOST_AUTO_TEST_SUITE_END()
