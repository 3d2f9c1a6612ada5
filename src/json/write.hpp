#pragma once
// Writes described C++ structs as JSON text, in the profile Api or Stored (describe.hpp), appending to a string without
// any tree between. The types are those of read.hpp; what this writes, that reads back.

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "json/describe.hpp"
#include "json/text_writer.hpp"

namespace waybill::json {

/// Appends `value` to `out`. Members without a value are left out; so are, in the profile Stored, those equal to the
/// same member of a default-constructed struct.
template <class Profile, class T>
void write(std::string& out, const T& value);

template <class Profile, class T>
[[nodiscard]] std::string to_text(const T& value) {
    std::string out;
    write<Profile>(out, value);
    return out;
}

/// Equality member by member, for described structs with or without an operator of their own.
template <class T>
[[nodiscard]] bool same(const T& a, const T& b);

namespace detail {

template <class D>
constexpr auto make_key_text() {
    constexpr std::string_view name = member_name<D>;
    std::array<char, name.size() + 4> out{};
    out[0] = ',';
    out[1] = '"';
    for (std::size_t i = 0; i < name.size(); ++i) out[i + 2] = name[i];
    out[name.size() + 2] = '"';
    out[name.size() + 3] = ':';
    return out;
}
/// ,"name":
template <class D>
inline constexpr auto key_text = make_key_text<D>();

template <class D>
void append_member_key(std::string& out) {
    // The text of a value never ends with an opening brace, so this is the first member exactly then.
    const std::size_t skip = out.back() == '{' ? 1 : 0;
    out.append(key_text<D>.data() + skip, key_text<D>.size() - skip);
}

template <class T>
const T& default_of() {
    static const T value{};
    return value;
}

template <class Profile, class T>
void write_members(std::string& out, const T& value) {
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
        using D = decltype(d);
        const auto& member = value.*D::pointer;
        if constexpr (!Profile::is_strict) {
            if (same(member, default_of<T>().*D::pointer)) return;
        } else if constexpr (is_optional<MemberType<T, D>>) {
            if (!member) return;
        }
        append_member_key<D>(out);
        write<Profile>(out, member);
    });
}

template <class Profile, class T>
void write_alternative(std::string& out, const T& value) {
    out += "{\"";
    out += Profile::tag;
    out += "\":";
    append_string(out, TypeName<T>::value);
    write_members<Profile>(out, value);
    out += '}';
}

template <class Profile, class T>
void write_list(std::string& out, const T& value) {
    out += '[';
    bool is_first = true;
    for (const auto& item : value) {
        if (!is_first) out += ',';
        is_first = false;
        write<Profile>(out, item);
    }
    out += ']';
}

template <class Profile, class T>
void write_map(std::string& out, const T& value) {
    out += '{';
    bool is_first = true;
    for (const auto& [key, item] : value) {
        if (!is_first) out += ',';
        is_first = false;
        append_string(out, key);
        out += ':';
        write<Profile>(out, item);
    }
    out += '}';
}

template <class Profile, Id T>
void write_id(std::string& out, T id) {
    if constexpr (Profile::is_strict && PrefixedId<T>) {
        out += '"';
        out += T::prefix;
        append_integer(out, id.raw());
        out += '"';
    } else {
        append_integer(out, id.raw());
    }
}

}  // namespace detail

template <class Profile, class T>
void write(std::string& out, const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (detail::Integer<T>) {
        append_integer(out, value);
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        append_string(out, value);
    } else if constexpr (detail::is_optional<T>) {
        if (value) {
            write<Profile>(out, *value);
        } else {
            out += "null";
        }
    } else if constexpr (detail::is_vector<T> || detail::is_fixed_array<T>) {
        detail::write_list<Profile>(out, value);
    } else if constexpr (detail::is_text_map<T>) {
        detail::write_map<Profile>(out, value);
    } else if constexpr (detail::is_variant<T>) {
        std::visit([&](const auto& alternative) { detail::write_alternative<Profile>(out, alternative); }, value);
    } else if constexpr (detail::DescribedEnum<T>) {
        append_string(out, enum_text(value));
    } else if constexpr (detail::Id<T>) {
        detail::write_id<Profile>(out, value);
    } else if constexpr (std::is_same_v<T, Instant>) {
        if constexpr (Profile::is_strict) {
            append_instant_string(out, value);
        } else {
            append_integer(out, value.micros());
        }
    } else if constexpr (std::is_same_v<T, CivilDate>) {
        if constexpr (Profile::is_strict) {
            append_date_string(out, value);
        } else {
            append_integer(out, value.days());
        }
    } else if constexpr (std::is_same_v<T, Currency>) {
        if (value.is_set()) {
            append_string(out, value.code());
        } else {
            out += "null";
        }
    } else if constexpr (std::is_same_v<T, JsonValue>) {
        append_json(out, value);
    } else if constexpr (detail::is_free_form<T>) {
        append_free_form(out, value);
    } else if constexpr (detail::DescribedStruct<T>) {
        out += '{';
        detail::write_members<Profile>(out, value);
        out += '}';
    } else {
        static_assert(detail::is_unsupported<T>, "this type has no JSON form: describe it, or add it to the codec");
    }
}

