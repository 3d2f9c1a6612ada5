#pragma once
// Reads described C++ structs from JSON values, in the profile Api or Stored (describe.hpp), and reports every fault
// with its JSON pointer. Enforces Rules<T> in the profile Api.
//
// Members may be bool, integers, std::string, described enums, ids, Instant, CivilDate, Currency, described structs,
// std::optional, std::vector, std::array, std::map by std::string and std::variant of described structs of these, and
// boost::json::value or object for data that is passed through, JsonValue for data that is looked into. There is no
// floating point: the numbers of a JsonValue are the shortest text that reads back as the double that was parsed.
//
// The loops over objects and lists are in read.cpp; the templates only make tables of functions for them.

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "base/result.hpp"
#include "json/describe.hpp"
#include "json/issue.hpp"
#include "json/parse.hpp"

namespace waybill::json {

/// Reads `value` into `out`, whose members that the document leaves out keep what they have. On failure `out` is
/// valid but of no use. `at` is where `value` stands in its document.
template <class Profile, class T>
bool read_into(const boost::json::value& value, T& out, Issues& issues, const Pointer& at = {});

template <class Profile, class T>
[[nodiscard]] Result<T, Issues> read(const boost::json::value& value);

/// Cost: parses with a buffer of the calling thread that is kept from call to call.
template <class Profile, class T>
[[nodiscard]] Result<T, Issues> read_text(std::string_view text, ParseLimits limits = {});

/// "ord_123" to the id 123, also for ids in paths and queries. Errors: nullopt on any other text, also on zero.
template <detail::PrefixedId Id>
[[nodiscard]] std::optional<Id> parse_id(std::string_view text);

namespace detail {

using ReadMember = bool (*)(const boost::json::value&, void* object, const Pointer&, Issues&);
/// Appends or sets the item at `index`; `container` is the vector, array or map.
using ReadItem = bool (*)(const boost::json::value&, void* container, std::size_t index, const Constraints&,
                          const Pointer&, Issues&);
using ReadEntry = bool (*)(const boost::json::value&, void* container, std::string_view key, const Constraints&,
                           const Pointer&, Issues&);

struct MemberReader {
    std::string_view name;
    ReadMember read;
    bool is_required;
};
inline constexpr std::size_t members_max = 128;

enum class Strictness : bool { lenient, strict };

bool read_members(const boost::json::value& value, void* object, std::span<const MemberReader> members,
                  Strictness strictness, std::string_view tag, const Pointer& at, Issues& issues);
bool read_items(const boost::json::value& value, void* container, void (*prepare)(void*, std::size_t), ReadItem read,
                const Constraints& limits, const Pointer& at, Issues& issues);
bool read_entries(const boost::json::value& value, void* container, ReadEntry read, Strictness strictness,
                  const Constraints& limits, const Pointer& at, Issues& issues);
/// The text under `tag`, or nullopt with an issue.
std::optional<std::string_view> read_tag(const boost::json::value& value, std::string_view tag, const Pointer& at,
                                         Issues& issues);

bool is_null(const boost::json::value& value);
bool read_bool(const boost::json::value& value, bool& out, const Pointer& at, Issues& issues);
bool read_signed(const boost::json::value& value, std::int64_t& out, std::int64_t minimum, std::int64_t maximum,
                 const Pointer& at, Issues& issues);
/// Up to 2^64 - 1.
bool read_unsigned(const boost::json::value& value, std::uint64_t& out, const Pointer& at, Issues& issues);
bool read_string(const boost::json::value& value, std::string& out, const Pointer& at, Issues& issues);
bool read_strict_string(const boost::json::value& value, std::string& out, const Constraints& limits, const Pointer& at,
                        Issues& issues);
std::optional<std::string_view> read_view(const boost::json::value& value, const Pointer& at, Issues& issues);
bool read_id_text(const boost::json::value& value, std::string_view prefix, std::uint64_t maximum, std::uint64_t& out,
                  const Pointer& at, Issues& issues);
bool read_instant_text(const boost::json::value& value, Instant& out, const Pointer& at, Issues& issues);
bool read_date_text(const boost::json::value& value, CivilDate& out, const Pointer& at, Issues& issues);
bool read_currency(const boost::json::value& value, Currency& out, const Pointer& at, Issues& issues);
bool read_free_form(const boost::json::value& value, boost::json::value& out, Strictness strictness, const Pointer& at,
                    Issues& issues);
bool read_free_form(const boost::json::value& value, boost::json::object& out, Strictness strictness,
                    const Constraints& limits, const Pointer& at, Issues& issues);
bool read_free_form(const boost::json::value& value, JsonValue& out, Strictness strictness, const Pointer& at,
                    Issues& issues);
/// "must be one of dc, store".
bool refuse_choice(std::span<const std::string_view> choices, const Pointer& at, Issues& issues);
std::optional<std::uint64_t> parse_id_digits(std::string_view text, std::string_view prefix, std::uint64_t maximum);
Result<const boost::json::value*, Issue> parse_on_this_thread(std::string_view text, ParseLimits limits);

template <class Profile, class T>
bool read_value(const boost::json::value& value, T& out, const Constraints& limits, const Pointer& at, Issues& issues);

template <class Profile>
inline constexpr Strictness strictness = Profile::is_strict ? Strictness::strict : Strictness::lenient;

template <class Profile, class T, class D>
bool read_member(const boost::json::value& value, void* object, const Pointer& at, Issues& issues) {
    static constexpr Constraints limits = Profile::is_strict ? member_constraints<T, D> : Constraints{};
    return read_value<Profile>(value, static_cast<T*>(object)->*D::pointer, limits, at, issues);
}

template <class Profile, class T, class D>
constexpr bool is_required() {
    if constexpr (Profile::is_strict) {
        return !is_optional<MemberType<T, D>> && !member_constraints<T, D>.defaulted;
    } else {
        return false;
    }
}

template <class Profile, class T, template <class...> class List, class... D>
constexpr std::array<MemberReader, sizeof...(D)> make_member_readers(List<D...>) {
    static_assert(sizeof...(D) <= members_max);
    return {MemberReader{member_name<D>, &read_member<Profile, T, D>, is_required<Profile, T, D>()}...};
}

template <class Profile, class T>
inline constexpr auto member_readers = make_member_readers<Profile, T>(Members<T>{});

template <class Profile, class T>
bool read_struct(const boost::json::value& value, T& out, std::string_view tag, const Pointer& at, Issues& issues) {
    return read_members(value, &out, member_readers<Profile, T>, strictness<Profile>, tag, at, issues);
}

template <class Profile, DescribedEnum E>
bool read_enum(const boost::json::value& value, E& out, const Pointer& at, Issues& issues) {
    const auto text = read_view(value, at, issues);
    if (!text) return false;
    if (const auto found = parse_enum<E>(*text)) {
        out = *found;
        return true;
    }
    std::array<std::string_view, enum_names<E>.size()> choices{};
    for (std::size_t i = 0; i < choices.size(); ++i) choices[i] = enum_names<E>[i].text;
    return refuse_choice(choices, at, issues);
}

template <class Profile, Integer T>
bool read_integer(const boost::json::value& value, T& out, const Constraints& limits, const Pointer& at,
                  Issues& issues) {
    if constexpr (std::is_same_v<std::make_unsigned_t<T>, T> && sizeof(T) == 8 && !Profile::is_strict) {
        std::uint64_t wide = 0;
        if (!read_unsigned(value, wide, at, issues)) return false;
        out = static_cast<T>(wide);
        return true;
    } else {
        constexpr std::int64_t least =
            std::is_unsigned_v<T> ? 0 : static_cast<std::int64_t>(std::numeric_limits<T>::min());
        constexpr std::int64_t most = std::is_unsigned_v<T> && sizeof(T) == 8
                                          ? INT64_MAX
                                          : static_cast<std::int64_t>(std::numeric_limits<T>::max());
        std::int64_t wide = 0;
        if (!read_signed(value, wide, std::max(least, limits.minimum), std::min(most, limits.maximum), at, issues)) {
            return false;
        }
        out = static_cast<T>(wide);
        return true;
    }
}

template <class Profile, Id T>
bool read_id(const boost::json::value& value, T& out, const Pointer& at, Issues& issues) {
    using Rep = typename T::rep;
    if constexpr (Profile::is_strict && PrefixedId<T>) {
        std::uint64_t raw = 0;
        constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<Rep>::max());
        if (!read_id_text(value, T::prefix, most, raw, at, issues)) return false;
        out = T(static_cast<Rep>(raw));
        return true;
    } else {
        Rep raw{};
        if (!read_integer<Profile>(value, raw, {}, at, issues)) return false;
        out = T(raw);
        return true;
    }
}

template <class Profile, class T, std::size_t At = 0>
bool read_alternative(const boost::json::value& value, T& out, std::string_view tag, const Pointer& at,
                      Issues& issues) {
    if constexpr (At == std::variant_size_v<T>) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            static constexpr std::array<std::string_view, sizeof...(I)> choices{
                TypeName<std::variant_alternative_t<I, T>>::value...};
            return refuse_choice(choices, Pointer(at, Profile::tag), issues);
        }
        (std::make_index_sequence<std::variant_size_v<T>>{});
    } else {
        using Alternative = std::variant_alternative_t<At, T>;
        static_assert(!has_member_named<Alternative>(Profile::tag), "a member has the name of the variant's tag");
        if (TypeName<Alternative>::value == tag) {
            return read_struct<Profile>(value, out.template emplace<At>(), Profile::tag, at, issues);
        }
        return read_alternative<Profile, T, At + 1>(value, out, tag, at, issues);
    }
}

