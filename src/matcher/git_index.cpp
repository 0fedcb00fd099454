#include "git_index.hpp"

#include "folding.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

// Format: "DIRC", version, count, with 4 bytes each; numbers are big-endian. The entries follow:
//
//     bytes   24       4      12    20 or 32   2       2           any    1 to 8
//           stamps   mode    owner   object   flags   more flags   path   NULs
//            ...             size    name             (bit 14)
//
// In version 4 a path starts with a number: the count of bytes to drop from the end of the
// previous path. A single NUL ends the path. Extensions follow the entries (name, size, bytes); a
// checksum ends the file.

namespace restat::detail {
namespace {

constexpr std::uint32_t type_mask = 0170000;
constexpr std::uint32_t sparse_directory = 0040000;
constexpr std::uint32_t submodule = 0160000;

// Reads numbers and bytes of a text. A read beyond the end fails and sets `is_good` to false.
class byte_reader {
public:
    explicit byte_reader(std::string_view bytes) noexcept : left_{bytes} {}

    bool is_good() const noexcept { return is_good_; }
    std::string_view left() const noexcept { return left_; }

    std::string_view take(std::size_t size) noexcept {
        is_good_ = is_good_ && size <= left_.size();
        if (!is_good_) return {};
        auto const taken = left_.substr(0, size);
        left_.remove_prefix(size);
        return taken;
    }
    std::uint32_t number(std::size_t size) noexcept {
        std::uint32_t value = 0;
        for (char const c : take(size)) value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }
    // Reads a number of bytes to drop. Each byte has 7 bits; the high bit announces another byte.
    std::size_t offset() noexcept {
        std::size_t value = 0;
        for (int bytes = 0;; ++bytes) {
            auto const byte = number(1);
            value = (value << 7) + (byte & 0x7f);
            if (!is_good_ || (byte & 0x80) == 0) return value;
            ++value;
            if (bytes == 4) return is_good_ = false, 0;
        }
    }
    // Takes the bytes before the next NUL, and the NUL.
    std::string_view until_nul() noexcept {
        auto const found = take(left_.find('\0'));
        take(1);
        return found;
    }

private:
    std::string_view left_;
    bool is_good_ = true;
};

class index_reader {
public:
    index_reader(std::string_view bytes, git_hash hash, std::string& into) noexcept
        : bytes_{bytes}, hash_{static_cast<std::size_t>(hash)}, into_{into} {}

    std::errc read() {
        constexpr std::size_t header = 12;
        if (bytes_.size() < header + hash_) return std::errc::bad_message;
        bytes_.remove_suffix(hash_);
        byte_reader from{bytes_};
        if (from.take(4) != "DIRC") return std::errc::bad_message;
        version_ = from.number(4);
        if (version_ < 2 || version_ > 4) return std::errc::not_supported;
        auto const count = from.number(4);
        if (count > from.left().size() / fixed_size()) return std::errc::bad_message;
        ends_.reserve(count);
        for (std::uint32_t i = 0; i < count; ++i) {
            auto const fault = read_entry(from);
            if (fault != std::errc{}) return fault;
        }
        return check_extensions(from);
    }

    // Returns the end of each path in the text.
    std::vector<std::size_t> const& ends() const noexcept { return ends_; }

private:
    std::size_t fixed_size() const noexcept { return 42 + hash_; }

    std::errc read_entry(byte_reader& from) {
        auto const before = from.left().size();
        from.take(24);
        auto const mode = from.number(4);
        from.take(12 + hash_);
        auto const flags = from.number(2);
        constexpr std::uint32_t has_more_flags = 0x4000;
        if ((flags & has_more_flags) != 0) from.take(2);
        bool const whole = version_ == 4 ? read_shortened(from) : read_padded(from, before);
        if (!whole || !is_path(flags)) return std::errc::bad_message;
        has_nameless_ = has_nameless_ || path_.empty();
        return add(mode & type_mask);
    }

    bool read_padded(byte_reader& from, std::size_t before) {
        path_ = from.until_nul();
        auto const size = before - from.left().size();
        for (char const c : from.take((8 - size % 8) % 8)) {
            if (c != '\0') return false;
        }
        return from.is_good();
    }
    bool read_shortened(byte_reader& from) {
        auto const dropped = from.offset();
        auto const added = from.until_nul();
        if (!from.is_good() || dropped > path_.size()) return false;
        path_.resize(path_.size() - dropped);
        path_ += added;
        return true;
    }

    // Checks a path: the flags hold its length, or 0xfff for a longer path.
    bool is_path(std::uint32_t flags) const noexcept {
        constexpr std::uint32_t length_mask = 0xfff;
        auto const length = std::min<std::size_t>(path_.size(), length_mask);
        return length == (flags & length_mask) && !path_.starts_with('/');
    }

