#pragma once

#include <restat/detail/chrono.hpp>
#include <restat/detail/owned.hpp>
#include <restat/export.hpp>
#include <restat/loop_guard.hpp>
#include <restat/restart/restart_strategy.hpp>

#include <concepts>
#include <string>
#include <utility>
#include <vector>

namespace restat {

struct options;

/// Whether a program may be restarted from a file that others than its user can write.
enum class writable_program : unsigned char {
    accepted,
    refused_to_root, ///< `std::errc::operation_not_permitted` while the process runs as root
};

/// What becomes of descriptors that nobody said to keep.
enum class other_descriptors : unsigned char {
    closed,
    left, ///< to their own close-on-exec flags
};

/// How `exec_restart` starts the program anew.
struct exec_options {
    /// `NAME=VALUE`, added to the environment or in place of what it has.
    std::vector<std::string> environment = {};
    writable_program writable_by_others = writable_program::accepted;
    /// How long children that are to end have, before they are killed.
    std::chrono::nanoseconds grace = std::chrono::seconds{3};
    /// Descriptors that the next run finds open under the same numbers, close-on-exec or not. A
    /// number that is closed when the program restarts is skipped.
    std::vector<int> inherit = {};
    other_descriptors others = other_descriptors::closed;
    loop_guard guard = loop_guard::on;
};

namespace detail {

/// Something that the host wants done at some moment.
struct host_step {
    virtual ~host_step() = default;
    virtual void take() = 0;
};

} // namespace detail

/// A `restart_strategy` that turns this process into a fresh run of its program: same pid,
/// arguments, starting directory, environment, signal mask and ignored signals.
///
/// Make it early, on the main thread: how the program was started is noted then. Arguments and
/// environment are those that the kernel keeps of the start; the directory, the mask and which
/// signals are ignored are those of the moment. The program's file is the name it was started by,
/// looked up again at each restart.
///
/// A restart takes these steps; one that is refused leaves the process as it was, but for what
/// the steps before it did:
///
/// 1. It is seen whether the changes count (`options::counts`), and whether the file can run:
///    regular, executable, no writer, an ELF file whole, a script's interpreter likewise.
/// 2. The `before` steps of the host are taken, and step 1 once more for the file.
/// 3. The `finally` steps are taken, and children that are to end are ended. Only this is never
///    undone: *the point of no return* for who gives it any of these.
/// 4. stdout and stderr are flushed, as far as that takes no longer than a fifth of a second.
/// 5. Timers are cleared, ignored signals made so, and a thread of its own does the exec. Should
///    that fail, all of this step is undone; no other thread saw another directory, mask or
///    descriptor. *The point of no return* is the exec itself.
///
/// Threads end where they are, and no destructor runs, as with any exec. Of the descriptors, the
/// new run has these open and no others, whatever their close-on-exec flags were:
///
/// - 0, 1 and 2;
/// - those that `keep` named, from 3 on; the new run takes them by `take_descriptor`;
/// - those that the environment announces: by LISTEN_FDS, unless this run took or kept any; the
///   pipe of a job server, by MAKEFLAGS; by RESTAT_CHANGES and RESTAT_READY. They must be open when
///   this object is made. A job server whose numbers `keep` needs gets other numbers;
/// - those in `exec_options::inherit`;
/// - all others too, as their flags say, with `other_descriptors::left`.
///
/// So an ordinary listening socket does not keep the new run from binding its address, and clients
/// see their connections end. Bytes that `stash` named are taken by `take_blob`.
///
/// A new run that takes its descriptors by sd_listen_fds(3) instead does so before it makes this
/// object, which removes the variables that the run before set, so that no child finds them.
///
/// What is known of the files travels too: an edit during the restart is seen after it. Should the
/// new program watch other files than the old, those that come into view are known without being
/// told. Without a descriptor to be had the restart takes place all the same, unless bytes are
/// stashed, and the new process takes a baseline of its own. Of several in one process the first
/// made inherits.
///
/// A program that writes a watched file at each start does not restart itself without end: see
/// `loop_guard`, whose memory travels too. A suspended restart is answered by
/// `errc::restart_suspended`. Once it is proven that the program writes a file, `options::tell`
/// gets the path with `errc::restart_loop`, and `loop_rule` is the glob that ignores it.
/// \errors refused: `errc::program_changed`, `errc::program_truncated`, and every error of exec
/// \threads `restart` from any, which must not be called beside the others
/// \source execve(2), getauxval(3) AT_EXECFN and AT_SECURE, F_SETLEASE(2const), memfd_create(2),
/// clone(2), elf(5)
/// \see inheritance
class RESTAT_EXPORT exec_restart {
public:
    /// \errors throws `reload_error` if the program cannot be started anew at all:
    /// `errc::program_unknown` if the file that runs is not the one that its name leads to,
    /// `errc::privileged` under setuid, setgid or capabilities
    exec_restart();
    explicit exec_restart(exec_options how);
    /// For a reloader of these files, with their grace.
    /// \errors throws too if `options::ready` is not the default (`std::errc::not_supported`)
    explicit exec_restart(options const& watch);
    exec_restart(options const& watch, exec_options how);
    /// With an error, of which the throwing form tells, every restart is refused for that reason.
    exec_restart(exec_options how, std::error_code& error);
    exec_restart(exec_restart&&) noexcept = default;
    exec_restart& operator=(exec_restart&&) noexcept = default;
    ~exec_restart() = default;

