#include <restat/testing/file_system_conformance.hpp>

#include "conformance/report.hpp"

#include <restat/file_system/forwarding_file_system.hpp>
#include <restat/testing/memory_file_system.hpp>

#include "platform/files/event.hpp"

#include <thread>
#include <utility>

using namespace restat;
using namespace restat::testing;

namespace {

enum class watch_fault {
    none,
    lossy,            // passes `lost` in each `take`, and nothing else: allowed
    without_events,   // supports no directory: allowed
    asked,            // has no descriptor: allowed
    no_queue,         // opens no queue, with an error
    silent_queue,     // opens no queue, without an error
    keeps_errors,     // keeps the code of an earlier failure
    refuses,          // refuses each directory
    refuses_silently, // the same without an error
    unnamed,          // refuses each directory at its name
    catching,         // keeps an exception of the sink
    careless,         // no `lost` after an exception of the sink
    trusting,         // has every directory after `lost`
    has_early,        // has a directory before its name
    has_nothing,      // has no directory
    has_all,          // has any directory
    used_when_empty,  // default-constructed watches have a descriptor
    no_writes,        // no hint of a write
    no_names,         // no hint of a name
    no_half,          // no hint of the first of two changed directories
    wrong_identity,   // hints of another directory
    endless,          // a hint in each `take`
    drops_early,      // no hint from before the name
    single_add,       // the second `add` ends the watch
    keeps_forgotten,  // `forget` has no effect
    never_again,      // a forgotten directory cannot be added again
    keeps_removed,    // has a removed directory
    breaks,           // each `take` has an error
    mute,             // the descriptor is never readable
    noisy,            // the descriptor is always readable
    single            // answers only one thread
};

// A file system in memory whose watches have a single fault.
struct toy_files : forwarding_file_system<memory_file_system> {
    using base = forwarding_file_system<memory_file_system>;

    class watches {
    public:
        watches() = default;
        watches(memory_file_system::watches made, watch_fault wrong)
            : of_{std::move(made)}, how_{wrong} {}
        explicit operator bool() const { return static_cast<bool>(of_); }

        watch_trust add(directory& at, std::error_code& error) {
            std::error_code own;
            if (is(watch_fault::without_events))
                return error = std::make_error_code(std::errc::not_supported), watch_trust::none;
            auto trust = of_.add(at, own);
            bool const elsewhere = std::this_thread::get_id() != home_;
            if (is(watch_fault::refuses) || (is(watch_fault::single) && elsewhere)) {
                own = std::make_error_code(std::errc::permission_denied);
                trust = watch_trust::none;
            }
            if (is(watch_fault::refuses_silently)) trust = watch_trust::none;
            if (own || !is(watch_fault::keeps_errors)) error = own;
            return trust;
        }
        watch_trust name(directory& at, file_identity id) {
            if (is(watch_fault::never_again) && id == forgotten_) return watch_trust::all;
            if (is(watch_fault::drops_early)) early_ = id;
            bool const again = of_.has(id);
            last_ = id;
            is_doubted_ = false;
            auto const trust = of_.name(at, id);
            if (is(watch_fault::single_add) && again) of_.forget(id);
            return is(watch_fault::unnamed) ? watch_trust::none : trust;
        }
        void forget(file_identity id) {
            if (!is(watch_fault::keeps_forgotten)) of_.forget(id);
            forgotten_ = id;
            last_ = {};
        }
        bool has(file_identity id) const {
            if (is_doubted_) return false;
            if (is(watch_fault::has_early) || is(watch_fault::has_all)) return true;
            if (is(watch_fault::has_nothing)) return false;
            if (is(watch_fault::trusting)) return id == last_ || of_.has(id);
            return of_.has(id) || (is(watch_fault::keeps_removed) && id == gone_);
        }
        std::error_code take(watch_sink into) {
            bool is_first = true;
            auto error = of_.take([&](watch_hint hint) {
                if (is(watch_fault::careless) && hint.kind == watch_event::lost) return;
                bool const is_early = hint.directory == early_ && hint.kind != watch_event::lost;
                if (hint.kind == watch_event::gone) gone_ = hint.directory;
                if (is(watch_fault::lossy) || (is(watch_fault::drops_early) && is_early)) return;
                if (is(watch_fault::no_writes) && hint.kind == watch_event::file) return;
                if (is(watch_fault::no_names) && hint.kind == watch_event::names) return;
                if (is(watch_fault::no_half) && std::exchange(is_first, false)) return;
                if (is(watch_fault::wrong_identity)) ++hint.directory.inode;
                if (!is(watch_fault::catching)) return into(hint);
                try {
                    into(hint);
                } catch (...) {
                }
            });
            early_ = {};
            is_doubted_ |= is(watch_fault::lossy) && takes_ % 2 == 0;
            if (is(watch_fault::lossy) && of_ && takes_ % 2 == 0) into({});
            ++takes_;
            if (is(watch_fault::endless)) into({{7, 7}, "a", watch_event::file});
            if (is(watch_fault::breaks)) error = std::make_error_code(std::errc::io_error);
            return error;
        }
        int descriptor() const {
            static int const unreadable = restat::detail::open_event();
            if (is(watch_fault::asked) || is(watch_fault::lossy)) return -1;
            if (is(watch_fault::mute)) return of_ ? unreadable : -1;
            return is(watch_fault::used_when_empty) && !of_ ? 0 : of_.descriptor();
        }

