#include "core/rejection.hpp"

#include <algorithm>

namespace waybill::core {

const std::vector<RejectInfo>& all_rejections() {
    static const std::vector<RejectInfo> rows = {
#define WAYBILL_REJECTION(number, name, retry, text) {Reject::name, #name, Retry::retry, text},
#include "core/errors.def"
#undef WAYBILL_REJECTION
    };
    return rows;
}

const RejectInfo& info_of(Reject code) {
    const auto& rows = all_rejections();
    const auto row =
        std::lower_bound(rows.begin(), rows.end(), code, [](const RejectInfo& a, Reject b) { return a.code < b; });
    WAYBILL_ASSERT(row != rows.end() && row->code == code);
    return *row;
}

void Faults::add(std::string pointer, Reject code, std::string detail) {
    faults_.push_back({std::move(pointer), code, std::move(detail)});
}

Unexpected<Rejection> Faults::take() {
    WAYBILL_ASSERT(any());
    const Reject first = faults_.front().code;
    const bool alike =
        std::all_of(faults_.begin(), faults_.end(), [first](const Fault& fault) { return fault.code == first; });
    Rejection out;
    out.code = alike ? first : Reject::invalid_request;
    out.detail = faults_.front().detail;
    out.faults = std::move(faults_);
    return fail(std::move(out));
}

}  // namespace waybill::core
