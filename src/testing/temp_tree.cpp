#include <restat/testing/temp_tree.hpp>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace restat::testing {
namespace {

namespace fs = std::filesystem;

fs::path with_parents(fs::path path) {
    fs::create_directories(path.parent_path());
    return path;
}

void put(fs::path const& path, std::string_view content, std::ios::openmode how) {
    std::ofstream file{with_parents(path), how | std::ios::binary};
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) {
        throw fs::filesystem_error{"write", path,
                                   std::error_code{errno, std::generic_category()}};
    }
}

} // namespace

temp_tree::temp_tree() : path_{(fs::temp_directory_path() / "restat-XXXXXX").string()} {
    if (!::mkdtemp(path_.data())) {
        throw fs::filesystem_error{"mkdtemp", path_,
                                   std::error_code{errno, std::generic_category()}};
    }
}

temp_tree::~temp_tree() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::string temp_tree::operator/(std::string_view name) const {
    return path_ + "/" + std::string{name};
}

void temp_tree::write(std::string_view name, std::string_view content) const {
    put(*this / name, content, std::ios::trunc);
}

void temp_tree::append(std::string_view name, std::string_view content) const {
    put(*this / name, content, std::ios::app);
}

void temp_tree::remove(std::string_view name) const { fs::remove_all(*this / name); }

void temp_tree::rename(std::string_view from, std::string_view to) const {
    fs::rename(*this / from, with_parents(*this / to));
}

void temp_tree::link(std::string_view existing, std::string_view name) const {
    fs::create_hard_link(*this / existing, with_parents(*this / name));
}

void temp_tree::symlink(std::string_view target, std::string_view name) const {
    fs::create_symlink(target, with_parents(*this / name));
}

void temp_tree::make_directory(std::string_view name) const {
    fs::create_directories(*this / name);
}

} // namespace restat::testing