    private:
        bool is(watch_fault what) const { return how_ == what; }

        memory_file_system::watches of_;
        watch_fault how_ = shared_fault;
        std::thread::id home_ = std::this_thread::get_id();
        file_identity early_ = {};
        file_identity forgotten_ = {};
        file_identity gone_ = {};
        file_identity last_ = {};
        int takes_ = 0;
        bool is_doubted_ = false;
    };

    explicit toy_files(memory_file_system files, watch_fault wrong)
        : base{std::move(files)}, how{wrong} {
        shared_fault = wrong;
    }

    watches open_watches(std::error_code& error) {
        if (how == watch_fault::no_queue || how == watch_fault::silent_queue) {
            error.clear();
            if (how == watch_fault::no_queue)
                error = std::make_error_code(std::errc::too_many_files_open);
            return {};
        }
        return {of().open_watches(error), how};
    }

    watch_fault how;
    static inline watch_fault shared_fault{}; // of default-constructed watches
};

sentences check(watch_fault how) {
    memory_file_system const tree;
    if (how == watch_fault::noisy) tree.set_watch_faults({.is_always_readable = true});
    toy_files files{tree, how};
    return check_file_system(files, tree, "", [&](auto by) { tree.advance(by); });
}

sentences check_fake(watch_faults const& how) {
    memory_file_system files;
    files.set_watch_faults(how);
    return check_file_system(files, files, "", [&](auto by) { files.advance(by); });
}

} // namespace

BOOST_AUTO_TEST_SUITE(watches_conformance)

BOOST_AUTO_TEST_CASE(watches_without_a_fault_conform) {
    expect_good("toy_files", check(watch_fault::none));
    expect_good("lossy", check(watch_fault::lossy));
    expect_good("without events", check(watch_fault::without_events));
    expect_good("without a descriptor", check(watch_fault::asked));
}

BOOST_AUTO_TEST_CASE(each_broken_rule_of_watches_is_reported) {
    for (auto const& [how, sentence] : {
             std::pair{watch_fault::no_queue, "opens no queue of events: 'Too many open files"},
             {watch_fault::silent_queue, "open_watches() fails without an error"},
             {watch_fault::keeps_errors, "add() keeps the error of the previous call"},
             {watch_fault::refuses, "refuses a directory: 'Permission denied'"},
             {watch_fault::refuses_silently, "add() refuses a directory without an error"},
             {watch_fault::unnamed, "name() refuses a directory that was added"},
             {watch_fault::catching, "take() keeps an exception of its sink"},
             {watch_fault::careless, "has no 'lost' hint after an exception of the sink"},
             {watch_fault::trusting, "has a directory after events were lost"},
             {watch_fault::has_early, "has a directory before its name"},
             {watch_fault::has_nothing, "has no directory that was added and named"},
             {watch_fault::has_all, "has a directory that was never added"},
             {watch_fault::used_when_empty,
              "has default-constructed or moved-from watches in use"},
             {watch_fault::no_writes, "has no hint of a write"},
             {watch_fault::no_writes, "has no hint of a changed mode"},
             {watch_fault::no_names, "has no hint of a new file"},
             {watch_fault::no_names, "has no hint of a removed directory"},
             {watch_fault::no_half, "has no hint of the old name of a rename"},
             {watch_fault::wrong_identity, "has no hint of a new file"},
             {watch_fault::wrong_identity, "loses the watch of a renamed directory"},
             {watch_fault::endless, "passes hints without end although nothing changes"},
             {watch_fault::drops_early, "loses a hint between add() and name()"},
             {watch_fault::single_add, "loses the watch of a directory that is added twice"},
             {watch_fault::keeps_forgotten, "has a directory that was forgotten"},
             {watch_fault::keeps_forgotten, "passes a hint of a forgotten directory"},
             {watch_fault::never_again,
              "loses the hints of a directory that is added again after forget()"},
             {watch_fault::keeps_removed, "has a directory that was removed"},
             {watch_fault::breaks, "take() breaks: 'Input/output error'"},
             {watch_fault::mute, "has a descriptor that is not readable while hints wait"},
             {watch_fault::noisy, "has a readable descriptor without a hint"},
             {watch_fault::single, "refuses a directory added by another thread"},
         }) {
        BOOST_TEST_CONTEXT(static_cast<int>(how)) { expect_sentence(check(how), sentence); }
    }
}

BOOST_AUTO_TEST_CASE(lies_of_the_fake_are_reported) {
    expect_sentence(check_fake({.drop_each = 2}), "has no hint of");
    expect_sentence(check_fake({.delay = 3}), "has no hint of");
    expect_sentence(check_fake({.of_wrong_directory = true}), "has no hint of");
    expect_sentence(check_fake({.of_unknown_directory = true}), "has no hint of");
    expect_good("no descriptor", check_fake({.has_no_descriptor = true}));
}

BOOST_AUTO_TEST_SUITE_END()
