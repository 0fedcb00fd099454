#pragma once

#include <restat/matcher/directory_reader.hpp>

/// A reader of an empty directory.
struct no_reader final : restat::directory_reader {
    bool may_hold(std::string_view) const noexcept override { return false; }
    std::uint64_t scan() const noexcept override { return 1; }
    std::string location(std::error_code&) override { return {}; }
    restat::stat_record stat(std::string const&, restat::last_link, std::error_code&) override {
        return {};
    }
    std::string read(std::string const&, restat::last_link, std::size_t,
                     std::error_code&) override {
        return {};
    }
};
