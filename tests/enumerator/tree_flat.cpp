// A single directory with many names, scanned in slices while the names come and go.
#include "enumerator/scanning.hpp"
#include "support/pausing.hpp"

#include <random>
#include <string>
#include <vector>

using namespace restat;
using namespace scanning;

namespace {

using memory_tree = basic_tree_enumerator<testing::memory_file_system>;

std::string name_of(std::size_t number) { return "t/f" + std::to_string(number * 7919 % 10'007); }

/// A directory of many files, changed by random operations.
class flat_directory {
public:
    explicit flat_directory(unsigned seed) : random_{seed} {
        files.shuffle(seed);
        for (std::size_t i = 0; i < 600; ++i) files.write(name_of(i));
        files.make_directory("other");
        for (std::size_t i = 300; i < 700; ++i)
            files.write("other" + name_of(i).substr(1), "other");
    }

    void operate() {
        switch (below(12)) {
        case 0: return is_there_ ? files.write(name_of(below(700)), "a longer text") : void();
        case 1: return remove(name_of(below(600)));
        case 2: return exchange("t", "aside");
        case 3: return exchange("t", "other");
        case 4: return exchange(name_of(below(600)), name_of(below(600)));
        default: return is_there_ ? files.write(name_of(below(700)), text(below(9))) : void();
        }
    }

    std::size_t below(std::size_t limit) { return random_() % limit; }

    testing::memory_file_system files;

private:
    static std::string text(std::size_t size) { return std::string(size, 'x'); }
    bool is_there(std::string const& path) {
        std::error_code error;
        (void)files.stat(path.c_str(), last_link::keep, error);
        return !error;
    }
    void remove(std::string const& path) {
        if (is_there(path)) files.remove(path);
    }
    void exchange(std::string const& a, std::string const& b) {
        bool const has_a = is_there(a);
        bool const has_b = is_there(b);
        if (has_a) files.rename(a, "meanwhile");
        if (has_b) files.rename(b, a);
        if (has_a) files.rename("meanwhile", b);
        is_there_ = is_there("t");
    }

    std::mt19937 random_;
    bool is_there_ = true;
};

std::string text_of(snapshot const& all) {
    std::string text;
    for (entry const one : all)
        text += one.path.str() + ' ' + std::to_string(one.record.size) + ' ' +
                std::to_string(one.record.inode) + '\n';
    return text;
}

// Scans in slices of a few entries, and acts between two slices.
template <class Act>
void scan_in_slices(memory_tree& tree, snapshot& known, Act act) {
    static constexpr everything always{};
    snapshot_update update;
    std::error_code error;
    update.begin(known);
    do {
        int asked = 0;
        support::pausing after_some{[&] { return ++asked > 5; }};
        update.bound(&after_some, {});
        tree.refresh(always, update, error);
        BOOST_REQUIRE(!error);
        if (!update.is_paused()) break;
        act();
        if (asked % 2) update.apply_edits(known);
    } while (true);
    update.apply(known);
}

} // namespace

BOOST_AUTO_TEST_SUITE(flat_directories)

BOOST_AUTO_TEST_CASE(names_that_come_and_go_between_slices_are_found) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        flat_directory all{seed};
        memory_tree tree{{"t"}, {.threads = 1}, all.files};
        snapshot known;
        bring_up_to_date(tree, known);
        for (int round = 0; round < 4; ++round) {
            scan_in_slices(tree, known, [&] {
                if (all.below(30) == 0) all.operate();
            });
        }
        all.files.advance(std::chrono::seconds{10});
        scan_in_slices(tree, known, [] {});
        scan_in_slices(tree, known, [] {});
        memory_tree fresh{{"t"}, {.threads = 1}, all.files};
        BOOST_TEST(text_of(known) == text_of(scan(fresh)), "seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(listing_that_breaks_off_keeps_the_other_files) {
    testing::memory_file_system files;
    for (std::size_t i = 0; i < 600; ++i) files.write(name_of(i));
    files.write("t/d/in", "x");
    memory_tree tree{{"t"}, {.threads = 1}, files};
    snapshot known;
    bring_up_to_date(tree, known);
    auto const before = text_of(known);
    for (std::size_t nth = 1; nth <= 5; ++nth) {
        files.write("t/new" + std::to_string(nth), "x");
        files.remove("t/new" + std::to_string(nth)); // so that the directory is listed again
        files.fail(testing::file_call::list, std::errc::io_error, nth);
        scan_in_slices(tree, known, [] {});
        files.heal();
        BOOST_TEST(text_of(known) == before, "list call " << nth);
    }
    BOOST_TEST(known.size() == 601U);
}

BOOST_AUTO_TEST_SUITE_END()
