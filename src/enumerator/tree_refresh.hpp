#pragma once

#include "enumerator/tree_look.hpp"

#include <memory>

namespace restat::detail {

/// Scans a tree of which a snapshot is known. Keeps memory from one scan for the next.
template <class FileSystem>
class tree_refresh {
public:
    /// False if it was stopped.
    bool run(FileSystem& files, tree_options how, std::vector<std::string> const& roots,
             matcher_ref matcher, snapshot_update& update) {
        bool const others =
            !(roots == roots_) || !matcher_.has_value() || !matcher_->is_same(matcher);
        auto const number = begin(update.delta());
        for (;;) {
            std::size_t const threads = alone_ ? 1 : threads_for(how);
            update.delta().restart(threads);
            visited_.clear();
            directories_.clear();
            devices_.clear();
            scan_crew<task> crew{threads, *tasks_};
            tree_scan<FileSystem> scan{.files = files,
                                       .how = how,
                                       .matcher = matcher,
                                       .update = update,
                                       .delta = update.delta(),
                                       .visited = visited_,
                                       .crew = crew,
                                       .devices = devices_,
                                       .number = number,
                                       .list_all = others || update.delta().list_all};
            scan.alone = threads == 1;
            one_scan{*this, scan, threads, how.threads > 1}.run(roots);
            if (!scan.given_up) break;
            alone_ = true;
        }
        if (update.stop_requested()) return false;
        update.delta().conclude();
        is_done_ = true;
        roots_ = roots;
        matcher_ = matcher;
        return true;
    }

    /// Has the next scan list each directory.
    void forget() noexcept { matcher_.reset(); }

private:
    using task = typename tree_scan<FileSystem>::task;

    // The same number as before until what was found is made use of: only then the rules that
    // were read are those by which the known snapshot came to be.
    std::uint64_t begin(snapshot_delta& delta) noexcept {
        if (is_done_ && !delta.pending) ++number_;
        is_done_ = false;
        delta.pending = true;
        return number_;
    }

    // A thread costs about as much as this many looks; a tree not much larger is done without.
    static constexpr std::size_t worth_a_thread = 2000;

    static std::size_t threads_for(tree_options how) noexcept {
        if constexpr (requires { requires FileSystem::concurrent; }) {
            if (how.threads > 0) return std::min(how.threads, scan_crew<task>::largest);
            return std::min<std::size_t>(sys::usable_cores(), scan_crew<task>::largest);
        }
        return 1;
    }

    struct one_scan {
        one_scan(tree_refresh& of, tree_scan<FileSystem>& with, std::size_t threads, bool now)
            : memory{of}, scan{with}, at_once{now} {
            while (memory.workers_.size() < threads) {
                memory.workers_.push_back(std::make_unique<tree_worker<FileSystem>>());
            }
            for (std::size_t i = 0; i < threads; ++i) memory.workers_[i]->begin(scan, i);
            memory.workers_[0]->pause_for = this;
            memory.workers_[0]->pause = [](void* self) { static_cast<one_scan*>(self)->grow(); };
        }
        ~one_scan() { memory.workers_[0]->pause = nullptr; }

        void operator()(std::size_t number, task& what) { memory.workers_[number]->run(what); }

        void grow() {
            bool const pays =
                at_once || memory.workers_[0]->looked_at() >= worth_a_thread || knows_many();
            if (pays && scan.crew.may_start()) scan.crew.start(*this);
        }

        bool knows_many() const noexcept {
            return scan.delta.known && scan.delta.known->rows.size() >= 2 * worth_a_thread;
        }

        bool stopped() const noexcept { return scan.update.stop_requested() || scan.given_up; }

        void run(std::vector<std::string> const& roots) {
            for (std::string const& root : roots) {
                if (stopped()) return;
                look_at_root(std::string{plain_path(root)});
            }
            auto const count = memory.directories_.size();
            for (std::size_t i = 0; i < count && !stopped(); ++i) walk(i);
            scan.crew.finish();
        }

        // For `look_at_named`.
        void add_error(std::string_view path, std::error_code error, std::string_view operation) {
            mine().findings.push_back({std::string{path}, error, std::string{operation}});
            if (!is_absence(error)) keep(std::string{path});
        }

