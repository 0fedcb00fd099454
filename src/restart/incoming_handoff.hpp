#pragma once

#include "restart/handoff_state.hpp"

#include <optional>

namespace restat::detail {

/// Everything a previous run or a service manager passed to this process.
class incoming_handoff {
public:
    /// Checks the variable of this library and removes it from the environment. If the previous
    /// run set the variables of the contract, removes these too, so child processes never see
    /// them.
    incoming_handoff();
    /// Replaces the contents in a forked copy of this process, for the function running there.
    void replace_by(inheritance const& given);

    /// Takes a descriptor. The first call takes the variables of the contract if a service
    /// manager set them. An earlier call could take variables meant for another library of the
    /// host.
    int take_descriptor(std::string_view name);
    /// Returns true after these variables were taken.
    bool has_adopted() const noexcept { return adopted_; }
    std::optional<std::string> take_blob(std::string_view name);

    /// Returns the remaining state.
    handoff_state& left() noexcept { return left_; }

private:
    void adopt();

    handoff_state left_;
    std::vector<inheritance::descriptor> descriptors_;
    bool adopted_ = false;
};

/// Returns the single instance of the process. There is one environment, and the first call takes
/// the variables out of the environment.
incoming_handoff& handoff_to_this_process();

} // namespace restat::detail
