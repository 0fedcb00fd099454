#include "run_preparation.hpp"

#include "environment_file.hpp"
#include "path_arguments.hpp"
#include "path_files.hpp"

#include <restat/escape.hpp>
#include <restat/renames.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <stdexcept>

namespace restat::cli {
run_preparation::run_preparation(settings const& from, status_reporter const& reporter)
    : reporter_{reporter}, is_elsewhere_{!from.run.directory.empty()} {
    for (auto const& path : from.environment_files) {
        files_.push_back({.path = path});
        read(files_.back());
    }
}

void run_preparation::operator()(next_run& run) {
    for (auto& file : files_) {
        read_again(file);
        for (auto const& assignment : file.assignments) run.set(assignment);
    }
    insert_changes(run);
}

void run_preparation::read(environment_file& file) const {
    try {
        file.assignments = parse_environment(read_file("--env-file", file.path));
    } catch (std::invalid_argument const& line) {
        throw usage_error{fmt::format("--env-file '{}': line {} is not NAME=VALUE",
                                      escape(file.path), line.what())};
    }
}

void run_preparation::read_again(environment_file& file) const {
    std::string error;
    try {
        read(file);
    } catch (usage_error const& failed) {
        error = failed.what();
    }
    if (!error.empty() && error != file.reported) {
        reporter_.report_error(error + "; the last variables stay");
    }
    file.reported = error;
}

void run_preparation::insert_changes(next_run& run) const {
    auto const& command = run.command;
    if (!has_placeholder(command)) return;
    std::vector<std::string> paths;
    for (auto const& what : without_renames(run.changes)) {
        paths.push_back(is_elsewhere_ ? directory_.whole(what.path) : what.path);
    }
    std::size_t inserted = 0;
    run.command = with_paths(command, paths, bytes_beside(run.environment), inserted);
    if (inserted == paths.size()) return;
    reporter_.report(fmt::format("{} of {} changed paths fit into the arguments of the command; "
                                 "RESTAT_CHANGES has all",
                                 inserted, paths.size()));
}

} // namespace restat::cli
