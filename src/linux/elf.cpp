#include "linux/elf.hpp"

#include <restat/error.hpp>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

namespace restat::detail {
namespace {

struct elf32 {
    using header = Elf32_Ehdr;
    using segment = Elf32_Phdr;
    using section = Elf32_Shdr;
};
struct elf64 {
    using header = Elf64_Ehdr;
    using segment = Elf64_Phdr;
    using section = Elf64_Shdr;
};

std::error_code system_error(int number) noexcept { return {number, std::generic_category()}; }

bool read_at(int file, void* to, std::size_t size, std::uint64_t offset) noexcept {
    if (offset > static_cast<std::uint64_t>(INT64_MAX)) return false;
    ssize_t got = 0;
    do {
        got = ::pread(file, to, size, static_cast<off_t>(offset));
    } while (got < 0 && errno == EINTR);
    return got >= 0 && static_cast<std::size_t>(got) == size;
}

class image {
public:
    image(int file, std::uint64_t size) noexcept : file_{file}, size_{size} {}

    template <class Elf>
    bool is_whole() const noexcept {
        typename Elf::header head;
        if (!read_at(file_, &head, sizeof head, 0)) return false;
        std::uint64_t segments = head.e_phnum;
        std::uint64_t sections = head.e_shnum;
        if (head.e_shoff != 0) { // numbers too large for their fields stand in the first section
            typename Elf::section first;
            if (!read_at(file_, &first, sizeof first, head.e_shoff)) return false;
            if (sections == 0) sections = first.sh_size;
            if (segments == PN_XNUM) segments = first.sh_info;
        }
        return segments != 0 && has_all<typename Elf::segment>(head.e_phoff, segments) &&
               has_all<typename Elf::section>(head.e_shoff, head.e_shoff == 0 ? 0 : sections);
    }

private:
    // Whether a table is in the file, and all that its entries point to.
    template <class Entry>
    bool has_all(std::uint64_t table, std::uint64_t count) const noexcept {
        if (count > size_ / sizeof(Entry) || !holds(table, count * sizeof(Entry))) return false;
        for (std::uint64_t i = 0; i < count; ++i) {
            Entry part;
            if (!read_at(file_, &part, sizeof part, table + i * sizeof part)) return false;
            if (!holds_content(part)) return false;
        }
        return true;
    }

    template <class Entry>
    bool holds_content(Entry const& part) const noexcept {
        if constexpr (requires { part.p_filesz; }) {
            return part.p_type == PT_NULL || holds(part.p_offset, part.p_filesz);
        } else {
            return part.sh_type == SHT_NULL || part.sh_type == SHT_NOBITS ||
                   holds(part.sh_offset, part.sh_size);
        }
    }

    bool holds(std::uint64_t offset, std::uint64_t length) const noexcept {
        return offset <= size_ && length <= size_ - offset;
    }

    int file_;
    std::uint64_t size_;
};

std::error_code check_elf(image const& of, unsigned char const* ident) noexcept {
    constexpr bool is_little = std::endian::native == std::endian::little;
    if (ident[EI_DATA] != (is_little ? ELFDATA2LSB : ELFDATA2MSB)) return system_error(ENOEXEC);
    bool whole = false;
    switch (ident[EI_CLASS]) {
    case ELFCLASS32: whole = of.is_whole<elf32>(); break;
    case ELFCLASS64: whole = of.is_whole<elf64>(); break;
    default: return system_error(ENOEXEC);
    }
    return whole ? std::error_code{} : errc::program_truncated;
}

// `line` begins with "#!" and ends with a NUL.
std::error_code check_interpreter(char* line) noexcept {
    char* const begin = line + 2 + std::strspn(line + 2, " \t");
    begin[std::strcspn(begin, " \t\r\n")] = '\0';
    if (*begin == '\0') return system_error(ENOEXEC);
    return ::access(begin, X_OK) == 0 ? std::error_code{} : system_error(errno);
}

} // namespace

std::error_code check_image(int file) noexcept {
    struct stat status;
    if (::fstat(file, &status) != 0) return system_error(errno);
    char line[256] = {};
    auto const size = static_cast<std::uint64_t>(status.st_size);
    if (size == 0) return system_error(ENOEXEC);
    if (!read_at(file, line, std::min<std::size_t>(sizeof line - 1, size), 0)) {
        return system_error(EIO);
    }
    if (line[0] == '#' && line[1] == '!') return check_interpreter(line);
    if (std::memcmp(line, ELFMAG, SELFMAG) != 0) {
        bool const is_begun =
            std::memcmp(line, ELFMAG, std::min<std::size_t>(size, SELFMAG)) == 0;
        return is_begun ? make_error_code(errc::program_truncated) : std::error_code{};
    }
    if (size < EI_NIDENT) return errc::program_truncated;
    unsigned char ident[EI_NIDENT];
    std::memcpy(ident, line, sizeof ident);
    return check_elf(image{file, size}, ident);
}

} // namespace restat::detail
