#include "platform/modules/elf.hpp"

#include "platform/files/system_error.hpp"

#include <restat/error.hpp>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <elf.h>
#include <link.h>
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

bool read_at(int file, void* to, std::size_t size, std::uint64_t offset) noexcept {
    if (offset > static_cast<std::uint64_t>(INT64_MAX)) return false;
    ssize_t got = 0;
    do {
        got = ::pread(file, to, size, static_cast<off_t>(offset));
    } while (got < 0 && errno == EINTR);
    return got >= 0 && static_cast<std::size_t>(got) == size;
}

// Searches a block of notes. Each note begins at a multiple of the alignment.
std::string_view find_build_id(std::string_view notes, std::uint64_t alignment) noexcept {
    auto const padded = [&](std::uint64_t size) {
        std::uint64_t const unit = alignment == 8 ? 8 : 4;
        return (size + unit - 1) / unit * unit;
    };
    for (Elf64_Nhdr note; notes.size() >= sizeof note;) { // the same layout in both classes
        std::memcpy(&note, notes.data(), sizeof note);
        std::uint64_t const at = sizeof note + padded(note.n_namesz);
        std::uint64_t const end = at + note.n_descsz;
        if (end > notes.size()) return {};
        bool const is_gnu = note.n_namesz == sizeof ELF_NOTE_GNU &&
                            notes.substr(sizeof note, note.n_namesz - 1) == ELF_NOTE_GNU;
        if (is_gnu && note.n_type == NT_GNU_BUILD_ID) {
            return notes.substr(static_cast<std::size_t>(at), note.n_descsz);
        }
        notes.remove_prefix(
            static_cast<std::size_t>(std::min<std::uint64_t>(notes.size(), padded(end))));
    }
    return {};
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
        if (head.e_shoff != 0) { // numbers too large for their fields are in the first section
            typename Elf::section first;
            if (!read_at(file_, &first, sizeof first, head.e_shoff)) return false;
            if (sections == 0) sections = first.sh_size;
            if (segments == PN_XNUM) segments = first.sh_info;
        }
        // an object file has no segments
        bool const may_run = segments != 0 || head.e_type == ET_REL;
        return may_run && has_all<typename Elf::segment>(head.e_phoff, segments) &&
               has_all<typename Elf::section>(head.e_shoff, head.e_shoff == 0 ? 0 : sections);
    }

    // Requires a complete file.
    template <class Elf>
    std::string build_id() const {
        typename Elf::header head;
        if (!read_at(file_, &head, sizeof head, 0)) return {};
        for (std::uint64_t i = 0; i < head.e_phnum; ++i) {
            typename Elf::segment part;
            if (!read_at(file_, &part, sizeof part, head.e_phoff + i * sizeof part)) return {};
            constexpr std::uint64_t longest = 65536;
            if (part.p_type != PT_NOTE || part.p_filesz > longest) continue;
            std::string notes(static_cast<std::size_t>(part.p_filesz), '\0');
            if (!read_at(file_, notes.data(), notes.size(), part.p_offset)) return {};
            if (auto const id = find_build_id(notes, part.p_align); !id.empty()) {
                return std::string{id};
            }
        }
        return {};
    }

private:
    // Returns true if the file contains a table and everything its entries refer to.
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

struct beginning {
    char bytes[256] = {}; // the last byte stays NUL
    std::uint64_t size = 0;
    std::error_code error;
};

beginning read_beginning(int file) noexcept {
    beginning of;
    struct stat status;
    if (::fstat(file, &status) != 0) {
        of.error = system_error(errno);
        return of;
    }
    of.size = static_cast<std::uint64_t>(status.st_size);
    auto const length = std::min<std::uint64_t>(sizeof of.bytes - 1, of.size);
    if (!read_at(file, of.bytes, static_cast<std::size_t>(length), 0))
        of.error = system_error(EIO);
    return of;
}

bool is_script(beginning const& of) noexcept { return of.bytes[0] == '#' && of.bytes[1] == '!'; }

std::string_view interpreter_in(beginning const& of) noexcept {
    char const* const begin = of.bytes + 2 + std::strspn(of.bytes + 2, " \t");
    return {begin, std::strcspn(begin, " \t\r\n")};
}

} // namespace

std::error_code check_image(int file) noexcept {
    auto const begin = read_beginning(file);
    if (begin.error) return begin.error;
    if (begin.size == 0) return system_error(ENOEXEC);
    if (is_script(begin)) {
        return interpreter_in(begin).empty() ? system_error(ENOEXEC) : std::error_code{};
    }
    if (std::memcmp(begin.bytes, ELFMAG, SELFMAG) != 0) {
        auto const length = std::min<std::uint64_t>(begin.size, SELFMAG);
        bool const is_begun =
            std::memcmp(begin.bytes, ELFMAG, static_cast<std::size_t>(length)) == 0;
        return is_begun ? make_error_code(errc::program_truncated) : std::error_code{};
    }
    if (begin.size < EI_NIDENT) return errc::program_truncated;
    unsigned char ident[EI_NIDENT];
    std::memcpy(ident, begin.bytes, sizeof ident);
    return check_elf(image{file, begin.size}, ident);
}

std::string interpreter_of(int file) {
    auto const begin = read_beginning(file);
    return is_script(begin) ? std::string{interpreter_in(begin)} : std::string{};
}

std::string build_id_of(int file) {
    auto const begin = read_beginning(file);
    if (std::memcmp(begin.bytes, ELFMAG, SELFMAG) != 0 || check_image(file)) return {};
    image const of{file, begin.size};
    return begin.bytes[EI_CLASS] == ELFCLASS64 ? of.build_id<elf64>() : of.build_id<elf32>();
}

namespace {

struct wanted_module {
    std::string_view build_id;
    std::string_view path; // empty for any path
};

// The loader records a module under the requested name, possibly a relative path.
bool is_named(dl_phdr_info const& module, std::string_view path) noexcept {
    std::string_view name = module.dlpi_name ? module.dlpi_name : "";
    while (name.starts_with("./")) name.remove_prefix(2);
    return !name.empty() && path.ends_with(name) &&
           (path.size() == name.size() || path[path.size() - name.size() - 1] == '/');
}

} // namespace

bool is_loaded(std::string_view build_id, std::string_view from) noexcept {
    auto const visit = [](dl_phdr_info* module, std::size_t, void* context) {
        auto const& wanted = *static_cast<wanted_module*>(context);
        if (!wanted.path.empty() && !is_named(*module, wanted.path)) return 0;
        for (int i = 0; i < module->dlpi_phnum; ++i) {
            auto const& part = module->dlpi_phdr[i];
            if (part.p_type != PT_NOTE) continue;
            auto const at = static_cast<std::uintptr_t>(module->dlpi_addr + part.p_vaddr);
            std::string_view const notes{reinterpret_cast<char const*>(at), part.p_memsz};
            if (find_build_id(notes, part.p_align) == wanted.build_id) return 1;
        }
        return 0;
    };
    wanted_module wanted{build_id, from};
    return ::dl_iterate_phdr(visit, &wanted) != 0;
}

} // namespace restat::detail
