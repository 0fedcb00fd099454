#include <restat/enumerator/program_enumerator.hpp>

#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/enumerator/module_enumerator.hpp>
#include <restat/enumerator/tree_enumerator.hpp>

#include "platform/process/launch.hpp"

#include <utility>

namespace restat {

static_assert(incremental_enumerator<program_enumerator>);

struct program_enumerator::parts {
    parts(module_enumerator modules, std::vector<std::string> track)
        : all{list_enumerator{own_name()}, std::move(modules),
              tree_enumerator{std::move(track)}} {}

    // Returns the name used to start the program, or no name if this name does not lead to the
    // program. The name may be a link, and the list of modules holds only its target.
    static std::vector<std::string> own_name() {
        auto record = detail::take_launch_record();
        if (record.error) return {};
        return {std::move(record.path)};
    }

    joined_enumerator<list_enumerator, module_enumerator, tree_enumerator> all;
};

program_enumerator::program_enumerator(options const& from)
    : parts_{detail::make_owned<parts>(module_enumerator{}, from.track)} {}

program_enumerator::program_enumerator(options const& from, int pid)
    : parts_{detail::make_owned<parts>(module_enumerator{pid}, from.track)} {}

void program_enumerator::enumerate(matcher_ref matcher, snapshot_builder& into,
                                   std::error_code& error) {
    parts_->all.enumerate(matcher, into, error);
}

void program_enumerator::refresh(matcher_ref matcher, snapshot_update& update,
                                 std::error_code& error) {
    parts_->all.refresh(matcher, update, error);
}

bool program_enumerator::birth_time(std::string_view path, stat_record const& of,
                                    stamp& made) const {
    return parts_->all.birth_time(path, of, made);
}

std::size_t program_enumerator::root_prefix(std::string_view path) const {
    return parts_->all.root_prefix(path);
}

} // namespace restat
