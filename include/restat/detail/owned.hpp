#pragma once

#include <restat/detail/language.hpp>

#include <utility>

namespace restat::detail {

/// The sole owner of a heap object whose type the header need not complete. Works like a
/// `std::unique_ptr` with a type-erased deleter, without the cost of `<memory>` in each translation
/// unit.
template <class T>
class owned {
public:
    owned() noexcept = default;
    owned(T* object, void (*destroy)(T*) noexcept) noexcept
        : object_{object}, destroy_{destroy} {}
    owned(owned&& other) noexcept
        : object_{std::exchange(other.object_, nullptr)}, destroy_{other.destroy_} {}
    owned& operator=(owned&& other) noexcept {
        std::swap(object_, other.object_);
        std::swap(destroy_, other.destroy_);
        return *this;
    }
    ~owned() {
        if (object_) destroy_(object_);
    }

    T* operator->() const noexcept { return object_; }
    T& operator*() const noexcept { return *object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

private:
    T* object_ = nullptr;
    void (*destroy_)(T*) noexcept = nullptr;
};

/// Makes an object where its type is complete (in a source file) for an `owned` of its header.
template <class T, class... Arguments>
owned<T> make_owned(Arguments&&... arguments) {
    return {new T{std::forward<Arguments>(arguments)...},
            [](T* object) noexcept { delete object; }};
}

} // namespace restat::detail
