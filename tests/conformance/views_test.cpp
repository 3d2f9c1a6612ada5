// The SQL views of SQLite and PostgreSQL, over documents as the engine's codec leaves them: members with their default
// value are missing.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "conformance/batches.hpp"
#include "conformance/private_postgres.hpp"
#include "conformance/scratch_folder.hpp"
#include "storage/postgres/postgres_store.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace waybill::conformance {
namespace {

using core::TenantId;
using engine::DocKind;

class InSqlite {
public:
    std::unique_ptr<engine::Store> open() {
        return std::move(storage::sqlite::open_sqlite(path_, storage::Access::read_write).value());
    }
    /// Rows as lines of "a|b|c"; null is "-".
    std::string rows(const std::string& sql) {
        sqlite3* database = nullptr;
        EXPECT_EQ(sqlite3_open_v2(path_.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
        sqlite3_stmt* statement = nullptr;
        EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
            << sqlite3_errmsg(database);
        std::string out;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            for (int column = 0; column < sqlite3_column_count(statement); ++column) {
                const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
                const bool null = sqlite3_column_type(statement, column) == SQLITE_NULL;
                out += column == 0 ? "" : "|";
                out += null ? "-" : std::string(bytes, bytes + sqlite3_column_bytes(statement, column));
            }
            out += "\n";
        }
        sqlite3_finalize(statement);
        sqlite3_close(database);
        return out;
    }

private:
    ScratchFolder folder_;
    std::string path_ = folder_.file("store.db");
};

class InPostgres {
public:
    std::unique_ptr<engine::Store> open() {
        return std::move(storage::postgres::open_postgres(uri_, storage::Access::read_write).value());
    }
    /// Rows as lines of "a|b|c"; null is "-".
    std::string rows(const std::string& sql) { return PrivatePostgres::shared().sql(uri_, sql); }

private:
    std::string uri_ = PrivatePostgres::shared().fresh_schema();
};

template <class Kind>
class Views : public testing::Test {
protected:
    void SetUp() override {
        auto batch = founding_batch(TenantId(1), "one");
        batch.docs = {
            {DocKind::item, 0, "SHIRT", "{}"},   {DocKind::item, 1, "KIT", "{}"},
            {DocKind::location, 0, "LDN", "{}"}, {DocKind::location, 1, "PAR", "{}"},
            {DocKind::channel, 0, "web", "{}"},  {DocKind::feed, 0, "wms", "{}"},
        };
        auto& order = add_order(batch, "W-1");
        order.status = core::OrderStatus::partially_allocated;
        order.line_count = 2;
        order.total_minor = 1999;
        order.locations = {0, 1};
        order.header = R"({"id":1,"ship_to":{"country":"GB","postcode":"N1"},"promised_date":19700})";
        order.blocks = {{0, R"({"lines":[
            {"line_no":1,"unit":"each","unit_quantity":5,"quantity":5,"unit_price_micros":1990000,"amount":995,
             "allocations":[{"quantity":2,"shipped":1,"capacity_day":19700},
                            {"location":1,"quantity":1,"supply":"feed","supply_id":"wms"}]},
            {"line_no":2,"item":1,"unit":"case","unit_quantity":1,"quantity":12,"cancelled":12,
             "cancel_reason":"customer","ordered_item":0}]})"}};
        engine::MovementRow moved;
        moved.sequence = order.last_sequence;
        moved.at = order.placed_at;
        moved.movement = {.item = 0, .location = 1, .kind = core::MovementKind::reserve, .reserved = 1, .reason = ""};
        moved.order = order.id;
        batch.movements.push_back(moved);
        engine::LevelRow level;
        level.level.location = 1;
        level.level.feed = 0;
        level.level.feed_sequence = 4;
        level.level.on_hand = 10;
        level.level.reserved = 1;
        level.level.safety = 2;
        batch.levels.push_back(level);
        commit(batch);
    }

