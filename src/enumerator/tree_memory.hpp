#pragma once

#include "enumerator/tree_refresh.hpp"
#include "linux/thread_apart.hpp"

#include <memory>

namespace restat::detail {

/// What an enumerator keeps from one scan for the next, and the thread that has to do with it where
/// files are kept open. No descriptor of that thread's means anything to another, so in a process
/// that was forked they are left alone.
template <class FileSystem>
class tree_memory {
public:
    tree_memory() = default;
    tree_memory(tree_memory const&) = delete;
    tree_memory& operator=(tree_memory const&) = delete;
    ~tree_memory() {
        auto end = [this] { scans_.reset(); };
        if (apart_) apart_->is_here() ? apart_->call(end) : abandon();
    }

    /// False if it was stopped.
    bool run(FileSystem& files, tree_options how, std::vector<std::string> const& roots,
             matcher_ref matcher, snapshot_update& update) {
        if (apart_ && !apart_->is_here()) {
            auto made = std::make_unique<tree_refresh<FileSystem>>(scans_->scans());
            abandon();
            scans_ = std::move(made);
        }
        if (how.keep_open > 0 && !settle()) how.keep_open = 0;
        how.keep_open = std::min(how.keep_open, sys::spare_descriptors());
        bool done = false;
        auto scan = [&] { done = scans_->run(files, how, roots, matcher, update); };
        apart_ ? apart_->call(scan) : scan();
        return done;
    }
    void forget() noexcept { scans_->forget(); }

private:
    // Whether there is a thread apart.
    bool settle() {
        if constexpr (!requires(FileSystem & f, typename FileSystem::directory & d,
                                std::error_code & c) { f.hold(d, "", c); }) {
            return false;
        } else {
            if (apart_ || refused_) return !refused_;
            auto made = std::make_unique<sys::thread_apart>();
            std::error_code error;
            made->start(error);
            refused_ = bool{error};
            if (refused_) return false;
            scans_ = std::make_unique<tree_refresh<FileSystem>>(scans_->scans());
            apart_ = std::move(made);
            return !refused_;
        }
    }

    void abandon() noexcept {
        static_cast<void>(scans_.release());
        static_cast<void>(apart_.release());
    }

    std::unique_ptr<tree_refresh<FileSystem>> scans_ =
        std::make_unique<tree_refresh<FileSystem>>();
    std::unique_ptr<sys::thread_apart> apart_;
    bool refused_ = false;
};

} // namespace restat::detail

namespace restat {

template <class FileSystem>
void basic_tree_enumerator<FileSystem>::enumerate(matcher_ref matcher, snapshot_builder& into,
                                                  std::error_code& error) {
    snapshot found;
    snapshot_update update;
    update.begin(found, into.stop_token());
    refresh(matcher, update, error);
    memory_->forget(); // what the next refresh knows was not listed here
    if (error) return;
    update.apply(found);
    into.add(found);
}

template <class FileSystem>
void basic_tree_enumerator<FileSystem>::refresh(matcher_ref matcher, snapshot_update& update,
                                                std::error_code& error) {
    error.clear();
    if (!memory_) memory_ = detail::make_owned<detail::tree_memory<FileSystem>>();
    if (!memory_->run(files_, how_, roots_, matcher, update)) {
        error = std::make_error_code(std::errc::operation_canceled);
    }
}

} // namespace restat
