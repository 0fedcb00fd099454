// Tests of the property test. Each mutant is a reloader with a typical mistake of file watchers.
// The property test finds each mutant, and reduces its script.

#include "detection/world.hpp"

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/snapshot_builder.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <memory>
#include <set>

using namespace detection;
using namespace restat;
using namespace std::chrono_literals;
using testing::memory_file_system;

namespace {

// Alters the entries added by an enumerator.
using alter = std::function<void(snapshot const& found, snapshot_builder& into)>;

reloader_parts with_entries(std::function<alter(memory_file_system const&)> const& make) {
    auto parts = right_parts();
    parts.files = [right = parts.files, make](memory_file_system const& files) -> listing {
        return [walk = right(files), change = make(files)](
                   matcher_ref matcher, snapshot_builder& into, std::error_code& error) {
            snapshot_builder own;
            walk(matcher, own, error);
            if (!error) change(own.finish(), into);
        };
    };
    return parts;
}

void keep_findings(snapshot const& found, snapshot_builder& into) {
    for (finding const& f : found.findings()) into.add_error(f.path, f.error, f.operation);
}

reloader_parts with_records(
    std::function<std::function<stat_record(entry const&)>()> const& make) {
    return with_entries([=](memory_file_system const&) -> alter {
        return [record = make()](snapshot const& found, snapshot_builder& into) {
            for (entry const e : found) into.add(std::string{e.path}, record(e));
            keep_findings(found, into);
        };
    });
}

// `>` instead of `!=`: a record counts as changed only if its timestamp is newer.
reloader_parts newer_for_different() {
    return with_records([] {
        return [known = std::make_shared<std::map<std::string, stat_record>>()](entry const& e) {
            auto& before = (*known)[std::string{e.path}];
            bool const newer = before.type == file_type::none || before.mtime < e.record.mtime ||
                               before.ctime < e.record.ctime;
            if (newer) before = e.record;
            before.final = e.record.final;
            return before;
        };
    });
}

reloader_parts ctime_left_out() {
    return with_records([] {
        return [](entry const& e) {
            auto record = e.record;
            record.ctime = {};
            return record;
        };
    });
}

reloader_parts errors_for_absences() {
    return with_entries([](memory_file_system const&) -> alter {
        return [](snapshot const& found, snapshot_builder& into) {
            for (entry const e : found) into.add(e);
        };
    });
}

// Skips the listing of a directory with the timestamps of its last listing, so names added since
// then are missed. Correct only for final timestamps.
class remembered_listings {
public:
    remembered_listings(memory_file_system files, bool final_only)
        : files_{std::move(files)}, final_only_{final_only} {}

    /// Records the directories before their listing.
    void look() {
        for (auto const* directory : {"tree/a", "tree/b", "tree/c"}) known_[directory];
        for (auto& [directory, known] : known_) {
            auto const before = files_.now();
            known.now = files_.record(directory);
            known.now.final = is_final(known.now.ctime, before, files_.now());
        }
    }

    void operator()(snapshot const& found, snapshot_builder& into) {
        std::map<std::string, std::set<std::string>> names;
        for (auto const& [directory, known] : known_) names[directory];
        for (entry const e : found) {
            std::string const path{e.path};
            names[path.substr(0, path.rfind('/'))].insert(path);
        }
        for (auto& [directory, inside] : names) {
            if (found.findings().empty()) reuse(directory, inside);
        }
        for (entry const e : found) {
            std::string const path{e.path};
            if (names[path.substr(0, path.rfind('/'))].contains(path)) into.add(e);
        }
        keep_findings(found, into);
    }

private:
    struct known_listing {
        stat_record now;
        stat_record at; // the record at the last listing
        std::set<std::string> names;
    };

    void reuse(std::string const& directory, std::set<std::string>& inside) {
        auto& known = known_[directory];
        bool const same = known.at.type == file_type::directory &&
                          changed_fields(known.at, known.now) == fields::none &&
                          (known.at.final || !final_only_);
        if (same) {
            inside = known.names;
        } else {
            known.at = known.now;
            known.names = inside;
        }
    }

