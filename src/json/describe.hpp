#pragma once
// What the codec knows about C++ types: which are described, what their members and enumerators are called on the wire,
// and the few traits by which a type says otherwise. Reading, writing and the schema are built on this one header.
//
// Names on the wire are the C++ names; one trailing underscore is dropped (`class_` is "class").
//
//   static constexpr std::string_view prefix = "ord_";          in an id: its text in the Api profile
//   static constexpr std::string_view type_name = "placed";     in an alternative of a std::variant: its tag
//   static constexpr std::string_view schema_name = "Order";    in a struct: its name in the contract

#include <array>
#include <boost/describe/bases.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/fwd.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <concepts>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/currency.hpp"
#include "base/instant.hpp"
#include "base/json_value.hpp"
#include "base/strong_id.hpp"
#include "json/rules.hpp"

namespace waybill::json {

/// The profile of the public API: strict on reading, everything a person may meet is text that a person can read.
/// Unknown and missing fields are issues, ids carry their prefix, instants are RFC 3339, dates YYYY-MM-DD.
struct Api {
    static constexpr bool is_strict = true;
    static constexpr std::string_view tag = "type";  ///< names the alternative of a std::variant
};

/// The profile of events and rows: compact, and readable for years. Members equal to those of a default-constructed
/// struct are left out, so a later release may add members and drop them; instants, dates and ids are integers.
struct Stored {
    static constexpr bool is_strict = false;
    static constexpr std::string_view tag = "t";
};

/// Overrides the text of enumerators: return it, or "" for the name in C++ (third_party -> "3pl").
template <class E>
struct WireName {
    static constexpr std::string_view of(E) { return {}; }
};

/// The tag of an alternative of a std::variant, where the type can not carry `type_name` itself.
template <class T>
struct TypeName {
    static constexpr std::string_view value = T::type_name;
};

namespace detail {

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;
template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;
template <class T>
concept Id = requires {
    typename T::rep;
}
&&std::derived_from<T, StrongId<T, typename T::rep>>;
template <class T>
concept PrefixedId = Id<T> && requires {
    { T::prefix } -> std::convertible_to<std::string_view>;
};
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_fixed_array = false;
template <class T, std::size_t N>
inline constexpr bool is_fixed_array<std::array<T, N>> = true;
template <class T>
inline constexpr bool is_text_map = false;
template <class T>
inline constexpr bool is_text_map<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool is_text_map<std::map<std::string, T, std::less<>>> = true;
template <class T>
inline constexpr bool is_variant = false;
template <class... Ts>
inline constexpr bool is_variant<std::variant<Ts...>> = true;
template <class T>
inline constexpr bool is_free_form =
    std::is_same_v<T, boost::json::value> || std::is_same_v<T, boost::json::object> || std::is_same_v<T, JsonValue>;

template <class T>
inline constexpr bool is_unsupported = false;

constexpr std::string_view wire_name(std::string_view name) {
    if (name.size() > 1 && name.back() == '_') name.remove_suffix(1);
    return name;
}

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class D>
inline constexpr std::string_view member_name = wire_name(D::name);

template <class T, class D>
using MemberType = std::remove_cvref_t<decltype(std::declval<const T&>().*D::pointer)>;

template <class T>
constexpr bool has_member_named(std::string_view name) {
    bool found = false;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) { found = found || member_name<decltype(d)> == name; });
    return found;
}

/// The last part of the C++ name of T, from the compiler.
template <class T>
constexpr std::string_view cpp_name() {
    std::string_view name = __PRETTY_FUNCTION__;
    const std::size_t begin = name.find("T = ") + 4;
    name = name.substr(begin, name.find_first_of(";]", begin) - begin);
    const std::size_t scope = name.rfind("::");
    return scope == std::string_view::npos ? name : name.substr(scope + 2);
}

template <class T>
constexpr std::string_view schema_name_of() {
    if constexpr (requires {
                      { T::schema_name } -> std::convertible_to<std::string_view>;
                  }) {
        return T::schema_name;
    } else {
        return cpp_name<T>();
    }
}

template <class E>
struct EnumName {
    E value;
    std::string_view text;
};

template <class E, template <class...> class List, class... D>
constexpr std::array<EnumName<E>, sizeof...(D)> make_enum_names(List<D...>) {
    return {
        EnumName<E>{D::value, WireName<E>::of(D::value).empty() ? wire_name(D::name) : WireName<E>::of(D::value)}...};
}
template <DescribedEnum E>
inline constexpr auto enum_names = make_enum_names<E>(boost::describe::describe_enumerators<E>{});

/// The innermost type that text and integer rules apply to.
template <class T>
struct Leaf {
    using type = T;
    static constexpr bool has_items = false;
};
template <class T>
struct Leaf<std::optional<T>> : Leaf<T> {};
template <class T>
struct LeafOfItems : Leaf<T> {
    static constexpr bool has_items = true;
};
template <class T>
struct Leaf<std::vector<T>> : LeafOfItems<T> {};
template <class T, std::size_t N>
struct Leaf<std::array<T, N>> : LeafOfItems<T> {};
template <class T, class C>
struct Leaf<std::map<std::string, T, C>> : LeafOfItems<T> {};

template <class T>
constexpr bool rule_fits(const Constraints& limits) {
    using L = typename Leaf<T>::type;
    return (!limits.limits_numbers() || Integer<L>)&&(!limits.limits_text() || std::is_same_v<L, std::string>)&&(
        !limits.limits_items() || Leaf<T>::has_items || std::is_same_v<L, boost::json::object>);
}

template <class T>
constexpr bool rule_names_member(const FieldRule& rule) {
    bool found = false;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
        using D = decltype(d);
        if (member_name<D> == rule.field && rule_fits<MemberType<T, D>>(rule.limits)) found = true;
    });
    return found;
}

template <class T>
constexpr bool rules_name_members() {
    bool all = true;
    for (const FieldRule& rule : Rules<T>::fields) all = all && rule_names_member<T>(rule);
    return all;
}

template <class T>
constexpr Constraints constraints_of(std::string_view field) {
    static_assert(rules_name_members<T>(), "Rules<T> has a rule that names no member of T or does not fit its type");
    Constraints out;
    boost::mp11::mp_for_each<boost::describe::describe_bases<T, boost::describe::mod_public>>([&](auto d) {
        using Base = typename decltype(d)::type;
        out = out.and_also(constraints_of<Base>(field));
    });
    for (const FieldRule& rule : Rules<T>::fields) {
        if (rule.field == field) out = out.and_also(rule.limits);
    }
    return out;
}

template <class T, class D>
inline constexpr Constraints member_constraints = constraints_of<T>(member_name<D>);

}  // namespace detail

/// The text of an enumerator on the wire. REQUIRES: a described enumerator.
template <detail::DescribedEnum E>
[[nodiscard]] constexpr std::string_view enum_text(E value) {
    for (const auto& name : detail::enum_names<E>) {
        if (name.value == value) return name.text;
    }
    assertion_failed("enum value is described", __FILE__, __LINE__);
}

template <detail::DescribedEnum E>
[[nodiscard]] constexpr std::optional<E> parse_enum(std::string_view text) {
    for (const auto& name : detail::enum_names<E>) {
        if (name.text == text) return name.value;
    }
    return std::nullopt;
}

}  // namespace waybill::json
