#pragma once

#include <restat/file_system/name_list.hpp>
#include <restat/matcher/directory_reader.hpp>

#include "enumerator/checked_path.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace restat::detail {

/// The `directory_reader` of an open directory in a walk. The names are in order; without names,
/// the directory may hold any name.
template <class FileSystem>
class walked_directory final : public directory_reader {
public:
    using directory = typename FileSystem::directory;

    walked_directory(FileSystem& files, directory& at, name_list const* names,
                     std::uint64_t scan) noexcept
        : files_{files}, at_{at}, names_{names}, scan_{scan} {}

    bool may_hold(std::string_view name) const noexcept override {
        return names_ == nullptr || names_->contains(name);
    }
    std::uint64_t scan() const noexcept override { return scan_; }
    std::string location(std::error_code& error) override { return files_.location(at_, error); }
    stat_record stat(std::string const& path, last_link link, std::error_code& error) override {
        char const* const name = path.c_str();
        return read_record(files_, error, at_, name, link);
    }
    std::string read(std::string const& path, last_link link, std::size_t limit,
                     std::error_code& error) override {
        return files_.read(at_, path.c_str(), link, limit, error);
    }

private:
    FileSystem& files_;
    directory& at_;
    name_list const* names_;
    std::uint64_t scan_;
};

} // namespace restat::detail
