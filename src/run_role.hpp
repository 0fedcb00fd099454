#pragma once

#include <string>
#include <vector>

/// What passes between a supervisor and the program it runs, and how the program knows its side.
namespace restat::detail {

/// The variable that tells a program of its supervisor: `FD` for the whole program, `FD:R1,R2...`
/// where it is run for one call of a function, with the results of the calls before that one.
inline constexpr char child_variable[] = "RESTAT_CHILD";

/// One packet from the program to its supervisor.
struct child_message {
    enum class kind : int {
        arrived = 1, ///< its code runs and knows its side
        restart,     ///< it asks to be run again
        returned,    ///< the function did, with `value`
    };
    kind what = kind::arrived;
    int pid = 0; ///< whose it is: one of the run before may still be on its way
    int value = 0;
};

/// Which side of a supervisor this process is on. There is one of it in a process, as there is
/// one environment: whoever asks first takes the variable out of that.
class process_role {
public:
    process_role();
    process_role(process_role const&) = delete;

    /// Whether a supervisor runs this process; not true of a process forked from such a one.
    bool is_child() const noexcept;
    bool tell(child_message::kind what, int value = 0) const noexcept;

    /// Whether a function is to be called in place: under a supervisor of the whole program, and
    /// inside the function that the supervisor is for.
    bool calls_in_place() const noexcept { return is_child() && (whole_program_ || in_call_); }
    /// Of the child: whether a call before the one that it is run for comes back with `result`.
    bool replays(int& result) noexcept;
    void enter_call() noexcept { in_call_ = true; }

    /// Of the parent: the results of its calls so far.
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
