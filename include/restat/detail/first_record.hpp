#pragma once

#include <restat/detail/language.hpp>

namespace restat::detail {

/// The record of a module in the baseline, if another file took its path after the load.
enum class first_record : bool {
    of_the_loaded_file, ///< the next scan finds the change
    of_the_path,        ///< as for a child process that loads its files after the scan
};

} // namespace restat::detail
