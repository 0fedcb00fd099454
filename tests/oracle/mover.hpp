#pragma once

#include "oracle/steps.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace oracle {

/// What the other process reports of some operations.
struct report {
    std::set<std::string> touched;  ///< reported names of files to which something happened
    std::set<std::string> prefixes; ///< paths at or below which something may have happened
    /// Names that a rule excluded at some moment; with a slash, all below.
    std::set<std::string> hidden;
    void add(report const& other);
    bool was_hidden(std::string const& name) const;
};

/// Another process that performs operations, and reads the tree around each of them.
class mover {
public:
    /// Forks. The process works in `base`, and ends with this object.
    mover(std::string const& base, watch_plan const& plan, std::vector<step> const& steps);
    mover(mover const&) = delete;
    ~mover();

    /// Begins an operation, by its place in the steps.
    void begin(std::size_t at);
    /// Makes the process use other roots from its next operation on.
    void use_roots(std::vector<bool> const& out);
    /// Waits until all that were begun are done.
    void finish();
    bool is_idle();
    /// Restores permissions and mounts.
    void restore();
    /// The host has seen all so far.
    void note_judged();
    /// What was done since the last call.
    report take();

private:
    void send(std::uint32_t what) const;
    void receive();

    int process_ = -1;
    int channel_ = -1;
    std::size_t begun_ = 0;
    report report_;
};

} // namespace oracle
