#pragma once

#include "settings.hpp"
#include "status_reporter.hpp"

#include <restat/detail/start_directory.hpp>
#include <restat/restart/command_options.hpp>

#include <string>
#include <vector>

namespace restat::cli {

/// Prepares each run of the command: reads the environment files again, and replaces `{}` by the
/// changed paths. If a file cannot be read, its last variables stay, and the reporter gets an
/// error, once until the file is readable again.
class run_preparation {
public:
    /// \errors throws `usage_error` if a file cannot be read now
    run_preparation(settings const& from, status_reporter const& reporter);

    void operator()(next_run& run);

private:
    struct environment_file {
        std::string path;
        std::vector<std::string> assignments = {};
        std::string reported = {}; // the last error
    };

    void read(environment_file& file) const;
    void read_again(environment_file& file) const;
    void insert_changes(next_run& run) const;

    status_reporter const& reporter_;
    std::vector<environment_file> files_;
    bool is_elsewhere_; // the command runs in another directory
    detail::start_directory directory_;
};

} // namespace restat::cli
