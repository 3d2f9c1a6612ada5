#pragma once
// WAYBILL_ASSERT states what can not be false unless this program is wrong. It is on in every build and aborts: a
// process that does not know its own state must not go on writing. Never use it on input.

namespace waybill {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace waybill

#define WAYBILL_ASSERT(expression)                        \
    (static_cast<bool>(expression) ? static_cast<void>(0) \
                                   : ::waybill::assertion_failed(#expression, __FILE__, __LINE__))
