#include <restat/matcher/marker_matcher.hpp>

#include "base/unread.hpp"
#include "entered_directories.hpp"
#include "values/default_ignores.hpp"

#include <algorithm>
#include <memory>
#include <optional>

namespace restat {
namespace {

constexpr std::size_t size_limit = 64 * 1024; // of a marker checked by content

struct marked : detail::entered_directory {
    directory_marker const* now = nullptr;
    directory_marker const* before = nullptr;
    bool may_be = false; // whether a name of a marker is present
};
using marked_ptr = std::shared_ptr<marked const>;

// Searches a directory for markers.
class marker_search {
public:
    marker_search(directory_reader& reader, std::string key, std::vector<finding>& faults)
        : reader_{reader}, key_{std::move(key)}, faults_{faults} {}

    /// Returns the marker or null; no value after an error.
    std::optional<directory_marker const*> run(std::vector<directory_marker> const& markers) {
        directory_marker const* found = nullptr;
        for (auto const& one : markers) {
            if (!found && reader_.may_hold(one.name) && is_marker(one)) found = &one;
        }
        if (found && has_sources()) found = nullptr;
        return failed_ ? std::nullopt : std::optional{found};
    }

private:
    bool is_marker(directory_marker const& one) {
        if (type_of(one.name) != file_type::regular) return false;
        if (one.begins.empty()) return true;
        std::error_code error;
        auto const text = reader_.read(one.name, last_link::keep, size_limit, error);
        if (error && error != std::errc::file_too_large) check(error, one.name);
        return !error && text.starts_with(one.begins);
    }

    bool has_sources() {
        auto const& names = detail::default_sources;
        return std::any_of(names.begin(), names.end(), [this](std::string_view name) {
            return reader_.may_hold(name) && type_of(name) != file_type::none;
        });
    }

    file_type type_of(std::string_view name) {
        std::error_code error;
        auto const record = reader_.stat(std::string{name}, last_link::keep, error);
        if (error) check(error, name);
        return error ? file_type::none : record.type;
    }

    void check(std::error_code error, std::string_view name) {
        if (detail::is_absence(error)) return;
        faults_.push_back({key_ + std::string{name}, error, "read"});
        failed_ = true;
    }

    directory_reader& reader_;
    std::string key_;
    std::vector<finding>& faults_;
    bool failed_ = false;
};

} // namespace

struct marker_matcher::store {
    explicit store(std::vector<directory_marker> given)
        : markers{std::make_shared<std::vector<directory_marker> const>(std::move(given))} {}

    directory_marker const* find(candidate const& path,
                                 directory_marker const* marked::*when) const noexcept {
        return directories.ask(path, [&](marked const* at, std::string_view name) noexcept {
            bool const is_its_own =
                at != nullptr && at->key.size() == path.path.size() - name.size();
            return is_its_own ? at->*when : nullptr;
        });
    }

    bool may_be_marked(directory_reader const& reader) const noexcept {
        return std::any_of(markers->begin(), markers->end(),
                           [&](auto const& one) { return reader.may_hold(one.name); });
    }

    directory_rules on_directory(candidate const& directory, directory_reader& reader);

    std::shared_ptr<std::vector<directory_marker> const> markers; // shared by copies
    detail::entered_directories<marked> directories;
};

directory_rules marker_matcher::store::on_directory(candidate const& directory,
                                                    directory_reader& reader) {
    auto const old = directories.visit_directory(directory, reader);
    if (directories.is_root(directory)) return directory_rules::no_rules;
    bool const listed = directories.is_listed(reader);
    bool const may_be = listed ? may_be_marked(reader) : old && old->may_be;
    if (!may_be && !old) return directory_rules::no_rules;
    auto made = directories.make(directory, reader);
    std::vector<finding> faults;
    auto const found = marker_search{reader, made->key, faults}.run(*markers);
    directories.add_faults(faults);
    made->may_be = may_be;
    if (old) made->before = directories.is_of_same_scan(*old, *made) ? old->before : old->now;
    made->now = found ? *found : old ? old->now : nullptr;
    bool const changed = made->now != made->before;
    bool const same = old && !changed && old->before == old->now && old->may_be == may_be;
    if (!may_be && !changed) {
        directories.erase(made->key);
    } else if (!same) {
        directories.put(std::move(made));
    }
    if (changed) return directory_rules::changed;
    return may_be ? directory_rules::rules : directory_rules::no_rules;
}

std::vector<directory_marker> default_markers() {
    std::vector<directory_marker> markers;
    for (auto const& one : detail::default_ignores) {
        if (one.kind != detail::ignored::marker) continue;
        markers.push_back(
            {std::string{one.text}, std::string{one.reason}, std::string{one.begins}});
    }
    return markers;
}

marker_matcher::marker_matcher(std::vector<directory_marker> markers)
    : store_{detail::make_owned<store>(std::move(markers))} {}

marker_matcher::marker_matcher(marker_matcher const& other)
    : store_{detail::make_owned<store>(*other.store_)} {}

marker_matcher& marker_matcher::operator=(marker_matcher other) noexcept {
    store_ = std::move(other.store_);
    return *this;
}

verdict marker_matcher::operator()(candidate const& path) const noexcept {
    return store_->find(path, &marked::now) ? verdict::exclude : verdict::none;
}

verdict marker_matcher::previous_verdict(candidate const& path) const noexcept {
    return store_->find(path, &marked::before) ? verdict::exclude : verdict::none;
}

directory_rules marker_matcher::on_directory(candidate const& directory,
                                             directory_reader& reader) const {
    return store_->on_directory(directory, reader);
}

explanation marker_matcher::explain(candidate const& path) const {
    auto const* const marker = store_->find(path, &marked::now);
    if (!marker) return {};
    return {verdict::exclude, marker->name, marker->reason};
}

void marker_matcher::faults(std::vector<finding>& into) const {
    store_->directories.faults(into);
}

} // namespace restat
