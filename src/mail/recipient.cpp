#include "mail/recipient.hpp"

#include <boost/json/value.hpp>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "engine/codec.hpp"
#include "json/parse.hpp"

namespace waybill::mail {
namespace {

/// Takes what a document of personal data has, where nothing is known yet.
class PersonReader {
public:
    explicit PersonReader(Recipient& out) : out_(out) {}

    void read(const std::string& doc, std::initializer_list<std::string_view> sections) {
        const auto document = json::parse(doc);
        const boost::json::object* person = document ? document->root().if_object() : nullptr;
        if (person == nullptr) return;
        for (const std::string_view name : sections) {
            const boost::json::object* section = person;
            if (!name.empty()) {
                const auto* value = person->if_contains(name);
                section = value == nullptr ? nullptr : value->if_object();
            }
            if (section == nullptr) continue;
            take(*section, "email", out_.address);
            take(*section, "name", out_.name);
            take(*section, "locale", out_.locale);
        }
    }

private:
    static void take(const boost::json::object& from, std::string_view name, std::string& to) {
        const auto* value = from.if_contains(name);
        if (!to.empty() || value == nullptr || !value->is_string()) return;
        to = std::string_view(value->get_string());
    }

    Recipient& out_;
};

}  // namespace

Result<Recipient, engine::IoError> recipient_of(const core::Order& order, engine::Reader& reader,
                                                core::TenantId tenant) {
    Recipient out;
    PersonReader person(out);
    if (order.ship_to.person.is_set()) {
        const auto row = reader.person(tenant, order.ship_to.person);
        if (!row) return fail(row.error());
        if (*row) person.read((*row)->doc, {"customer", "ship_to"});
    }
    if (!order.customer.is_set() || !out.address.empty()) return out;
    const auto doc = reader.customer(tenant, order.customer);
    if (!doc) return fail(doc.error());
    if (!*doc) return out;
    const auto customer = engine::decode_doc<core::Customer>(**doc);
    if (!customer) return fail(engine::IoError{engine::IoFailure::corrupt, customer.error()});
    if (!customer->person.is_set()) return out;
    const auto row = reader.person(tenant, customer->person);
    if (!row) return fail(row.error());
    if (*row) person.read((*row)->doc, {""});
    return out;
}

}  // namespace waybill::mail
