#pragma once
// Facts: where a typed condition reads. Implemented by who has the objects; called for exactly the fields that an
// evaluation needs.

#include <cstdint>

#include "core/rules/scratch.hpp"
#include "core/rules/value.hpp"

namespace waybill::rules {

class Facts {
public:
    /// The field at `field` of FactModel::records[record.type], of the kind that the model says, or null. Texts may
    /// point to memory that outlives the evaluation; lists and texts that are made stand in the Scratch. Must give the
    /// same value whenever it is asked during one evaluation. The root is RecordRef{0, 0}. A record that is a field of
    /// the root and not nullable is RecordRef{FactField::record, 0}: programs know it and do not ask.
    virtual Value get(RecordRef record, std::uint16_t field, Scratch& scratch) const = 0;

protected:
    ~Facts() = default;
};

}  // namespace waybill::rules
