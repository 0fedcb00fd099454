#include <restat/detail/reloader_state.hpp>

#include <algorithm>
#include <cassert>

namespace restat::detail {
namespace {

constexpr std::chrono::seconds baseline_limit{3};
constexpr std::chrono::milliseconds baseline_pause{5};

} // namespace

void reloader_state::scan_ended(time_point at, snapshot const& seen, std::vector<finding> faults,
                                std::error_code error) {
    ended_ = at;
    if (error == std::errc::operation_canceled) return;
    if (error) {
        faults.push_back({{}, error, "scan"});
    } else {
        audience().scanned(seen, ended_ - began_);
    }
    auto const& unread = seen.findings();
    faults.insert(faults.end(), unread.begin(), unread.end());
    findings_.tell(std::move(faults), audience());
}

bool reloader_state::offer_baseline(snapshot seen, time_point now) {
    trying_since_ = std::min(trying_since_, now);
    bool const late = now - trying_since_ >= baseline_limit;
    if (!seen.is_final() && !late) return false;
    if (!seen.is_final()) {
        audience().found({{},
                          std::make_error_code(std::errc::timed_out),
                          "wait for a moment without writes to take the baseline"});
    }
    changes.begin(std::move(seen));
    trying_since_ = time_point::max();
    return true;
}

time_point reloader_state::next_scan() const noexcept {
    if (trying_since_ != time_point::max()) return ended_ + baseline_pause;
    auto const pause = ended_ - began_;
    return std::min(std::max(began_ + when_.interval, ended_ + pause), changes.next());
}

linked_stop::linked_stop(reloader_state& of, std::stop_token other)
    : of_{of}
    , before_{of.token}
    , own_{of.stop_token(), forward{both_}}
    , other_{std::move(other), forward{both_}} {
    assert(of.token == of.stop_token() && "a reloader runs once at a time");
    of.token = both_.get_token();
}

} // namespace restat::detail
