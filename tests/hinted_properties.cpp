#include "support/hinted_stage.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <string>

// Random edits with events that may be missing, late, doubled or wrong: every edit arrives.
using namespace restat;
using namespace std::chrono_literals;
using namespace tests;
using testing::memory_file_system;

namespace {

using contents = std::map<std::string, std::string>;

/// Keeps the contents of the delivered files.
struct mirror {
    memory_file_system files;
    contents* loaded;
    restart_result restart(change_set const& changes, std::error_code&) {
        for (change const& one : changes) {
            if (one.kind == change_kind::renamed) loaded->erase(one.from);
            bool const is_there = files.record(one.path).type != file_type::none;
            if (is_there) {
                (*loaded)[one.path] = files.read(one.path);
            } else {
                loaded->erase(one.path);
            }
        }
        return restart_result::restarted;
    }
};

/// How the events of a run lie.
struct lies {
    unsigned dropped = 0; ///< each nth event is missing, if not 0
    unsigned wrong = 0;   ///< each nth event names another directory
    unsigned late = 0;    ///< each nth event comes 50 ms late
    std::chrono::nanoseconds granularity{1};
};

class world {
public:
    world(unsigned seed, lies how) : lies_{how}, files_{how.granularity}, dice_{seed} {
        files_.follow(clock_.time);
        for (int d = 0; d < directories; ++d) {
            for (char const* name : {"/a", "/b", "/c"}) files_.write(directory(d) + name);
        }
        clock_.time.advance(10s);
        events_->open();
        events_->coverage = {.directories = directories, .watched = directories};
        reloader_.baseline();
        for (auto const& path : files_.files()) loaded_[path] = files_.read(path);
    }

    /// Runs for 20 s with edits, and for another 30 s.
    void run() {
        auto const zero = clock_.now();
        for (int i = 0; i < 150; ++i) {
            clock_.at(zero + std::chrono::milliseconds{dice_() % 20000}, [this] { edit(); });
        }
        std::stop_source done;
        clock_.at(zero + 50s, [&] { done.request_stop(); });
        reloader_.run(done.get_token());
    }
    std::string missing() const {
        std::string paths;
        contents there;
        for (auto const& path : files_.files()) there[path] = files_.read(path);
        for (auto const& [path, content] : there) {
            auto const at = loaded_.find(path);
            if (at == loaded_.end() || at->second != content) paths += path + ' ';
        }
        for (auto const& [path, content] : loaded_) {
            if (!there.contains(path)) paths += "not " + path + ' ';
        }
        return paths;
    }

private:
    bool is_nth(unsigned n) { return n != 0 && dice_() % n == 0; }
    void edit() {
        auto const where = directory(static_cast<int>(dice_() % directories));
        auto const file = where + "/" + std::string(1, static_cast<char>('a' + dice_() % 4));
        bool const is_there = files_.record(file).type != file_type::none;
        switch (dice_() % 8) {
        case 0: files_.write(where + "/sub/" + std::to_string(dice_() % 3), text()); break;
        case 1:
            if (is_there) files_.remove(file);
            break;
        case 2:
            if (is_there) files_.rename(file, where + "/moved");
            break;
        default: files_.write(file, text()); return tell(file, is_there);
        }
        tell(where, false);
    }
    std::string text() { return std::to_string(++edits_); }
    void tell(std::string const& path, bool is_file) {
        if (is_nth(lies_.dropped)) return;
        bool const is_wrong = is_nth(lies_.wrong);
        auto const act = [=, this] {
            if (is_wrong) {
                events_->list(directory(0));
            } else if (is_file) {
                events_->check(path);
            } else {
                events_->list(path.substr(0, path.find('/', 2)));
            }
        };
        is_nth(lies_.late) ? clock_.at(clock_.now() + 50ms, act) : act();
    }

    lies lies_;
    scripted_clock clock_;
    memory_file_system files_;
    std::mt19937 dice_;
    std::shared_ptr<given_hints> events_ = std::make_shared<given_hints>();
    contents loaded_;
    int edits_ = 0;
    basic_reloader<hinting_tree, verdict (*)(candidate const&) noexcept, scripted_clock, mirror>
        reloader_{
            hinting_tree{basic_tree_enumerator<memory_file_system>{"t", {}, files_}, events_},
            keep, clock_, mirror{files_, &loaded_}, schedule{.interval = 1s}};
};

} // namespace

BOOST_AUTO_TEST_SUITE(hinted_properties)

BOOST_AUTO_TEST_CASE(every_edit_arrives_whatever_the_events_name) {
    for (unsigned seed = 1; seed <= 2; ++seed) {
        for (auto const granularity : {1ns, 1'000'000'000ns}) {
            for (auto const& how :
                 {lies{}, lies{.dropped = 2}, lies{.dropped = 50}, lies{.wrong = 3},
                  lies{.late = 2}, lies{.dropped = 1}, lies{5, 5, 5}}) {
                auto with = how;
                with.granularity = granularity;
                world one{seed, with};
                one.run();
                BOOST_TEST(one.missing() == "", "seed " << seed << ", granularity "
                                                        << granularity.count() << ", dropped "
                                                        << how.dropped << ": " << one.missing());
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
