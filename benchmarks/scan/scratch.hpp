#pragma once

#include <functional>
#include <string>

namespace bench {

/// Calls `work` with a new directory below `parent`, in a process of its own, and returns its
/// result. However that ends, by itself, by an error or by Ctrl-C, whatever it has started is
/// ended and the directory is gone.
int with_scratch(std::string const& parent, std::function<int(std::string const&)> const& work);

} // namespace bench
