#pragma once
// A small model of facts and facts for it, for the tests and the fuzzer of conditions.

#include <array>
#include <string_view>
#include <vector>

#include "core/rules/fact_model.hpp"
#include "core/rules/facts.hpp"

namespace waybill::rules::sample {

enum RecordType : std::uint16_t { root, order, address, order_line };

inline constexpr std::array root_fields{
    FactField{"order", FactKind::record, order, false, 0, "The order."},
    FactField{"previous", FactKind::record, order, true, 0, "The order before it, if any."},
};
inline constexpr std::array order_fields{
    FactField{"reference", FactKind::text, 0, false, 0, "As the channel calls it."},
    FactField{"total", FactKind::number, 0, false, 0, "In the currency of the order."},
    FactField{"gift", FactKind::boolean, 0, false, 0, "Wrapped."},
    FactField{"note", FactKind::text, 0, true, 0, "Of the buyer."},
    FactField{"tags", FactKind::text_list, 0, false, 20, "Labels."},
    FactField{"ship_to", FactKind::record, address, true, 0, "Where it goes."},
    FactField{"lines", FactKind::record_list, order_line, false, 100, "What is ordered."},
};
inline constexpr std::array address_fields{
    FactField{"country", FactKind::text, 0, false, 0, "ISO 3166."},
    FactField{"postcode", FactKind::text, 0, true, 0, "As it was written."},
};
inline constexpr std::array line_fields{
    FactField{"sku", FactKind::text, 0, false, 0, "The item."},
    FactField{"quantity", FactKind::number, 0, false, 0, "Ordered."},
    FactField{"weight", FactKind::number, 0, true, 0, "Of all, in kg."},
    FactField{"tags", FactKind::text_list, 0, false, 10, "Labels of the item."},
};
inline constexpr std::array records{
    FactRecord{"facts", root_fields},
    FactRecord{"order", order_fields},
    FactRecord{"address", address_fields},
    FactRecord{"order_line", line_fields},
};
inline constexpr FactModel model{records};
static_assert(is_consistent(model));

struct Line {
    std::string_view sku;
    std::int64_t quantity = 1;
    std::int64_t weight_g = 0;  ///< 0: not known
    std::vector<std::string_view> tags;
};

/// One order; there is none before it.
class OrderFacts final : public Facts {
public:
    std::string_view reference = "W-1001";
    std::int64_t total_minor = 12'550;
    bool gift = false;
    std::string_view note;  ///< empty: none
    std::vector<std::string_view> tags{"vip", "eu"};
    std::string_view country = "US";
    std::string_view postcode = "90210";
    std::vector<Line> lines{{"A", 2, 1'500, {"fragile"}}, {"B", 1, 0, {}}, {"C", 10, 250, {"bulk", "cold"}}};

    Value get(RecordRef record, std::uint16_t field, Scratch& scratch) const override {
        switch (record.type) {
            case root:
                return field == 0 ? Value::of(RecordRef{order, 0}) : Value();
            case order:
                return order_field(field, scratch);
            case address:
                return field == 0 ? Value::of(country) : postcode.empty() ? Value() : Value::of(postcode);
            default:
                return line_field(lines[record.index], field, scratch);
        }
    }

private:
    static Value texts(const std::vector<std::string_view>& from, Scratch& scratch) {
        const std::span<Value> out = scratch.make<Value>(from.size());
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = Value::of(from[i]);
        return Value::of_flat_list(out);
    }
    Value order_field(std::uint16_t field, Scratch& scratch) const {
        switch (field) {
            case 0:
                return Value::of(reference);
            case 1:
                return Value::of(*Decimal::of_scaled(total_minor, 2));
            case 2:
                return Value::of(gift);
            case 3:
                return note.empty() ? Value() : Value::of(note);
            case 4:
                return texts(tags, scratch);
            case 5:
                return country.empty() ? Value() : Value::of(RecordRef{address, 0});
            default: {
                const std::span<Value> out = scratch.make<Value>(lines.size());
                for (std::uint32_t i = 0; i < out.size(); ++i) out[i] = Value::of(RecordRef{order_line, i});
                return Value::of_flat_list(out);
            }
        }
    }
    static Value line_field(const Line& line, std::uint16_t field, Scratch& scratch) {
        switch (field) {
            case 0:
                return Value::of(line.sku);
            case 1:
                return Value::of(*Decimal::of_integer(line.quantity));
            case 2:
                return line.weight_g == 0 ? Value() : Value::of(*Decimal::of_scaled(line.weight_g, 3));
            default:
                return texts(line.tags, scratch);
        }
    }
};

}  // namespace waybill::rules::sample
