#include "values/directory_fates.hpp"

#include <restat/snapshot_builder.hpp>

#include "values/snapshot_access.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace restat;
using namespace restat::detail;

snapshot known_of(std::vector<std::string> const& files) {
    snapshot_builder into;
    for (auto const& path : files) {
        stat_record record;
        record.type = file_type::regular;
        into.add(path, record);
    }
    return into.finish();
}

/// The directories `t/`, `t/a/`, `t/a/b/` and `t/c/`.
struct small_tree {
    snapshot known = known_of({"t/f", "t/a/f", "t/a/b/f", "t/c/f"});
    snapshot::contents const& all = *snapshot_access::contents(known);
    directory_fates fates;

    small_tree() { fates.begin(&all); }
    std::uint32_t at(char const* path) const { return all.find_directory(path); }
    std::string told() const {
        std::string text;
        for (std::uint32_t i = 0; i < all.directories.size(); ++i) {
            text += "gskr"[static_cast<unsigned>(fates[i])];
        }
        return text;
    }
};

/// Gives each directory its fate at once.
struct eager_fates {
    row_store const& known;
    std::vector<std::uint32_t> apart;
    std::vector<fate> all = std::vector<fate>(known.directories.size(), fate::kept);

    void mark(std::uint32_t top, fate from, fate to) {
        bool const has_relative_alone = known.path(top).empty();
        for (auto i = top; i < known.directories[top].end;) {
            auto const path = known.path(i);
            bool const is_outside =
                has_relative_alone && (path.starts_with('/') || path.starts_with("../"));
            bool const is_apart = std::find(apart.begin(), apart.end(), i) != apart.end();
            if (i != top && (is_apart || is_outside)) {
                i = std::max(known.directories[i].end, i + 1);
                continue;
            }
            if (all[i] == from) all[i] = to;
            ++i;
        }
    }
    bool has_gone() const { return std::find(all.begin(), all.end(), fate::gone) != all.end(); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(directory_fates_of_a_scan)

BOOST_FIXTURE_TEST_CASE(directory_is_gone_unless_a_whole_scan_visits_the_directory, small_tree) {
    fates.set(at("t/a/"), fate::same);
    fates.set(at("t/c/"), fate::kept);
    fates.set(at("t/c/"), fate::replaced);
    BOOST_TEST(told() == "gsgr");
    BOOST_TEST(fates.has_gone());
    fates.set(at("t/"), fate::same);
    fates.set(at("t/a/b/"), fate::kept);
    BOOST_TEST(!fates.has_gone());
    fates.settle();
    BOOST_TEST(told() == "sskr");
}

BOOST_FIXTURE_TEST_CASE(directory_is_kept_unless_a_limited_scan_releases_its_subtree,
                        small_tree) {
    fates.limit({});
    BOOST_TEST(told() == "kkkk");
    BOOST_TEST(!fates.has_gone());
    fates.release(at("t/a/"));
    BOOST_TEST(told() == "kggk");
    BOOST_TEST(fates.has_gone());
    fates.set(at("t/a/"), fate::same);
    BOOST_TEST(told() == "ksgk");
    fates.keep(at("t/a/b/"));
    BOOST_TEST(told() == "kskk");
    BOOST_TEST(!fates.has_gone());
}

BOOST_FIXTURE_TEST_CASE(latest_mark_above_counts, small_tree) {
    fates.limit({});
    fates.release(at("t/a/b/"));
    fates.keep(at("t/a/"));
    BOOST_TEST(told() == "kkkk");
    BOOST_TEST(!fates.has_gone());
    fates.release(at("t/"));
    fates.keep(at("t/c/"));
    BOOST_TEST(told() == "gggk");
}

BOOST_FIXTURE_TEST_CASE(root_below_another_root_is_reached_by_its_own_marks_alone, small_tree) {
    fates.limit({at("t/a/")});
    fates.release(at("t/"));
    BOOST_TEST(told() == "gkkg");
    fates.release(at("t/a/"));
    fates.keep(at("t/"));
    BOOST_TEST(told() == "kggk");
    BOOST_TEST(fates.has_gone());
}

BOOST_FIXTURE_TEST_CASE(next_scan_knows_no_earlier_fate, small_tree) {
    fates.limit({at("t/a/")});
    fates.release(at("t/"));
    fates.set(at("t/c/"), fate::same);
    fates.begin(&all);
    BOOST_TEST(told() == "gggg");
    fates.set(at("t/"), fate::same);
    fates.begin(&all);
    fates.limit({});
    BOOST_TEST(told() == "kkkk");
    BOOST_TEST(!fates.has_gone());
    fates.begin(nullptr);
    BOOST_TEST(!fates.has_gone());
}

BOOST_AUTO_TEST_CASE(marks_of_subtrees_equal_marks_of_each_directory) {
    std::mt19937 dice{11};
    auto const pick = [&](std::size_t n) { return static_cast<std::uint32_t>(dice() % n); };
    directory_fates fates;
    for (int tree = 0; tree < 200; ++tree) {
        std::vector<std::string> files;
        for (auto n = 1 + pick(12); n > 0; --n) {
            std::string path{pick(4) > 0 ? "" : pick(2) ? "/" : "../"};
            for (auto depth = pick(5); depth > 0; --depth)
                path += "ab"[pick(2)] + std::string{"/"};
            files.push_back(path + "f");
        }
        snapshot const known = known_of(files);
        auto const& all = *snapshot_access::contents(known);
        auto const count = all.directories.size();
        std::vector<std::uint32_t> apart;
        for (std::uint32_t i = 0; i < count; ++i) {
            if (pick(6) == 0) apart.push_back(i);
        }
        eager_fates model{all, apart};
        fates.begin(&all);
        fates.limit(apart);
        auto const require_equal = [&] {
            for (std::uint32_t i = 0; i < count; ++i) {
                BOOST_TEST_REQUIRE((fates[i] == model.all[i]), all.path(i) << " in " << tree);
            }
            BOOST_TEST_REQUIRE(fates.has_gone() == model.has_gone(), "in " << tree);
        };
        for (auto n = pick(20); n > 0; --n) {
            auto const at = pick(count);
            switch (pick(4)) {
            case 0:
                fates.keep(at);
                model.mark(at, fate::gone, fate::kept);
                break;
            case 1:
                fates.release(at);
                model.mark(at, fate::kept, fate::gone);
                break;
            default: fates.set(at, model.all[at] = pick(2) ? fate::same : fate::replaced);
            }
            require_equal();
        }
        fates.settle();
        require_equal();
    }
}

BOOST_AUTO_TEST_SUITE_END()
