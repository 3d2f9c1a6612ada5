#pragma once
// FactModel: which facts a typed condition may read, as data: records with named, typed fields. Made at compile time,
// one for each place where conditions are used; the compiler checks names and types against it, and the console and the
// reference are made from the same table.

#include <cstdint>
#include <span>
#include <string_view>

namespace waybill::rules {

enum class FactKind : std::uint8_t { boolean, number, text, text_list, record, record_list };

struct FactField {
    std::string_view name;
    FactKind kind = FactKind::text;
    std::uint16_t record = 0;     ///< of a record or record_list: which of FactModel::records
    bool nullable = false;        ///< the value may be null: nothing is known
    std::uint32_t items_max = 0;  ///< of a list: how many it has at most; what loops over it cost
    std::string_view doc;         ///< one sentence for people
};

struct FactRecord {
    std::string_view name;
    std::span<const FactField> fields;
};

/// records[0] is the root: what `var` sees outside of loops. REQUIRES: outlives what is compiled against it.
struct FactModel {
    std::span<const FactRecord> records;
};

/// For a static_assert beside a model: references are within it, lists have bounds, names have no dots and are unique.
[[nodiscard]] constexpr bool is_consistent(const FactModel& model) {
    if (model.records.empty()) return false;
    for (const FactRecord& record : model.records) {
        for (std::size_t i = 0; i < record.fields.size(); ++i) {
            const FactField& field = record.fields[i];
            const bool is_list = field.kind == FactKind::text_list || field.kind == FactKind::record_list;
            const bool is_reference = field.kind == FactKind::record || field.kind == FactKind::record_list;
            if (field.name.empty() || field.name.find('.') != std::string_view::npos) return false;
            if (is_list != (field.items_max != 0)) return false;
            if (is_reference && field.record >= model.records.size()) return false;
            for (std::size_t j = 0; j < i; ++j) {
                if (record.fields[j].name == field.name) return false;
            }
        }
    }
    return true;
}

}  // namespace waybill::rules
