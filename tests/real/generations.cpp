// Edits of the same size at random moments, right after the start of a program and after each of
// its restarts. The running generation has always read the last content. The test uses the file
// systems with the coarsest timestamps, where a single scan cannot be certain.
//
// The test runs a hundred programs at a time, because each edit of a file with timestamps in whole
// seconds takes a second or two to become final.

#include "real/mounts.hpp"
#include "real/watching.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <random>

using namespace real;
using namespace restat;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

constexpr std::size_t programs = 100;
constexpr int edits_each = 5;

std::string read(std::string const& path) {
    std::string content;
    std::getline(std::ifstream{path, std::ios::binary}, content);
    return content;
}

/// The state passed from a generation to the next.
struct estate {
    std::optional<snapshot> known;
    bool ended = false;
};

struct ending {
    std::shared_ptr<estate> left;

    restart_result restart(change_set const&, std::error_code&) {
        left->ended = true;
        return restart_result::restarted;
    }
    void hand_over(snapshot const& known) { left->known = known; }
    bool inherit(snapshot& into) {
        if (!left->known) return false;
        into = *std::exchange(left->known, std::nullopt);
        return true;
    }
};

/// A program that reads its file when it starts. A change replaces the program by its next
/// generation.
class program {
public:
    program(std::string path, std::chrono::nanoseconds longest, unsigned seed)
        : path_{std::move(path)}, longest_{longest}, dice_{seed} {
        edit();
        start();
    }

    bool is_done() const { return began_ && edits_ > edits_each && !waiting_; }
    bool is_right() const { return read_ == written_; }
    time_point next() const {
        return !began_ || waiting_ ? next_look_ : std::min(next_look_, next_edit_);
    }

    void step(time_point now) {
        if (began_ && !waiting_ && now >= next_edit_ && edits_ <= edits_each) {
            edit();
            waiting_ = true;
        }
        if (now < next_look_) return;
        auto const [state, next] = reloader_->poll();
        next_look_ = next;
        if (!began_ && state != poll_state::starting) begin();
        if (left_->ended) start();
    }

private:
    using reloader = basic_reloader<tree_enumerator, verdict (*)(candidate const&) noexcept,
                                    sleep_clock, ending>;

    void edit() {
        written_ = std::to_string(1000 + edits_++);
        std::ofstream{path_, std::ios::binary} << written_;
    }

    // The snapshot is older than the content read: it is the baseline, or inherited.
    void start() {
        left_->ended = false;
        reloader_ = std::make_unique<reloader>(
            tree_enumerator{path_}, &but_git, sleep_clock{}, ending{left_},
            schedule{.interval = 10ms, .quiet_period = 0ms, .max_wait = 0ms});
        next_look_ = sleep_clock{}.now();
        began_ = false;
        if (left_->known) begin();
    }

    void begin() {
        began_ = true;
        read_ = read(path_);
        waiting_ = false;
        auto const now = sleep_clock{}.now();
        next_edit_ =
            now + std::chrono::nanoseconds{static_cast<std::int64_t>(dice_()) % longest_.count()};
    }

    std::string path_;
    std::chrono::nanoseconds longest_;
    std::mt19937 dice_;
    std::shared_ptr<estate> left_ = std::make_shared<estate>();
    std::unique_ptr<reloader> reloader_;
    std::string written_;
    std::string read_;
    int edits_ = 0;
    bool began_ = false;   // the baseline and the content are read
    bool waiting_ = false; // for the restart caused by the last edit
    time_point next_look_{};
    time_point next_edit_{};
};

struct place {
    char const* name;
    std::chrono::nanoseconds longest; ///< from the start of a generation to the edit
};

std::ostream& operator<<(std::ostream& to, place const& of) { return to << of.name; }

place const places[] = {{"ramfs", 12ms}, {"ext4 of 128-byte inodes", 1200ms}};

} // namespace

BOOST_AUTO_TEST_SUITE(generations)

BOOST_DATA_TEST_CASE(running_program_has_read_the_last_content, data::make(places), where) {
    auto const how = std::find_if(every_mount.begin(), every_mount.end(), [&](auto const& one) {
        return std::string_view{one.name} == where.name;
    });
    mounted const at{*how};
    if (!at.reason().empty()) {
        BOOST_TEST_MESSAGE("skipped: " << where.name << ": " << at.reason());
        return;
    }
    std::vector<std::unique_ptr<program>> all;
    for (unsigned i = 0; i < programs; ++i) {
        auto const path = at.path() + "/" + std::to_string(i);
        all.push_back(std::make_unique<program>(path, where.longest, i));
    }
    sleep_clock clock;
    auto const end = clock.now() + 100s;
    for (bool busy = true; busy && clock.now() < end;) {
        busy = false;
        time_point next = end;
        for (auto const& one : all) {
            one->step(clock.now());
            if (one->is_done()) continue;
            busy = true;
            next = std::min(next, one->next());
        }
        if (busy) clock.wait_until(next, {});
    }
    for (auto const& one : all) {
        BOOST_TEST(one->is_done(), "an edit brought no restart");
        BOOST_TEST(one->is_right());
    }
}

BOOST_AUTO_TEST_SUITE_END()
