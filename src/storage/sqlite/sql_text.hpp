#pragma once
// SqlText and StatementCache: statements whose shape depends on which filters a query has. The text is only ever put
// together from fixed parts; what a user gave is bound.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/sqlite/connection.hpp"

namespace waybill::storage::sqlite {

/// A statement under construction with the values of its `?`, in order.
struct SqlText {
    std::string text;
    std::vector<Value> values;

    SqlText& add(std::string_view part) {
        text += part;
        return *this;
    }
    SqlText& add(std::string_view part, std::int64_t value) {
        text += part;
        values.emplace_back(value);
        return *this;
    }
    SqlText& add(std::string_view part, std::uint64_t value) { return add(part, static_cast<std::int64_t>(value)); }
    SqlText& add(std::string_view part, std::uint32_t value) { return add(part, static_cast<std::int64_t>(value)); }
    SqlText& add(std::string_view part, std::string_view value) {
        text += part;
        values.emplace_back(std::string(value));
        return *this;
    }
    SqlText& add(const SqlText& other) {
        text += other.text;
        values.insert(values.end(), other.values.begin(), other.values.end());
        return *this;
    }
    /// "(?, ?, ...)" for a list of values. REQUIRES: not empty.
    template <class List>
    SqlText& add_list(const List& list) {
        std::string_view separator = "(?";
        for (const auto& value : list) {
            add(separator, value);
            separator = ", ?";
        }
        return add(")");
    }
};

/// Prepared statements by their text. Few shapes occur, so all are forgotten when there are too many.
class StatementCache {
public:
    explicit StatementCache(Connection& connection) : connection_(&connection) {}

    [[nodiscard]] Cursor query(const SqlText& sql) {
        auto at = statements_.find(sql.text);
        if (at == statements_.end()) {
            if (statements_.size() >= statements_max) statements_.clear();
            at = statements_.emplace(sql.text, std::make_unique<Statement>(*connection_, sql.text)).first;
        }
        return at->second->query_values(sql.values);
    }

private:
    static constexpr std::size_t statements_max = 128;

    Connection* connection_;
    std::unordered_map<std::string, std::unique_ptr<Statement>> statements_;
};

}  // namespace waybill::storage::sqlite
