#include "output.hpp"
#include "progress.hpp"
#include "selection.hpp"
#include "status_reporter.hpp"
#include "tasks.hpp"

#include <restat/detail/exclusion_log.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/snapshot_builder.hpp>

#include <optional>

namespace restat::cli {

int list_files(settings const& from) {
    counting_matcher const matcher{make_matcher(from.files)};
    status_reporter const reporter{from, matcher};
    auto files = make_enumerator(from.files);
    std::optional<scan_progress> progress{matcher};
    snapshot_builder found;
    std::error_code error;
    detail::exclusion_log excluded;
    files.enumerate(matcher_ref{matcher}.with(excluded), found, error);
    progress.reset();
    if (error) {
        reporter.report_error(to_string(finding{{}, error, "scan"}));
        return 1;
    }
    snapshot const seen = found.finish();
    auto findings = seen.findings();
    matcher.faults(findings);
    for (auto const& what : findings) reporter.report_error(to_string(what));
    reporter.report_unwatched(seen, excluded.report(seen, matcher));
    change_writer writer{from};
    writer.write(seen);
    return writer.failed() || !findings.empty() ? 1 : 0;
}

} // namespace restat::cli
