#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/catch_bad_alloc.hpp>
#include <restat/poll_result.hpp>

#include <memory>
#include <system_error>
#include <type_traits>
#include <utility>

#ifdef RESTAT_BOOST_ASIO
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#else
#include <asio/any_io_executor.hpp>
#include <asio/compose.hpp>
#include <asio/error.hpp>
#include <asio/posix/stream_descriptor.hpp>
#endif

// Optional: no other header of the library includes this header, and the library is compiled
// without Asio. The macro RESTAT_BOOST_ASIO selects Boost.Asio instead of standalone Asio. A
// program may use both, each in sources of its own.
namespace restat {
#ifdef RESTAT_BOOST_ASIO
inline namespace with_boost_asio {
namespace asio_ = ::boost::asio;
using asio_error = ::boost::system::error_code;
#else
inline namespace with_asio {
namespace asio_ = ::asio;
using asio_error = std::error_code;
#endif

/// Polls a reloader in the event loop of Asio, without a thread and without a timer. The strategy
/// of the reloader, such as a `callback_restart`, is called on the executor.
///
///     restat::asio_poller files{context.get_executor(), reloader};
///     files.async_run([](std::error_code) {});
///
/// Both operations take any completion token: a callback, `use_awaitable`, `use_future`. An
/// exception of a callback or of a scan ends neither: the observer and `failure()` of the reloader
/// report it, like in `run`. Both end with `operation_aborted` after `cancel`, after `stop` of the
/// reloader at its next wake-up, and after the destruction of this object. With Asio 1.19 or newer
/// they also end by a terminal cancellation of their handler.
/// \pre the reloader outlives this object, and no two operations are under way at a time
/// \threads all functions, the completions and the reloader on the executor alone: a strand, if
/// several threads run the context
/// \see basic_reloader::descriptor
template <class Reloader>
class asio_poller {
public:
    using executor_type = asio_::any_io_executor;

    /// Takes the descriptor of the reloader.
    /// \errors throws `reload_error`, or `system_error` of Asio, if the system refuses
    asio_poller(executor_type executor, Reloader& reloader)
        : state_{std::make_shared<state>(std::move(executor), reloader)} {}
    asio_poller(asio_poller const&) = delete;
    ~asio_poller() {
        cancel();
        state_->ready.release(); // the descriptor belongs to the reloader
        state_->reloader = nullptr;
    }

    executor_type get_executor() const { return state_->ready.get_executor(); }

    /// Waits until the reloader has work to do, then polls once. Completes with an error of the
    /// wait and the result of the poll: `void(error_code, poll_result)`. A poll that threw has the
    /// state `failed`.
    template <class Token>
    auto async_poll(Token&& token) {
        return asio_::async_compose<Token, void(asio_error, poll_result)>(
            operation<once>{state_, state_->cancels}, token, state_->ready);
    }

    /// Polls whenever the reloader has work to do, until `cancel`. Completes with the reason:
    /// `void(error_code)`.
    template <class Token>
    auto async_run(Token&& token) {
        return asio_::async_compose<Token, void(asio_error)>(
            operation<repeatedly>{state_, state_->cancels}, token, state_->ready);
    }

    /// Ends the operation under way.
    void cancel() {
        ++state_->cancels; // also of an operation that waits no longer
        asio_error ignored;
        state_->ready.cancel(ignored);
    }

private:
    struct once;
    struct repeatedly;

    struct state {
        state(executor_type executor, Reloader& of)
            : ready{std::move(executor), of.descriptor()}, reloader{&of} {}

        asio_::posix::stream_descriptor ready;
        Reloader* reloader; // null after the destruction of the poller
        unsigned cancels = 0;
    };

    template <class How>
    struct operation {
        std::shared_ptr<state> of;
        unsigned cancels;
        bool waits = false;

        template <class Self>
        void operator()(Self& self, asio_error error = {}) {
            if (!std::exchange(waits, true)) return wait(self);
            if (!error && is_cancelled(self)) error = asio_::error::operation_aborted;
            poll_result result{.state = poll_state::failed};
            if (!error) result = poll(error);
            if constexpr (std::is_same_v<How, once>) {
                self.complete(error, result);
            } else {
                error ? self.complete(error) : wait(self);
            }
        }

    private:
        template <class Self>
        void wait(Self& self) {
            auto& ready = of->ready; // outlives the move of this object
            ready.async_wait(asio_::posix::stream_descriptor::wait_read, std::move(self));
        }

        template <class Self>
        bool is_cancelled(Self& self) const {
            if constexpr (requires { self.cancelled(); }) {
                if (static_cast<bool>(self.cancelled())) return true;
            }
            return !of->reloader || of->cancels != cancels;
        }

        poll_result poll(asio_error& error) const {
            poll_result result{.state = poll_state::failed};
            std::error_code failure;
            detail::caught([&] { result = of->reloader->poll(failure); });
            if (failure == std::errc::operation_canceled) error = asio_::error::operation_aborted;
            return result;
        }
    };

    std::shared_ptr<state> state_;
};

} // namespace with_asio
} // namespace restat
