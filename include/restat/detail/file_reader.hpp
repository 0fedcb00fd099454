#pragma once

#include <restat/export.hpp>
#include <restat/file_system/file_system.hpp>
#include <restat/stat_record.hpp>

#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace restat::detail {

/// Reads files for an `own_write` and for the comparison of contents.
class RESTAT_EXPORT file_reader {
public:
    file_reader() = default;
    file_reader(file_reader const&) = delete;
    virtual ~file_reader();

    /// Returns the record of a path; it says whether it is final.
    virtual stat_record status(std::string const& path, last_link link,
                               std::error_code& error) = 0;
    /// Returns the bytes of a regular file; the error `file_too_large` above `limit` bytes.
    virtual std::string read(std::string const& path, std::size_t limit,
                             std::error_code& error) = 0;

    struct part {
        std::string bytes = {};
        bool is_last = true;
    };
    /// Returns the next bytes of a regular file. Of another file system, these are the whole file.
    virtual part read_part(std::string const& path, std::size_t offset, std::size_t limit,
                           std::error_code& error);
};

template <class FileSystem>
class file_reader_of final : public file_reader {
public:
    explicit file_reader_of(FileSystem files) : files_{std::move(files)} {}

    stat_record status(std::string const& path, last_link link, std::error_code& error) override {
        stamp const before = files_.now();
        stat_record record = files_.stat(path.c_str(), link, error);
        if (!error) record.final = is_final(record.ctime, before, files_.now());
        return record;
    }
    std::string read(std::string const& path, std::size_t limit,
                     std::error_code& error) override {
        auto const slash = path.rfind('/');
        auto const above = slash == path.npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
        auto in = files_.open(above.c_str(), error);
        if (error) return {};
        return files_.read(in, path.c_str() + slash + 1, last_link::follow, limit, error);
    }

private:
    FileSystem files_;
};

} // namespace restat::detail