    memory_file_system files_;
    bool final_only_;
    std::map<std::string, known_listing> known_;
};

reloader_parts listing_skipped(bool final_only) {
    auto parts = right_parts();
    parts.files = [right = parts.files, final_only](memory_file_system const& files) -> listing {
        auto const listings = std::make_shared<remembered_listings>(files, final_only);
        return [walk = right(files), listings](matcher_ref matcher, snapshot_builder& into,
                                               std::error_code& error) {
            listings->look();
            snapshot_builder own;
            walk(matcher, own, error);
            if (!error) (*listings)(own.finish(), into);
        };
    };
    return parts;
}

// Every record counts as final.
reloader_parts no_tick_waited_for() {
    return with_records([] {
        return [](entry const& e) {
            auto record = e.record;
            record.final = true;
            return record;
        };
    });
}

reloader_parts baseline_after_the_start() {
    auto parts = right_parts();
    parts.loads_first = true;
    return parts;
}

reloader_parts last_write_of_a_burst_dropped() {
    auto parts = right_parts();
    parts.hands_on = [](std::chrono::nanoseconds since) { return since > 300ms; };
    return parts;
}

// A file with the same inode number counts as the same file.
reloader_parts inode_taken_for_the_file() {
    auto parts = right_parts();
    parts.birth_time = [](auto const&, auto, auto const&, stamp& made) {
        made = {};
        return true;
    };
    return parts;
}

struct found_mutant {
    std::size_t scripts = 0;
    script least;
    std::string wrong;
};

found_mutant find(reloader_parts const& parts) {
    auto const right = right_parts();
    found_mutant result;
    while (result.scripts < 400) {
        auto const& stamps = every_stamping[result.scripts % every_stamping.size()];
        auto const steps = make_script(static_cast<unsigned>(++result.scripts), 40);
        auto const fails = [&](script const& s) {
            return !run(s, stamps, parts).empty() && run(s, stamps, right).empty();
        };
        if (!fails(steps)) continue;
        result.least = shrink(steps, fails);
        result.wrong = run(result.least, stamps, parts);
        break;
    }
    return result;
}

} // namespace

BOOST_AUTO_TEST_SUITE(mutants)

BOOST_AUTO_TEST_CASE(each_mutant_is_found_by_a_small_script) {
    struct row {
        char const* name;
        reloader_parts parts;
        std::size_t steps; // the maximum number of steps
    };
    row const table[] = {
        {"> for !=", newer_for_different(), 6},
        {"ctime left out", ctime_left_out(), 6},
        {"error taken for absence", errors_for_absences(), 10},
        {"listing skipped on an unfinished stamp", listing_skipped(false), 6},
        {"tick not waited for", no_tick_waited_for(), 16},
        {"baseline after the start", baseline_after_the_start(), 3},
        {"last write of a burst dropped", last_write_of_a_burst_dropped(), 8},
        {"inode taken for the file", inode_taken_for_the_file(), 8},
    };
    for (auto const& [name, parts, steps] : table) {
        auto const found = find(parts);
        BOOST_TEST(!found.wrong.empty(), name << " is not found");
        BOOST_TEST(found.least.size() <= steps, name << ": " << to_string(found.least));
        BOOST_TEST_MESSAGE(name << ": by script " << found.scripts << ", " << found.wrong
                                << " after\n"
                                << to_string(found.least));
    }
}

BOOST_AUTO_TEST_CASE(listing_skipped_on_a_final_timestamp_is_no_mutant) {
    auto const parts = listing_skipped(true);
    for (unsigned seed = 1; seed <= 80; ++seed) {
        auto const& stamps = every_stamping[seed % every_stamping.size()];
        auto const fails = [&](script const& s) { return !run(s, stamps, parts).empty(); };
        auto const steps = make_script(seed, 100);
        auto const least = fails(steps) ? shrink(steps, fails) : script{};
        BOOST_TEST(least.empty(), stamps.like << ": " << run(least, stamps, parts) << " after\n"
                                              << to_string(least));
    }
}

BOOST_AUTO_TEST_SUITE_END()
