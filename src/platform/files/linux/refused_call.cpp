#include "platform/files/refused_call.hpp"

#include <cerrno>

namespace restat::detail {
namespace {

class call_category final : public std::error_category {
public:
    explicit call_category(char const* call) noexcept : call_{call} {}

    char const* name() const noexcept override { return call_; }
    std::string message(int number) const override {
        return std::generic_category().message(number) + " (" + call_ + ')';
    }
    std::error_condition default_error_condition(int number) const noexcept override {
        return std::generic_category().default_error_condition(number);
    }

private:
    char const* call_;
};

} // namespace

std::error_code error_of(needed_call which, int number) noexcept {
    static call_category const clone{"clone"};
    static call_category const clone3{"clone3"};
    if (number != EPERM && number != ENOSYS) return {number, std::generic_category()};
    return {number, which == needed_call::clone ? clone : clone3};
}

} // namespace restat::detail
