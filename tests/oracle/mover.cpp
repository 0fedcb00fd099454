#include "oracle/mover.hpp"

#include "oracle/acts.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <utility>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oracle {
namespace {

constexpr std::uint32_t restore_mark = 0x8000'0000U;
constexpr std::uint32_t judged_mark = 0x2000'0000U;
constexpr std::uint32_t roots_mark = 0x4000'0000U; // then a bit for each root that is out

void put(int to, void const* bytes, std::size_t size) {
    auto const* at = static_cast<char const*>(bytes);
    while (size > 0) {
        auto const sent = ::send(to, at, size, MSG_NOSIGNAL);
        if (sent <= 0) ::_exit(3);
        at += sent;
        size -= static_cast<std::size_t>(sent);
    }
}

bool get(int from, void* bytes, std::size_t size) {
    auto* at = static_cast<char*>(bytes);
    while (size > 0) {
        auto const got = ::recv(from, at, size, 0);
        if (got <= 0) return false;
        at += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

void put_names(int to, std::set<std::string> const& names) {
    auto const count = static_cast<std::uint32_t>(names.size());
    put(to, &count, sizeof count);
    for (auto const& name : names) {
        auto const size = static_cast<std::uint32_t>(name.size());
        put(to, &size, sizeof size);
        put(to, name.data(), name.size());
    }
}

bool get_names(int from, std::set<std::string>& names) {
    std::uint32_t count = 0;
    if (!get(from, &count, sizeof count)) return false;
    while (count-- > 0) {
        std::uint32_t size = 0;
        if (!get(from, &size, sizeof size)) return false;
        std::string name(size, '\0');
        if (!get(from, name.data(), size)) return false;
        names.insert(std::move(name));
    }
    return true;
}

// The life of the other process.
class witness {
public:
    witness(std::string base, watch_plan const& plan, std::vector<step> const& steps, int to)
        : base_{std::move(base)}, plan_{plan}, now_{plan}, steps_{steps}, to_{to} {
        before_ = walk(now_);
        note_hidden(before_);
        begin_rules();
    }

    void live() {
        for (std::uint32_t what = 0; get(to_, &what, sizeof what);) {
            if (what & restore_mark) {
                actor_.restore();
                compare({});
            } else if (what & judged_mark) {
                begin_rules();
            } else if (what & roots_mark) {
                take_out(what & ~roots_mark);
                compare({});
            } else {
                compare(actor_.perform(steps_[what]));
            }
            put_names(to_, report_.touched);
            put_names(to_, report_.prefixes);
            put_names(to_, report_.hidden);
            report_ = {};
        }
        actor_.restore();
    }

private:
    void take_out(std::uint32_t which) {
        bool const is_list = plan_.roots.empty();
        auto const& all = is_list ? plan_.listed : plan_.roots;
        auto& now = is_list ? now_.listed : now_.roots;
        now.clear();
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!(which >> i & 1U)) now.push_back(all[i]);
        }
        // A name that another set of roots brings into view, takes out of it, or shows in another
        // way: as by a rule.
        auto const after = walk(now_);
        note_others(before_, after);
        note_others(after, before_);
        before_ = after;
    }

    void note_others(walked const& some, walked const& others) {
        for (auto const& [name, one] : some.files) {
            auto const other = others.files.find(name);
            bool const is_same =
                other != others.files.end() && is_same_content(one, other->second);
            if (!is_same) report_.hidden.insert(name);
        }
    }

    void note_hidden(walked const& seen) {
        for (auto const& [name, one] : seen.files) {
            if (one.hidden) report_.hidden.insert(name);
        }
        if (plan_.which != rules::gitignore) return; // other rules do not change
        report_.hidden.insert(seen.hidden_tops.begin(), seen.hidden_tops.end());
    }

    // All rules since the last comparison: the host may have seen any of them.
    void note_rules(walked const& seen) {
        if (plan_.which == rules::gitignore) rules_.push_back(seen.would_exclude);
    }

    void begin_rules() {
        rules_.clear();
        names_.clear();
        note_rules(before_);
        note_names(before_);
    }

    void note_names(walked const& seen) {
        if (plan_.which != rules::gitignore) return;
        for (auto const& [name, one] : seen.files) names_.insert(name);
    }

    // Rules hide also the names of what went before they came: the host may see both at once, and
    // the rules may go in their turn.
    void note_gone_and_hidden() {
        if (rules_.empty()) return;
        for (auto const& name : names_) {
            if (rules_.back()(name)) report_.hidden.insert(name);
        }
    }

    // What comes where rules excluded its name, if they do so no more, comes into view.
    void note_would_be_hidden(walked const& seen) {
        for (auto const& [name, one] : seen.files) {
            bool const was_excluded =
                std::any_of(rules_.begin(), rules_.end(),
                            [&path = name](auto const& excludes) { return excludes(path); });
            if (was_excluded) report_.hidden.insert(name);
        }
    }

    void compare(std::vector<std::string> const& explicitly) {
        auto after = walk(now_);
        note_touched(before_, after, explicitly);
        note_touched(after, before_, explicitly);
        note_other_names(before_, explicitly);
        note_other_names(after, explicitly);
        note_aliases(before_);
        note_aliases(after);
        note_hidden(before_);
        note_hidden(after);
        note_rules(after);
        note_gone_and_hidden();
        note_names(after);
        note_would_be_hidden(after);
        before_ = std::move(after);
    }

    void note_touched(walked const& some, walked const& others,
                      std::vector<std::string> const& explicitly) {
        for (auto const& [name, one] : some.files) {
            auto const other = others.files.find(name);
            bool is_so = other == others.files.end() || !is_untouched(one, other->second);
            auto const [link, behind] = different_heads(name, one.real);
            for (auto const& path : explicitly) {
                auto const at = base_ + '/' + path;
                is_so = is_so || is_below(one.real, at) || is_below(name, at);
                // A file that was there only during the operation has such a name too.
                if (!link.empty() && is_below(at, behind))
                    report_.prefixes.insert(link + at.substr(behind.size()));
            }
            if (is_so) report_.touched.insert(name);
        }
        for (auto const& path : explicitly) report_.prefixes.insert(base_ + '/' + path);
    }

    // A file that was there only during the operation has a name also where its directory is
    // mounted a second time.
    void note_other_names(walked const& seen, std::vector<std::string> const& explicitly) {
        for (auto const& path : explicitly) {
            auto const name = base_ + '/' + path;
            for (auto at = name.rfind('/'); at > base_.size(); at = name.rfind('/', at - 1)) {
                struct stat status {};
                if (::stat(name.substr(0, at).c_str(), &status) != 0) continue;
                auto const known = seen.directories.find({status.st_dev, status.st_ino});
                if (known == seen.directories.end()) continue;
                report_.prefixes.insert(known->second + name.substr(at));
                for (auto const& [alias, primary] : seen.aliases) {
                    if (primary == known->second) {
                        report_.prefixes.insert(alias + name.substr(at));
                    }
                }
            }
        }
    }

    // Two names of a file without the components that both have at their ends: a link, and the
    // directory behind it.
    static std::pair<std::string, std::string> different_heads(std::string a, std::string b) {
        while (a != b) {
            auto const x = a.rfind('/');
            auto const y = b.rfind('/');
            if (x == a.npos || y == b.npos || a.compare(x, a.npos, b, y, b.npos) != 0) break;
            a.resize(x);
            b.resize(y);
        }
        return a == b ? std::pair<std::string, std::string>{} : std::pair{a, b};
    }

    // Which of several equal names is reported may change with any of them.
    void note_aliases(walked const& seen) {
        for (auto const& [alias, primary] : seen.aliases) {
            for (auto at = seen.files.lower_bound(primary);
                 at != seen.files.end() && at->first.starts_with(primary); ++at) {
                if (!is_below(at->first, primary)) continue;
                report_.touched.insert(at->first);
                report_.touched.insert(alias + at->first.substr(primary.size()));
                // Then the host sees the alias alone, where a link may have another target.
                if (at->second.unreadable) report_.prefixes.insert(alias);
            }
        }
    }

    std::string base_;
    watch_plan plan_;
    watch_plan now_;
    std::vector<step> const& steps_;
    int to_;
    actor actor_;
    walked before_;
    std::vector<std::function<bool(std::string const&)>> rules_;
    std::set<std::string> names_; // of all files, as far back as the rules
    report report_;
};

} // namespace

