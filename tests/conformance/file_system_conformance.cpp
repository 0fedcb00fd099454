#include <restat/testing/file_system_conformance.hpp>

#include "conformance/report.hpp"

#include <restat/file_system/native_file_system.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/temp_tree.hpp>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

using namespace restat;
using namespace restat::testing;
using namespace std::chrono_literals;

namespace {

enum class fault {
    none,
    keeps_errors,     // keeps the code of an earlier failure
    leaks,            // leaves directories open
    open_when_moved,  // a moved-from directory reports that it is open
    opens_files,      // opens files as directories
    opens_links,      // follows links despite `keep`
    opens_nothing,    // reports success without opening
    replaces,         // overwrites the list of names
    with_dots,        // lists "."
    twice,            // lists the first name again
    hides,            // omits a name
    early,            // lists the names of the time of opening
    endless,          // never ends a listing
    kinds,            // lists directories as files
    follows,          // follows links despite `keep`
    denies,           // reports "permission denied" for a missing file
    no_names,         // treats a path as a missing name
    narrow,           // sizes of one byte
    typeless_links,   // counts one link for each file
    new_numbers,      // a new inode number at each call
    decides,          // marks every record as not final
    cuts,             // cuts contents at the limit
    reads_links,      // follows links despite `keep`
    relative,         // locations without a slash
    forgetful,        // locations from the time of opening
    fast_clock,       // runs ahead of the timestamps
    slow_clock,       // never reaches the timestamps
    coarse_directory, // directory timestamps stand still
    own_copies,       // copies have a tree of their own
    single            // answers only one thread
};

// Directories left open, by any thread.
struct kept_open {
    void add(memory_file_system::directory one) {
        std::lock_guard const lock{mutex};
        all.push_back(std::move(one));
    }
    std::mutex mutex;
    std::vector<memory_file_system::directory> all;
};

// A file system in memory with a single fault.
struct toy_file_system {
    struct directory {
        memory_file_system::directory at;
        std::string path = {};
        bool was_open = false;
        std::set<std::string> names = {}; // at the time of opening

        directory() = default;
        directory(directory&& other) noexcept = default;
        directory& operator=(directory&& other) noexcept = default;
        explicit operator bool() const noexcept { return was_open || static_cast<bool>(at); }
    };

    explicit toy_file_system(fault wrong) : how{wrong} { files.limit_descriptors(1000); }
    toy_file_system(toy_file_system const& other)
        : how{other.how}, files{how == fault::own_copies ? memory_file_system{} : other.files} {}

    bool is(fault what) const { return how == what; }
    void settle(std::error_code& error, std::error_code own) const {
        if (own || !is(fault::keeps_errors)) error = own;
        if (is(fault::denies) && error == std::errc::no_such_file_or_directory) {
            error = std::make_error_code(std::errc::permission_denied);
        }
    }
    last_link adjusted(last_link link, fault that_follows) const {
        return is(that_follows) ? last_link::follow : link;
    }

    template <class Open>
    directory open_by(Open open, std::string const& path, std::error_code& error) {
        directory made;
        std::error_code own;
        if (is(fault::leaks)) kept->add(open(own));
        made.at = open(own);
        if (is(fault::opens_files) && own == std::errc::not_a_directory) own.clear();
        settle(error, own);
        made.path = path;
        if (is(fault::early) && made.at) {
            name_list all;
            auto other = open(own);
            while (files.list(other, all, own)) {
            }
            for (std::size_t i = 0; i < all.size(); ++i) made.names.emplace(all[i].name);
        }
        if (is(fault::open_when_moved)) made.was_open = static_cast<bool>(made.at);
        if (is(fault::opens_nothing) && path.ends_with("/directory")) made.at = {};
        return made;
    }
    directory open(char const* path, std::error_code& error) {
        return open_by([&](auto& c) { return files.open(path, c); }, path, error);
    }
    directory open(directory const& in, char const* name, last_link link,
                   std::error_code& error) {
        auto const how_far = adjusted(link, fault::opens_links);
        return open_by([&](auto& c) { return files.open(in.at, name, how_far, c); },
                       in.path + "/" + name, error);
    }