    /// A second order, which nothing has changed: its document is the event that placed it.
    void add_unchanged_order() {
        auto batch = empty_batch(TenantId(1), 1);
        auto& order = add_order(batch, "W-2");
        order.status = core::OrderStatus::allocated;
        order.header.clear();
        order.blocks.clear();
        batch.events[0].body =
            R"({"order":{"id":2,"ship_to":{"country":"FR"},"lines":[{"line_no":1,"item":1,"unit":"each",)"
            R"("unit_quantity":3,"quantity":3,"allocations":[{"quantity":3}]}]},"routing":{}})";
        commit(batch);
    }

    /// A version, two activations, and an order for which two of its rules fired.
    void add_rules() {
        auto batch = empty_batch(TenantId(1), 1);
        batch.docs = {
            {DocKind::rule_set, 0, "1",
             R"({"number":1,"rules":{"name":"First","automation":[{"code":"late"},{"code":"x"},{"code":"big"}]},)"
             R"("saved_at":1700000001000000})"},
            {DocKind::rule_activation, 0, "1", R"({"number":1,"from":1700000001000000,"made_at":1700000001000000})"},
            {DocKind::rule_activation, 1, "2",
             R"({"from":1700000002000000,"made_at":1700000001000000,"reason":"back","rolls_back":true})"},
        };
        auto& order = add_order(batch, "W-4");
        order.header.clear();
        order.blocks.clear();
        batch.events[0].body = R"({"order":{"id":2},"routing":{},"rules":{"rule_set":1,"fired":[0,2]}})";
        commit(batch);
    }

    void add_demand() {
        auto batch = empty_batch(TenantId(1), 1);
        batch.docs = {
            {DocKind::demand, 0, "KIT", R"({"rates":[{"weekly_milliunits":12500},{"location":1,"markdown_bp":3000}]})"},
            {DocKind::demand, 1, "SHIRT", R"({"version":7})"}};
        commit(batch);
    }

    void add_rate_table() {
        auto batch = empty_batch(TenantId(1), 1);
        batch.docs = {
            {DocKind::rate_table, 0, "parcel",
             R"({"code":"parcel","carrier":"DPD","zones":[)"
             R"({"code":"near","country":"GB","max_km":50,"transit_days":1,)"
             R"("weight_breaks":[{"max_g":1000,"price_micros":3200000},{"max_g":5000,"price_micros":4000000}]},)"
             R"({"code":"else","weight_breaks":[{"max_g":1000}]}]})"},
            {DocKind::rate_table, 1, "none", R"({"code":"none"})"}};
        commit(batch);
    }

