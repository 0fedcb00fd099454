#pragma once

#include <string>

namespace CLI {
class App;
}

namespace restat::cli {

/// Returns the page restat(1) in the language of man(7), with the texts of --help.
std::string manual_page(CLI::App const& program);

} // namespace restat::cli
