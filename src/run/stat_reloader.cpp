#include <restat/stat_reloader.hpp>

namespace restat {

template class basic_reloader<program_enumerator, ignore_matcher, interruptible_clock,
                              exec_restart>;

} // namespace restat
