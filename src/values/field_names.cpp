#include <restat/field_names.hpp>

namespace restat {
namespace {

struct named_field {
    fields field;
    std::string_view name;
};

constexpr named_field known[] = {
    {fields::ctime, "ctime"}, {fields::device, "device"}, {fields::inode, "inode"},
    {fields::links, "links"}, {fields::mode, "mode"},     {fields::mtime, "mtime"},
    {fields::owner, "owner"}, {fields::size, "size"},     {fields::target, "target"},
    {fields::type, "type"},
};

} // namespace

std::vector<std::string_view> field_names(fields of) {
    std::vector<std::string_view> names;
    for (auto const& [field, name] : known) {
        if (has(of, field)) names.push_back(name);
    }
    return names;
}

std::string to_string(fields of) {
    std::string text;
    for (auto const name : field_names(of)) {
        text += (text.empty() ? "" : ", ") + std::string{name};
    }
    return text.empty() ? "none" : text;
}

} // namespace restat