    /// Has the next run get a descriptor, or bytes, under a name; see `inheritance`.
    /// \errors throws `reload_error` as there, and if the place of the descriptor is the number of
    /// one in `exec_options::inherit`
    void keep(int descriptor, std::string name);
    void stash(std::string name, std::string bytes);

    /// Has a restart call this first, on the thread that restarts: the place to save what is to
    /// be stashed. May be called for a restart that is refused in the end. An exception
    /// refuses the restart.
    template <std::invocable Act>
    void before(Act act) {
        add_step(make_step(std::move(act)));
    }

    /// Has a restart call this last, when nothing but exec itself can refuse it: the place to stop
    /// threads, and to wait for them as long as they may take. If exec does refuse, it is called
    /// again by the next restart, and so it is after an exception, which refuses the restart.
    template <std::invocable Act>
    void finally(Act act) {
        add_last_step(make_step(std::move(act)));
    }

    /// Has a restart end this child process of the host first: TERM, grace, KILL.
    void end_child(int pid);

    /// Which run of the program this is: 1, and one more after each restart.
    std::size_t generation() const noexcept;
    /// The changes for which this run was started, without records; none for the first.
    change_set const& cause() const noexcept;

    /// The glob that ignores the paths for which the restart-loop guard last suspended a restart,
    /// or which it last proved to be the program's own. Empty if there are none.
    std::string loop_rule() const;

    /// Returns only if refused; declined, as nothing that counts differs, or only what is proven to
    /// be the program's own; or suspended by the restart-loop guard.
    restart_result restart(change_set const& changes, std::error_code& error);
    /// The moment at which the restart-loop guard accepts what it suspended.
    time_point suspended_until() const noexcept;

    void learn(snapshot const& baseline);
    void hand_over(snapshot const& known);
    bool inherit(snapshot& known);

private:
    template <class Act>
    static detail::owned<detail::host_step> make_step(Act act) {
        struct step final : detail::host_step {
            explicit step(Act from) : act_{std::move(from)} {}
            void take() override { act_(); }
            Act act_;
        };
        return {new step{std::move(act)}, [](detail::host_step* s) noexcept { delete s; }};
    }

    void add_step(detail::owned<detail::host_step> what);
    void add_last_step(detail::owned<detail::host_step> what);

    struct state;
    detail::owned<state> state_;
};

} // namespace restat
