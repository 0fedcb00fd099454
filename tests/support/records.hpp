#pragma once

#include <restat/change.hpp>
#include <restat/snapshot_builder.hpp>
#include <restat/testing/print.hpp>

#include <initializer_list>
#include <string>

// Shorthand for records and snapshots that tests make up.

namespace support {

/// A final regular file whose content is told by `version`: each has stamps of its own.
inline restat::stat_record file(int version, std::uint64_t size = 1) {
    restat::stat_record record;
    record.type = restat::file_type::regular;
    record.device = 1;
    record.inode = 7;
    record.size = size;
    record.mode = 0644;
    record.links = 1;
    record.mtime = {1000 + version, 1};
    record.ctime = {1000 + version, 1};
    return record;
}

inline restat::stat_record not_final(restat::stat_record record) {
    record.final = false;
    return record;
}

struct named {
    char const* path;
    restat::stat_record record;
};

inline restat::snapshot tree(std::initializer_list<named> files) {
    restat::snapshot_builder found;
    for (auto const& [path, record] : files) found.add(path, record);
    return found.finish();
}

} // namespace support
