#include <restat/restart/inheritance.hpp>

#include "platform/files/descriptor.hpp"
#include "restart/incoming_handoff.hpp"

#include <restat/error.hpp>

#include <algorithm>

namespace restat {
namespace {

bool is_name(std::string_view name) noexcept {
    constexpr std::size_t longest = 255;
    auto const is_fit = [](char c) { return c >= ' ' && c <= '~' && c != ':'; };
    return !name.empty() && name.size() <= longest &&
           std::all_of(name.begin(), name.end(), is_fit);
}

// Replaces the item of the same name, or appends the item.
template <class Item>
void put(std::vector<Item>& all, Item item) {
    auto const at = std::find_if(all.begin(), all.end(),
                                 [&](Item const& each) { return each.name == item.name; });
    if (at == all.end()) {
        all.push_back(std::move(item));
    } else {
        *at = std::move(item);
    }
}

} // namespace

void inheritance::keep(int number, std::string name) {
    if (!is_name(name)) {
        detail::throw_error(std::make_error_code(std::errc::invalid_argument),
                            "keep a descriptor under the name", name);
    }
    if (!detail::is_open(number)) {
        detail::throw_error(std::make_error_code(std::errc::bad_file_descriptor),
                            "keep the descriptor", name);
    }
    put(descriptors_, {number, std::move(name)});
}

void inheritance::stash(std::string name, std::string bytes) {
    put(blobs_, {std::move(name), std::move(bytes)});
}

int take_descriptor(std::string_view name) {
    return detail::handoff_to_this_process().take_descriptor(name);
}

std::optional<std::string> take_blob(std::string_view name) {
    return detail::handoff_to_this_process().take_blob(name);
}

} // namespace restat
