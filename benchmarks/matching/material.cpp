#include "material.hpp"

#include <random>

namespace bench {
namespace {

constexpr std::string_view words[] = {
    "src",    "include", "lib",    "test",   "core",    "util",  "net",   "http",   "json",
    "parser", "model",   "view",   "driver", "kernel",  "sound", "video", "crypto", "index",
    "config", "vendor",  "assets", "docs",   "api",     "main",  "cache", "node",   "render",
    "client", "server",  "schema", "router", "storage", "query", "auth",  "theme",  "widget"};
constexpr std::string_view suffixes[] = {".c",  ".h",  ".cpp", ".hpp", ".py",   ".js",
                                         ".ts", ".md", ".rs",  ".txt", ".json", ".png",
                                         ".go", ".o",  ".log", ""};
constexpr std::string_view tops[] = {"src",      "include", "tests", "tools",    "third_party",
                                     "packages", "docs",    "build", "platform", "scripts"};

// Distributions of the standard library differ between its implementations; this does not.
class dice {
public:
    explicit dice(std::uint64_t seed) : engine_{seed} {}
    std::size_t below(std::size_t limit) { return engine_() % limit; }
    template <std::size_t Size>
    std::string one_of(std::string_view const (&from)[Size]) {
        return std::string{from[below(Size)]};
    }
    std::string name() {
        auto name = one_of(words);
        if (below(2) == 0) name += (below(2) == 0 ? '_' : '-') + one_of(words);
        if (below(3) == 0) name += std::to_string(below(1000));
        return name;
    }

private:
    std::mt19937_64 engine_;
};

// Some 20 files of each directory come one after the other, as a scan finds them.
std::vector<std::string> make_paths(std::size_t count, dice& random) {
    std::vector<std::string> paths;
    paths.reserve(count);
    while (paths.size() < count) {
        std::string directory = random.one_of(tops);
        for (auto depth = 1 + random.below(6); depth > 0; --depth)
            directory += '/' + random.name();
        for (auto files = 1 + random.below(40); files > 0 && paths.size() < count; --files) {
            paths.push_back(directory + '/' + random.name() + random.one_of(suffixes));
        }
    }
    return paths;
}

std::vector<std::string> make_globs(std::size_t count) {
    std::vector<std::string> globs{"src/**/*.cpp"};
    for (std::size_t i = 0; globs.size() < count; ++i) {
        auto const n = std::to_string(i);
        for (auto const& glob :
             {"file" + n + ".c", "src/core" + n + "/main.c", "*.x" + n, "lib" + n + "-*",
              "*_test" + n + ".js", "src/core" + n + "/**/*.hpp", "**/vendor" + n + "/**",
              "*view" + n + "[a-z]*.ts", "docs/**/api-" + n + "*.md", "*_gen" + n + ".?pp"}) {
            if (globs.size() < count) globs.push_back(glob);
        }
    }
    return globs;
}

// Rules as they stand in the repositories of kernels, browsers and monorepos, by kind.
constexpr std::string_view root_rules = R"(# What the build makes
*.o
*.o.*
*.a
*.so
*.so.*
*.ko
*.mod
*.mod.c
*.lst
*.order
*.patch
*.gz
*.bz2
*.xz
*.zst
*.elf
*.dtb
*.dwo
*.gcda
*.gcno
*.pyc
*.class
*.log
*.tmp
*.cache
/build/
/out/
/dist/
/target/
.DS_Store
Thumbs.db
/tags
/TAGS
/cscope.*
*.orig
*.rej
*~
\#*#
.*.sw[a-p]
.vscode/
.idea/
/.config
/.version
!.gitignore
!.mailmap
node_modules/
__pycache__/
.pytest_cache/
*.egg-info/
/vmlinux*
/System.map
/Module.symvers
/modules.builtin*
/debian/
/rpmbuild/
/snap/
*.min.js
*.bundle.*
*.tsbuildinfo
npm-debug.log*
yarn-error.log
coverage/
.nyc_output
/third_party/*/build/
/packages/**/lib/generated/
packages/*/dist
docs/_build/
docs/api/*
!docs/api/index.md
/tools/**/*.exe
CMakeCache.txt
CMakeFiles/
compile_commands.json
.env
.env.*
!.env.example
*.pem
*.key
*.swp
core.[0-9]*
cmake-build-*/
*_generated.[ch]pp
**/testdata/**/*.out
)";

std::vector<std::pair<std::string, std::string>> make_ignore_files(
    std::vector<std::string> const& paths) {
    std::vector<std::pair<std::string, std::string>> files{{"", std::string{root_rules}}};
    for (auto const& [directory, rules] :
         std::initializer_list<std::pair<char const*, char const*>>{
             {"src", "*.generated.cpp\n/version.h\nmoc_*\nui_*.h\n"},
             {"tests", "*.actual\n/tmp/\n!*.log\nresults-*.json\n"},
             {"tools", "bin/\n*.pyo\n/local-*\n"},
             {"packages", "*/lib/*.js\n*.d.ts\n!*.config.js\n"},
             {"docs", "*.aux\n*.pdf\n_site/\n"}}) {
        files.emplace_back(directory, rules);
    }
    std::size_t const step = paths.size() / 60 + 1; // and in some directories deep below
    for (std::size_t i = step; i < paths.size(); i += step) {
        auto const directory = paths[i].substr(0, paths[i].find_last_of('/'));
        bool const again = directory == files.back().first;
        if (!again && !directory.starts_with("build/")) {
            files.emplace_back(directory, "*.bin\n/local\n!keep.bin\n");
        }
    }
    return files;
}

} // namespace

material make_material(std::size_t paths, std::uint64_t seed) {
    dice random{seed};
    material made;
    made.paths = make_paths(paths, random);
    made.globs = make_globs(10'000);
    made.regexes = {"\\.cpp$",           "^src/.*_test\\.(c|h)pp$", "(^|/)vendor/", "/tmp[0-9]+$",
                    "\\.min\\.js$",      "render\\d{3}\\.",         "^docs/api/",   "[Dd]river-",
                    "\\.(swp|bak|old)$", "third_party/.*\\.json$"};
    made.ignore_files = make_ignore_files(made.paths);
    return made;
}

} // namespace bench
