#include "sim/fault_reader.hpp"

#include <utility>

#include "sim/passing_reader.hpp"

namespace waybill::sim {
namespace {

class FaultReader final : public PassingReader {
public:
    FaultReader(std::unique_ptr<engine::Reader> inner, std::function<bool()> blind)
        : PassingReader(std::move(inner)), blind_(std::move(blind)) {}

    Answer<core::Sequence> head(core::TenantId t) override {
        if (blind_()) return fail(engine::IoError{engine::IoFailure::unavailable, "planned"});
        return inner().head(t);
    }
    Answer<engine::Settled> settled(core::TenantId t) override {
        if (blind_()) return fail(engine::IoError{engine::IoFailure::unavailable, "planned"});
        return inner().settled(t);
    }

private:
    std::function<bool()> blind_;
};

}  // namespace

std::unique_ptr<engine::Reader> make_fault_reader(std::unique_ptr<engine::Reader> inner, std::function<bool()> blind) {
    return std::make_unique<FaultReader>(std::move(inner), std::move(blind));
}

}  // namespace waybill::sim
