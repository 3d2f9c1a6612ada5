#pragma once
// Customers, the identities they are known by, and personal data with its words.

#include <string>
#include <tuple>
#include <vector>

#include "storage/row_seal.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/row_inserter.hpp"
#include "storage/sqlite/sql_text.hpp"

namespace waybill::storage::sqlite {

/// What person_of reads, in this order.
inline constexpr std::string_view person_columns = "id, customer, of_order, doc";
[[nodiscard]] engine::PersonRow person_of(const Cursor& row);

class PeopleWriter {
public:
    explicit PeopleWriter(Connection& connection);
    /// Errors: conflict for an identity that another customer has.
    bool write(const engine::TenantBatch& batch);

private:
    using Words = std::vector<std::tuple<std::uint64_t, std::string, std::uint64_t>>;  ///< epoch, word, person
    struct OldPerson {
        core::PersonId id;
        bool of_order;
        std::string doc;
    };

    bool put_customer(core::TenantId tenant, const engine::CustomerRow& row);
    bool put_person(core::TenantId tenant, const engine::PersonRow& person);
    bool erase(core::TenantId tenant, core::CustomerId customer);
    bool drop_words(core::TenantId tenant, const OldPerson& person);
    static bool add_words(core::TenantId tenant, Words& words, RowInserter<4>& into);

    Statement add_customer_;
    Statement change_customer_;
    Statement drop_identities_;
    Statement add_identity_;
    Statement old_doc_;
    Statement add_person_;
    Statement change_person_;
    RowInserter<4> add_words_;
    Statement drop_word_;
    RowInserter<4> add_customer_words_;
    Statement drop_customer_word_;
    Statement persons_of_;
    Statement drop_person_;
    RowSeal seal_;
    Words words_;           ///< of persons of orders, to be added
    Words customer_words_;  ///< of persons of customers
};

class PeopleReader {
public:
    explicit PeopleReader(Connection& connection);

    [[nodiscard]] std::optional<std::string> customer(core::TenantId tenant, core::CustomerId id);
    [[nodiscard]] std::optional<core::CustomerId> by_identity(core::TenantId tenant,
                                                              const core::CustomerIdentity& identity);
    [[nodiscard]] std::vector<std::string> customers(core::TenantId tenant, core::CustomerId after,
                                                     std::string_view text, std::uint32_t limit);
    [[nodiscard]] std::optional<engine::PersonRow> person(core::TenantId tenant, core::PersonId id);
    [[nodiscard]] std::vector<engine::PersonRow> scan_persons(core::TenantId tenant, core::PersonId after,
                                                              std::uint32_t limit);

private:
    StatementCache cache_;
    Statement customer_;
    Statement identity_;
    Statement person_;
    Statement scan_persons_;
};

}  // namespace waybill::storage::sqlite
