#include "settings.hpp"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace bench {
namespace {

namespace fs = std::filesystem;

template <class Number>
Number number_of(std::string const& option, std::string const& text, Number least) {
    Number value{};
    char const* const end = text.data() + text.size();
    auto const [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || value < least) {
        throw std::runtime_error{option + " needs a number, at least " + std::to_string(least) +
                                 ", not \"" + text + "\""};
    }
    return value;
}

void set(settings& in, std::string const& option, std::string const& value) {
    if (option == "--files") {
        in.files = number_of<std::size_t>(option, value, 100);
    } else if (option == "--rounds") {
        in.rounds = number_of<std::size_t>(option, value, 1);
    } else if (option == "--seed") {
        in.seed = number_of<std::uint64_t>(option, value, 0);
    } else if (option == "--limit") {
        in.limit = number_of<double>(option, value, 1);
    } else if (option == "--cache") {
        in.cache = value;
    } else if (option == "--json") {
        in.json = value;
    } else if (option == "--svg") {
        in.svg = value;
    } else {
        throw std::runtime_error{"unknown option " + option + "; see --help"};
    }
}

// A corpus in the checkout would be found by all who look through the source.
void refuse_checkout(std::string const& folder) {
    fs::path const checkout = fs::weakly_canonical(RESTAT_CHECKOUT);
    for (fs::path at = fs::weakly_canonical(folder); at != at.root_path();
         at = at.parent_path()) {
        if (at == checkout) throw std::runtime_error{folder + " is inside the checkout"};
    }
}

} // namespace

std::string_view usage() noexcept {
    return "benchmarks/run [--files N] [--rounds N] [--seed N] [--limit SECONDS]\n"
           "               [--cache DIRECTORY] [--json FILE] [--svg FILE] [--install]\n\n"
           "Scans trees of up to N files (100,000) by restat, by the raw system calls, and by\n"
           "what else is installed: side by side, in rounds (9) that begin within the limit "
           "(420\n"
           "seconds). Prints tables; writes JSON, and a plot of time against files.\n\n"
           "  --cache DIRECTORY  keep the trees there for the next run; else they are made in\n"
           "                     $TMPDIR or /tmp and deleted at the end\n"
           "  --install          install the rivals that Debian has a package of\n";
}

settings settings_of(std::vector<std::string> const& arguments) {
    settings made;
    char const* const temporary = std::getenv("TMPDIR");
    made.scratch = temporary && *temporary ? temporary : "/tmp";
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        made.help = made.help || arguments[i] == "--help" || arguments[i] == "-h";
        if (made.help) return made;
        if (i + 1 == arguments.size()) throw std::runtime_error{arguments[i] + " needs a value"};
        set(made, arguments[i], arguments[i + 1]);
    }
    if (!made.cache.empty()) {
        refuse_checkout(made.cache);
        fs::create_directories(made.cache);
        made.scratch = made.cache = fs::canonical(made.cache).string();
    }
    made.scratch = fs::canonical(made.scratch).string();
    return made;
}

} // namespace bench