        void look_at_root(std::string const& path) {
            look const seen = look_at_named(scan.files, path, *this);
            if (seen.record.type == file_type::none) return;
            if (seen.record.type == file_type::directory) {
                memory.directories_.push_back(path);
            } else if (watches(scan.matcher({path, name_offset(path), seen.record.type})) &&
                       claim(path)) {
                add_named({path, seen.record, seen.link});
            }
        }

        // Takes a file for the name it was given, so that it is not found once more in its
        // directory.
        bool claim(std::string const& path) {
            std::size_t const name = name_offset(path);
            std::string const parent =
                name == 0 ? "." : path.substr(0, std::max<std::size_t>(name - 1, 1));
            std::error_code error;
            stat_record const in = scan.files.stat(parent.c_str(), last_link::follow, error);
            return error || scan.named.insert({{in.device, in.inode}, path.substr(name)}).second;
        }

        void add_named(entry const& is) {
            auto const at = find_row(is.path.name());
            if (at == snapshot::contents::no_row) return mine().loose.add(is, true);
            mine().named.push_back(at);
            auto const& known = *scan.delta.known;
            entry const old = known.kinds.unpack(known.rows[at], is.path);
            bool const same = differences(old.record, is.record) == fields::none &&
                              differences(old.link, is.link) == fields::none &&
                              old.record.final == is.record.final &&
                              old.link.final == is.link.final;
            if (!same) mine().edits.push_back({at, mine().fresh.kinds.pack(is, true)});
        }

        // The known row of a file that is a root.
        std::uint32_t find_row(std::string_view path) const {
            auto const* known = scan.delta.known;
            auto const at = known ? known->find_row(path) : snapshot::contents::no_row;
            if (at == snapshot::contents::no_row) return at;
            return known->kinds[known->rows[at].kind].named ? at : snapshot::contents::no_row;
        }

        // Of a root that cannot be looked at, all that is known stays.
        void keep(std::string path) {
            auto const* known = scan.delta.known;
            if (!known) return;
            if (auto const row = find_row(path); row != snapshot::contents::no_row) {
                mine().named.push_back(row);
            } else if (auto const other = known->find_row(path);
                       other != snapshot::contents::no_row) {
                mine().loose.add(known->kinds.unpack(known->rows[other], path), true);
            }
            if (path == ".") path.clear();
            if (!path.empty() && !path.ends_with('/')) path += '/';
            memory.workers_[0]->keep_known(known->find_directory(path));
        }

        void walk(std::size_t number) {
            std::string const& root = memory.directories_[number];
            task& what = (*memory.tasks_)[largest_crew];
            what.root = root;
            what.path = root == "." ? "" : root;
            what.number = number;
            what.known = directory_row::no_directory;
            what.link = last_link::follow;
            what.is_root = true;
            what.rules_changed = false;
            std::error_code error;
            what.at = scan.files.open(root.c_str(), error);
            if (error) return add_error(root, error, is_absence(error) ? "find" : "open");
            what.below =
                what.path.size() + (what.path.empty() || what.path.ends_with('/') ? 0 : 1);
            memory.workers_[0]->run(what);
            while (scan.crew.take_last(what)) memory.workers_[0]->run(what);
        }

        scan_harvest& mine() noexcept { return scan.delta.harvests[0]; }

        tree_refresh& memory;
        tree_scan<FileSystem>& scan;
        bool at_once;
    };

    visited_directories visited_;
    std::vector<std::pair<std::uint64_t, bool>> devices_;
    std::vector<std::string> directories_; // roots that are
    std::unique_ptr<typename scan_crew<task>::queue> tasks_ =
        std::make_unique<typename scan_crew<task>::queue>();
    std::vector<std::unique_ptr<tree_worker<FileSystem>>> workers_;
    std::vector<std::string> roots_;
    std::optional<matcher_ref> matcher_;
    std::uint64_t number_ = 1;
    bool is_done_ = false;
    bool alone_ = false;
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
    if (!memory_) memory_ = detail::make_owned<detail::tree_refresh<FileSystem>>();
    if (!memory_->run(files_, how_, roots_, matcher, update)) {
        error = std::make_error_code(std::errc::operation_canceled);
    }
}

} // namespace restat
