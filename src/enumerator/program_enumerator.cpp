#include <restat/enumerator/program_enumerator.hpp>

#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/enumerator/module_enumerator.hpp>
#include <restat/enumerator/tree_enumerator.hpp>

namespace restat {

static_assert(file_enumerator<program_enumerator>);

struct program_enumerator::parts {
    parts(module_enumerator modules, std::vector<std::string> track)
        : all{std::move(modules), tree_enumerator{std::move(track)}} {}

    joined_enumerator<module_enumerator, tree_enumerator> all;
};

program_enumerator::program_enumerator(options const& from)
    : parts_{detail::make_owned<parts>(module_enumerator{}, from.track)} {}

program_enumerator::program_enumerator(options const& from, int pid)
    : parts_{detail::make_owned<parts>(module_enumerator{pid}, from.track)} {}

void program_enumerator::enumerate(matcher_ref matcher, snapshot_builder& into,
                                   std::error_code& error) {
    parts_->all.enumerate(matcher, into, error);
}

} // namespace restat
