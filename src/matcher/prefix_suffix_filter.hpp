#pragma once

#include "base/hash.hpp"
#include "byte_classes.hpp"
#include "folding.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

// Rejects most texts that match none of a set of patterns, by a few bytes at their start or end.
// The filter has a bit for each hash of one, two, four or six bytes that a pattern requires.
//
//     *.o        ends in `.o`              .goutputstream-*   starts with `.goutp`
//     *.py[co]   ends in `.pyc`, `.pyo`    *.so.*             open: always tried
//
// Ignores the case of letters.
class prefix_suffix_filter {
public:
    // The text that a pattern is matched against. The end of a path is also the end of its name.
    enum class against : unsigned char { name, path };

    // The bytes that a pattern allows at the start of a text, and at its end, from the end
    // inwards.
    struct ends {
        std::vector<byte_set> begin;
        std::vector<byte_set> end;
    };

    // Adds a pattern; returns false if the pattern is open at both ends.
    bool add(ends const& of, against text) {
        auto const at_begin = best_length(of.begin);
        auto const at_end = best_length(of.end);
        if (at_begin == 0 && at_end == 0) return false;
        auto const begin = text == against::name ? place::name : place::path;
        // Paths in the same tree often share their start, so the end distinguishes more.
        bool const by_end = at_end >= at_begin || (at_end > 1 && text == against::path);
        if (!by_end) {
            add(begin, spellings_of(of.begin, at_begin, false));
        } else {
            add(place::end, spellings_of(of.end, at_end, true));
        }
        return true;
    }

    // Builds the bit array, once, after the last `add`.
    void build() {
        auto const bits = std::clamp(std::bit_ceil(added_.size() * 64), least_bits, most_bits);
        shift_ = 64 - static_cast<unsigned>(std::countr_zero(bits));
        bits_.assign(bits / 64, 0);
        for (auto const hash : added_) {
            auto const bit = bit_of(hash);
            bits_[bit / 64] |= std::uint64_t{1} << bit % 64;
        }
        added_ = {};
    }

    bool may_end(std::string_view text) const noexcept { return may_have<place::end>(text); }
    bool may_begin(std::string_view text, against kind) const noexcept {
        return kind == against::name ? may_have<place::name>(text) : may_have<place::path>(text);
    }

    // Returns whether any pattern requires the start of a path.
    bool asks_paths() const noexcept { return any_[index(place::path)]; }

private:
    enum class place : unsigned char { end, name, path };

    static constexpr std::size_t most_spellings = 64; // per pattern
    static constexpr std::size_t least_bits = 512;
    static constexpr std::size_t most_bits = std::size_t{1} << 17;

    static constexpr std::size_t index(place of) noexcept { return static_cast<std::size_t>(of); }
    static constexpr std::uint8_t length_bit(std::size_t size) noexcept {
        return static_cast<std::uint8_t>(1U << size);
    }

    // Returns the best number of bytes to hash: the greatest with few enough spellings.
    static std::size_t best_length(std::vector<byte_set> const& bytes) {
        std::size_t spellings = 1;
        std::size_t best = 0;
        for (std::size_t i = 0; i < bytes.size() && i < 6; ++i) {
            spellings *= bytes[i].count();
            if (spellings > most_spellings) break;
            if (i == 0 || i % 2 == 1) best = i + 1;
        }
        return best;
    }

    static std::vector<std::string> spellings_of(std::vector<byte_set> const& bytes,
                                                 std::size_t size, bool inwards) {
        std::vector<std::string> all{""};
        for (std::size_t i = 0; i < size; ++i) {
            std::vector<std::string> longer;
            for (unsigned byte = 0; byte < 256; ++byte) {
                if (!bytes[i][byte]) continue;
                std::string const one(1, static_cast<char>(byte));
                for (auto const& text : all) longer.push_back(inwards ? one + text : text + one);
            }
            all = std::move(longer);
        }
        return all;
    }

    void add(place where, std::vector<std::string> const& spellings) {
        for (auto const& text : spellings) {
            auto const byte = where == place::end ? text.back() : text.front();
            lengths_[index(where)][slot(byte)] |= length_bit(text.size());
            any_[index(where)] = true;
            switch (text.size()) {
            case 1: added_.push_back(hash<1>(text.data(), where)); break;
            case 2: added_.push_back(hash<2>(text.data(), where)); break;
            case 4: added_.push_back(hash<4>(text.data(), where)); break;
            default: added_.push_back(hash<6>(text.data(), where));
            }
        }
    }

    template <std::size_t Size>
    static std::uint64_t hash(char const* at, place where) noexcept {
        std::uint64_t word = std::uint64_t{Size * 4 + index(where)} << 48;
        if constexpr (Size == 1) word |= load_folded<std::uint8_t>(at);
        if constexpr (Size == 2) word |= load_folded<std::uint16_t>(at);
        if constexpr (Size >= 4) word |= load_folded<std::uint32_t>(at);
        if constexpr (Size == 6) word |= std::uint64_t{load_folded<std::uint16_t>(at + 4)} << 32;
        return hash_word(word);
    }

    static std::size_t slot(char byte) noexcept {
        return (static_cast<unsigned char>(byte) | 0x20U) % 64;
    }

    template <place Where>
    bool may_have(std::string_view text) const noexcept {
        if (!any_[index(Where)] || text.empty()) return false;
        auto const byte = Where == place::end ? text.back() : text.front();
        auto const lengths = lengths_[index(Where)][slot(byte)];
        return lengths != 0 &&
               (may_have<Where, 1>(text, lengths) || may_have<Where, 2>(text, lengths) ||
                may_have<Where, 4>(text, lengths) || may_have<Where, 6>(text, lengths));
    }
    template <place Where, std::size_t Size>
    bool may_have(std::string_view text, unsigned lengths) const noexcept {
        if ((lengths & length_bit(Size)) == 0 || text.size() < Size) return false;
        auto const* const at = text.data() + (Where == place::end ? text.size() - Size : 0);
        auto const bit = bit_of(hash<Size>(at, Where));
        return (bits_[bit / 64] >> bit % 64 & 1) != 0;
    }

    std::size_t bit_of(std::uint64_t hash) const noexcept {
        return static_cast<std::size_t>(hash >> shift_);
    }

    std::vector<std::uint64_t> added_;
    std::vector<std::uint64_t> bits_;
    unsigned shift_ = 63;
    // The lengths to test, for each place and each byte at its outer end.
    std::array<std::array<std::uint8_t, 64>, 3> lengths_{};
    std::array<bool, 3> any_{}; // whether a place has any length to test
};

} // namespace restat::detail
