// What the others leave whole: this one must compile.
#include "policies.hpp"

void poll() { restat::basic_reloader{enumerator{}, matcher{}, idle_clock{}, strategy{}}.poll(); }
