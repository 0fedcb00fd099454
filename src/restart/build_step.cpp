// Each changed path is in one of these sets:
//
//     restart(changes) ---> waiting --- a build starts ---> building --- success ---> built
//                              ^                               |
//                              +--- failure, or a stop --------+
//
// A change leaves these sets only after a successful build, so no change is lost, and the wrapped
// strategy sees only built changes. Each set has the state of the files at its last `restart`.

#include <restat/restart/build_step.hpp>

#include "platform/files/poll_set.hpp"
#include "platform/files/seed.hpp"
#include "restart/child_process.hpp"
#include "restart/merge_changes.hpp"
#include "restart/supervisor.hpp"

#include <algorithm>
#include <memory>
#include <set>

namespace restat::detail {
namespace {

child_recipe recipe_of(build_options options) {
    check_command(options.command, options.environment);
    return {.command = std::move(options.command),
            .environment = std::move(options.environment),
            .input = command_input::nothing};
}

supervisor_options plan_of(build_options const& options) {
    return {.signal = options.signal,
            .grace = options.grace,
            .first = first_start::on_change,
            .guard = options.guard,
            .seed = new_seed(),
            .ends_strays = false};
}

// Records the paths changed during builds. A path changed during each of the last two builds is
// assumed to be build output: if it canceled the build, no build would ever finish.
class build_products {
public:
    void started() {
        std::swap(before_last_, last_);
        last_ = std::exchange(now_, {});
    }
    void changed(change_set const& changes) {
        for (change const& what : changes) now_.insert(what.path);
    }
    bool have_all(change_set const& changes) const {
        return std::all_of(changes.begin(), changes.end(), [&](change const& what) {
            return last_.contains(what.path) && before_last_.contains(what.path);
        });
    }

private:
    std::set<std::string> now_;
    std::set<std::string> last_;
    std::set<std::string> before_last_;
};

} // namespace

struct build_runner::members {
    using shared_state = std::shared_ptr<snapshot const>;

    members(build_options options, std::function<void(process_event const&)> on_event)
        : newer_policy{options.when_files_change_again}
        , listener{std::move(on_event)}
        , plan{plan_of(options)}
        , process{recipe_of(std::move(options))} {}

    void on_build_event(process_event const& event) {
        using kind = process_event_kind;
        if (event.kind == kind::started) {
            building = std::exchange(waiting, {});
            building_state = waiting_state;
            products.started();
        }
        if (event.kind == kind::ended) ended(event);
        if (listener) listener(event);
    }
    // A stopped build counts as failed, regardless of its exit status.
    void ended(process_event const& event) {
        bool const ended_by_itself = build_supervisor.now() == supervisor::state::running;
        bool const succeeded = ended_by_itself && !event.error && event.status == exit_status{};
        auto& target = succeeded ? built : waiting;
        target = succeeded ? merge(built, building) : merge(building, waiting);
        if (succeeded) built_state = std::move(building_state);
        building = {};
        has_built = has_built || succeeded;
    }
    // Adds the changes of a canceled build to the next build. The guard judges only the new
    // changes.
    restart_result build(change_set const& changes, shared_state const& state,
                         std::error_code& error) {
        auto const before = merge(building, waiting);
        auto const result = build_supervisor.restart(process, changes, error, before);
        if (result != restart_result::restarted) return result;
        waiting = merge(before, changes);
        waiting_state = state;
        building = {};
        return result;
    }
    // Builds the changes of the last build's run time. After a refusal they wait for another
    // change.
    void build_queued() {
        std::error_code error; // reported to the listener
        auto const result = build(queued, accepted_state, error);
        if (result == restart_result::suspended) return;
        if (result == restart_result::refused) waiting = merge(waiting, queued);
        queued = {};
    }
    restart_result restart(change_set const& changes, shared_state const& state,
                           std::error_code& error) {
        auto all = merge(queued, changes);
        if (build_supervisor.has_leader()) {
            products.changed(changes);
            if (newer_policy == on_newer_change::follow || products.have_all(changes)) {
                queued = std::move(all);
                return restart_result::restarted;
            }
        }
        auto const result = build(all, state, error);
        if (is_settled(result)) queued = {};
        return result;
    }
    // Declined changes need no build, so the same sets have them.
    void accept(restart_result with, shared_state const& state) noexcept {
        if (!is_settled(with)) return;
        for (auto* const of : {&waiting_state, &building_state, &built_state}) {
            if (with == restart_result::declined && *of == accepted_state) *of = state;
        }
        accepted_state = state;
    }
    static bool is_settled(restart_result with) noexcept {
        return with == restart_result::restarted || with == restart_result::declined;
    }

    on_newer_change newer_policy;
    std::function<void(process_event const&)> listener;
    supervisor_options plan;
    child_process process;
    supervisor build_supervisor{plan,
                                [this](process_event const& event) { on_build_event(event); }};
    detail::poll_set polled;
    build_products products;
    change_set waiting;
    change_set building;
    change_set built;
    change_set queued;           // for another build, after the end of the running build
    shared_state offered_state;  // for the next `restart`
    shared_state accepted_state; // of the last settled `restart`
    shared_state waiting_state;
    shared_state building_state;
    shared_state built_state;
    bool has_built = false;
};

build_runner::build_runner(build_options options,
                           std::function<void(process_event const&)> on_event)
    : m_{make_owned<members>(std::move(options), std::move(on_event))} {}

restart_result build_runner::restart(change_set const& changes, std::error_code& error) {
    error.clear();
    auto state = std::exchange(m_->offered_state, nullptr);
    if (!state) state = m_->accepted_state;
    auto const result = m_->restart(changes, state, error);
    m_->accept(result, state);
    return result;
}

void build_runner::hand_over(snapshot const& known) {
    m_->offered_state = std::make_shared<snapshot const>(known);
}

time_point build_runner::suspended_until() const noexcept {
    return m_->build_supervisor.suspended_until();
}

supervision build_runner::supervise(time_point now) {
    auto supervised = m_->build_supervisor.supervise(m_->process, now);
    bool const is_pending = !m_->queued.empty() && !m_->build_supervisor.has_leader();
    if (auto const until = suspended_until();
        is_pending && (until == time_point::max() || until <= now)) {
        m_->build_queued();
        supervised = m_->build_supervisor.supervise(m_->process, now);
    }
    m_->build_supervisor.rethrow();
    if (is_pending && !m_->queued.empty())
        supervised.next = std::min(supervised.next, suspended_until());
    return supervised;
}

void build_runner::stop() {
    m_->queued = {};
    m_->build_supervisor.stop();
}

void build_runner::kill() noexcept { m_->process.kill(); }

void build_runner::freeze() noexcept { m_->process.freeze(); }

void build_runner::thaw() noexcept { m_->process.thaw(); }

change_set const* build_runner::built() const noexcept {
    return m_->has_built ? &m_->built : nullptr;
}

snapshot const* build_runner::built_state() const noexcept { return m_->built_state.get(); }

void build_runner::answered() noexcept {
    m_->has_built = false;
    m_->built = {};
    m_->built_state = {};
}

int build_runner::descriptor_beside(int other) const noexcept {
    int const own = m_->process.descriptor();
    if (own < 0) return other;
    if (other < 0) return own;
    m_->polled.add(own); // closing a descriptor removes it from the set
    m_->polled.add(other);
    return m_->polled.descriptor();
}

} // namespace restat::detail
