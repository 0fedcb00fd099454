#include <restat/file_system/native_file_system.hpp>

#include "file_system/native_watches.hpp"
#include "platform/files/file_calls.hpp"

#include <utility>

namespace restat {

static_assert(file_system<native_file_system>);
static_assert(watching_file_system<native_file_system>);

namespace {

constexpr auto same_device = ~std::uint64_t{0}; // the trust is its own

} // namespace

void native_file_system::directory::close() noexcept { detail::close(descriptor_); }

native_file_system::directory native_file_system::open(char const* path,
                                                       std::error_code& error) const noexcept {
    return directory{
        detail::open_directory(detail::current_directory, path, last_link::follow, error)};
}

native_file_system::directory native_file_system::open(directory const& in, char const* name,
                                                       last_link link,
                                                       std::error_code& error) const noexcept {
    directory made{detail::open_directory(in.descriptor(), name, link, error)};
    if (in.device_ != same_device) { // named
        made.trust_ = in.trust_;
        made.device_ = in.device_;
    }
    return made;
}

native_file_system::directory native_file_system::working_directory(
    stat_record& record, std::error_code& error) const noexcept {
    directory here{detail::open_working_directory(error)};
    if (!error) record = detail::stat(here.descriptor(), error);
    return error ? directory{} : std::move(here);
}

bool native_file_system::list(directory& of, name_list& into, std::error_code& error) const {
    alignas(8) char buffer[32 * 1024];
    if (std::exchange(of.may_list_old_names_, false)) detail::rewind_directory(of.descriptor());
    auto const size = detail::read_directory(of.descriptor(), buffer, sizeof buffer, error);
    detail::decode_directory(buffer, size, into);
    return size > 0;
}

stat_record native_file_system::stat(char const* path, last_link link,
                                     std::error_code& error) const noexcept {
    return detail::stat(detail::current_directory, path, link, error);
}

stat_record native_file_system::stat(directory const& in, char const* name, last_link link,
                                     std::error_code& error) const noexcept {
    return detail::stat(in.descriptor(), name, link, error);
}

stat_record native_file_system::stat(directory& of, std::error_code& error) const noexcept {
    auto const found = detail::stat_directory(of.descriptor(), of.is_mount_point_, error);
    if (!error && detail::is_on_block_device(found)) of.may_list_old_names_ = false;
    return found;
}

stat_record native_file_system::birth_time(char const* path, stamp& made,
                                           std::error_code& error) const noexcept {
    return detail::birth_time(detail::current_directory, path, made, error);
}

stat_record native_file_system::birth_time(directory const& in, char const* name, stamp& made,
                                           std::error_code& error) const noexcept {
    return detail::birth_time(in.descriptor(), name, made, error);
}

std::string native_file_system::read(directory const& in, char const* name, last_link link,
                                     std::size_t limit, std::error_code& error) const {
    return detail::read_regular(in.descriptor(), name, link, limit, error);
}

std::string native_file_system::location(directory const& of, std::error_code& error) const {
    return detail::location(of.descriptor(), error);
}

bool native_file_system::trusts_stamps(directory const& of) const noexcept {
    return detail::has_local_stamps(of.descriptor());
}

stamp native_file_system::now() const noexcept { return detail::stamp_clock(); }

std::chrono::nanoseconds native_file_system::core_time() const noexcept {
    return detail::core_time();
}

native_file_system::watches native_file_system::open_watches(std::error_code& error) const {
    watches made;
    made.of_ = detail::make_owned<detail::native_watches>(detail::usual_watch_limit(), error);
    return error ? watches{} : std::move(made);
}

native_file_system::watches::operator bool() const noexcept { return of_ && of_->is_open(); }

watch_trust native_file_system::watches::add(directory& at, std::error_code& error) {
    if (at.trust_ == watch_trust::none) {
        at.trust_ = detail::event_trust(at.descriptor_);
        at.device_ = same_device;
    }
    error.clear();
    if (!of_) error = std::make_error_code(std::errc::not_connected);
    if (at.trust_ == watch_trust::none) error = std::make_error_code(std::errc::not_supported);
    at.watch_ = error ? 0 : of_->add(at.descriptor_, error);
    return error ? watch_trust::none : at.trust_;
}

// The trust of the directory above holds on the same device.
watch_trust native_file_system::watches::name(directory& at, file_identity of) {
    if (at.device_ != same_device && at.device_ != of.device)
        at.trust_ = detail::event_trust(at.descriptor_);
    at.device_ = of.device;
    bool const is_named = of_ && of_->name(at.watch_, of);
    if (is_named && at.trust_ == watch_trust::none) of_->forget(of);
    return is_named ? at.trust_ : watch_trust::none;
}

void native_file_system::watches::forget(file_identity of) {
    if (of_) of_->forget(of);
}

bool native_file_system::watches::has(file_identity of) const { return of_ && of_->has(of); }

std::error_code native_file_system::watches::take(watch_sink into) {
    return of_ ? of_->take(into) : std::error_code{};
}

int native_file_system::watches::descriptor() const noexcept {
    return of_ ? of_->descriptor() : -1;
}

} // namespace restat