    bool list(directory& of, name_list& into, std::error_code& error) {
        std::error_code own;
        name_list names;
        bool const more = files.list(of.at, names, own);
        settle(error, own);
        if (is(fault::replaces)) into.clear();
        if (is(fault::with_dots) && more) into.add(".", file_type::directory);
        for (std::size_t i = 0; i < names.size(); ++i) {
            auto const [name, type] = names[i];
            if (is(fault::hides) && name == "many") continue;
            if (is(fault::early) && !of.names.contains(std::string{name})) continue;
            into.add(name, is(fault::kinds) ? file_type::regular : type);
            if (is(fault::twice) && name == "file") into.add(name, type);
        }
        return more || is(fault::endless);
    }

    stat_record altered(stat_record record) const {
        if (is(fault::narrow)) record.size %= 7;
        if (is(fault::typeless_links)) record.links = 1;
        if (is(fault::new_numbers)) record.inode = ++*last_number;
        if (is(fault::decides)) record.final = false;
        bool const is_directory = record.type == file_type::directory;
        if (is(fault::coarse_directory) && is_directory) record.mtime = record.ctime = {1, 0};
        bool const elsewhere = std::this_thread::get_id() != home;
        if (is(fault::single) && elsewhere) record.size = 77;
        return record;
    }
    stat_record stat(char const* path, last_link link, std::error_code& error) {
        std::error_code own;
        auto const record = files.stat(path, adjusted(link, fault::follows), own);
        settle(error, own);
        return own ? record : altered(record);
    }
    stat_record stat(directory const& in, char const* name, last_link link,
                     std::error_code& error) {
        std::error_code own;
        auto record = files.stat(in.at, name, adjusted(link, fault::follows), own);
        if (is(fault::no_names) && std::string_view{name}.find('/') != std::string_view::npos) {
            record = {};
            own = std::make_error_code(std::errc::invalid_argument);
        }
        settle(error, own);
        return own ? record : altered(record);
    }
    stat_record stat(directory const& of, std::error_code& error) {
        std::error_code own;
        auto const record = files.stat(of.at, own);
        settle(error, own);
        return altered(record);
    }

    std::string read(directory const& in, char const* name, last_link link, std::size_t limit,
                     std::error_code& error) {
        std::error_code own;
        auto const most = is(fault::cuts) ? 1'000 : limit;
        auto text = files.read(in.at, name, adjusted(link, fault::reads_links), most, own);
        settle(error, own);
        return text.substr(0, limit);
    }
    std::string location(directory const& of, std::error_code& error) {
        std::error_code own;
        auto const path = files.location(of.at, own);
        settle(error, own);
        if (is(fault::forgetful)) return "/" + of.path;
        return path.substr(is(fault::relative) ? 1 : 0);
    }
    stamp now() noexcept {
        stamp time = files.now();
        if (is(fault::fast_clock)) time.nanoseconds += 10'000'000; // more than a step
        if (is(fault::slow_clock)) time.seconds -= 3'600;
        time.seconds += time.nanoseconds / 1'000'000'000;
        time.nanoseconds %= 1'000'000'000;
        return time;
    }
    bool trusts_stamps(directory const&) const { return true; }
    static constexpr bool concurrent = true;

    fault how;
    memory_file_system files;
    std::thread::id home = std::this_thread::get_id();
    std::shared_ptr<kept_open> kept = std::make_shared<kept_open>();
    std::shared_ptr<std::atomic<std::uint64_t>> last_number =
        std::make_shared<std::atomic<std::uint64_t>>();
};

sentences check(fault how) {
    toy_file_system toy{how};
    return check_file_system(toy, toy.files, "", [&](auto by) { toy.files.advance(by); });
}

sentences check(memory_file_system files) {
    return check_file_system(files, files, "", [&](auto by) { files.advance(by); });
}

} // namespace

