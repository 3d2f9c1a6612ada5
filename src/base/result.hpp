#pragma once
// Result<T, E>: a value or the reason why there is none. The member names are those of std::expected, which this
// compiler has only in C++23 mode. Errors are values here: nothing in base, core or engine throws.

#include <type_traits>
#include <utility>
#include <variant>

#include "base/assert.hpp"

namespace waybill {

template <class E>
struct Unexpected {
    E error;
};

/// Wraps an error so that it converts to any Result with that error type.
template <class E>
[[nodiscard]] Unexpected<std::decay_t<E>> fail(E&& error) {
    return {std::forward<E>(error)};
}

struct Unit {
    bool operator==(const Unit&) const = default;
};

template <class T, class E>
class [[nodiscard]] Result {
public:
    using value_type = T;
    using error_type = E;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    template <class F>
    requires std::is_convertible_v<F, E> Result(Unexpected<F> failure)
        : state_(std::in_place_index<1>, std::move(failure.error)) {}

    [[nodiscard]] bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    [[nodiscard]] T& value() & {
        WAYBILL_ASSERT(has_value());
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] const T& value() const& {
        WAYBILL_ASSERT(has_value());
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] T&& value() && {
        WAYBILL_ASSERT(has_value());
        return std::move(*std::get_if<0>(&state_));
    }
    [[nodiscard]] E& error() & {
        WAYBILL_ASSERT(!has_value());
        return *std::get_if<1>(&state_);
    }
    [[nodiscard]] const E& error() const& {
        WAYBILL_ASSERT(!has_value());
        return *std::get_if<1>(&state_);
    }
    [[nodiscard]] E&& error() && {
        WAYBILL_ASSERT(!has_value());
        return std::move(*std::get_if<1>(&state_));
    }

    [[nodiscard]] T& operator*() & { return value(); }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
    [[nodiscard]] T* operator->() { return &value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }

    template <class U>
    [[nodiscard]] T value_or(U&& other) const& {
        return has_value() ? value() : static_cast<T>(std::forward<U>(other));
    }

private:
    std::variant<T, E> state_;
};

}  // namespace waybill
