#include "core/messages/message_fields.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace waybill::core {
namespace {

constexpr MessageField fields[] = {
#define WAYBILL_MESSAGE_FIELD(path, kind, meaning) {path, MessageField::Kind::kind, meaning},
#include "core/messages/message_fields.def"
#undef WAYBILL_MESSAGE_FIELD
};

/// More than so many letters apart, one is no misspelling of the other.
constexpr std::size_t letters_apart_max = 3;

/// Letters to put in, take out or change to make one of the other (Levenshtein).
std::size_t letters_apart(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t o = 0; o < row.size(); ++o) row[o] = o;
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t o = 0; o < other.size(); ++o) {
            const std::size_t changed = diagonal + (one[i] == other[o] ? 0 : 1);
            diagonal = row[o + 1];
            row[o + 1] = std::min({changed, row[o] + 1, row[o + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::span<const MessageField> message_fields() { return fields; }

const MessageField* find_message_field(std::string_view path) {
    const auto* const at = std::find_if(std::begin(fields), std::end(fields),
                                        [&](const MessageField& field) { return field.path == path; });
    return at == std::end(fields) ? nullptr : at;
}

std::string_view nearest_message_field(std::string_view name) {
    std::string_view nearest;
    std::size_t least = letters_apart_max + 1;
    if (name.size() > 64) return nearest;
    for (const MessageField& field : fields) {
        const std::size_t apart = letters_apart(name, field.path);
        if (apart < least) {
            least = apart;
            nearest = field.path;
        }
    }
    if (!nearest.empty()) return nearest;
    // The last part of a path, as it is named without what it belongs to.
    for (const MessageField& field : fields) {
        const std::size_t dot = field.path.rfind('.');
        if (dot != std::string_view::npos && field.path.substr(dot + 1) == name) return field.path;
    }
    return nearest;
}

}  // namespace waybill::core
