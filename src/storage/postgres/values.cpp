#include "storage/postgres/values.hpp"

#include <utility>

#include "base/assert.hpp"

namespace waybill::storage::postgres {

namespace {

/// Big-endian, as everything on the wire.
template <class Integer>
void append(std::string& out, Integer value) {
    const auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
    for (std::size_t shift = 8 * sizeof(Integer); shift > 0; shift -= 8) {
        out += static_cast<char>(static_cast<unsigned char>(bits >> (shift - 8)));
    }
}

Type list_of(Type element) {
    switch (element) {
        case Type::bigint:
            return Type::bigint_list;
        case Type::integer:
            return Type::integer_list;
        case Type::text:
            return Type::text_list;
        case Type::bytes:
            return Type::bytes_list;
        case Type::boolean:
        case Type::bytes_list:
        case Type::integer_list:
        case Type::text_list:
        case Type::bigint_list:
            break;
    }
    WAYBILL_ASSERT(false);
    return Type::text_list;
}

}  // namespace

Column::Column(Type element) : element_(element) { static_cast<void>(list_of(element)); }

void Column::add(std::int64_t value) {
    ++rows_;
    if (element_ == Type::integer) {
        append(elements_, std::int32_t{4});
        append(elements_, static_cast<std::int32_t>(value));
    } else {
        append(elements_, std::int32_t{8});
        append(elements_, value);
    }
}

void Column::add(std::string_view value) {
    ++rows_;
    append(elements_, static_cast<std::int32_t>(value.size()));
    elements_ += value;
}

void Column::add_null() {
    ++rows_;
    has_null_ = true;
    append(elements_, std::int32_t{-1});
}

Type Column::type() const { return list_of(element_); }

std::string Column::bytes() const {
    std::string out;
    out.reserve(elements_.size() + 20);
    append(out, std::int32_t{rows_ == 0 ? 0 : 1});  // dimensions
    append(out, std::int32_t{has_null_ ? 1 : 0});
    append(out, static_cast<std::uint32_t>(element_));
    if (rows_ == 0) return out;
    append(out, static_cast<std::int32_t>(rows_));
    append(out, std::int32_t{1});  // the first index
    return out + elements_;
}

Values& Values::add(std::int64_t value) {
    std::string bytes;
    append(bytes, value);
    return add_bytes(Type::bigint, std::move(bytes));
}

Values& Values::add_integer(std::int32_t value) {
    std::string bytes;
    append(bytes, value);
    return add_bytes(Type::integer, std::move(bytes));
}

Values& Values::add_bytes(Type type, std::string bytes) {
    types_.push_back(static_cast<std::uint32_t>(type));
    bytes_.push_back(std::move(bytes));
    return *this;
}

}  // namespace waybill::storage::postgres
