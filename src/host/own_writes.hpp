#pragma once

#include <restat/detail/start_directory.hpp>
#include <restat/entry.hpp>
#include <restat/own_write.hpp>
#include <restat/snapshot.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace restat::detail {

/// The place of a file: its path for a file system.
struct own_place {
    std::shared_ptr<file_reader> files;
    std::string path;
};

/// The state of a path when a scope began or ended.
struct own_state {
    enum class knowledge : unsigned char { unread, missing, read };

    knowledge known = knowledge::unread;
    stat_record link;                      // of the path itself
    stat_record target;                    // of the target of the link, or of the path itself
    std::optional<std::uint64_t> contents; // hash of the bytes

    bool is_final() const noexcept { return link.final && target.final; }
};

/// Selects when to read the contents of a file, beside its records.
enum class own_contents : unsigned char { never, if_not_final, always };

/// Reads the state of a path.
own_state read_own_state(own_place const& at, own_contents when);

/// Returns whether a path has the state that the host left there. Reads the contents of the file if
/// the records alone are no proof.
bool is_own_state(own_state const& left, own_place const& at);

/// Returns whether the state of a path is that of a temporary file before its rename to the path.
bool is_renamed_to(own_state const& now, own_state const& temporary) noexcept;

/// The files written by the host itself, from the begin of a scope until a scan has found the state
/// that the scope left.
///
///     begin           end             judge: own or foreign
///     -----> open -----------> closed ----------------------> forgotten
///             |  <-----------    |    a pass finds no change     ^
///             |      begin       +-------------------------------+
///             | abandon                judge: foreign            |
///             +--------------> abandoned ------------------------+
///
/// \threads any; `judge` from the thread that polls
class own_writes {
public:
    enum class verdict : unsigned char {
        wait,    ///< the scope is open, or no scan has found the final record yet
        own,     ///< the change is that of the host
        foreign, ///< the change, or a part of it, is not that of the host
    };
    /// The entries of a path before and after a change; null without an entry.
    struct found_change {
        entry const* before;
        entry const* now;
    };

    /// Returns the place of a path; relative paths begin where the reloader was constructed.
    own_place place_of(std::string const& path, std::shared_ptr<file_reader> files) const;

    void begin(std::string const& path, own_place const& at);
    void end(std::string const& path, own_state const& left) noexcept;
    void abandon(std::string const& path) noexcept;

    bool empty() const noexcept { return count_.load(std::memory_order_acquire) == 0; }
    /// Returns whether changes of this path are held for `judge`, from now on.
    bool hold(std::string_view path) noexcept;
    /// Decides about a held change, and forgets the file unless the change has to wait.
    verdict judge(std::string_view path, found_change const& change) noexcept;
    /// Forgets a held change that no longer counts.
    void release(std::string_view path) noexcept;

    /// Notes the begin of a pass over the tree.
    void pass_began() noexcept;
    /// Forgets the files that were closed before the pass began, and that it has found unchanged.
    void pass_ended(snapshot const& latest) noexcept;

private:
    struct file {
        own_place at;
        own_state start; // when the scope began
        own_state left;  // when the last scope ended
        std::size_t open = 0;
        std::size_t version = 0;
        bool is_abandoned = false;
        bool is_held = false;
        bool in_pass = false;   // closed before the begin of the pass
        bool is_passed = false; // a whole pass has begun and ended since
    };
    using file_map = std::map<std::string, file, std::less<>>;

    std::optional<file> copy_of(std::string_view path) const;
    static verdict decided(file const& of, found_change const& change);
    bool conclude(std::string_view path, std::size_t version, bool is_start) noexcept;
    void erase(file_map::iterator at) noexcept;

    start_directory start_;
    mutable std::mutex mutex_;
    std::atomic<std::size_t> count_ = 0;
    file_map all_;
};

} // namespace restat::detail
