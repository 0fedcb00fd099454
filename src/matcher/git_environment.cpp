#include <restat/matcher/gitignore_matcher.hpp>

#include <algorithm>
#include <cstdlib>

namespace restat {
namespace {

std::optional<std::string> variable(std::string const& name) {
    char const* const value = std::getenv(name.c_str());
    return value ? std::optional<std::string>{value} : std::nullopt;
}

// The limit for GIT_CONFIG_COUNT; a larger number is a mistake.
constexpr unsigned long most_settings = 10'000;

} // namespace

gitignore_options gitignore_options_of_environment() {
    gitignore_options found;
    found.home = variable("HOME").value_or("");
    found.config_home = variable("XDG_CONFIG_HOME").value_or("");
    auto const none = variable("GIT_CONFIG_NOSYSTEM").value_or("");
    bool const reads_system = none.empty() || none == "0" || none == "false" || none == "no";
    if (reads_system) {
        found.system_config = variable("GIT_CONFIG_SYSTEM").value_or("/etc/gitconfig");
    }
    found.global_config = variable("GIT_CONFIG_GLOBAL");
    auto const given = variable("GIT_CONFIG_COUNT").value_or("");
    auto const count = std::min(std::strtoul(given.c_str(), nullptr, 10), most_settings);
    for (unsigned long i = 0; i < count; ++i) {
        auto const key = variable("GIT_CONFIG_KEY_" + std::to_string(i));
        auto const value = variable("GIT_CONFIG_VALUE_" + std::to_string(i));
        if (key && value) found.settings.emplace_back(*key, *value);
    }
    return found;
}

} // namespace restat