template <class Profile, class T>
bool read_list_item(const boost::json::value& value, void* container, std::size_t index, const Constraints& limits,
                    const Pointer& at, Issues& issues) {
    if constexpr (is_vector<T>) {
        return read_value<Profile>(value, static_cast<T*>(container)->emplace_back(), limits, at, issues);
    } else {
        return read_value<Profile>(value, (*static_cast<T*>(container))[index], limits, at, issues);
    }
}

template <class T>
void prepare_list(void* container, std::size_t size) {
    static_assert(!std::is_same_v<T, std::vector<bool>>, "a list of flags is not supported");
    if constexpr (is_vector<T>) {
        static_cast<T*>(container)->clear();
        static_cast<T*>(container)->reserve(size);
    }
}

template <class Profile, class T>
bool read_list(const boost::json::value& value, T& out, const Constraints& limits, const Pointer& at, Issues& issues) {
    if constexpr (is_vector<T>) {
        return read_items(value, &out, &prepare_list<T>, &read_list_item<Profile, T>, limits, at, issues);
    } else {
        Constraints exactly = limits;
        exactly.min_items = exactly.max_items = std::tuple_size_v<T>;
        return read_items(value, &out, &prepare_list<T>, &read_list_item<Profile, T>, exactly, at, issues);
    }
}

