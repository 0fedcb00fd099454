#include <restat/file_system/name_list.hpp>

#include <algorithm>
#include <utility>

namespace restat {
namespace {

constexpr std::size_t first_run = 128;    // names sorted at once
constexpr std::size_t names_a_step = 256; // merged
constexpr std::size_t text_size = 65'536; // of a block; more for a longer name

} // namespace

// The first block grows, since most directories are small. No later block moves.
void name_list::item_list::push_back(item const& one) {
    auto const at = size / a_block;
    if (at == blocks.size()) blocks.emplace_back();
    auto& block = blocks[at];
    if (at > 0) block.reserve(a_block);
    block.push_back(one);
    ++size;
}

void name_list::item_list::shrink(std::size_t count) noexcept {
    for (auto at = count / a_block; at < blocks.size() && !blocks[at].empty(); ++at)
        blocks[at].resize(at == count / a_block ? count % a_block : 0);
    size = count;
}

// Returns a kind from 0 to 511, by the length of a name and three of its bytes. Most lookups of
// missing names are for kinds without any name in the list.
std::size_t name_list::kind_of(std::string_view name) noexcept {
    if (name.empty()) return 0;
    auto const byte = [&](std::size_t at) -> std::size_t {
        return static_cast<unsigned char>(name[at]);
    };
    return (name.size() + 31 * byte(0) + 37 * byte(name.size() / 2) +
            41 * byte(name.size() - 1)) %
           512;
}

void name_list::add(std::string_view name, file_type type) {
    auto const kind = kind_of(name);
    kinds_[kind / 64] |= std::uint64_t{1} << kind % 64;
    std::string& text = text_for(name.size() + 1);
    auto const at = text.size();
    text += name;
    text += '\0';
    items_.push_back({static_cast<std::uint32_t>(text_), static_cast<std::uint32_t>(at),
                      static_cast<std::uint32_t>(name.size()), type});
}

std::string& name_list::text_for(std::size_t size) {
    for (;; ++text_) {
        if (text_ == texts_.size()) texts_.emplace_back();
        std::string& text = texts_[text_];
        if (text_ > 0) text.reserve(text_size);
        if (text.empty() || text.size() + size <= text_size) return text;
    }
}

void name_list::clear() noexcept {
    for (std::string& text : texts_) {
        if (text.empty()) break;
        text.clear();
    }
    text_ = 0;
    items_.shrink(0);
    merged_.shrink(0);
    run_ = sorted_ = 0;
    kinds_ = {};
}

void name_list::keep_first(std::size_t count) noexcept { items_.shrink(count); }

void name_list::sort() {
    while (sort_some()) continue;
}

// Sorts runs of a fixed size, then merges neighbors until a single run is left.
bool name_list::sort_some() {
    if (run_ == 0) {
        sort_run();
        if (sorted_ < items_.size) return true;
        run_ = first_run;
        sorted_ = 0;
    }
    if (run_ < items_.size && merge_some()) return true;
    run_ = 0;
    return false;
}

void name_list::sort_run() {
    static_assert(item_list::a_block % first_run == 0);
    auto const end = std::min(sorted_ + first_run, items_.size);
    if (sorted_ == end) return;
    item* const first = &items_[sorted_];
    std::sort(first, first + (end - sorted_),
              [this](item const& a, item const& b) { return is_less(a, b); });
    sorted_ = end;
}

// Moves some names from two runs to the merged run. Returns false once all names form
// a single run.
bool name_list::merge_some() {
    std::size_t const all = items_.size;
    if (merged_.size == 0) {
        left_ = 0;
        right_ = run_;
    }
    for (std::size_t n = 0; n < names_a_step && merged_.size < all; ++n) {
        std::size_t const pair = merged_.size / (2 * run_) * (2 * run_);
        std::size_t const middle = std::min(pair + run_, all);
        std::size_t const end = std::min(pair + 2 * run_, all);
        bool const takes_right =
            right_ < end && (left_ == middle || is_less(items_[right_], items_[left_]));
        merged_.push_back(items_[takes_right ? right_++ : left_++]);
        if (merged_.size < end) continue;
        left_ = end;
        right_ = std::min(end + run_, all);
    }
    if (merged_.size < all) return true;
    std::swap(items_, merged_);
    merged_.shrink(0);
    run_ *= 2;
    return run_ < all;
}

listed_name name_list::operator[](std::size_t index) const noexcept {
    item const& at = items_[index];
    return {name(at), at.type};
}

bool name_list::contains(std::string_view wanted) const noexcept {
    auto const kind = kind_of(wanted);
    if ((kinds_[kind / 64] >> kind % 64 & 1) == 0) return false;
    std::size_t first = 0;
    for (std::size_t end = items_.size; first < end;) {
        auto const middle = first + (end - first) / 2;
        name(items_[middle]) < wanted ? first = middle + 1 : end = middle;
    }
    return first < items_.size && name(items_[first]) == wanted;
}

} // namespace restat
