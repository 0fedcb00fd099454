#include "file_system/native_watches.hpp"

#include <restat/error.hpp>

#include <utility>

namespace restat::detail {
namespace {

constexpr std::size_t most_noted = 1024;

} // namespace

native_watches::native_watches(std::size_t limit, std::error_code& error)
    : queue_{error}, limit_{limit}, is_open_{!error} {}

int native_watches::add(int directory, std::error_code& error) {
    if (!begin_add(error)) return 0;
    int const watch = queue_.add(directory, error);
    end_add(watch);
    return watch;
}

bool native_watches::begin_add(std::error_code& error) {
    error.clear();
    if (is_forked()) error = make_error_code(errc::forked);
    if (error) return false;
    std::lock_guard const lock{mutex_};
    if (!is_open_) {
        error = std::make_error_code(std::errc::not_connected);
    } else if (table_.sure() + unnamed_.size() + adding_ >= limit_) {
        error = std::make_error_code(std::errc::no_space_on_device);
    } else {
        ++adding_;
    }
    return !error;
}

void native_watches::end_add(int watch) {
    std::lock_guard const lock{mutex_};
    --adding_;
    if (watch != 0) unnamed_.try_emplace(watch);
    if (adding_ == 0 && !is_open_) queue_.close(); // broken during the call
}

bool native_watches::name(int watch, file_identity of) {
    if (is_forked()) return false;
    std::lock_guard const lock{mutex_};
    auto const at = unnamed_.find(watch);
    if (at == unnamed_.end() || !is_open_) return false;
    auto const had = at->second;
    unnamed_.erase(at);
    bool const is_put = table_.put(watch, of);
    if (!is_put) queue_.remove(watch);
    if (!had.is_sure) table_.doubt(of);
    if (is_put && had.has_events) note(of);
    return is_put;
}

void native_watches::forget(file_identity of) {
    if (is_forked()) return;
    std::lock_guard const lock{mutex_};
    int const watch = table_.find(of);
    if (watch == 0) return;
    table_.erase(watch);
    queue_.remove(watch);
}

bool native_watches::has(file_identity of) const {
    if (is_forked()) return false;
    std::lock_guard const lock{mutex_};
    return table_.is_sure(of);
}

void native_watches::note(file_identity of) {
    if (noted_.size() < most_noted) {
        noted_.push_back(of);
    } else {
        is_lossy_ = true;
        doubt_all();
    }
}

void native_watches::doubt_all() {
    table_.doubt_all();
    for (auto& one : unnamed_) one.second.is_sure = false;
}

std::error_code native_watches::take(watch_sink into) try {
    if (!is_open_) return {};
    std::error_code error;
    if (is_forked()) {
        error = make_error_code(errc::forked);
    } else {
        pass_noted(into);
        pass_queued(into, error);
    }
    if (error) close(error);
    if (error) into({});
    return error;
} catch (...) {
    if (is_forked()) throw;
    std::lock_guard const lock{mutex_};
    is_lossy_ = true;
    doubt_all();
    throw;
}

void native_watches::pass_noted(watch_sink into) {
    std::vector<file_identity> noted;
    bool is_lossy = false;
    {
        std::lock_guard const lock{mutex_};
        noted.swap(noted_);
        is_lossy = std::exchange(is_lossy_, false);
    }
    for (auto const& of : noted) into({of, {}, watch_event::names});
    if (is_lossy) into({});
}

void native_watches::pass_queued(watch_sink into, std::error_code& error) {
    queue_.begin_pass();
    for (queued_event event; queue_.next(event, error);) {
        file_identity of;
        if (identify(event, of)) into({of, event.name, event.kind});
    }
}

// Returns false for an event without a directory so far.
bool native_watches::identify(queued_event const& event, file_identity& of) {
    std::lock_guard const lock{mutex_};
    if (event.kind == watch_event::lost) {
        doubt_all();
        return true;
    }
    bool const is_known = table_.find(event.watch, of);
    auto const unnamed = unnamed_.find(event.watch);
    if (unnamed != unnamed_.end()) unnamed->second.has_events |= !is_known;
    if (event.kind == watch_event::gone) {
        table_.erase(event.watch);
        unnamed_.erase(event.watch);
    }
    return is_known;
}

void native_watches::close(std::error_code why) {
    if (is_forked()) {
        is_open_ = false;
        queue_.close();
        return;
    }
    std::lock_guard const lock{mutex_};
    is_open_ = false;
    table_ = {};
    noted_ = {};
    if (why == std::errc::bad_file_descriptor) queue_.abandon(); // closed by the host
    if (adding_ == 0) queue_.close();
}

} // namespace restat::detail
