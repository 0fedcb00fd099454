#include "hint_queue.hpp"

#include "values/entry_change.hpp"

#include <algorithm>
#include <string_view>

namespace restat::detail {
namespace {

// The coarsest tick of the kernels in use.
constexpr std::chrono::milliseconds kernel_tick{10};
// A scan reports at most a few hundred differences. With that many, each hint counts as true.
constexpr std::size_t burst = 256;
constexpr std::size_t least_share = 4; // of the directories, for a pass over the tree

void move_all(hint_list& from, hint_list& to) noexcept {
    to.add(from);
    from.clear();
}

void move_directories(hint_list& from, hint_list& to) noexcept {
    if (from.directories().empty()) return;
    hint_list files;
    for (std::string const& path : from.files()) files.check_file(path);
    for (std::string const& path : from.directories()) to.list(path);
    from = std::move(files);
}

bool move_file(hint_list& from, hint_list& to, std::string& path) noexcept {
    if (from.files().empty()) return false;
    path = *from.files().begin();
    from.remove(path);
    to.check_file(path);
    return true;
}

void list_files(hint_list& of) noexcept {
    auto const files = of.files();
    for (std::string const& path : files) {
        of.remove(path);
        of.list(hint_queue::directory_of(path));
    }
}

hint_list files_of(hint_list const& all) noexcept {
    hint_list files;
    for (std::string const& path : all.files()) files.check_file(path);
    return files;
}

} // namespace

void hint_queue::taken(std::size_t known_directories) noexcept {
    bool const are_most = waiting_.directories().size() * least_share > known_directories;
    if (are_most) waiting_.lost();
    note_losses();
}

// A list above its bound, or without memory, is a loss.
void hint_queue::note_losses() noexcept {
    for (hint_list* const list : {&waiting_, &doubted_, &scanned_, &scanned_again_}) {
        if (!list->is_lost()) continue;
        list->clear();
        lost_ = true;
    }
}

time_point hint_queue::next() const noexcept {
    if (!waiting_.empty()) return time_point::min();
    return doubted_.empty() ? time_point::max() : doubted_until_;
}

bool hint_queue::has_directories(time_point now) const noexcept {
    bool const doubts = now >= doubted_until_ && !doubted_.directories().empty();
    return !waiting_.directories().empty() || doubts;
}

std::string const* hint_queue::next_file(time_point now) noexcept {
    bool const found = move_file(waiting_, scanned_, given_) ||
                       (now >= doubted_until_ && move_file(doubted_, scanned_again_, given_));
    is_used_ |= found;
    note_losses();
    return found ? &given_ : nullptr;
}

void hint_queue::list_files(time_point now) noexcept {
    detail::list_files(waiting_);
    if (now >= doubted_until_) detail::list_files(doubted_);
    note_losses();
}

hint_list::paths hint_queue::take_directories(time_point now) {
    is_used_ = true;
    move_directories(waiting_, scanned_);
    if (now >= doubted_until_) move_directories(doubted_, scanned_again_);
    auto all = scanned_.directories();
    all.insert(scanned_again_.directories().begin(), scanned_again_.directories().end());
    note_losses();
    return all;
}

void hint_queue::pass_began(bool in_slices, scan_ability how) noexcept {
    bool const has_any = !waiting_.empty() || !doubted_.empty();
    scanned_lost_ = lost_ || (has_any && how == scan_ability::whole_only);
    lost_ = false;
    in_slices ? move_directories(waiting_, scanned_) : move_all(waiting_, scanned_);
    in_slices ? move_directories(doubted_, scanned_again_) : move_all(doubted_, scanned_again_);
}

std::string_view hint_queue::directory_of(std::string_view file) noexcept {
    auto const slash = file.find_last_of('/');
    if (slash == file.npos) return ".";
    return slash == 0 ? "/" : file.substr(0, slash);
}

bool hint_queue::has_named(std::string_view file) const noexcept {
    auto const lists = {&waiting_, &doubted_, &scanned_, &scanned_again_};
    return std::any_of(lists.begin(), lists.end(), [&](hint_list const* one) {
        return one->files().contains(file) || one->directories().contains(directory_of(file));
    });
}

std::size_t hint_queue::misses(change_set const& changed) const noexcept {
    if (lost_ || scanned_lost_) return 0;
    return static_cast<std::size_t>(
        std::count_if(changed.begin(), changed.end(), [&](change const& one) {
            return is_edit(one.changed) && !has_named(one.path);
        }));
}

// A difference in a new directory is also one of the directories above.
void hint_queue::differ(change_set const& changed) noexcept {
    if (scanned_.empty()) return;
    if (changed.size() >= burst) return scanned_.clear();
    for (change const& one : changed) {
        std::string_view path = one.path;
        scanned_.remove(path);
        for (auto end = path.rfind('/'); end != path.npos && end > 0; end = path.rfind('/')) {
            path = path.substr(0, end);
            scanned_.remove(path);
        }
        scanned_.remove(path.starts_with('/') ? "/" : ".");
    }
}

void hint_queue::slice_ended(time_point now) noexcept {
    doubt(files_of(scanned_), now);
    hint_list directories;
    move_directories(scanned_, directories);
    scanned_ = std::exchange(directories, {});
    move_directories(scanned_again_, directories);
    scanned_again_ = std::move(directories);
}

bool hint_queue::scan_ended(time_point now) noexcept {
    doubt(scanned_, now);
    scanned_.clear();
    scanned_again_.clear();
    return std::exchange(scanned_lost_, false);
}

void hint_queue::doubt(hint_list const& these, time_point now) noexcept {
    if (doubted_.empty()) doubted_until_ = now + kernel_tick;
    doubted_.add(these);
    note_losses();
}

void hint_queue::give_up() noexcept {
    move_all(scanned_, waiting_);
    move_all(scanned_again_, doubted_);
    lost_ |= std::exchange(scanned_lost_, false);
    note_losses();
}

} // namespace restat::detail
