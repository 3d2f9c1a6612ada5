#pragma once
// A reader that passes everything on, except the head of the log while `blind` says so.

#include <functional>
#include <memory>

#include "engine/store.hpp"

namespace waybill::sim {

[[nodiscard]] std::unique_ptr<engine::Reader> make_fault_reader(std::unique_ptr<engine::Reader> inner,
                                                                std::function<bool()> blind);

}  // namespace waybill::sim
