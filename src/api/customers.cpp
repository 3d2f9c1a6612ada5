// Customers and their personal data. Keys that are limited to locations see personal data on the orders they serve and
// not here.

#include <utility>

#include "api/customer_json.hpp"
#include "api/order_input.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "api/submit.hpp"
#include "engine/codec.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;
constexpr std::string_view customers_cursor = "customers";

Result<core::CustomerId, Problem> read_id(const Call& call) {
    if (call.caller.is_scoped()) return refuse(core::Reject::out_of_scope);
    const auto id = json::parse_id<core::CustomerId>(call.parameters[0]);
    if (!id) return refuse(core::Reject::unknown_customer);
    return *id;
}

Result<core::Customer, Problem> load_customer(const Call& call, engine::Reader& reader, core::CustomerId id) {
    const auto doc = reader.customer(call.caller.tenant, id);
    if (!doc) return fail(problem_of(doc.error()));
    if (!*doc) return refuse(core::Reject::unknown_customer);
    auto customer = engine::decode_doc<core::Customer>(**doc);
    if (!customer) return refuse(core::Reject::internal_error);
    return std::move(*customer);
}

Result<PersonFields, Problem> load_person(const Call& call, engine::Reader& reader, const core::Customer& customer) {
    if (!customer.person.is_set()) return PersonFields{};
    const auto row = reader.person(call.caller.tenant, customer.person);
    if (!row) return fail(problem_of(row.error()));
    return *row ? read_person_fields((*row)->doc) : PersonFields{};
}

Result<CustomerOutput, Problem> render_loaded(const Call& call, engine::Reader& reader,
                                              const core::Customer& customer) {
    auto person = load_person(call, reader, customer);
    if (!person) return fail(std::move(person.error()));
    const auto view = call.view();
    if (!view) return fail(view.error());
    return render_customer(customer, std::move(*person), *view);
}

Answer customer_now(const Call& call, engine::Reader& reader, core::CustomerId id, int status) {
    const auto customer = load_customer(call, reader, id);
    if (!customer) return fail(customer.error());
    const auto out = render_loaded(call, reader, *customer);
    if (!out) return fail(out.error());
    return json_response(status, json::to_text<json::Api>(*out));
}

void answer_with_customer(const CallPtr& call, const engine::Receipt& receipt, int status) {
    answer_from_store(call, [receipt, status](const Call& asked, engine::Reader& reader) {
        const core::Aggregate object = receipt.replayed ? receipt.replayed->object : receipt.outcome.object;
        auto response = customer_now(asked, reader, core::CustomerId(object.id), status_of(receipt, status));
        if (response) add_sequence(*response, receipt.sequence);
        if (response) add_replayed(*response, receipt);
        return response;
    });
}

void submit_customer(CallPtr call, const CustomerInput& input, core::CustomerId id, const PersonFields& person,
                     int status) {
    core::PutCustomer command = customer_command(input, id);
    auto doc = person_of(person.name, person.email, person.phone);
    command.has_person = doc.has_value();
    submit(
        std::move(call), {std::move(command), std::move(doc), {}, status},
        [status](const CallPtr& done, const engine::Receipt& receipt) { answer_with_customer(done, receipt, status); });
}

void create_customer(CallPtr call) {
    if (call->caller.is_scoped()) return answer(call, refuse(core::Reject::out_of_scope));
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    const auto input = read_customer(call->request.body);
    if (!input) return answer(call, fail(input.error()));
    submit_customer(std::move(call), *input, {}, {input->name, input->email, input->phone}, created_status);
}

/// A person row is replaced as a whole, so what the request leaves out is taken from the present one.
void change_customer(CallPtr call) {
    const auto id = read_id(*call);
    if (!id) return answer(call, fail(id.error()));
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto input = read_customer(call->request.body);
    if (!input) return answer(call, fail(std::move(input.error())));
    if (!input->name && !input->email && !input->phone) return submit_customer(std::move(call), *input, *id, {}, 200);
    const bool taken =
        call->services.readers->submit([call, id = *id, input = std::move(*input)](engine::Reader& reader) {
            const auto customer = load_customer(*call, reader, id);
            if (!customer) return answer(call, fail(customer.error()));
            auto person = load_person(*call, reader, *customer);
            if (!person) return answer(call, fail(std::move(person.error())));
            if (input.name) person->name = input.name;
            if (input.email) person->email = input.email;
            if (input.phone) person->phone = input.phone;
            submit_customer(call, input, id, *person, 200);
        });
    if (!taken) answer(call, refuse(core::Reject::engine_overloaded, "too many reads are waiting"));
}

