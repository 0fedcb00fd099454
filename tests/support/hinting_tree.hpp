#pragma once

#include "platform/files/event.hpp"

#include <restat/enumerator/forwarding_enumerator.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace tests {

/// The hints of an enumerator, as its test gives them, with a descriptor like that of a kernel.
struct given_hints {
    given_hints() = default;
    given_hints(given_hints const&) = delete;
    ~given_hints() { restat::detail::close_event(descriptor); }

    void open() { descriptor = restat::detail::open_event(); }
    void check(std::string_view file) { waiting.check_file(file), raise(); }
    void list(std::string_view directory) { waiting.list(directory), raise(); }
    void lose() { waiting.lost(), raise(); }
    void raise() const {
        if (descriptor >= 0) restat::detail::raise_event(descriptor);
    }

    restat::hint_list waiting = {};
    restat::event_coverage coverage = {.directories = 1, .watched = 1};
    int descriptor = -1;
    bool stays_readable = false;
    int takes = 0;
    std::function<void()> on_take = [] {};
    std::function<void(restat::hint_list&)> on_check = [](restat::hint_list&) {};
    int checks = 0;
};

/// An enumerator whose events are the hints that a test gives.
template <class Enumerator>
class hinting : public restat::forwarding_enumerator<Enumerator> {
public:
    hinting(Enumerator of, std::shared_ptr<given_hints> hints)
        : restat::forwarding_enumerator<Enumerator>{std::move(of)}, hints_{std::move(hints)} {}

    void take_hints(restat::snapshot const&, restat::hint_list& into) {
        ++hints_->takes;
        hints_->on_take();
        into.add(hints_->waiting);
        hints_->waiting.clear();
        bool const lowers = hints_->descriptor >= 0 && !hints_->stays_readable;
        if (lowers) restat::detail::lower_event(hints_->descriptor);
    }
    void check_unwatched(restat::matcher_ref, restat::snapshot const&, restat::hint_list& into) {
        ++hints_->checks;
        hints_->on_check(into);
    }
    int hint_descriptor() { return hints_->descriptor; }
    restat::event_coverage coverage() const { return hints_->coverage; }

private:
    std::shared_ptr<given_hints> hints_;
};

using hinting_tree = hinting<restat::basic_tree_enumerator<restat::testing::memory_file_system>>;

} // namespace tests
