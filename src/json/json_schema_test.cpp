// What schema_of tells of a struct is what the reader enforces.

#include <gtest/gtest.h>

#include "json/read.hpp"
#include "json/schema.hpp"

namespace waybill::depot {

struct ItemId final : StrongId<ItemId, std::uint32_t> {
    using StrongId::StrongId;
    static constexpr std::string_view prefix = "itm_";
};
enum class Size { small, large };
BOOST_DESCRIBE_ENUM(Size, small, large)

struct Unit {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Unit, (), (name))
struct Kit {
    static constexpr std::string_view type_name = "kit";
    std::int32_t parts = 0;
};
BOOST_DESCRIBE_STRUCT(Kit, (), (parts))
struct Single {
    static constexpr std::string_view type_name = "single";
    static constexpr std::string_view schema_name = "SingleItem";
};
BOOST_DESCRIBE_STRUCT(Single, (), ())

struct Item {
    ItemId id;
    std::string sku;
    std::int64_t weight_g = 0;
    bool active = true;
    std::optional<Size> size;
    Instant since;
    std::optional<CivilDate> until;
    Currency currency;
    std::vector<Unit> units;
    std::vector<std::string> tags;
    std::map<std::string, std::int32_t> counts;
    std::variant<Kit, Single> form;
};
BOOST_DESCRIBE_STRUCT(Item, (), (id, sku, weight_g, active, size, since, until, currency, units, tags, counts, form))

}  // namespace waybill::depot

namespace waybill::json {

template <>
struct Rules<depot::Item> {
    static constexpr auto fields = std::array{
        text("sku", 1, 64).pattern(Pattern::code),
        integer("weight_g", 0, 1'000),
        defaulted("active"),
        items("units", 1, 16),
        items("tags", 0, 50).text(1, 8).defaulted(),
    };
};

namespace {

const TypeSchema& type_of(const Schema& schema, std::string_view field) {
    const FieldSchema* found = schema.find(field);
    EXPECT_NE(found, nullptr) << field;
    return found->type;
}

TEST(JsonSchema, TellsNamesTypesAndLimits) {
    const Schema item = schema_of<depot::Item>();
    EXPECT_EQ(item.name, "Item");
    ASSERT_EQ(item.fields.size(), 12u);
    EXPECT_EQ(item.fields.front().name, "id");
    EXPECT_EQ(item.find("colour"), nullptr);

    EXPECT_EQ(type_of(item, "id").pattern, "^itm_[1-9][0-9]*$");
    EXPECT_EQ(type_of(item, "sku").min_length, 1u);
    EXPECT_EQ(type_of(item, "sku").max_length, 64u);
    EXPECT_EQ(type_of(item, "sku").pattern, regex_of(Pattern::code));
    EXPECT_EQ(type_of(item, "weight_g").minimum, 0);
    EXPECT_EQ(type_of(item, "weight_g").maximum, 1'000);
    EXPECT_EQ(type_of(item, "weight_g").type_maximum, INT64_MAX);
    EXPECT_EQ(type_of(item, "active").type, SchemaType::boolean);
    EXPECT_EQ(type_of(item, "size").enum_values, (std::vector<std::string>{"small", "large"}));
    EXPECT_TRUE(type_of(item, "size").is_nullable);
    EXPECT_EQ(type_of(item, "since").format, "date-time");
    EXPECT_EQ(type_of(item, "until").format, "date");
    EXPECT_EQ(type_of(item, "currency").pattern, "^[A-Z]{3}$");
    EXPECT_EQ(type_of(item, "units").type, SchemaType::list);
    EXPECT_EQ(type_of(item, "units").min_items, 1u);
    EXPECT_EQ(type_of(item, "units").item.at(0).reference, "Unit");
    EXPECT_EQ(type_of(item, "tags").max_items, 50u);
    EXPECT_EQ(type_of(item, "tags").item.at(0).max_length, 8u);
    EXPECT_EQ(type_of(item, "counts").type, SchemaType::map);
    EXPECT_EQ(type_of(item, "counts").item.at(0).format, "int32");
    EXPECT_EQ(type_of(item, "form").one_of, (std::vector<std::string>{"Kit", "SingleItem"}));
    EXPECT_EQ(type_of(item, "form").one_of_tags, (std::vector<std::string>{"kit", "single"}));
}

TEST(JsonSchema, RequiresWhatTheReaderRequires) {
    const auto result = read_text<Api, depot::Item>("{}");
    ASSERT_FALSE(result);
    std::vector<std::string> required;
    for (const FieldSchema& field : schema_of<depot::Item>().fields) {
        if (field.is_required) required.push_back("/" + field.name);
    }
    std::vector<std::string> missing;
    for (const Issue& issue : result.error()) {
        EXPECT_EQ(issue.rule, rule::required);
        missing.push_back(issue.pointer);
    }
    EXPECT_EQ(missing, required);
    EXPECT_EQ(required.size(), 8u);
}

TEST(JsonSchema, CollectsEveryStructOnce) {
    std::vector<std::string> names;
    for (const Schema& schema : schemas_of<std::vector<depot::Item>>()) names.push_back(schema.name);
    EXPECT_EQ(names, (std::vector<std::string>{"Item", "Unit", "Kit", "SingleItem"}));
}

}  // namespace

}  // namespace waybill::json
