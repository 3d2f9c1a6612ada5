#include "json/schema.hpp"

namespace waybill::json {

const FieldSchema* Schema::find(std::string_view field) const {
    for (const FieldSchema& candidate : fields) {
        if (candidate.name == field) return &candidate;
    }
    return nullptr;
}

namespace detail {

void limit_schema(TypeSchema& schema, const Constraints& limits) {
    if (limits.minimum != INT64_MIN) schema.minimum = limits.minimum;
    if (limits.maximum != INT64_MAX) schema.maximum = limits.maximum;
    if (limits.min_length != 0) schema.min_length = limits.min_length;
    if (limits.max_length != Constraints::unbounded) schema.max_length = limits.max_length;
    schema.pattern = regex_of(limits.pattern);
}

}  // namespace detail

}  // namespace waybill::json