template <class Profile, class T>
bool read_map_entry(const boost::json::value& value, void* container, std::string_view key, const Constraints& limits,
                    const Pointer& at, Issues& issues) {
    auto& entry = (*static_cast<T*>(container))[std::string(key)];
    return read_value<Profile>(value, entry, limits, at, issues);
}

template <class Profile, class T>
bool read_value(const boost::json::value& value, T& out, const Constraints& limits, const Pointer& at, Issues& issues) {
    if constexpr (std::is_same_v<T, bool>) {
        return read_bool(value, out, at, issues);
    } else if constexpr (Integer<T>) {
        return read_integer<Profile>(value, out, limits, at, issues);
    } else if constexpr (std::is_same_v<T, std::string>) {
        if constexpr (Profile::is_strict) return read_strict_string(value, out, limits, at, issues);
        return read_string(value, out, at, issues);
    } else if constexpr (is_optional<T>) {
        if (is_null(value)) {
            out.reset();
            return true;
        }
        return read_value<Profile>(value, out.emplace(), limits, at, issues);
    } else if constexpr (is_vector<T> || is_fixed_array<T>) {
        return read_list<Profile>(value, out, limits, at, issues);
    } else if constexpr (is_text_map<T>) {
        out.clear();
        return read_entries(value, &out, &read_map_entry<Profile, T>, strictness<Profile>, limits, at, issues);
    } else if constexpr (is_variant<T>) {
        const auto tag = read_tag(value, Profile::tag, at, issues);
        return tag && read_alternative<Profile>(value, out, *tag, at, issues);
    } else if constexpr (DescribedEnum<T>) {
        return read_enum<Profile>(value, out, at, issues);
    } else if constexpr (Id<T>) {
        return read_id<Profile>(value, out, at, issues);
    } else if constexpr (std::is_same_v<T, Instant>) {
        if constexpr (Profile::is_strict) return read_instant_text(value, out, at, issues);
        std::int64_t micros = 0;
        if (!read_signed(value, micros, INT64_MIN, INT64_MAX, at, issues)) return false;
        out = Instant(micros);
        return true;
    } else if constexpr (std::is_same_v<T, CivilDate>) {
        if constexpr (Profile::is_strict) return read_date_text(value, out, at, issues);
        std::int64_t days = 0;
        if (!read_signed(value, days, INT32_MIN, INT32_MAX, at, issues)) return false;
        out = CivilDate(static_cast<std::int32_t>(days));
        return true;
    } else if constexpr (std::is_same_v<T, Currency>) {
        if constexpr (!Profile::is_strict) {
            if (is_null(value)) {
                out = Currency();
                return true;
            }
        }
        return read_currency(value, out, at, issues);
    } else if constexpr (std::is_same_v<T, boost::json::value> || std::is_same_v<T, JsonValue>) {
        return read_free_form(value, out, strictness<Profile>, at, issues);
    } else if constexpr (std::is_same_v<T, boost::json::object>) {
        return read_free_form(value, out, strictness<Profile>, limits, at, issues);
    } else if constexpr (DescribedStruct<T>) {
        // What is written is what differs from T{}, whatever the enclosing struct starts with.
        out = T{};
        return read_struct<Profile>(value, out, {}, at, issues);
    } else {
        static_assert(is_unsupported<T>, "this type has no JSON form: describe it, or add it to the codec");
        return false;
    }
}

}  // namespace detail

template <class Profile, class T>
bool read_into(const boost::json::value& value, T& out, Issues& issues, const Pointer& at) {
    if constexpr (detail::DescribedStruct<T>) {
        return detail::read_struct<Profile>(value, out, {}, at, issues);
    } else {
        return detail::read_value<Profile>(value, out, {}, at, issues);
    }
}

template <class Profile, class T>
Result<T, Issues> read(const boost::json::value& value) {
    Issues issues;
    T out{};
    if (!read_into<Profile>(value, out, issues)) return fail(std::move(issues));
    return out;
}

template <class Profile, class T>
Result<T, Issues> read_text(std::string_view text, ParseLimits limits) {
    const auto root = detail::parse_on_this_thread(text, limits);
    if (!root) return fail(Issues{root.error()});
    return read<Profile, T>(**root);
}

template <detail::PrefixedId Id>
std::optional<Id> parse_id(std::string_view text) {
    using Rep = typename Id::rep;
    const auto raw =
        detail::parse_id_digits(text, Id::prefix, static_cast<std::uint64_t>(std::numeric_limits<Rep>::max()));
    if (!raw) return std::nullopt;
    return Id(static_cast<Rep>(*raw));
}

}  // namespace waybill::json
