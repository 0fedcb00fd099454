#include <restat/testing/file_system_conformance.hpp>

#include "base/quoted.hpp"
#include "testing/watches_conformance.hpp"

#include <restat/clock/sleep_clock.hpp>
#include <restat/escape.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace restat::testing::detail {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::size_t more_than_are_open = 1'100; // a process has 1,024 descriptors by default
constexpr int many_names = 300;
constexpr int many_listings = 10'000;
constexpr int rounds = 2;
constexpr milliseconds longest_step{3'000}; // FAT counts in steps of two seconds

std::error_code const stale = std::make_error_code(std::errc::owner_dead);

bool is(std::error_code error, std::errc expected) {
    return expected == std::errc{} ? !error : error == expected;
}

std::string text_of(std::error_code error) {
    return error ? "'" + error.message() + "'" : "no error";
}

std::string expected_of(std::errc error) {
    return error == std::errc{} ? "no error" : text_of(std::make_error_code(error));
}

/// Thrown if nothing more can be checked.
struct no_directory {};

/// Checks a file system on a tree, and collects the faults.
class inspection {
public:
    using directory = file_system_calls::directory;

    inspection(file_system_calls const& files, tree_calls const& tree, std::string top,
               std::function<void(nanoseconds)> const& pass)
        : files_{files}, tree_{tree}, top_{std::move(top)}, pass_{pass} {}

    sentences run();

private:
    void make();
    void check_all();
    void expect(bool holds, std::string sentence);

    // Calls with a stale error, and requires the call to set or clear the error.
    template <class Call>
    auto call(char const* name, std::error_code& error, Call what) {
        error = stale;
        auto result = what(error);
        expect(error != stale, std::string{name} + "() keeps the error of the previous call");
        if (error == stale) error.clear();
        return result;
    }
    directory open(std::string const& path, std::error_code& error) {
        return call("open", error, [&](auto& c) { return files_.open(path.c_str(), c); });
    }
    directory open(std::string const& path);
    stat_record stat(directory const& in, char const* name, last_link link,
                     std::error_code& error) {
        return call("stat", error, [&](auto& c) { return files_.stat_in(in, name, link, c); });
    }
    std::map<std::string, file_type> names_of(directory const& of, std::error_code& error);

    void check_opening();
    void check_listing();
    void check_statuses();
    void check_records();
    void check_reading();
    void check_places();
    void check_removed();
    void check_stamps(std::string const& name, std::string const& path,
                      std::function<void(int)> const& change, std::string const& sentence);
    void check_clock();
    void check_copies();
    void check_threads();
    void check_closing();

    file_system_calls const& files_;
    tree_calls const& tree_;
    std::string top_;
    std::function<void(nanoseconds)> const& pass_;
    sentences wrong_;
};

void inspection::expect(bool holds, std::string sentence) {
    if (holds || std::find(wrong_.begin(), wrong_.end(), sentence) != wrong_.end()) return;
    wrong_.push_back(std::move(sentence));
}

//     checked/file            regular, 5 bytes
//     checked/hard            the same
//     checked/to_file         -> file
//     checked/nowhere         -> missing
//     checked/to_directory    -> directory
//     checked/directory/inner/file
//     checked/many/0 ... many/299
void inspection::make() {
    tree_.write("checked/file", "1\n345");
    tree_.link("checked/file", "checked/hard");
    tree_.symlink("file", "checked/to_file");
    tree_.symlink("missing", "checked/nowhere");
    tree_.symlink("directory", "checked/to_directory");
    tree_.write("checked/directory/inner/file", "content");
    for (int i = 0; i < many_names; ++i) {
        tree_.make_directory("checked/many/" + std::to_string(i));
    }
}

inspection::directory inspection::open(std::string const& path) {
    std::error_code error;
    directory opened = open(path, error);
    if (opened.is_open) return opened;
    expect(false,
           "does not open the directory " + restat::detail::quoted(path) + ": " + text_of(error));
    throw no_directory{};
}

void inspection::check_closing() {
    std::error_code error;
    expect(files_.empty_is_closed(top_.c_str(), error),
           "has open directories after default construction or a move");
    for (std::size_t i = 0; i < more_than_are_open && !error; ++i) {
        files_.open_and_close(top_.c_str(), error);
    }
    expect(!error, "does not close every opened directory: " + text_of(error));
}

void inspection::check_opening() {
    directory const top = open(top_);
    struct row {
        std::string name;
        last_link link;
        std::errc expected;
    };
    auto const absolute = top_ + "/directory";
    for (row const& one : {
             row{"directory", last_link::keep, {}},
             row{"directory", last_link::follow, {}},
             row{"to_directory", last_link::follow, {}},
             row{"to_directory", last_link::keep, std::errc::not_a_directory},
             row{"to_directory/inner", last_link::keep, {}},
             row{"../checked/directory", last_link::keep, {}},
             row{absolute.starts_with('/') ? absolute : "/" + absolute, last_link::keep, {}},
             row{"file", last_link::keep, std::errc::not_a_directory},
             row{"to_file", last_link::follow, std::errc::not_a_directory},
             row{"missing", last_link::keep, std::errc::no_such_file_or_directory},
         }) {
        auto const& [name, link, expected] = one;
        std::error_code error;
        auto const opened = call("open", error, [&](auto& c) {
            return files_.open_in(top, one.name.c_str(), one.link, c);
        });
        expect(is(error, expected),
               "reports " + text_of(error) + " when opening " + restat::detail::quoted(name) +
                   (link == last_link::keep ? " without following links" : " following links") +
                   ", not " + expected_of(expected));
        expect(opened.is_open == !error, "opens " + restat::detail::quoted(name) +
                                             " with an error, or fails without an error");
    }
}

// Returns each name of a directory with its listed type.
std::map<std::string, file_type> inspection::names_of(directory const& of,
                                                      std::error_code& error) {
    std::map<std::string, file_type> found;
    name_list names;
    names.add("kept", file_type::fifo);
    int listings = 0;
    while (call("list", error, [&](auto& c) { return files_.list(of, names, c); })) {
        if (error || ++listings == many_listings) break;
    }
    expect(listings < many_listings, "never ends a listing");
    expect(!names.empty() && names[0].name == "kept", "list() does not append");
    for (std::size_t i = 1; i < names.size(); ++i) {
        auto const [name, type] = names[i];
        bool const is_first = found.emplace(name, type).second;
        expect(is_first, "lists " + restat::detail::quoted(name) + " twice");
    }
    return found;
}

void inspection::check_listing() {
    std::error_code error;
    auto const found = names_of(open(top_), error);
    expect(!error, "does not list a directory: " + text_of(error));
    std::map<std::string, file_type> const expected{
        {"file", file_type::regular},         {"hard", file_type::regular},
        {"to_file", file_type::symlink},      {"nowhere", file_type::symlink},
        {"to_directory", file_type::symlink}, {"directory", file_type::directory},
        {"many", file_type::directory}};
    for (auto const& [name, type] : expected) {
        auto const at = found.find(name);
        expect(at != found.end(), "does not list " + restat::detail::quoted(name));
        if (at == found.end() || at->second == file_type::none) continue;
        expect(at->second == type,
               "lists " + restat::detail::quoted(name) + " with a wrong type");
    }
    for (auto const& [name, type] : found) {
        expect(expected.contains(name), "lists the missing " + restat::detail::quoted(name));
    }
    auto const many = names_of(open(top_ + "/many"), error);
    for (int i = 0; i < many_names; ++i) {
        auto const name = std::to_string(i);
        expect(many.contains(name),
               "does not list " + restat::detail::quoted(name) + " among many");
    }
    auto const earlier = open(top_);
    tree_.write("checked/late", "1");
    expect(names_of(earlier, error).contains("late"),
           "lists the names of the time when a directory was opened");
    tree_.remove("checked/late");
    auto const done = open(top_);
    names_of(done, error);
    name_list more;
    expect(!call("list", error, [&](auto& c) { return files_.list(done, more, c); }) &&
               more.empty(),
           "continues a finished listing");
}

void inspection::check_statuses() {
    directory const top = open(top_);
    struct row {
        char const* name;
        last_link link;
        file_type type;
        std::errc expected = {};
    };
    for (row const& one : {
             row{"file", last_link::keep, file_type::regular},
             row{"file", last_link::follow, file_type::regular},
             row{"to_file", last_link::keep, file_type::symlink},
             row{"to_file", last_link::follow, file_type::regular},
             row{"nowhere", last_link::keep, file_type::symlink},
             row{"to_directory", last_link::keep, file_type::symlink},
             row{"to_directory", last_link::follow, file_type::directory},
             row{"to_directory/inner/file", last_link::keep, file_type::regular},
             row{"../checked/file", last_link::keep, file_type::regular},
             row{"nowhere", last_link::follow, {}, std::errc::no_such_file_or_directory},
             row{"missing", last_link::keep, {}, std::errc::no_such_file_or_directory},
             row{"missing/x", last_link::keep, {}, std::errc::no_such_file_or_directory},
             row{"file/x", last_link::keep, {}, std::errc::not_a_directory},
         }) {
        auto const& [name, link, type, expected] = one;
        auto const how =
            restat::detail::quoted(name) +
            (link == last_link::keep ? " without following links" : " following links");
        std::error_code error;
        auto const record = stat(top, name, link, error);
        expect(is(error, expected), "reports " + text_of(error) + " for the status of " + how +
                                        ", not " + expected_of(expected));
        expect(record.type == type, "reports a wrong type for " + how);
        auto const path = top_ + "/" + name;
        auto const whole =
            call("stat", error, [&](auto& c) { return files_.stat(path.c_str(), one.link, c); });
        expect(is(error, expected) && changed_fields(record, whole) == fields::none,
               "reports a different status for the path of " + how);
    }
}

void inspection::check_records() {
    directory const top = open(top_);
    std::error_code error;
    auto const file = stat(top, "file", last_link::keep, error);
    auto const hard = stat(top, "hard", last_link::keep, error);
    auto const inner = stat(top, "directory/inner/file", last_link::keep, error);
    expect(file.size == 5 && inner.size == 7, "reports a size different from the content");
    expect(file.links == 2 && inner.links == 1, "reports a wrong number of links");
    expect(changed_fields(file, hard) == fields::none,
           "reports different records for two names of a file");
    expect(file.device == inner.device, "has two devices in a single tree");
    expect(file.inode != inner.inode, "gives two files the same inode");
    expect(file.final && hard.final, "marks a record as not final, a decision of its callers");
    auto const own = call("stat", error, [&](auto& c) { return files_.stat_open(top, c); });
    auto const named = call(
        "stat", error, [&](auto& c) { return files_.stat(top_.c_str(), last_link::keep, c); });
    expect(own.type == file_type::directory && changed_fields(own, named) == fields::none,
           "reports different records for an open directory and its path");
}

void inspection::check_reading() {
    directory const top = open(top_);
    std::string const content = "1\n345";
    struct row {
        char const* name;
        last_link link;
        std::size_t limit;
        std::errc expected = {};
    };
    for (row const& one : {
             row{"file", last_link::keep, 5},
             row{"to_file", last_link::follow, 99},
             row{"../checked/file", last_link::keep, 99},
             row{"file", last_link::keep, 4, std::errc::file_too_large},
             row{"to_file", last_link::keep, 99, std::errc::invalid_argument},
             row{"directory", last_link::keep, 99, std::errc::invalid_argument},
             row{"missing", last_link::keep, 99, std::errc::no_such_file_or_directory},
         }) {
        auto const& [name, link, limit, expected] = one;
        std::error_code error;
        auto const read = call("read", error, [&](auto& c) {
            return files_.read(top, one.name, one.link, one.limit, c);
        });
        expect(is(error, expected),
               "reports " + text_of(error) + " when reading " + restat::detail::quoted(name) +
                   (link == last_link::keep ? " without following links" : " following links") +
                   " up to " + std::to_string(limit) + " bytes, not " + expected_of(expected));
        expect(read == (error ? "" : content),
               "reads wrong content from " + restat::detail::quoted(name));
    }
}

void inspection::check_places() {
    std::error_code error;
    auto const locate = [&](directory const& of) {
        return call("location", error, [&](auto& c) { return files_.location(of, c); });
    };
    auto const top = locate(open(top_));
    expect(!error && top.starts_with('/') && top.ends_with("/checked"),
           "returns " + restat::detail::quoted(top) +
               " as the absolute path of the directory 'checked'");
    auto const inner = open(top_ + "/to_directory/inner");
    expect(locate(inner) == top + "/directory/inner",
           "returns a wrong location, or a location containing a link or '..'");
    auto const before = call("stat", error, [&](auto& c) { return files_.stat_open(inner, c); });
    tree_.rename("checked/directory/inner", "checked/directory/renamed");
    expect(locate(inner) == top + "/directory/renamed",
           "returns a wrong location for a directory renamed while open");
    auto const after = call("stat", error, [&](auto& c) { return files_.stat_open(inner, c); });
    expect(!error && before.inode == after.inode &&
               stat(inner, "file", last_link::keep, error).size == 7,
           "loses a directory renamed while open");
    tree_.rename("checked/directory/renamed", "checked/directory/inner");
}

void inspection::check_removed() {
    tree_.write("checked/gone/file", "1");
    auto const gone = open(top_ + "/gone");
    tree_.remove("checked/gone");
    std::error_code error;
    expect(names_of(gone, error).empty(), "lists names in a removed directory");
    stat(gone, "file", last_link::keep, error);
    expect(is(error, std::errc::no_such_file_or_directory),
           "reports " + text_of(error) + " for a file in a removed directory, not " +
               expected_of(std::errc::no_such_file_or_directory));
}

// Changes an object after each record that is final by the clock of the file system.
void inspection::check_stamps(std::string const& name, std::string const& path,
                              std::function<void(int)> const& change,
                              std::string const& sentence) {
    sleep_clock const real;
    for (int round = 0; round < rounds; ++round) {
        stat_record record;
        nanoseconds waited{};
        for (;; waited += milliseconds{1}) {
            std::error_code error;
            auto const before = files_.now();
            record = files_.stat(path.c_str(), last_link::keep, error);
            if (error || waited > longest_step) break;
            if (is_final(record.ctime, before, files_.now())) break;
            if (pass_) {
                pass_(milliseconds{1});
            } else {
                real.wait_until(real.now() + milliseconds{1}, {});
            }
        }
        expect(waited <= longest_step,
               "its clock never passes the timestamp of " + restat::detail::quoted(name));
        if (waited > longest_step) return;
        change(round);
        std::error_code error;
        auto const after = files_.stat(path.c_str(), last_link::keep, error);
        expect(changed_fields(record, after) != fields::none, sentence);
    }
}

void inspection::check_clock() {
    check_stamps(
        "a file", top_ + "/file",
        [&](int i) { tree_.write("checked/file", std::to_string(10'000 + i)); },
        "a write leaves the record unchanged although the clock had passed its timestamp");
    std::error_code error;
    auto const record = files_.stat((top_ + "/file").c_str(), last_link::keep, error);
    auto const now = files_.now();
    expect(record.ctime.seconds <= now.seconds + 1,
           "stamps files with a time ahead of its clock");
    if (!files_.trusts_stamps || !files_.trusts_stamps(open(top_))) return;
    check_stamps(
        "a directory", top_ + "/directory",
        [&](int i) {
            if (i % 2 == 0) tree_.write("checked/directory/new", "1");
            if (i % 2 == 1) tree_.remove("checked/directory/new");
        },
        "trusts timestamps that do not change with every added or removed name");
}

void inspection::check_copies() {
    std::error_code error;
    auto const own = files_.stat((top_ + "/file").c_str(), last_link::keep, error);
    auto const other = files_.stat_by_copy((top_ + "/file").c_str(), error);
    expect(!error && changed_fields(own, other) == fields::none,
           "has copies that do not share its files");
}

void inspection::check_threads() {
    if (!files_.is_concurrent) return;
    std::error_code error;
    auto const many = open(top_ + "/many");
    auto const expected = files_.stat_in(many, "7", last_link::keep, error);
    std::mutex mutex;
    bool same = true;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 50; ++n) {
                    std::error_code own;
                    auto const seen = files_.stat_in(many, "7", last_link::keep, own);
                    auto const at = files_.open_in(many, "7", last_link::keep, own);
                    bool const right =
                        !own && at.is_open && changed_fields(seen, expected) == fields::none;
                    std::lock_guard const lock{mutex};
                    same &= right;
                }
            });
        }
    }
    expect(same, "returns different results to several threads");
}

void inspection::check_all() try {
    check_opening();
    check_listing();
    check_statuses();
    check_records();
    check_reading();
    check_places();
    check_removed();
    check_clock();
    check_copies();
    check_threads();
    check_closing();
} catch (no_directory const&) {
}

sentences inspection::run() {
    make();
    check_all();
    tree_.remove("checked");
    return std::move(wrong_);
}

} // namespace

sentences check_file_system(file_system_calls const& files, tree_calls const& tree,
                            std::string const& top,
                            std::function<void(nanoseconds)> const& pass) {
    auto wrong = inspection{files, tree, top, pass}.run();
    if (files.watches.open) check_watches(files, tree, top, wrong);
    return wrong;
}

} // namespace restat::testing::detail
