#include "detection/script.hpp"

#include <random>

namespace detection {

using namespace std::chrono_literals;
using what = step::what;

std::vector<stamping> const every_stamping{
    {"ext4 and tmpfs of today: stamps as fine as the clock", 1ns, 0ns},
    {"ramfs: ticks of 4 ms", 1ns, 4ms},
    {"ticks of 10 ms", 1ns, 10ms},
    {"NTFS: 100 ns of a tick", 100ns, 4ms},
    {"UDF: microseconds of a tick", 1us, 4ms},
    {"exFAT: 10 ms", 10ms, 4ms},
    {"ext3, ext4 of 128-byte inodes: seconds", 1s, 4ms},
    {"FAT: two seconds", 2s, 4ms},
};

namespace {

class maker {
public:
    explicit maker(unsigned seed) : dice_{seed} {}

    step operation() {
        static constexpr what likely[] = {
            what::write,      what::write,   what::write,    what::write,  what::write_back,
            what::write_back, what::empty,   what::remove,   what::rename, what::rename,
            what::replace,    what::relink,  what::link,     what::chmod,  what::mount,
            what::unmount,    what::reuse,   what::set_back, what::fail,   what::heal,
            what::during,     what::restart,
        };
        step made{likely[dice_() % std::size(likely)]};
        made.path = is_of_directories(made.kind) ? directory() : path();
        made.other = made.kind == what::rename && one_in(2) ? directory() : path();
        made.number = static_cast<std::uint32_t>(dice_());
        return made;
    }
    std::chrono::nanoseconds time() {
        if (one_in(40)) return 5s;
        switch (dice_() % 4) {
        case 0: return 0ns;
        case 1: return std::chrono::nanoseconds{dice_() % 4'000'000};
        case 2: return std::chrono::milliseconds{dice_() % 20};
        default: return std::chrono::milliseconds{dice_() % 300};
        }
    }
    bool one_in(unsigned n) { return dice_() % n == 0; }

private:
    bool is_of_directories(what kind) {
        if (kind == what::mount || kind == what::unmount) return true;
        return (kind == what::rename || kind == what::fail) && one_in(2);
    }
    std::string directory() { return std::string(1, "abc"[dice_() % 3]); }
    // Separate statements fix the order of random numbers, so a seed means the same with each
    // compiler.
    std::string path() {
        auto made = directory();
        return made.append(1, '/').append(1, "wxyz"[dice_() % 4]);
    }

    std::mt19937 dice_;
};

char const* name_of(what kind) {
    constexpr char const* names[] = {"write",
                                     "write and put mtime back",
                                     "empty",
                                     "remove",
                                     "rename",
                                     "replace",
                                     "link to",
                                     "hard link",
                                     "chmod",
                                     "mount",
                                     "unmount",
                                     "reuse",
                                     "set the clock back a day",
                                     "fail",
                                     "heal",
                                     "in the middle of the next look:",
                                     "end with the next delivery",
                                     "pause",
                                     "look"};
    return names[static_cast<unsigned>(kind)];
}

} // namespace

script make_script(unsigned seed, std::size_t operations) {
    maker from{seed};
    script made;
    while (operations-- > 0) {
        made.push_back(from.operation());
        // The step during a scan follows immediately.
        if (made.back().kind == what::during) continue;
        if (auto const time = from.time(); time > 0ns) {
            made.push_back({.kind = what::pause, .time = time});
        }
        if (from.one_in(3)) made.push_back({.kind = what::look});
    }
    return made;
}

bool is_operation(step const& s) noexcept {
    return s.kind != what::pause && s.kind != what::look;
}

std::string to_string(script const& steps) {
    std::string text;
    for (step const& s : steps) {
        text += name_of(s.kind);
        if (!s.path.empty()) text += " " + s.path;
        bool const has_other = s.kind == what::rename || s.kind == what::link;
        if (has_other) text += " " + s.other;
        if (s.kind == what::pause) text += " " + std::to_string(s.time.count()) + " ns";
        text += "\n";
    }
    return text;
}

} // namespace detection