template <class T>
bool same(const T& a, const T& b) {
    if constexpr (detail::is_optional<T>) {
        return a.has_value() == b.has_value() && (!a || same(*a, *b));
    } else if constexpr (detail::is_vector<T> || detail::is_fixed_array<T>) {
        if (a.size() != b.size()) return false;
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (!same(a[i], b[i])) return false;
        }
        return true;
    } else if constexpr (detail::is_text_map<T>) {
        if (a.size() != b.size()) return false;
        for (auto x = a.begin(), y = b.begin(); x != a.end(); ++x, ++y) {
            if (x->first != y->first || !same(x->second, y->second)) return false;
        }
        return true;
    } else if constexpr (detail::is_variant<T>) {
        if (a.index() != b.index()) return false;
        return std::visit([&](const auto& x) { return same(x, std::get<std::remove_cvref_t<decltype(x)>>(b)); }, a);
    } else if constexpr (detail::DescribedStruct<T>) {
        bool all = true;
        boost::mp11::mp_for_each<detail::Members<T>>(
            [&](auto d) { all = all && same(a.*decltype(d)::pointer, b.*decltype(d)::pointer); });
        return all;
    } else {
        return a == b;
    }
}

/// Renders an object by hand, for answers that are no struct. The object ends with `end` or with the writer; an inner
/// writer must end before the outer one goes on.
class ObjectWriter {
public:
    explicit ObjectWriter(std::string& out) : out_(&out) { out += '{'; }
    ObjectWriter(const ObjectWriter&) = delete;
    ObjectWriter& operator=(const ObjectWriter&) = delete;
    ~ObjectWriter() { end(); }

    /// In the profile Api; a std::optional without a value is left out.
    template <class T>
    ObjectWriter& field(std::string_view name, const T& value) {
        if constexpr (detail::is_optional<T>) {
            if (!value) return *this;
        }
        key(name);
        write<Api>(*out_, value);
        return *this;
    }
    /// REQUIRES: `text` is one JSON value.
    ObjectWriter& raw_field(std::string_view name, std::string_view text) {
        key(name);
        out_->append(text);
        return *this;
    }
    ObjectWriter& null_field(std::string_view name) { return raw_field(name, "null"); }
    [[nodiscard]] ObjectWriter object(std::string_view name) {
        key(name);
        return ObjectWriter(*out_);
    }
    [[nodiscard]] class ArrayWriter array(std::string_view name);

    /// Writes the name of a field whose value the caller appends to the same string.
    void key(std::string_view name) { append_key(*out_, name); }
    void end() {
        if (out_ != nullptr) *out_ += '}';
        out_ = nullptr;
    }

private:
    std::string* out_;
};

class ArrayWriter {
public:
    explicit ArrayWriter(std::string& out) : out_(&out) { out += '['; }
    ArrayWriter(const ArrayWriter&) = delete;
    ArrayWriter& operator=(const ArrayWriter&) = delete;
    ~ArrayWriter() { end(); }

    template <class T>
    ArrayWriter& value(const T& value) {
        separate();
        write<Api>(*out_, value);
        return *this;
    }
    /// REQUIRES: `text` is one JSON value.
    ArrayWriter& raw_value(std::string_view text) {
        separate();
        out_->append(text);
        return *this;
    }
    [[nodiscard]] ObjectWriter object() {
        separate();
        return ObjectWriter(*out_);
    }
    [[nodiscard]] ArrayWriter array() {
        separate();
        return ArrayWriter(*out_);
    }

    /// Makes room for a value that the caller appends to the same string.
    void separate() {
        if (out_->back() != '[') *out_ += ',';
    }
    void end() {
        if (out_ != nullptr) *out_ += ']';
        out_ = nullptr;
    }

private:
    std::string* out_;
};

inline ArrayWriter ObjectWriter::array(std::string_view name) {
    key(name);
    return ArrayWriter(*out_);
}

}  // namespace waybill::json