BOOST_AUTO_TEST_SUITE(file_system_conformance)

BOOST_AUTO_TEST_CASE(native_file_system_conforms) {
    temp_tree const tree;
    native_file_system files;
    expect_good("native_file_system", check_file_system(files, tree, tree.path() + "/"));
}

BOOST_AUTO_TEST_CASE(fake_conforms_for_any_granularity) {
    expect_good("memory_file_system", check(memory_file_system{}));
    expect_good("of ticks", check(memory_file_system{1ns, 4ms}));
    expect_good("of seconds", check(memory_file_system{1s, 4ms}));
    expect_good("of two seconds", check(memory_file_system{2s}));
    memory_file_system const shuffled;
    shuffled.shuffle(7);
    shuffled.reuse_inodes(true);
    expect_good("shuffled", check(shuffled));
}

BOOST_AUTO_TEST_CASE(each_broken_rule_is_reported) {
    expect_good("toy_file_system", check(fault::none));
    for (auto const& [how, sentence] : {
             std::pair{fault::keeps_errors, "stat() keeps the error of the previous call"},
             {fault::keeps_errors, "location() keeps the error of the previous call"},
             {fault::leaks, "does not close every opened directory: 'Too many open files"},
             {fault::open_when_moved, "open directories after default construction or a move"},
             {fault::opens_files, "opens 'file' with an error, or fails without an error"},
             {fault::opens_links,
              "reports no error when opening 'to_directory' without following links, not"},
             {fault::opens_nothing, "opens 'directory' with an error, or fails without an error"},
             {fault::replaces, "list() does not append"},
             {fault::with_dots, "lists the missing '.'"},
             {fault::twice, "lists 'file' twice"},
             {fault::hides, "does not list 'many'"},
             {fault::early, "lists the names of the time when a directory was opened"},
             {fault::endless, "never ends a listing"},
             {fault::kinds, "lists 'directory' with a wrong type"},
             {fault::follows, "reports a wrong type for 'to_file' without following links"},
             {fault::denies, "reports 'Permission denied' for the status of 'missing' without "
                             "following links, not "
                             "'No such file or directory'"},
             {fault::no_names,
              "for the status of '../checked/file' without following links, not no error"},
             {fault::narrow, "reports a size different from the content"},
             {fault::typeless_links, "reports a wrong number of links"},
             {fault::new_numbers, "reports different records for two names of a file"},
             {fault::decides, "marks a record as not final"},
             {fault::cuts, "up to 4 bytes, not 'File too large'"},
             {fault::reads_links,
              "reading 'to_file' without following links up to 99 bytes, not 'Invalid arg"},
             {fault::relative, "as the absolute path of the directory 'checked'"},
             {fault::forgetful,
              "returns a wrong location, or a location containing a link or '..'"},
             {fault::forgetful, "wrong location for a directory renamed while open"},
             {fault::fast_clock,
              "leaves the record unchanged although the clock had passed its timestamp"},
             {fault::slow_clock, "stamps files with a time ahead of its clock"},
             {fault::coarse_directory,
              "timestamps that do not change with every added or removed name"},
             {fault::own_copies, "has copies that do not share its files"},
             {fault::single, "returns different results to several threads"},
         }) {
        BOOST_TEST_CONTEXT(static_cast<int>(how)) { expect_sentence(check(how), sentence); }
    }
}

BOOST_AUTO_TEST_CASE(wrong_base_of_the_tree_is_reported) {
    memory_file_system files;
    expect_sentence(check_file_system(files, files, "elsewhere/"),
                    "does not open the directory 'elsewhere/checked': 'No such file");
}

BOOST_AUTO_TEST_SUITE_END()