    // Adds a path once: a path with a conflict has up to three consecutive entries.
    std::errc add(std::uint32_t type) {
        if (type == sparse_directory) return {};
        auto const begin = ends_.empty() ? 0 : start_;
        if (!ends_.empty() && std::string_view{into_}.substr(begin) == path_) return {};
        if (into_.size() + path_.size() >= git_index::largest) return std::errc::file_too_large;
        start_ = into_.size();
        into_ += path_;
        if (type == submodule) into_ += '/';
        ends_.push_back(into_.size());
        return {};
    }

    // Checks the extensions. A lower-case name announces a feature required to parse the entries.
    // Only a split index, with the extension "link", may have an entry without a path.
    std::errc check_extensions(byte_reader& from) {
        while (!from.left().empty()) {
            auto const name = from.take(4);
            from.take(from.number(4));
            if (!from.is_good()) return std::errc::bad_message;
            bool const is_optional = name.front() >= 'A' && name.front() <= 'Z';
            if (!is_optional && name != "sdir") return std::errc::not_supported;
        }
        return has_nameless_ ? std::errc::bad_message : std::errc{};
    }

    std::string_view bytes_;
    std::size_t hash_;
    std::uint32_t version_ = 0;
    std::string path_; // of the last entry
    std::string& into_;
    std::size_t start_ = 0; // of the last added path
    bool has_nameless_ = false;
    std::vector<std::size_t> ends_;
};

} // namespace

git_index::git_index(std::string_view bytes, std::string origin, git_index_format format)
    : origin_{std::move(origin)}, format_{format} {
    index_reader reader{bytes, format.hash, text_};
    auto const fault = reader.read();
    if (fault != std::errc{}) {
        fault_ = std::make_error_code(fault);
        text_ = {};
        return;
    }
    text_.shrink_to_fit();
    paths_.reserve(reader.ends().size());
    std::size_t begin = 0;
    for (auto const end : reader.ends()) {
        paths_.push_back(std::string_view{text_}.substr(begin, end - begin));
        begin = end;
    }
    auto const before = [this](auto a, auto b) { return is_before(a, b); };
    if (!std::is_sorted(paths_.begin(), paths_.end(), before)) {
        std::sort(paths_.begin(), paths_.end(), before);
    }
}

int git_index::compare(std::string_view a, std::string_view b) const noexcept {
    if (format_.letters == letter_case::sensitive) return a.compare(b);
    auto const end = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < end; ++i) {
        auto const x = static_cast<unsigned char>(fold(a[i]));
        auto const y = static_cast<unsigned char>(fold(b[i]));
        if (x != y) return x < y ? -1 : 1;
    }
    return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

bool git_index::is_before(std::string_view a, std::string_view b) const noexcept {
    return compare(a, b) < 0;
}

bool git_index::has_file(std::string_view path) const noexcept {
    auto const at = std::lower_bound(paths_.begin(), paths_.end(), path,
                                     [this](auto a, auto b) { return is_before(a, b); });
    return at != paths_.end() && compare(*at, path) == 0;
}

// Searches for the directory with a slash at its end.
bool git_index::has_below(std::string_view directory) const noexcept {
    auto const size = directory.size();
    auto const is_less = [&](std::string_view path, std::string_view wanted) {
        auto const order = compare(path.substr(0, size), wanted);
        if (order != 0 || path.size() == size) return order <= 0;
        return static_cast<unsigned char>(path[size]) < static_cast<unsigned char>('/');
    };
    auto const at = std::lower_bound(paths_.begin(), paths_.end(), directory, is_less);
    return at != paths_.end() && at->size() > size && (*at)[size] == '/' &&
           compare(at->substr(0, size), directory) == 0;
}

std::optional<std::vector<std::string_view>> differing_paths(git_index const* a,
                                                             git_index const* b,
                                                             std::size_t most) {
    static constexpr auto paths_of = [](git_index const* of) {
        return of ? std::span{of->paths()} : std::span<std::string_view const>{};
    };
    for (git_index const* one : {a, b}) {
        if (one && one->format().letters == letter_case::folded) return std::nullopt;
    }
    std::vector<std::string_view> found;
    auto old = paths_of(a);
    auto now = paths_of(b);
    while (!old.empty() || !now.empty()) {
        auto const order = old.empty() ? 1 : now.empty() ? -1 : old[0].compare(now[0]);
        if (order != 0) found.push_back(order < 0 ? old[0] : now[0]);
        if (found.size() > most) return std::nullopt;
        if (order <= 0) old = old.subspan(1);
        if (order >= 0) now = now.subspan(1);
    }
    return found;
}

} // namespace restat::detail
