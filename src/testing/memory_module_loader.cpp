#include <restat/testing/memory_module_loader.hpp>

#include <restat/error.hpp>

#include <utility>

namespace restat::testing {
namespace {

struct memory_image {
    std::string content;
    memory_module of;
    bool is_loaded = false;
};

memory_image& in_memory(void* image) noexcept { return *static_cast<memory_image*>(image); }

} // namespace

struct memory_module_loader::state {
    explicit state(memory_file_system from) : files{std::move(from)} {}

    memory_file_system files;
    std::map<std::string, memory_module> defined = {};
    std::vector<std::string> calls = {};
    std::error_code failure = {};
    std::size_t failures = 0;
    std::size_t copies = 0;

    memory_module find(std::string const& content) const {
        auto const at = defined.find(content);
        if (at != defined.end()) return at->second;
        memory_module unknown;
        unknown.is_complete = !content.empty();
        unknown.load_error = "invalid ELF header";
        return unknown;
    }
};

memory_module_loader::memory_module_loader(memory_file_system files)
    : state_{std::make_shared<state>(std::move(files))} {}

void memory_module_loader::define(std::string content, memory_module module) const {
    state_->defined[std::move(content)] = std::move(module);
}

void memory_module_loader::fail_copies(std::error_code with, std::size_t count) const {
    state_->failure = with;
    state_->failures = count;
}

std::vector<std::string> memory_module_loader::take() const {
    return std::exchange(state_->calls, {});
}

std::size_t memory_module_loader::copies() const { return state_->copies; }

void memory_module_loader::remove_stale(std::string const&) {}

void* memory_module_loader::copy(std::string const& path, std::error_code& error) {
    error.clear();
    auto const record = state_->files.record(path);
    auto const now = state_->files.now();
    if (record.type != file_type::regular) {
        error = std::make_error_code(std::errc::no_such_file_or_directory);
    } else if (state_->failures > 0) {
        --state_->failures;
        error = state_->failure;
    }
    if (error) return nullptr;
    auto const content = state_->files.read(path);
    auto found = state_->find(content);
    if (!found.is_complete || !is_final(record.ctime, now, now)) {
        error = errc::incomplete;
        return nullptr;
    }
    ++state_->copies;
    return new memory_image{content, std::move(found)};
}

bool memory_module_loader::load(void* image, std::string& reason) {
    auto& of = in_memory(image);
    reason = of.of.load_error;
    of.is_loaded = reason.empty();
    if (of.is_loaded) state_->calls.push_back("load " + of.content);
    return of.is_loaded;
}

void* memory_module_loader::find(void* image, char const* symbol) {
    auto const& all = in_memory(image).of.symbols;
    auto const at = all.find(symbol);
    return at == all.end() ? nullptr : at->second;
}

bool memory_module_loader::release(void* image, module_memory memory) {
    std::unique_ptr<memory_image> const last{&in_memory(image)};
    auto const* const call = !last->is_loaded                ? "drop "
                             : memory == module_memory::keep ? "keep "
                                                             : "unload ";
    state_->calls.push_back(call + last->content);
    --state_->copies;
    return memory == module_memory::keep || !last->is_loaded || !last->of.stays_in_memory;
}

} // namespace restat::testing
