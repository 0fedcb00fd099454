#pragma once

#include "enumerator/directory_recorder.hpp"
#include "enumerator/known_subtrees.hpp"
#include "enumerator/rule_questions.hpp"
#include "enumerator/work_splitter.hpp"

namespace restat::detail {

/// The parts of a worker that need only its scan and its chain of open directories. The checks and
/// the scope of the walk use them.
template <class FileSystem>
struct worker_parts {
    worker_scan<FileSystem>& scan;
    open_chain<FileSystem>& chain;
    directory_recorder<FileSystem> recorder{scan, chain};
    known_subtrees<FileSystem> known{scan, chain};
    rule_questions<FileSystem> questions{scan, chain};
    work_splitter<FileSystem> splitter{scan, chain};
};

} // namespace restat::detail
