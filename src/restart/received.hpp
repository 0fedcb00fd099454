#pragma once

#include "restart/hand_over.hpp"

#include <optional>

namespace restat::detail {

/// What the run before left to this process, or a service manager passed to it.
class received {
public:
    /// Checks the variable of ours and removes it from the environment; with it those of the
    /// contract, where the run before set them, so that no child finds them.
    received();
    /// In a forked copy of this process, for a function that runs there: what it is given.
    void replace_by(inheritance const& given);

    /// The first call takes the variables of the contract if a service manager set them: not
    /// before, as they may be meant for another library of the host's.
    int take_descriptor(std::string_view name);
    /// Whether these variables were taken.
    bool has_adopted() const noexcept { return adopted_; }
    std::optional<std::string> take_blob(std::string_view name);

    /// Less what was taken.
    hand_over& left() noexcept { return left_; }

private:
    void adopt();

    hand_over left_;
    std::vector<inheritance::descriptor> descriptors_;
    bool adopted_ = false;
};

/// There is one of it in a process, as there is one environment: whoever asks first takes the
/// variables out of that.
received& received_by_this_process();

} // namespace restat::detail