void report::add(report const& other) {
    touched.insert(other.touched.begin(), other.touched.end());
    prefixes.insert(other.prefixes.begin(), other.prefixes.end());
    hidden.insert(other.hidden.begin(), other.hidden.end());
}

bool report::was_hidden(std::string const& name) const {
    if (hidden.contains(name)) return true;
    for (auto at = name.find('/'); at != name.npos; at = name.find('/', at + 1)) {
        if (hidden.contains(name.substr(0, at + 1))) return true;
    }
    return false;
}

mover::mover(std::string const& base, watch_plan const& plan, std::vector<step> const& steps) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        ::close(ends[0]);
        if (::chdir(base.c_str()) != 0) ::_exit(2);
        witness{base, plan, steps, ends[1]}.live();
        ::_exit(0);
    }
    ::close(ends[1]);
    channel_ = ends[0];
}

mover::~mover() {
    ::close(channel_);
    ::waitpid(process_, nullptr, 0);
}

void mover::send(std::uint32_t what) const { put(channel_, &what, sizeof what); }

void mover::begin(std::size_t at) {
    send(static_cast<std::uint32_t>(at));
    ++begun_;
}

void mover::use_roots(std::vector<bool> const& out) {
    std::uint32_t bits = roots_mark;
    for (std::size_t i = 0; i < out.size(); ++i) bits |= out[i] ? 1U << i : 0U;
    send(bits);
    ++begun_;
    finish();
}

void mover::restore() {
    send(restore_mark);
    ++begun_;
    finish();
}

void mover::receive() {
    report one;
    if (!get_names(channel_, one.touched) || !get_names(channel_, one.prefixes) ||
        !get_names(channel_, one.hidden))
        ::_exit(3);
    report_.add(one);
    --begun_;
}

void mover::finish() {
    while (begun_ > 0) receive();
}

bool mover::is_idle() {
    for (pollfd one{channel_, POLLIN, 0}; begun_ > 0 && ::poll(&one, 1, 0) > 0;) receive();
    return begun_ == 0;
}

void mover::note_judged() {
    send(judged_mark);
    ++begun_;
    finish();
}

report mover::take() { return std::exchange(report_, report{}); }

} // namespace oracle
