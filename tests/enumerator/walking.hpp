#pragma once

#include "enumerator/open_chain.hpp"

#include "enumerator/scanning.hpp"
#include "support/pausing.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

// Shared tools for the tests of a worker's parts.
namespace walking {

using restat::detail::directory_row;
using restat::testing::memory_file_system;

inline constexpr scanning::everything all{};

/// Returns the snapshot of a tree in memory.
inline restat::snapshot known_tree(memory_file_system const& tree,
                                   restat::matcher_ref matcher = all,
                                   std::vector<std::string> const& roots = {"t"}) {
    restat::basic_tree_enumerator<memory_file_system> walk{roots, {}, tree};
    restat::snapshot known;
    restat::snapshot_update update;
    std::error_code error;
    update.begin(known);
    walk.refresh(matcher, update, error);
    BOOST_REQUIRE(!error);
    update.apply(known);
    return known;
}

/// A scan of a tree in memory by a single worker. Holds all that the parts of a worker need, and
/// the chain of open directories, the lowest part.
struct stage {
    struct settings {
        std::vector<std::string> roots{"t"};
        restat::matcher_ref matcher{all};
        restat::tree_options how{};
        bool list_all = false;
        std::size_t threads = 1;
    };

    explicit stage(memory_file_system const& of) : stage{of, {}, settings{}} {}
    stage(memory_file_system const& of, restat::snapshot from)
        : stage{of, std::move(from), settings{}} {}
    stage(memory_file_system const& of, restat::snapshot from, settings const& with)
        : tree{of}
        , known{std::move(from)}
        , workers{with.threads, *tasks}
        , shared{.files = tree,
                 .paths = {tree, base},
                 .roots = take(with.roots),
                 .changed = {roots, nullptr, with.matcher, false},
                 .how = with.how,
                 .matcher = with.matcher,
                 .update = begin(with.threads),
                 .delta = update.delta(),
                 .visited = visited,
                 .workers = workers,
                 .detours = detours,
                 .devices = devices,
                 .list_all = with.list_all} {
        shared.alone = with.threads == 1;
        scan.begin(shared, 0);
    }

    /// Enters the root `t`.
    void enter_root() {
        restat::detail::walk_origin from;
        from.root = "t";
        from.below = 2;
        chain.begin(from, "t");
        std::error_code error;
        lower(tree.open("t", error));
        BOOST_REQUIRE(!error);
    }
    /// Enters a subdirectory of the lowest directory.
    void enter(std::string const& name) {
        auto& in = chain.lowest();
        in.add_below(name, restat::file_type::directory, directory_row::no_directory);
        in.current = in.below.size() - 1;
        in.next = in.below.size();
        chain.go_to(name);
        std::error_code error;
        auto opened =
            chain.open(in.below[in.current].name.data(), restat::last_link::keep, error);
        BOOST_REQUIRE(!error);
        lower(std::move(opened));
    }
    /// Makes the scan pause before entries from now on.
    void pause(bool paused) {
        static support::pausing always{[] { return true; }};
        update.bound(paused ? &always : nullptr, {});
    }
    /// Returns the fate of a known directory (path with its slash).
    restat::detail::fate fate_of(std::string_view path) const {
        auto const at = scan.find_known(path);
        BOOST_REQUIRE(at != directory_row::no_directory);
        return shared.delta.fates[at];
    }
    restat::detail::scan_harvest& found() const { return scan.found(); }
    /// Returns the names of the subdirectories of the lowest directory.
    scanning::paths below() const { return names_of(chain.lowest().below); }
    static scanning::paths names_of(restat::name_list const& names) {
        scanning::paths listed;
        for (std::size_t i = 0; i < names.size(); ++i) listed.emplace_back(names[i].name);
        return listed;
    }

    memory_file_system tree;
    restat::snapshot known;
    restat::detail::root_list roots;
    restat::detail::base_directory base;
    restat::snapshot_update update;
    restat::detail::visited_directories visited;
    restat::detail::detour_list detours;
    std::vector<std::pair<std::uint64_t, bool>> devices;
    using task = restat::detail::tree_scan<memory_file_system>::task;
    using pool = restat::detail::worker_pool<task>;
    std::unique_ptr<pool::queue> tasks = std::make_unique<pool::queue>();
    pool workers;
    restat::detail::tree_scan<memory_file_system> shared;
    restat::detail::worker_scan<memory_file_system> scan;
    restat::detail::open_chain<memory_file_system> chain{scan};

private:
    restat::detail::root_list const& take(std::vector<std::string> const& named) {
        roots.take(named);
        return roots;
    }
    restat::snapshot_update& begin(std::size_t threads) {
        update.begin(known);
        update.delta().restart(threads);
        return update;
    }
    void lower(memory_file_system::directory opened) {
        auto& made = chain.prepare(std::move(opened), restat::last_link::keep,
                                   directory_row::no_directory);
        std::error_code error;
        auto const record = tree.stat(made.at, error);
        BOOST_REQUIRE(!error);
        made.id = {record.device, record.inode};
        chain.lower();
        chain.close_above();
    }
};

} // namespace walking