void get_customer(CallPtr call) {
    const auto id = read_id(*call);
    if (!id) return answer(call, fail(id.error()));
    answer_from_store(std::move(call), [id = *id](const Call& asked, engine::Reader& reader) {
        return customer_now(asked, reader, id, 200);
    });
}

void merge_customer(CallPtr call) {
    const auto from = read_id(*call);
    if (!from) return answer(call, fail(from.error()));
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    const auto into = read_merge(call->request.body);
    if (!into) return answer(call, fail(into.error()));
    submit(std::move(call), {core::MergeCustomers{*from, *into}, {}, {}, 200},
           [](const CallPtr& done, const engine::Receipt& receipt) { answer_with_customer(done, receipt, 200); });
}

void erase_customer(CallPtr call) {
    const auto id = read_id(*call);
    if (!id) return answer(call, fail(id.error()));
    submit(std::move(call), {core::ErasePerson{*id}, {}, {}, 204},
           [](const CallPtr& done, const engine::Receipt& receipt) {
               http::Response response = json_response(204, {});
               add_sequence(response, receipt.sequence);
               add_replayed(response, receipt);
               answer(done, std::move(response));
           });
}

struct CustomerPage {
    core::CustomerId after;
    std::string text;
    std::uint32_t limit = 0;
};

Answer customer_page(const Call& call, engine::Reader& reader, const CustomerPage& page) {
    const auto docs = reader.customers(call.caller.tenant, page.after, page.text, page.limit);
    if (!docs) return fail(problem_of(docs.error()));
    std::string body;
    {
        json::ObjectWriter object(body);
        auto data = object.array("data");
        core::CustomerId last = page.after;
        for (const std::string& doc : *docs) {
            const auto customer = engine::decode_doc<core::Customer>(doc);
            if (!customer) return refuse(core::Reject::internal_error);
            const auto out = render_loaded(call, reader, *customer);
            if (!out) return fail(out.error());
            data.value(*out);
            last = customer->id;
        }
        data.end();
        if (docs->size() == page.limit)
            object.field("next_cursor", make_cursor(customers_cursor, std::to_string(last.raw())));
    }
    return json_response(200, std::move(body));
}

void list_customers(CallPtr call) {
    if (call->caller.is_scoped()) return answer(call, refuse(core::Reject::out_of_scope));
    QueryReader query(call->request, {"q", "limit", "cursor"});
    CustomerPage page;
    page.limit = query.limit(call->services.options);
    if (const auto text = query.text("q", text_length_max)) page.text = *text;
    if (!query.is_valid()) return answer(call, query.take());
    if (const auto cursor = call->request.query_value("cursor")) {
        const auto numbers = read_cursor_numbers(customers_cursor, *cursor, 1);
        if (!numbers) return answer(call, fail(numbers.error()));
        page.after = core::CustomerId(static_cast<std::uint64_t>(numbers->front()));
    }
    answer_from_store(std::move(call), [page = std::move(page)](const Call& asked, engine::Reader& reader) {
        return customer_page(asked, reader, page);
    });
}

}  // namespace

std::span<const Route> customer_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/customers", Permission::change_customers, &create_customer},
        {"GET", "/v1/customers", Permission::read_customers, &list_customers, nullptr, MadeOf::rows},
        {"GET", "/v1/customers/{id}", Permission::read_customers, &get_customer, nullptr, MadeOf::rows},
        {"PATCH", "/v1/customers/{id}", Permission::change_customers, &change_customer},
        {"POST", "/v1/customers/{id}/merge", Permission::change_customers, &merge_customer},
        {"POST", "/v1/customers/{id}/erase", Permission::erase_persons, &erase_customer},
    };
    return table;
}

}  // namespace waybill::api
