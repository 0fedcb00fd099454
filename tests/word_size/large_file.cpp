// large_file PATH: prints the size and the stamp of a file, both ways in which the library asks.
#include <restat/file_system/native_file_system.hpp>

#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <string>

#include <sys/types.h>

static_assert(sizeof(off_t) == 4 && sizeof(std::time_t) == 4,
              "a user's program is compiled without the definitions of the library");

int main(int, char** arguments) {
    restat::native_file_system const files;
    std::string const path = arguments[1];
    std::error_code error;
    auto const record = files.stat(path.c_str(), restat::last_link::keep, error);
    if (error) return std::puts(error.message().c_str()), 1;
    auto const slash = path.rfind('/');
    auto const folder = files.open(path.substr(0, slash).c_str(), error);
    if (error) return std::puts(error.message().c_str()), 1;
    auto const again =
        files.stat(folder, path.c_str() + slash + 1, restat::last_link::keep, error);
    if (error || changed_fields(again, record) != restat::fields::none)
        return std::puts("the directory says otherwise"), 1;
    std::printf("%" PRIu64 " %" PRId64 "\n", record.size, record.mtime.seconds);
}
