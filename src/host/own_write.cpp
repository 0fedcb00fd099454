#include <restat/own_write.hpp>

#include "base/plain_path.hpp"
#include "own_writes.hpp"
#include "platform/files/file_calls.hpp"

#include <restat/detail/catch_bad_alloc.hpp>

#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace restat {

struct own_write::members {
    struct file {
        std::string path;
        detail::own_place at;
        std::optional<detail::own_state> taken;
        std::optional<detail::own_state> temporary;
    };

    members(detail::own_writes& list, std::shared_ptr<detail::file_reader> files_of)
        : of{list}, from{std::move(files_of)} {}
    members(members const&) = delete;
    ~members() { abandon(); }

    void begin(path_list const& paths) {
        files.reserve(paths.size());
        for (auto const& path : paths) {
            auto plain = detail::plain_path(path);
            auto at = of.place_of(plain, from);
            of.begin(plain, at);
            files.push_back({std::move(plain), std::move(at), {}, {}}); // has room
        }
    }
    void abandon() noexcept {
        while (!files.empty()) {
            of.abandon(files.back().path);
            files.pop_back();
        }
    }
    // Leaves a file abandoned without the memory for its contents.
    void end() {
        while (!files.empty()) {
            auto const left = left_at(files.back());
            of.end(files.back().path, left);
            files.pop_back();
        }
    }
    file* find(std::string_view path) {
        auto const plain = detail::plain_path(path);
        for (auto& one : files) {
            if (one.path == plain) return &one;
        }
        return nullptr;
    }

    detail::own_writes& of;
    std::shared_ptr<detail::file_reader> from; // null for those of the kernel
    std::vector<file> files;
    int exceptions = std::uncaught_exceptions();

private:
    static detail::own_state left_at(file const& of) {
        using enum detail::own_contents;
        if (of.taken) return *of.taken;
        auto const now = detail::read_own_state(of.at, of.temporary ? always : if_not_final);
        bool const is_own = !of.temporary || detail::is_renamed_to(now, *of.temporary);
        return is_own ? now : detail::own_state{};
    }
};

own_write::own_write(detail::own_writes& of, path_list paths,
                     std::shared_ptr<detail::file_reader> files)
    : m_{detail::make_owned<members>(of, std::move(files))} {
    m_->begin(paths);
}

own_write::~own_write() {
    bool const is_left_by_exception = std::uncaught_exceptions() > m_->exceptions;
    if (!is_left_by_exception) detail::without_exceptions([&] { m_->end(); });
}

// Equal records of the descriptor and of the path are those of the same file.
void own_write::record(std::string_view path, int descriptor) {
    auto* const file = m_->find(path);
    if (!file) return;
    std::error_code error;
    auto const written = detail::stat(descriptor, error);
    auto now = detail::read_own_state(file->at, detail::own_contents::if_not_final);
    bool const is_same = !error && changed_fields(written, now.target) == fields::none;
    file->taken = is_same ? now : detail::own_state{};
}

void own_write::record_temporary(std::string_view path, std::string_view temporary) {
    auto* const file = m_->find(path);
    if (!file) return;
    auto at = m_->of.place_of(detail::plain_path(temporary), m_->from);
    file->taken.reset();
    file->temporary = detail::read_own_state(at, detail::own_contents::always);
}

void own_write::abandon() noexcept { m_->abandon(); }

} // namespace restat
