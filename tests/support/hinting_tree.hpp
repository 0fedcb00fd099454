#pragma once

#include <restat/enumerator/forwarding_enumerator.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <memory>
#include <utility>

namespace tests {

/// The hints of a `hinting_tree`, as its test gives them. Copies share them.
struct given_hints {
    restat::hint_list waiting = {};
    restat::event_coverage coverage = {.directories = 1, .watched = 1};
    int descriptor = -1;
    bool keeps = false; // gives the same hints again and again
    int takes = 0;
};

/// A tree in memory whose events are the hints that a test gives.
template <class Tree>
class hinting : public restat::forwarding_enumerator<Tree> {
public:
    explicit hinting(Tree of, std::shared_ptr<given_hints> hints = {})
        : restat::forwarding_enumerator<Tree>{std::move(of)}
        , hints_{hints ? std::move(hints) : std::make_shared<given_hints>()} {}

    void take_hints(restat::snapshot const&, restat::hint_list& into) {
        ++hints_->takes;
        into.add(hints_->waiting);
        if (!hints_->keeps) hints_->waiting.clear();
    }
    int hint_descriptor() { return hints_->descriptor; }
    restat::event_coverage coverage() const { return hints_->coverage; }
    given_hints& hints() noexcept { return *hints_; }

private:
    std::shared_ptr<given_hints> hints_;
};

using hinting_tree = hinting<restat::basic_tree_enumerator<restat::testing::memory_file_system>>;

} // namespace tests
