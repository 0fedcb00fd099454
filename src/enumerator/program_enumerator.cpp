#include <restat/enumerator/program_enumerator.hpp>

#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/enumerator/module_enumerator.hpp>
#include <restat/enumerator/tree_enumerator.hpp>

#include "enumerator/checked_path.hpp"
#include "platform/modules/file_identity.hpp"
#include "platform/process/launch.hpp"

#include <restat/file_system/native_file_system.hpp>

#include <utility>

namespace restat {

static_assert(incremental_enumerator<program_enumerator>);
static_assert(hinting_enumerator<program_enumerator>);

namespace {

// Returns the name used to start the program, or no name if this name does not lead to the
// program. The name may be a link, and the list of modules holds only its target.
std::vector<std::string> own_name() {
    auto record = detail::take_launch_record();
    if (record.error) return {};
    return {std::move(record.path)};
}

using detail::first_record;

// The file at the name used to start the program. A build may have put another file there since
// the start. If the baseline has the record of the running file, the next scan finds the change.
class own_program : public list_enumerator {
public:
    explicit own_program(first_record which) : own_program{own_name(), which} {}

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error) {
        bool const wants_running_file =
            into.is_baseline() && first_ == first_record::of_the_loaded_file;
        if (wants_running_file && add_replaced(matcher, into)) return error.clear();
        list_enumerator::enumerate(matcher, into, error);
    }

private:
    own_program(std::vector<std::string> names, first_record which)
        : list_enumerator{names}, name_{names.empty() ? "" : names.front()}, first_{which} {}

    // Adds the running file under the name of another file. Returns false if there is no other
    // file.
    bool add_replaced(matcher_ref matcher, snapshot_builder& into) const {
        native_file_system files;
        std::error_code error;
        auto const found = files.stat(name_.c_str(), last_link::follow, error);
        bool const is_another =
            !error && found.type == file_type::regular && !detail::is_running_program(name_) &&
            watches(matcher({name_, detail::name_offset(name_), file_type::regular, true}));
        if (!is_another) return false;
        char const* const running = "/proc/self/exe";
        auto how = last_link::follow;
        auto const record = detail::read_record(files, error, running, how);
        if (!error) into.add({name_, record, {}, false});
        return !error;
    }

    std::string name_;
    first_record first_;
};

} // namespace

struct program_enumerator::parts {
    parts(first_record which, module_enumerator modules, options const& from)
        : all{own_program{which}, std::move(modules),
              tree_enumerator{from.track, {.events = from.events}}} {}

    joined_enumerator<own_program, module_enumerator, tree_enumerator> all;
};

program_enumerator::program_enumerator(options const& from)
    : program_enumerator{from, first_record::of_the_loaded_file} {}

program_enumerator::program_enumerator(options const& from, first_record which)
    : parts_{detail::make_owned<parts>(which, module_enumerator{which}, from)} {}

program_enumerator::program_enumerator(options const& from, int pid)
    : parts_{detail::make_owned<parts>(first_record::of_the_path, module_enumerator{pid}, from)} {
}

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

void program_enumerator::take_hints(snapshot const& latest, hint_list& into) {
    parts_->all.take_hints(latest, into);
}

void program_enumerator::check_unwatched(matcher_ref matcher, snapshot const& latest,
                                         hint_list& into) {
    parts_->all.check_unwatched(matcher, latest, into);
}

int program_enumerator::hint_descriptor() { return parts_->all.hint_descriptor(); }

event_coverage program_enumerator::coverage() const { return parts_->all.coverage(); }

} // namespace restat
