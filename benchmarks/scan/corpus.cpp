// Corpora: first a plan, which is a function of shape, size and seed alone; then the tree, by two
// threads that make files relative to their open directory, as fast as the file system allows.
#include "corpus.hpp"

#include "descriptor.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bench {
namespace {

namespace fs = std::filesystem;
using directories = std::vector<directory_plan>;

std::string numbered(std::string_view prefix, std::size_t number) {
    std::string digits = std::to_string(number);
    digits.insert(0, 6 - std::min<std::size_t>(digits.size(), 6), '0');
    return std::string{prefix} + digits;
}

std::vector<std::string> numbered_files(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) names.push_back(numbered("source_", i) + ".cpp");
    return names;
}

// Directories of the same size, each where `path_of` puts it.
template <class PathOf>
directories regular_tree(std::string const& root, std::size_t files, std::size_t each,
                         PathOf path_of) {
    directories made{{root, {}}};
    for (std::size_t i = 0; files > 0; ++i) {
        std::size_t const here = std::min(each, files);
        made.push_back({path_of(i), numbered_files(here)});
        files -= here;
    }
    return made;
}

directories flat_tree(std::string const& root, std::size_t files, std::size_t each) {
    return regular_tree(root, files, each,
                        [&](std::size_t i) { return root + "/" + numbered("part_", i); });
}

directories deep_tree(std::string const& root, std::size_t files) {
    constexpr std::size_t depth = 100;
    std::string path;
    return regular_tree(root, files, 10, [&](std::size_t i) {
        if (i % depth == 0) path = root + "/" + numbered("chain_", i / depth);
        return i % depth == 0 ? path : path += "/sub";
    });
}

// Distributions of the standard library differ between its implementations; this does not.
class dice {
public:
    explicit dice(std::uint64_t seed) : engine_{seed} {}
    std::size_t below(std::size_t limit) { return engine_() % limit; }
    template <std::size_t Size>
    std::string_view one_of(std::string_view const (&words)[Size]) {
        return words[below(Size)];
    }

private:
    std::mt19937_64 engine_;
};

constexpr std::string_view words[] = {"index",  "parse", "render", "stream", "client",
                                      "router", "cache", "loader", "schema", "helpers",
                                      "types",  "async", "buffer", "plugin", "transform"};
constexpr std::string_view folders[] = {"lib",   "dist", "src",      "test",
                                        "esm",   "cjs",  "internal", "utils",
                                        "types", "fp",   "locale",   "node_modules"};
constexpr std::string_view endings[] = {".js", ".d.ts", ".js.map", ".json", ".mjs", ".md"};

std::vector<std::string> module_files(dice& chance, std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
        std::string name{chance.one_of(words)};
        name += "-" + std::to_string(i);
        name += chance.one_of(endings);
        names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

directories module_tree(std::string const& root, std::size_t files, std::uint64_t seed) {
    dice chance{seed};
    directories made{{root, {}}, {root + "/node_modules", {}}};
    for (std::size_t package = 0; files > 0; ++package) {
        std::size_t const first = made.size();
        made.push_back({numbered(root + "/node_modules/package-", package), {}});
        for (std::size_t i = chance.below(12); i > 0; --i) {
            auto const& parent = made[first + chance.below(made.size() - first)].path;
            made.push_back({parent + "/" + std::string{chance.one_of(folders)} +
                                std::to_string(made.size() - first),
                            {}});
        }
        for (std::size_t i = first; i < made.size(); ++i) {
            std::size_t const here = std::min(1 + chance.below(25), files);
            made[i].files = module_files(chance, here);
            files -= here;
        }
    }
    return made;
}

directories tree_of(corpus_plan const& plan, std::string const& root) {
    switch (plan.kind) {
    case shape::shallow: return flat_tree(root, plan.files, 20);
    case shape::deep: return deep_tree(root, plan.files);
    case shape::wide: return flat_tree(root, plan.files, 5'000);
    case shape::modules: break;
    }
    return module_tree(root, plan.files, plan.seed);
}

// Goes into the name, so that a tree made by other rules is not taken for this one.
std::string fingerprint(directories const& of, std::size_t skip) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    auto const add = [&](std::string_view text) {
        for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    };
    for (directory_plan const& directory : of) {
        add(std::string_view{directory.path}.substr(skip));
        for (std::string const& file : directory.files) add(file);
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < 8; ++i, hash >>= 4) text += digits[hash & 15];
    return text;
}

void make_files(directory_plan const& in) {
    descriptor const at = open_directory(in.path);
    for (std::string const& name : in.files) {
        must(::mknodat(at.number(), name.c_str(), S_IFREG | 0644, 0), name);
    }
}

void build(corpus const& what) {
    for (directory_plan const& each : what.directories) {
        must(::mkdir(each.path.c_str(), 0755), each.path);
    }
    in_threads(2, what.directories.size(),
               [&](std::size_t index) { make_files(what.directories[index]); });
    descriptor const root = open_directory(what.root);
    must(::syncfs(root.number()), what.root); // nothing left to be written during a measurement
}

} // namespace

std::string_view name_of(shape kind) noexcept {
    switch (kind) {
    case shape::shallow: return "shallow";
    case shape::deep: return "deep";
    case shape::wide: return "wide";
    case shape::modules: break;
    }
    return "modules";
}

corpus make_corpus(corpus_plan const& plan, std::string const& folder) {
    std::string const stem =
        std::string{name_of(plan.kind)} + "-" + std::to_string(plan.files) + "-";
    std::string const made = fingerprint(tree_of(plan, ""), 0);
    corpus result{plan, folder + "/" + stem + made, {}};
    result.directories = tree_of(plan, result.root);
    std::string const whole = result.root + ".whole";
    if (!fs::exists(whole)) {
        fs::remove_all(result.root);
        build(result);
        std::ofstream{whole} << plan.files << '\n';
    }
    return result;
}

void edit_one(std::string const& path) {
    descriptor const file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    must(file.number(), path);
    must(static_cast<int>(::pwrite(file.number(), "x", 1, 0)), path);
}

void edit_some(corpus const& of, std::size_t count) {
    std::size_t const step = std::max<std::size_t>(of.plan.files / count, 1);
    std::size_t at = 0; // of the first file of a directory
    std::size_t next = 0;
    for (directory_plan const& directory : of.directories) {
        for (; next < at + directory.files.size() && count > 0; next += step, --count) {
            edit_one(directory.path + "/" + directory.files[next - at]);
        }
        at += directory.files.size();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{30});
}

} // namespace bench
