#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/dependency_graph.hpp>
#include <restat/export.hpp>

#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace restat {

/// A rule of a depfile: each target depends on each dependency.
struct depfile_rule {
    std::vector<std::string> targets;
    std::vector<std::string> dependencies;

    friend bool operator==(depfile_rule const&, depfile_rule const&) = default;
};

/// Parses a depfile in the format of `make`, as compilers write it for `-MD`:
///
///     main.spv : shaders/main.frag shaders/my\ light.glsl
///
/// A backslash joins lines, and escapes a space, a `#` or a colon in a name; `$$` is a `$`; an
/// unescaped `#` starts a comment. The first colon before white space or the end of the line ends
/// the targets. A rule without dependencies, as by `-MP`, is a rule with an empty list.
/// \errors `errc::incomplete` for a text that ends inside of a rule; `invalid_argument` for a line
/// without a colon or without a target. The result is then empty
/// \source GNU make, "Rule Syntax"; GCC, "Preprocessor Options"
[[nodiscard]] RESTAT_EXPORT std::vector<depfile_rule> parse_depfile(std::string_view text,
                                                                    std::error_code& error);

/// Replaces, in a graph, the dependencies of each target in a depfile. Several rules of a target
/// count together. A relative path begins in `directory`, the working directory of the compiler;
/// without a directory, the path stays as it is.
/// \errors as `parse_depfile`; the graph then stays as it is
RESTAT_EXPORT void read_depfile(dependency_graph& graph, std::string_view text,
                                std::string_view directory, std::error_code& error);
/// Does the same, and throws.
/// \errors throws `reload_error`
RESTAT_EXPORT void read_depfile(dependency_graph& graph, std::string_view text,
                                std::string_view directory = {});

} // namespace restat
#endif