    /// Each in another status, as far as one of them can be told from the others.
    void add_webhooks() {
        auto batch = empty_batch(TenantId(1), 1);
        const char* failing = R"({"through":7,"failing_since":1700000001500000,"failure":"answered 503"})";
        batch.docs = {
            {DocKind::webhook, 0, "erp", R"({"code":"erp","url":"https://erp.example/","events":["*"],"version":2})"},
            {DocKind::webhook_progress, 0, "erp", R"({"through":9})"},
            {DocKind::webhook, 1, "wms", R"({"code":"wms","url":"https://wms.example/"})"},
            {DocKind::webhook_progress, 1, "wms", failing},
            {DocKind::webhook, 2, "off", R"({"code":"off","url":"https://off.example/","active":false})"},
            {DocKind::webhook_progress, 2, "off", failing},
            {DocKind::webhook, 3, "gone", R"({"code":"gone","url":"https://gone.example/","active":false})"},
            {DocKind::webhook_progress, 3, "gone",
             R"({"through":8,"failing_since":1700000001500000,"failure":"answered 410","paused":true})"},
            {DocKind::webhook, 4, "new", R"({"code":"new","url":"https://new.example/"})"},
            {DocKind::webhook_progress, 4, "new", "{}"},
        };
        commit(batch);
    }

    /// Two templates, mail that fails, and one that never arrived.
    void add_messages() {
        auto batch = empty_batch(TenantId(1), 1);
        batch.docs = {
            {DocKind::message_template, 0, "placed/en",
             R"({"code":"placed","locale":"en","subject":"s","text":"t","events":["order_placed","order_shipped"]})"},
            {DocKind::message_template, 1, "news/de", R"({"code":"news","locale":"de","subject":"n","active":false})"},
            {DocKind::message_progress, 0, "mail",
             R"({"through":7,"failing_since":1700000001500000,"failure":"SMTP 451"})"},
        };
        commit(batch);
    }

    /// Two orders on hold: one as it was placed, one by its document, for which rules fired later.
    void add_held_orders() {
        auto batch = empty_batch(TenantId(1), 2);
        auto& placed = add_order(batch, "W-5");
        placed.status = core::OrderStatus::on_hold;
        placed.header.clear();
        placed.blocks.clear();
        batch.events[0].body =
            R"({"order":{"id":3,"priority":-4,"holds":[{"code":"check","blocks":["routing","shipping"],)"
            R"("placed_at":1700000001000000,"placed_by":"rule_set_1/big"}]},"routing":{}})";
        auto& held = add_order(batch, "W-6");
        held.status = core::OrderStatus::on_hold;
        held.header = R"({"id":4,"holds":[{"code":"call","reason":"no answer","blocks":["shipping"],)"
                      R"("placed_at":1700000002000000,"placed_by":"key_1"},)"
                      R"({"code":"check","blocks":["routing"],"placed_at":1700000001000000,"placed_by":"key_1"}]})";
        const engine::OrderRow before = held;
        for (const char* body : {R"({"order":4,"moment":"routed","rules":{"rule_set":1,"fired":[0]}})",
                                 R"({"order":4,"moment":"shipped","rules":{"rule_set":1,"fired":[2]}})"}) {
            (void)change_order(batch, before);
            batch.events.back().type = "order_marked";
            batch.events.back().body = body;
        }
        // A batch writes an order once.
        batch.orders.resize(2);
        batch.orders.back().last_sequence = batch.events.back().sequence;
        commit(batch);
    }

    void add_exceptions() {
        auto batch = empty_batch(TenantId(1), 1);
        add_order(batch, "W-7");
        batch.exceptions = {
            {core::Sequence(2), "late", core::OrderId(1), core::Severity::high, "care", Instant(1'700'000'003'000'000),
             true,
             R"({"order":1,"channel_order_id":"W-1","exception":{"kind":"late","reason":"strike","severity":"high",)"
             R"("owner":"care","due_at":1700000003000000,"raised_at":1700000001000000,"raised_by":"key_1",)"
             R"("raised_in":2}})"},
            {core::Sequence(2),
             "price",
             core::OrderId(1),
             core::Severity::normal,
             "",
             {},
             false,
             R"({"order":1,"channel_order_id":"W-1","exception":{"kind":"price","raised_at":1700000002000000,)"
             R"("raised_by":"rule_set_1/big","raised_in":2},"end":{"at":1700000004000000,"by":"key_2",)"
             R"("resolution":"told"}})"},
        };
        commit(batch);
    }

    /// One that is worked on, and one that a location gave back.
    void add_fulfillments() {
        auto batch = empty_batch(TenantId(1), 1);
        add_order(batch, "W-8");
        batch.fulfillments = {
            {core::OrderId(1), 1, 1, core::FulfillmentStatus::picking, true, CivilDate(19'700), -2,
             R"({"order":1,"channel_order_id":"W-1","priority":-2,"fulfillment":{"number":1,"location":1,)"
             R"("released_at":1700000001000000,"released_by":"key_1","accepted_at":1700000002000000,"lines":[)"
             R"({"line_no":1,"capacity_day":19700,"quantity":9,"picked":1,"shipped":2,"rejected":3,"recalled":1},)"
             R"({"line_no":2,"capacity_day":19701,"quantity":4}]},"items":[0,1]})"},
            {core::OrderId(1), 2, 0, core::FulfillmentStatus::rejected, false, CivilDate(), 0,
             R"({"order":1,"channel_order_id":"W-1","fulfillment":{"number":2,"released_at":1700000001000000,)"
             R"("released_by":"rule","reason":"torn","lines":[{"line_no":1,"quantity":1,"rejected":1}]},"items":[0]})"},
        };
        commit(batch);
    }

    /// One that has left, one that was unpacked, and one that is still there.
    void add_parcels() {
        auto batch = empty_batch(TenantId(1), 1);
        add_order(batch, "W-10");
        batch.fulfillments = {
            {core::OrderId(1), 1, 1, core::FulfillmentStatus::packed, true, CivilDate(19'700), 0,
             R"({"order":1,"channel_order_id":"W-1","fulfillment":{"number":1,"location":1,)"
             R"("released_at":1700000001000000,"released_by":"key_1","lines":[)"
             R"({"line_no":1,"capacity_day":19700,"quantity":3,"picked":1,"shipped":2},)"
             R"({"line_no":2,"capacity_day":19701,"quantity":4,"picked":4}],"parcels":[)"
             R"({"number":1,"sscc":"050123450000000091","lines":[{"line_no":1,"capacity_day":19700,"quantity":2}],)"
             R"("weight_g":900,"length_mm":300,"width_mm":200,"height_mm":100,"carrier":"ups","service":"03",)"
             R"("tracking":"1Z5R89390357567127","packed_at":1700000002000000,"shipped_at":1700000003000000},)"
             R"({"number":2,"packed_at":1700000002000000},)"
             R"({"number":3,"lines":[{"line_no":1,"capacity_day":19700,"quantity":1},)"
             R"({"line_no":2,"capacity_day":19701,"quantity":4}],"packed_at":1700000002000000}]},"items":[0,1]})"},
        };
        commit(batch);
    }

    /// One of which some has come, and one that was declined.
    void add_returns() {
        auto batch = empty_batch(TenantId(1), 1);
        add_order(batch, "W-9");
        const Instant asked(1'700'000'001'000'000);
        batch.returns = {
            {core::OrderId(1), 1, 1, core::ReturnStatus::receiving, true, asked,
             R"({"order":1,"channel_order_id":"W-1","made":{"number":1,"location":1,"requested_at":1700000001000000,)"
             R"("requested_by":"key_1","approved_at":1700000002000000,"lines":[)"
             R"({"line_no":1,"quantity":9,"restocked":1,"quarantined":2,"to_vendor":1,"destroyed":1,"dropped":1,)"
             R"("reason":"torn"},{"line_no":2,"quantity":4,"reason":"late"}]},"items":[0,1]})"},
            {core::OrderId(1), 2, core::no_index, core::ReturnStatus::declined, false, asked,
             R"({"order":1,"channel_order_id":"W-1","made":{"number":2,"requested_at":1700000001000000,)"
             R"("requested_by":"key_2","declined":true,"reason":"worn","lines":[)"
             R"({"line_no":1,"quantity":1,"dropped":1,"reason":"torn"}]},"items":[0]})"},
        };
        commit(batch);
    }

    /// A second order, whose document escapes what SQL text may not hold, and what only looks like it.
    void add_order_with_escapes() {
        auto batch = empty_batch(TenantId(1), 1);
        auto& order = add_order(batch, "W-3");
        order.header = R"({"status_reason":"\\u0000","ship_to":{"country":"DE","region":"\\\u0000","postcode":"1"}})";
        commit(batch);
    }

    std::string rows(const std::string& sql) { return kind_.rows(sql); }

private:
    void commit(const engine::TenantBatch& batch) {
        const auto done = kind_.open()->commit({batch});
        ASSERT_TRUE(done) << done.error().detail;
    }

    Kind kind_;
};

using Kinds = testing::Types<InSqlite, InPostgres>;
TYPED_TEST_SUITE(Views, Kinds);

TYPED_TEST(Views, OrderHeadersTellTheStateInWords) {
    EXPECT_EQ(
        this->rows(
            "SELECT order_id, channel, channel_order_id, status, customer_id, placed_at, total_minor, method, country,"
            " postcode, requested_date, promised_date FROM order_headers WHERE tenant_id = 1"),
        "1|web|W-1|partially_allocated|-|2023-11-14T22:13:21Z|1999|ship|GB|N1|-|2023-12-09\n");
}

TYPED_TEST(Views, OrderLinesCountEveryUnitOnce) {
    EXPECT_EQ(this->rows("SELECT line_no, sku, unit, unit_quantity, quantity, cancelled, allocated, shipped, open,"
                         " unit_price_micros, amount_minor, discount_minor, cancel_reason, ordered_sku FROM order_lines"
                         " WHERE tenant_id = 1 ORDER BY line_no"),
              "1|SHIRT|each|5|5|0|2|1|2|1990000|995|0||\n"
              "2|KIT|case|1|12|12|0|0|0|0|0|0|customer|SHIRT\n");
}

TYPED_TEST(Views, AllocationsNameTheirPlaceAndSupply) {
    EXPECT_EQ(this->rows("SELECT order_id, line_no, sku, location, quantity, shipped, supply, supply_id, capacity_day"
                         " FROM allocations WHERE tenant_id = 1 ORDER BY location"),
              "1|1|SHIRT|LDN|2|1|on_hand||2023-12-09\n"
              "1|1|SHIRT|PAR|1|0|feed|wms|1970-01-01\n");
}

TYPED_TEST(Views, AnOrderThatNothingChangedIsReadFromItsEvent) {
    this->add_unchanged_order();
    EXPECT_EQ(this->rows("SELECT order_id, channel_order_id, status, country FROM order_headers WHERE tenant_id = 1"
                         " AND order_id = 2"),
              "2|W-2|allocated|FR\n");
    EXPECT_EQ(this->rows("SELECT order_id, line_no, sku, quantity, allocated, open FROM order_lines WHERE tenant_id = 1"
                         " ORDER BY order_id, line_no"),
              "1|1|SHIRT|5|2|2\n1|2|KIT|12|0|0\n2|1|KIT|3|3|0\n");
    EXPECT_EQ(
        this->rows("SELECT line_no, sku, location, quantity FROM allocations WHERE tenant_id = 1 AND order_id = 2"),
        "1|KIT|LDN|3\n");
}

TYPED_TEST(Views, RuleSetsAndWhatTheyDid) {
    this->add_rules();
    EXPECT_EQ(this->rows("SELECT number, name, note, saved_at FROM rule_set_versions WHERE tenant_id = 1"),
              "1|First||2023-11-14T22:13:21Z\n");
    EXPECT_EQ(this->rows("SELECT number, active_from, reason, rolls_back FROM rule_set_activations WHERE tenant_id = 1"
                         " ORDER BY made_at, number"),
              "0|2023-11-14T22:13:22Z|back|1\n1|2023-11-14T22:13:21Z||0\n");
    EXPECT_EQ(this->rows("SELECT order_id, rule_set, rule FROM fired_rules WHERE tenant_id = 1 ORDER BY rule"),
              "2|1|big\n2|1|late\n");
}

TYPED_TEST(Views, DemandIsRowsByItemAndLocation) {
    this->add_demand();
    EXPECT_EQ(this->rows("SELECT * FROM demand WHERE tenant_id = 1 ORDER BY location"),
              "1|KIT|LDN|12500|0\n"
              "1|KIT|PAR|0|3000\n");
}

TYPED_TEST(Views, RatePricesAreRowsByZoneAndStep) {
    this->add_rate_table();
    EXPECT_EQ(this->rows("SELECT * FROM rate_prices WHERE tenant_id = 1 ORDER BY zone_no, max_g"),
              "1|parcel|DPD||0|near|GB|50|1|1000|3200000\n"
              "1|parcel|DPD||0|near|GB|50|1|5000|4000000\n"
              "1|parcel|DPD||1|else||-|-|1000|0\n");
}

TYPED_TEST(Views, WebhooksAreRowsWithWhereTheyStand) {
    this->add_webhooks();
    EXPECT_EQ(this->rows("SELECT * FROM webhook_deliveries WHERE tenant_id = 1 ORDER BY webhook"),
              "1|erp|https://erp.example/|active|9|-|\n"
              "1|gone|https://gone.example/|paused|8|2023-11-14T22:13:21Z|answered 410\n"
              "1|new|https://new.example/|active|0|-|\n"
              "1|off|https://off.example/|inactive|7|2023-11-14T22:13:21Z|answered 503\n"
              "1|wms|https://wms.example/|failing|7|2023-11-14T22:13:21Z|answered 503\n");
}

TYPED_TEST(Views, MessagesAreRowsAndSoIsTheirMail) {
    this->add_messages();
    EXPECT_EQ(this->rows("SELECT message, locale, subject, events FROM messages WHERE tenant_id = 1 ORDER BY message"),
              "news|de|n|\n"
              "placed|en|s|order_placed,order_shipped\n");
    EXPECT_EQ(this->rows("SELECT message FROM messages WHERE active AND tenant_id = 1"), "placed\n");
    EXPECT_EQ(this->rows("SELECT * FROM mail_delivery WHERE tenant_id = 1"),
              "1|failing|7|2023-11-14T22:13:21Z|SMTP 451\n");
    EXPECT_EQ(this->rows("SELECT * FROM message_failures WHERE tenant_id = 1"), "");
}

TYPED_TEST(Views, HoldsAndWhatRulesDidLater) {
    this->add_rules();
    this->add_held_orders();
    EXPECT_EQ(this->rows("SELECT order_id, channel_order_id, hold, reason, held_at, held_by FROM order_holds"
                         " WHERE tenant_id = 1 ORDER BY order_id, hold"),
              "3|W-5|check||2023-11-14T22:13:21Z|rule_set_1/big\n"
              "4|W-6|call|no answer|2023-11-14T22:13:22Z|key_1\n"
              "4|W-6|check||2023-11-14T22:13:21Z|key_1\n");
    EXPECT_EQ(this->rows("SELECT blocks FROM order_holds WHERE order_id = 3"), "[\"routing\",\"shipping\"]\n");
    EXPECT_EQ(this->rows("SELECT order_id, status, priority FROM order_headers WHERE order_id > 2 ORDER BY order_id"),
              "3|on_hold|-4\n4|on_hold|0\n");
    EXPECT_EQ(
        this->rows("SELECT order_id, rule, moment FROM fired_rules WHERE tenant_id = 1 ORDER BY at, moment, rule"),
        "2|big|placed\n2|late|placed\n4|late|routed\n4|big|shipped\n");
}

TYPED_TEST(Views, ExceptionsAndWhatBecameOfThem) {
    this->add_exceptions();
    EXPECT_EQ(
        this->rows("SELECT * FROM order_exceptions WHERE tenant_id = 1 ORDER BY raised_at, kind"),
        "1|1|W-1|late|open|high|strike|care|2023-11-14T22:13:23Z|2023-11-14T22:13:21Z|key_1|-||\n"
        "1|1|W-1|price|resolved|normal|||-|2023-11-14T22:13:22Z|rule_set_1/big|2023-11-14T22:13:24Z|key_2|told\n");
}

TYPED_TEST(Views, FulfillmentOrdersAndTheirLines) {
    this->add_fulfillments();
    EXPECT_EQ(this->rows("SELECT * FROM fulfillment_orders WHERE tenant_id = 1 ORDER BY number"),
              "1|1|1|W-1|PAR|picking|2023-12-09|2023-11-14T22:13:21Z|key_1|2023-11-14T22:13:22Z||-2\n"
              "1|1|2|W-1|LDN|rejected|1970-01-01|2023-11-14T22:13:21Z|rule|-|torn|0\n");
    EXPECT_EQ(this->rows("SELECT * FROM fulfillment_lines WHERE tenant_id = 1 ORDER BY number, line_no"),
              "1|1|1|1|SHIRT|2023-12-09|9|2|1|2|3|1\n"
              "1|1|1|2|KIT|2023-12-10|4|4|0|0|0|0\n"
              "1|1|2|1|SHIRT|1970-01-01|1|0|0|0|1|0\n");
}

TYPED_TEST(Views, ParcelsAndWhatIsInThem) {
    this->add_parcels();
    EXPECT_EQ(this->rows("SELECT number, status FROM fulfillment_orders WHERE tenant_id = 1"), "1|packed\n");
    EXPECT_EQ(this->rows("SELECT * FROM parcels WHERE tenant_id = 1 ORDER BY parcel"),
              "1|1|1|1|W-1|PAR|shipped|050123450000000091|ups|03|1Z5R89390357567127|2|900|300|200|100|"
              "2023-11-14T22:13:22Z|2023-11-14T22:13:23Z\n"
              "1|1|1|2|W-1|PAR|voided|||||0|0|0|0|0|2023-11-14T22:13:22Z|-\n"
              "1|1|1|3|W-1|PAR|packed|||||5|0|0|0|0|2023-11-14T22:13:22Z|-\n");
    EXPECT_EQ(this->rows("SELECT * FROM parcel_lines WHERE tenant_id = 1 ORDER BY parcel, line_no"),
              "1|1|1|1|1|SHIRT|2023-12-09|2\n"
              "1|1|1|3|1|SHIRT|2023-12-09|1\n"
              "1|1|1|3|2|KIT|2023-12-10|4\n");
}

TYPED_TEST(Views, ReturnsAndTheirLines) {
    this->add_returns();
    EXPECT_EQ(this->rows("SELECT * FROM returns WHERE tenant_id = 1 ORDER BY number"),
              "1|1|1|web|W-1|PAR|receiving|2023-11-14T22:13:21Z|key_1|2023-11-14T22:13:22Z|\n"
              "1|1|2|web|W-1|-|declined|2023-11-14T22:13:21Z|key_2|-|worn\n");
    EXPECT_EQ(this->rows("SELECT * FROM return_lines WHERE tenant_id = 1 ORDER BY number, line_no"),
              "1|1|1|1|SHIRT|torn|9|3|1|2|1|1|1\n"
              "1|1|1|2|KIT|late|4|4|0|0|0|0|0\n"
              "1|1|2|1|SHIRT|torn|1|0|0|0|0|0|1\n");
}

TYPED_TEST(Views, InventoryShowsWhatCanBeSold) {
    EXPECT_EQ(this->rows("SELECT sku, location, on_hand, reserved, safety, unsellable, sellable, feed FROM inventory"),
              "SHIRT|PAR|10|1|2|0|7|wms\n");
    EXPECT_EQ(this->rows("SELECT sequence, n, sku, location, kind, reserved, order_id FROM inventory_movements"),
              "1|0|SHIRT|PAR|reserve|1|1\n");
}

TYPED_TEST(Views, HaveTheSameColumnsInTheSameOrder) {
    EXPECT_EQ(this->rows("SELECT * FROM order_headers"),
              "1|1|web|W-1|partially_allocated||-|2023-11-14T22:13:21Z|2023-11-14T22:13:21Z|EUR|1999|2|ship|GB||N1|-"
              "|2023-12-09|1|0\n");
    EXPECT_EQ(this->rows("SELECT * FROM order_lines WHERE line_no = 1"),
              "1|1|web|W-1|2023-11-14T22:13:21Z|1||SHIRT|each|5|5|0|2|1|2|1990000|995|0|0|EUR||\n");
    EXPECT_EQ(this->rows("SELECT * FROM allocations WHERE location = 'LDN'"),
              "1|1|W-1|1|SHIRT|LDN|2|1|on_hand||2023-12-09\n");
    EXPECT_EQ(this->rows("SELECT * FROM inventory"), "1|SHIRT|PAR|10|1|2|0|7|wms|4\n");
    EXPECT_EQ(this->rows("SELECT * FROM inventory_movements"),
              "1|1|0|2023-11-14T22:13:21Z|SHIRT|PAR|reserve|0|1|0|0||1\n");
}

TYPED_TEST(Views, ADocumentThatEscapesTheCharacterNulIsReadable) {
    this->add_order_with_escapes();
    EXPECT_EQ(this->rows("SELECT status_reason, country, postcode FROM order_headers WHERE order_id = 2"),
              "\\u0000|DE|1\n");
    EXPECT_EQ(this->rows("SELECT count(*) FROM order_headers WHERE order_id = 2 AND region <> ''"), "1\n");
}

}  // namespace
}  // namespace waybill::conformance
