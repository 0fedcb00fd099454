#include "platform/modules/file_identity.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/modules/elf.hpp"

#include <restat/error.hpp>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// An identity consists of a letter for the kind, the file size, and the build id or a digest. The
// size is included since a build id does not cover data appended to a binary.
namespace restat::detail {
namespace {

constexpr std::size_t head_size = 1 + sizeof(std::uint64_t);

std::string identity(char kind, std::uint64_t size, std::string_view of) {
    char raw[sizeof size];
    std::memcpy(raw, &size, sizeof size);
    return kind + std::string{raw, sizeof raw}.append(of);
}

// FNV-1a: two files of the same size, different in a single byte, never share a digest.
bool digest_of(int file, std::uint64_t& digest) noexcept {
    digest = 0xcbf29ce484222325;
    unsigned char block[16384];
    for (;;) {
        ssize_t const got = ::read(file, block, sizeof block);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got == 0;
        for (ssize_t i = 0; i < got; ++i) digest = (digest ^ block[i]) * 0x100000001b3;
    }
}

} // namespace

std::string content_identity(std::string const& path, read_of_others how,
                             std::error_code& error) {
    error.clear();
    held_descriptor const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat status;
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
    auto const size = static_cast<std::uint64_t>(status.st_size);
    if (check_image(file.get()) == errc::program_truncated) error = errc::program_truncated;
    if (error) return {};
    if (auto const id = build_id_of(file.get()); !id.empty()) return identity('b', size, id);
    std::uint64_t digest = 0;
    if (how == read_of_others::nothing || !digest_of(file.get(), digest)) return {};
    char raw[sizeof digest];
    std::memcpy(raw, &digest, sizeof digest);
    return identity('d', size, {raw, sizeof raw});
}

bool is_loaded_binary(std::string const& identity, std::string_view from) noexcept {
    return identity.size() > head_size && identity[0] == 'b' &&
           is_loaded(std::string_view{identity}.substr(head_size), from);
}

bool is_running_program(std::string const& path) noexcept {
    struct stat running;
    struct stat found;
    return ::stat("/proc/self/exe", &running) == 0 && ::stat(path.c_str(), &found) == 0 &&
           found.st_dev == running.st_dev && found.st_ino == running.st_ino;
}

} // namespace restat::detail
