#pragma once
// BatchStatements: what one commit writes, statement by statement, sent together; and how many rows some of them must
// have changed for the commit to stand.

#include <algorithm>
#include <string>
#include <vector>

#include "storage/postgres/connection.hpp"

namespace waybill::storage::postgres {

class BatchStatements {
public:
    explicit BatchStatements(Connection& connection) : connection_(&connection) {}

    void add(const Statement& statement, const Values& values);
    /// `otherwise` says what is the matter when another number of rows was changed.
    void add_exactly(std::uint64_t rows, const Statement& statement, const Values& values, std::string otherwise);
    /// Errors: conflict for a number that is not the expected one; else as Connection::finish.
    [[nodiscard]] Result<Unit, engine::IoError> finish();

private:
    struct Expected {
        std::size_t answer;
        std::uint64_t rows;
        std::string otherwise;
    };

    Connection* connection_;
    std::size_t added_ = 0;
    std::vector<Expected> expected_;
};

/// For statements that may meet a row only once: the last row of each key, in the order of those.
template <class Row, class KeyOf>
[[nodiscard]] std::vector<const Row*> last_of_each(const std::vector<Row>& rows, const KeyOf& key_of) {
    std::vector<const Row*> all;
    for (const Row& row : rows) all.push_back(&row);
    std::stable_sort(all.begin(), all.end(), [&](const Row* a, const Row* b) { return key_of(*a) < key_of(*b); });
    std::vector<const Row*> out;
    for (std::size_t at = 0; at < all.size(); ++at) {
        const bool is_last = at + 1 == all.size() || key_of(*all[at]) < key_of(*all[at + 1]);
        if (is_last) out.push_back(all[at]);
    }
    return out;
}

}  // namespace waybill::storage::postgres
