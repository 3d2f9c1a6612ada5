#pragma once
// Values: the parameters of one statement in PostgreSQL's binary format, with their types. Numbers and texts, and
// columns of many rows, which a statement takes apart by unnest.

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/instant.hpp"
#include "core/ids.hpp"

namespace waybill::storage::postgres {

/// Type numbers that never change (pg_type.dat).
enum class Type : std::uint32_t {
    boolean = 16,
    bytes = 17,
    bigint = 20,
    integer = 23,
    text = 25,
    bytes_list = 1001,
    integer_list = 1007,
    text_list = 1009,
    bigint_list = 1016,
};

/// One column of many rows.
class Column {
public:
    /// REQUIRES: bigint, integer, text or bytes.
    explicit Column(Type element);

    void add(std::int64_t value);
    void add(std::uint64_t value) { add(static_cast<std::int64_t>(value)); }
    void add(std::uint32_t value) { add(static_cast<std::int64_t>(value)); }
    void add(std::int32_t value) { add(std::int64_t{value}); }
    void add(std::string_view value);
    void add_null();

    [[nodiscard]] std::uint32_t rows() const { return rows_; }
    [[nodiscard]] Type type() const;
    /// In the wire format of arrays.
    [[nodiscard]] std::string bytes() const;

private:
    Type element_;
    std::uint32_t rows_ = 0;
    bool has_null_ = false;
    std::string elements_;
};

/// Ids, numbers or texts.
template <class List>
[[nodiscard]] Column column_of(const List& list) {
    using Value = typename List::value_type;
    if constexpr (requires(Value value) { value.raw(); }) {
        Column out(Type::bigint);
        for (const Value& value : list) out.add(value.raw());
        return out;
    } else {
        Column out(std::is_integral_v<Value> ? Type::integer : Type::text);
        for (const Value& value : list) out.add(value);
        return out;
    }
}

class Values {
public:
    Values& add(std::int64_t value);
    Values& add(std::uint64_t value) { return add(static_cast<std::int64_t>(value)); }
    Values& add(std::uint32_t value) { return add(static_cast<std::int64_t>(value)); }
    Values& add(Instant value) { return add(value.micros()); }
    Values& add(core::TenantId value) { return add_integer(static_cast<std::int32_t>(value.raw())); }
    template <class Id>
    requires requires(Id id) {
        { id.raw() } -> std::same_as<std::uint64_t>;
    }
    Values& add(Id value) { return add(value.raw()); }
    Values& add(std::string_view value) { return add_bytes(Type::text, std::string(value)); }
    Values& add(const Column& column) { return add_bytes(column.type(), column.bytes()); }
    Values& add_integer(std::int32_t value);

    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] std::span<const std::uint32_t> types() const { return types_; }
    [[nodiscard]] const std::string& bytes(std::size_t at) const { return bytes_[at]; }

private:
    Values& add_bytes(Type type, std::string bytes);

    std::vector<std::uint32_t> types_;
    std::vector<std::string> bytes_;
};

}  // namespace waybill::storage::postgres
