#include "oracle/steps.hpp"

#include "oracle/dice.hpp"

#include <array>
#include <cstdio>
#include <string_view>

namespace oracle {
namespace {

constexpr std::array names{"write",
                           "append",
                           "truncate",
                           "edit of the same size",
                           "edit, mtime kept",
                           "save by rename",
                           "save with backup",
                           "unlink and create",
                           "exchange",
                           "hard link",
                           "unlink",
                           "link to file",
                           "link to directory",
                           "link to loop",
                           "fill directory",
                           "remove directory",
                           "rename directory",
                           "swap directories",
                           "file to directory",
                           "directory to file",
                           "bind over",
                           "unbind",
                           "close directory",
                           "open directories",
                           "change mode",
                           "change owner",
                           "edit rules",
                           "touch",
                           "copy older",
                           "punch hole",
                           "make fifo",
                           "make socket",
                           "fill deep",
                           "fill far",
                           "make subvolume",
                           "copy tree",
                           "rename file",
                           "move root",
                           "return root",
                           "replace root",
                           "grow",
                           "mode and back",
                           "rename and back",
                           "read all",
                           "LOOK",
                           "SETTLE",
                           "CHANGE CWD",
                           "ROOT OUT OR IN",
                           "PIN",
                           "DURING NEXT POLL",
                           "OTHER VERB"};
static_assert(names.size() == static_cast<std::size_t>(act::other_verb) + 1);

std::vector<std::string> const directories{"t",     "t/a", "t/a", "t/a/b",    "t/c", "t/c/e",
                                           "t/n/m", "o",   "o/p", "t/\xff q", "t/v"};
std::vector<std::string> const movable{"t/a", "t/a/b", "t/c", "t/c/e", "t/n/m",
                                       "t/x", "t/v",   "o/p", "o/y"};
std::vector<std::string> const files{"f0", "f0", "f1", "f2.o", "g.tmp", "*[x]\n", ".h"};
std::vector<std::string> const rule_files{"t/.gitignore", "t/a/.gitignore", "t/.ignore",
                                          "t/c/.gitignore"};

class maker {
public:
    maker(configuration const& of, std::uint64_t seed)
        : of_{of}, dice_{seed * 1000 + of.number} {}

    std::vector<step> make(std::size_t operations) {
        for (std::size_t n = 0; n < operations;) {
            if (of_.in_scans && dice_.one_in(5)) add(act::during, "", "", dice_.below(40));
            steps_.push_back(operation());
            ++n;
            between();
        }
        add(act::settle);
        return std::move(steps_);
    }

private:
    void add(act kind, std::string a = "", std::string b = "", std::uint32_t number = 0) {
        steps_.push_back({kind, std::move(a), std::move(b), number});
    }
    std::string const& one_of(std::vector<std::string> const& all) {
        return all[dice_.below(all.size())];
    }
    std::string file() { return one_of(directories) + '/' + one_of(files); }
    std::string link() { return one_of(directories) + (dice_.one_in(2) ? "/l0" : "/l1"); }

    void between() {
        if (dice_.one_in(6)) add(act::look, "", "", dice_.below(12));
        if (of_.changes_cwd && dice_.one_in(20)) add(act::change_cwd);
        if (of_.changes_roots && dice_.one_in(15)) add(act::root_out, "", "", dice_.below(8));
        if (of_.pins && dice_.one_in(15)) add(act::pin, dice_.one_in(2) ? file() : "t/a");
        if (of_.mixes_verbs && dice_.one_in(10)) add(act::other_verb);
        if (dice_.one_in(12)) add(act::settle);
    }

    step operation() {
        auto const kind = static_cast<act>(dice_.below(std::size_t(act::last_act) + 1));
        step made{kind, file(), file(), static_cast<std::uint32_t>(dice_.next())};
        switch (kind) {
        case act::link_to_file: made.a = link(); break;
        case act::link_to_directory:
        case act::link_to_loop:
            made.a = link();
            made.b = one_of(directories);
            break;
        case act::fill_directory:
        case act::remove_directory:
        case act::rename_directory:
        case act::swap_directories:
        case act::directory_to_file:
        case act::bind_over:
        case act::make_subvolume:
        case act::close_directory:
        case act::copy_tree:
        case act::rename_and_back:
            made.a = one_of(movable);
            made.b = one_of(movable);
            break;
        case act::unlink:
            if (dice_.one_in(3)) made.a = link();
            break;
        case act::edit_rules: made.a = one_of(rule_files); break;
        case act::move_root:
        case act::replace_root:
            // Else little else happens; and the directory of the host stays where it is.
            if (!of_.directory.empty() || !dice_.one_in(3)) made.kind = act::write;
            break;
        default: break;
        }
        if (kind == act::edit_rules && of_.which != rules::gitignore) made.kind = act::write;
        if (kind == act::edit_rules && of_.which != rules::gitignore) made.a = file();
        return made;
    }

    configuration const& of_;
    dice dice_;
    std::vector<step> steps_;
};

std::string quoted(std::string const& text) {
    std::string to;
    for (char const c : text) {
        char bytes[8];
        std::snprintf(bytes, sizeof bytes, "\\x%02x", static_cast<unsigned char>(c));
        bool const is_plain = c > ' ' && c < '\x7f' && c != '\\';
        to += is_plain ? std::string(1, c) : std::string{bytes};
    }
    return to;
}

} // namespace

bool is_operation(act kind) noexcept { return kind <= act::last_act; }
char const* name_of(act kind) noexcept { return names[static_cast<std::size_t>(kind)]; }

std::string to_string(step const& of) {
    return std::string{name_of(of.kind)} + (of.a.empty() ? "" : " " + quoted(of.a)) +
           (of.b.empty() ? "" : " " + quoted(of.b)) + " #" + std::to_string(of.number);
}

std::vector<step> make_steps(configuration const& of, std::uint64_t seed,
                             std::size_t operations) {
    return maker{of, seed}.make(operations);
}

} // namespace oracle
