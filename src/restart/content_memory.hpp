#pragma once

#include <restat/change_set.hpp>
#include <restat/options.hpp>
#include <restat/restart/inheritance.hpp>
#include <restat/snapshot.hpp>

#include <map>
#include <string>
#include <system_error>
#include <vector>

namespace restat::detail {

/// Remembers what was in files, to tell an edit from a new stamp on the same content. What it
/// does not know counts as an edit.
class RESTAT_EXPORT content_memory {
public:
    explicit content_memory(difference counts = difference::any) : counts_{counts} {}

    /// Learns the files of a baseline: those that may be binaries or, if that is what counts,
    /// all. To be called before the program that is compared with it starts.
    void learn(snapshot const& baseline);
    /// Those of the changes that count.
    /// \errors `errc::program_truncated` if one is a binary that is not whole yet
    change_set differing(change_set const& changes, std::error_code& error);
    /// The program has, or will have, what the last `differing` saw.
    void settled();

    /// All of it as the next run of the program is to have it.
    std::vector<inheritance::blob> list() const;
    void restore(std::vector<inheritance::blob> list);

private:
    bool differs(change const& what, std::error_code& error);

    difference counts_;
    std::map<std::string, std::string, std::less<>> known_; // by path
    std::map<std::string, std::string, std::less<>> seen_;  // of what is being settled
};

} // namespace restat::detail
