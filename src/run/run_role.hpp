#pragma once

#include <string>
#include <vector>

/// The messages between a supervisor and its program, and the role of a process in this pair.
namespace restat::detail {

/// The variable that announces a supervisor to its program: `FD` for the whole program, or
/// `FD:R1,R2...` for a single function call, with the results of earlier calls.
inline constexpr char child_variable[] = "RESTAT_CHILD";

/// A packet from the program to its supervisor.
struct child_message {
    enum class type : int {
        arrived = 1, ///< the program runs and knows its role
        restart,     ///< a restart request
        returned,    ///< the function returned `value`
    };
    type kind = type::arrived;
    int pid = 0; ///< pid of the sender: a packet of the previous run may arrive late
    int value = 0;
};

/// The role of this process: supervisor or child. A process has a single instance, since there is
/// one environment and the first call removes the variable from it.
class process_role {
public:
    process_role();
    process_role(process_role const&) = delete;

    /// Returns true if a supervisor runs this process; false in a fork of the child.
    bool is_child() const noexcept;
    bool send(child_message::type kind, int value = 0) const noexcept;

    /// Returns true if a function is to be called in place: under a supervisor of the whole
    /// program, and inside the supervised function.
    bool calls_in_place() const noexcept { return is_child() && (whole_program_ || in_call_); }
    /// In the child: returns true, and the result, for a call before the supervised call.
    bool replays(int& result) noexcept;
    void enter_call() noexcept { in_call_ = true; }

    /// In the supervisor: the results of its calls so far.
    std::vector<int>& results() noexcept { return results_; }

private:
    bool read(std::string const& value);

    int channel_ = -1;
    int pid_ = 0;
    bool whole_program_ = false;
    bool in_call_ = false;
    std::size_t calls_ = 0;
    std::vector<int> results_;
};

process_role& role_of_this_process();

} // namespace restat::detail
