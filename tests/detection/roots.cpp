// Watches random roots under random operations: nested, overlapping and missing roots, files and
// links, in every spelling. After each round, the reloader's snapshot equals a fresh scan, the
// delivered changes lead to this snapshot, and no untouched file is delivered.
//
//     RESTAT_SEED=N     the first seed; each trial has its own seed
//     RESTAT_TRIALS=N   the number of trials

#include "support/watched_roots.hpp"

#include <restat/error.hpp>

#include <cstdlib>
#include <map>
#include <random>

using namespace support::roots;

namespace {

using names = std::vector<text>;
using records = std::map<text, stat_record>;

unsigned setting(char const* name, unsigned preset) {
    char const* const given = std::getenv(name);
    return given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : preset;
}

// Below the directory "top". The links lead out of the roots, so each file has a single name.
names const spelled{
    "t",           "./t/.",   "t//d0",     "t/d0/sub/",   "t/d1/./f1", "t/d0/f0",
    "t/d0/sub/f2", "missing", "t/missing", "t/d1/sub/f0", "v",         "v/d0//f1",
    "o/../u/d1",   "t/lf",    "u/../x/d2", "t/ld",
};
names const directories{"t",    "t/d0", "t/d1", "t/d2", "t/d0/sub", "t/d1/sub", "v",
                        "v/d0", "v/d1", "u/d1", "x/d2", "missing",  "t/missing"};

class trial {
public:
    explicit trial(unsigned seed)
        : random_{seed}, w_{ways[pick(ways.size())], pick(2) == 0 ? 1U : 4U} {
        for (auto const& in : directories) {
            if (in.find("missing") == in.npos) write(in + "/f" + std::to_string(pick(3)));
        }
        write("o/f");
        write("o/d/f");
        w_.files.symlink("../o/f", "top/t/lf");
        w_.files.symlink("../o/d", "top/t/ld");
        w_.files.make_directory("elsewhere");
        w_.files.change_directory("top");
        for (auto n = pick(3); n > 0; --n) excluded_.push_back(excludable_[pick(4)]);
    }

    /// Returns the fault as a sentence; empty if there is none.
    text run() {
        w_.begin(choose_roots(), {[this](candidate const& c) { return verdict_of(c); }});
        known_ = found();
        for (int round = 0; round < 12; ++round) {
            if (pick(4) == 0) {
                here_ = pick(2) == 0 ? "top" : "elsewhere";
                w_.files.change_directory(here_);
            }
            bool const polls_between = pick(2) == 0;
            for (auto n = pick(6); n > 0; --n) {
                operate();
                if (polls_between && pick(2) == 0) w_.step();
                if (pick(2) == 0) w_.clock.advance(std::chrono::milliseconds{pick(300)});
            }
            w_.settle();
            if (auto wrong = check(!polls_between); !wrong.empty()) return wrong + story();
            if (pick(4) != 0) continue;
            w_.reloader->enumerator().roots() = choose_roots();
            w_.settle();
            if (!w_.told.empty()) return "after a change of roots: " + w_.take_told() + story();
            known_ = found();
        }
        return "";
    }

private:
    std::size_t pick(std::size_t count) { return random_() % count; }

    verdict verdict_of(candidate const& c) const {
        auto const at = std::find(excluded_.begin(), excluded_.end(), c.relative());
        return at == excluded_.end() ? verdict::none : verdict::exclude;
    }

    names choose_roots() {
        names roots;
        bool const is_absolute = pick(2) == 0; // all or none: a directory has a single name
        for (auto n = 1 + pick(4); n > 0; --n) {
            auto const& root = spelled[pick(spelled.size())];
            roots.push_back(is_absolute ? "/top/" + root : root);
        }
        said_ += "; roots";
        for (auto const& one : roots) said_ += " " + one;
        return roots;
    }

    void write(text const& path) {
        w_.files.write("top/" + path, std::to_string(++version_));
        said_ += "; write " + path;
    }

    // Skips an impossible operation.
    void operate() try {
        auto const in = directories[pick(directories.size())];
        auto const file = in + "/f" + std::to_string(pick(3));
        auto const other = directories[pick(directories.size())];
        switch (pick(8)) {
        case 0:
        case 1:
        case 2: return write(file);
        case 3: w_.files.remove("top/" + file); break;
        case 4:
            w_.files.rename("top/" + file, "top/" + other + "/f" + std::to_string(pick(3)));
            said_ += "; rename " + file + " to " + other;
            return;
        case 5:
            w_.files.remove("top/" + in);
            said_ += "; remove " + in;
            return;
        case 6: return write(in + "/f0/deep"); // unless f0 is a file
        default: return write("o/f");
        }
        said_ += "; remove " + file;
    } catch (reload_error const&) {
    }

    // Scans from the directory in which the reloader was made.
    records found() {
        records all;
        w_.files.change_directory("top");
        for (entry const e : w_.fresh()) all.emplace(e.path.str(), e.record);
        w_.files.change_directory(here_);
        return all;
    }

    static text difference_of(records const& a, records const& b) {
        for (auto const& [path, record] : a) {
            auto const at = b.find(path);
            if (at == b.end()) return path + " is missing";
            if (changed_fields(at->second, record) != fields::none)
                return path + " has another record";
        }
        for (auto const& [path, record] : b) {
            if (!a.contains(path)) return path + " is left over";
        }
        return "";
    }

    text check(bool was_undisturbed) {
        auto const before = known_;
        auto const now = found();
        records latest;
        for (entry const e : w_.reloader->latest()) latest.emplace(e.path.str(), e.record);
        if (auto wrong = difference_of(now, latest); !wrong.empty()) return "latest(): " + wrong;
        for (change const& one : std::exchange(w_.told, {})) {
            auto const was = before.find(one.path);
            auto const is = now.find(one.path);
            bool const is_untouched = was != before.end() && is != now.end() &&
                                      changed_fields(was->second, is->second) == fields::none;
            if (is_untouched && was_undisturbed) return "untouched, but delivered: " + one.path;
            if (one.kind == change_kind::renamed) known_.erase(one.from);
            if (one.kind == change_kind::removed) {
                known_.erase(one.path);
            } else {
                known_.insert_or_assign(one.path, one.after);
            }
        }
        if (auto wrong = difference_of(now, known_); !wrong.empty())
            return "delivered changes: " + wrong;
        return "";
    }

    text story() const {
        text all = " (" + std::to_string(static_cast<int>(w_.how)) + ", " +
                   std::to_string(w_.threads) + " threads, without";
        for (auto const& one : excluded_) all += " " + one;
        return all + ") after" + said_.substr(1);
    }

    static constexpr char const* excludable_[] = {"d0", "sub", "f1", "d1/f0"};

    std::mt19937 random_;
    watch w_;
    names excluded_;
    records known_;
    int version_ = 0;
    text said_;
    text here_ = "top";
};

} // namespace

BOOST_AUTO_TEST_SUITE(random_roots)

BOOST_AUTO_TEST_CASE(delivered_changes_lead_to_a_fresh_scan) {
    auto const first = setting("RESTAT_SEED", 1);
    auto const trials = setting("RESTAT_TRIALS", 300);
    for (unsigned seed = first; seed < first + trials; ++seed) {
        auto const wrong = trial{seed}.run();
        BOOST_TEST_REQUIRE(wrong.empty(), "seed " << seed << ": " << wrong);
    }
}

BOOST_AUTO_TEST_SUITE_END()
