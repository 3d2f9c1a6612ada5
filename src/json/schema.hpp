#pragma once
// What the profile Api asks of a described struct, as data: a test compares it with the published contract, both ways.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/describe.hpp"

namespace waybill::json {

enum class SchemaType { boolean, integer, string, list, map, reference, one_of, any };

/// The words of JSON Schema. What is not limited is empty.
struct TypeSchema {
    SchemaType type = SchemaType::any;
    bool is_nullable = false;  ///< std::optional: null is read as absent
    std::string format;        ///< date-time, date, int32, int64
    std::string pattern;
    std::vector<std::string> enum_values;
    std::optional<std::int64_t> minimum, maximum;            ///< from Rules
    std::optional<std::int64_t> type_minimum, type_maximum;  ///< of an integer: what the C++ type holds
    std::optional<std::size_t> min_length, max_length;
    std::optional<std::size_t> min_items, max_items;
    std::string reference;                 ///< name of the struct, for `reference`
    std::vector<TypeSchema> item;          ///< one, for `list` and `map`
    std::vector<std::string> one_of;       ///< names of the structs, for `one_of`
    std::vector<std::string> one_of_tags;  ///< what "type" says for each of them
};

struct FieldSchema {
    std::string name;
    bool is_required = true;
    TypeSchema type;
};

struct Schema {
    std::string name;
    std::vector<FieldSchema> fields;  ///< in the order of the description

    /// Null where there is none.
    [[nodiscard]] const FieldSchema* find(std::string_view field) const;
};

template <class T>
[[nodiscard]] Schema schema_of();

/// T and every struct that it is made of, each once, by name in the order of first use.
template <class T>
[[nodiscard]] std::vector<Schema> schemas_of();

namespace detail {

void limit_schema(TypeSchema& schema, const Constraints& limits);

template <class T>
void set_type(TypeSchema& schema, const Constraints& limits) {
    if constexpr (is_optional<T>) {
        set_type<typename T::value_type>(schema, limits);
        schema.is_nullable = true;
    } else if constexpr (std::is_same_v<T, bool>) {
        schema.type = SchemaType::boolean;
    } else if constexpr (Integer<T>) {
        schema.type = SchemaType::integer;
        schema.format = sizeof(T) == 8 || std::is_same_v<T, std::uint32_t> ? "int64" : "int32";
        schema.type_minimum = std::is_unsigned_v<T> ? 0 : static_cast<std::int64_t>(std::numeric_limits<T>::min());
        schema.type_maximum = std::is_unsigned_v<T> && sizeof(T) == 8
                                  ? INT64_MAX
                                  : static_cast<std::int64_t>(std::numeric_limits<T>::max());
        limit_schema(schema, limits);
    } else if constexpr (std::is_same_v<T, std::string>) {
        schema.type = SchemaType::string;
        limit_schema(schema, limits);
    } else if constexpr (is_vector<T> || is_fixed_array<T> || is_text_map<T>) {
        schema.type = is_text_map<T> ? SchemaType::map : SchemaType::list;
        if constexpr (is_fixed_array<T>) {
            schema.min_items = schema.max_items = std::tuple_size_v<T>;
        } else {
            if (limits.min_items != 0) schema.min_items = limits.min_items;
            if (limits.max_items != Constraints::unbounded) schema.max_items = limits.max_items;
        }
        if constexpr (is_text_map<T>) {
            set_type<typename T::mapped_type>(schema.item.emplace_back(), limits);
        } else {
            set_type<typename T::value_type>(schema.item.emplace_back(), limits);
        }
    } else if constexpr (is_variant<T>) {
        schema.type = SchemaType::one_of;
        boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, T>>([&](auto identity) {
            using Alternative = typename decltype(identity)::type;
            schema.one_of.emplace_back(schema_name_of<Alternative>());
            schema.one_of_tags.emplace_back(TypeName<Alternative>::value);
        });
    } else if constexpr (DescribedEnum<T>) {
        schema.type = SchemaType::string;
        for (const auto& name : enum_names<T>) schema.enum_values.emplace_back(name.text);
    } else if constexpr (PrefixedId<T>) {
        schema.type = SchemaType::string;
        schema.pattern = "^" + std::string(T::prefix) + "[1-9][0-9]*$";
    } else if constexpr (Id<T>) {
        set_type<typename T::rep>(schema, {});
    } else if constexpr (std::is_same_v<T, Instant>) {
        schema.type = SchemaType::string;
        schema.format = "date-time";
    } else if constexpr (std::is_same_v<T, CivilDate>) {
        schema.type = SchemaType::string;
        schema.format = "date";
    } else if constexpr (std::is_same_v<T, Currency>) {
        schema.type = SchemaType::string;
        schema.pattern = "^[A-Z]{3}$";
    } else if constexpr (std::is_same_v<T, boost::json::value> || std::is_same_v<T, JsonValue>) {
        schema.type = SchemaType::any;
    } else if constexpr (std::is_same_v<T, boost::json::object>) {
        schema.type = SchemaType::map;
        schema.item.emplace_back();
        if (limits.max_items != Constraints::unbounded) schema.max_items = limits.max_items;
        if (limits.min_items != 0) schema.min_items = limits.min_items;
    } else if constexpr (DescribedStruct<T>) {
        schema.type = SchemaType::reference;
        schema.reference = schema_name_of<T>();
    } else {
        static_assert(is_unsupported<T>, "this type has no JSON form: describe it, or add it to the codec");
    }
}

template <class T>
void collect(std::vector<Schema>& out) {
    if constexpr (is_optional<T> || is_vector<T> || is_fixed_array<T>) {
        collect<typename T::value_type>(out);
    } else if constexpr (is_text_map<T>) {
        collect<typename T::mapped_type>(out);
    } else if constexpr (is_variant<T>) {
        boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, T>>(
            [&](auto identity) { collect<typename decltype(identity)::type>(out); });
    } else if constexpr (DescribedStruct<T>) {
        for (const Schema& known : out) {
            if (known.name == schema_name_of<T>()) return;
        }
        out.push_back(schema_of<T>());
        boost::mp11::mp_for_each<Members<T>>([&](auto d) { collect<MemberType<T, decltype(d)>>(out); });
    }
}

}  // namespace detail

template <class T>
Schema schema_of() {
    Schema out;
    out.name = detail::schema_name_of<T>();
    boost::mp11::mp_for_each<detail::Members<T>>([&](auto d) {
        using D = decltype(d);
        using Member = detail::MemberType<T, D>;
        constexpr Constraints limits = detail::member_constraints<T, D>;
        FieldSchema& field = out.fields.emplace_back();
        field.name = detail::member_name<D>;
        field.is_required = !detail::is_optional<Member> && !limits.defaulted;
        detail::set_type<Member>(field.type, limits);
    });
    return out;
}

template <class T>
std::vector<Schema> schemas_of() {
    std::vector<Schema> out;
    detail::collect<T>(out);
    return out;
}

}  // namespace waybill::json
