#include "file_reader.hpp"

#include "platform/files/file_calls.hpp"

#include <utility>

namespace restat::detail {
namespace {

constexpr std::size_t part_size = 64 << 10; // bytes

class kernel_files final : public file_reader {
public:
    explicit kernel_files(start_directory from) : from_{std::move(from)} {}

    stat_record status(std::string const& path, last_link link, std::error_code& error) override {
        stamp const before = stamp_clock();
        stat_record record = stat(current_directory, from_.whole(path).c_str(), link, error);
        if (!error) record.final = is_final(record.ctime, before, stamp_clock());
        return record;
    }
    std::string read(std::string const& path, std::size_t limit,
                     std::error_code& error) override {
        return read_regular(current_directory, from_.whole(path).c_str(), last_link::follow,
                            limit, error);
    }
    part read_part(std::string const& path, std::size_t offset, std::size_t,
                   std::error_code& error) override {
        auto bytes = read_regular_part(current_directory, from_.whole(path).c_str(), offset,
                                       part_size, error);
        bool const is_last = bytes.size() < part_size;
        return {std::move(bytes), is_last};
    }

private:
    start_directory from_;
};

} // namespace

file_reader::~file_reader() = default;

file_reader::part file_reader::read_part(std::string const& path, std::size_t, std::size_t limit,
                                         std::error_code& error) {
    return {read(path, limit, error), true};
}

std::shared_ptr<file_reader> kernel_file_reader(start_directory const& from) {
    return std::make_shared<kernel_files>(from);
}

} // namespace restat::detail
