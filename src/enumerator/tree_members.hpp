#pragma once

#include "enumerator/tree_refresh.hpp"

// The scan functions of `basic_tree_enumerator`: compiled once for each file system.

namespace restat {

template <class FileSystem>
void basic_tree_enumerator<FileSystem>::enumerate(matcher_ref matcher, snapshot_builder& into,
                                                  std::error_code& error) {
    snapshot found;
    snapshot_update update;
    update.begin(found, into.stop_token());
    refresh(matcher, update, error);
    memory_->forget(); // the next refresh has another known snapshot
    if (error) return;
    update.apply(found);
    into.add(found);
}

template <class FileSystem>
void basic_tree_enumerator<FileSystem>::refresh(matcher_ref matcher, snapshot_update& update,
                                                std::error_code& error) {
    error.clear();
    if (!memory_) memory_ = detail::make_owned<detail::tree_refresh<FileSystem>>();
    if (!memory_->run(files_, {how_, roots_, base_}, matcher, update)) {
        error = std::make_error_code(std::errc::operation_canceled);
    }
}

template <class FileSystem>
void basic_tree_enumerator<FileSystem>::take_hints(
    snapshot const& latest, hint_list& into) requires watching_file_system<FileSystem> {
    if (memory_) memory_->events().take_hints(latest, memory_->roots(), into);
}

template <class FileSystem>
void basic_tree_enumerator<FileSystem>::check_unwatched(
    matcher_ref, snapshot const&, hint_list& into) requires watching_file_system<FileSystem> {
    if (memory_) memory_->events().check_roots({files_, base_}, memory_->roots(), into);
}

template <class FileSystem>
int basic_tree_enumerator<FileSystem>::hint_descriptor() const requires
    watching_file_system<FileSystem> {
    return memory_ ? memory_->events().descriptor() : -1;
}

template <class FileSystem>
event_coverage basic_tree_enumerator<FileSystem>::coverage() const requires
    watching_file_system<FileSystem> {
    return memory_ ? memory_->events().coverage() : event_coverage{.directories = 1};
}

} // namespace restat
