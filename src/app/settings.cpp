#include "app/settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <limits>
#include <numeric>

#include "app/setting_values.hpp"
#include "http/urls.hpp"

namespace waybill::app {
namespace {

using Fault = std::optional<std::string>;

template <class Get>
Setting text_setting(std::string name, std::string group, std::string help, Get member) {
    return {std::move(name), std::move(group), std::move(help),
            [member](Settings& settings, std::string_view text) -> Fault {
                member(settings) = std::string(text);
                return std::nullopt;
            },
            [member](const Settings& settings) {
                Settings copy = settings;
                return member(copy);
            }};
}

template <class Get>
Setting count_setting(std::string name, std::string group, std::string help, std::uint64_t least, Get member) {
    return {std::move(name), std::move(group), std::move(help),
            [member, least](Settings& settings, std::string_view text) -> Fault {
                using Number = std::remove_reference_t<decltype(member(settings))>;
                const auto value = parse_count(text, std::numeric_limits<std::int32_t>::max());
                if (!value || *value < least) return "needs a whole number of at least " + std::to_string(least);
                member(settings) = static_cast<Number>(*value);
                return std::nullopt;
            },
            [member](const Settings& settings) {
                Settings copy = settings;
                return std::to_string(member(copy));
            }};
}

template <class Get>
Setting bytes_setting(std::string name, std::string group, std::string help, std::uint64_t least, Get member) {
    return {std::move(name), std::move(group), std::move(help),
            [member, least](Settings& settings, std::string_view text) -> Fault {
                using Number = std::remove_reference_t<decltype(member(settings))>;
                const auto value = parse_bytes(text);
                if (!value) return "needs a size such as 65536, 64KiB or 4MiB";
                if (*value < least) return "needs at least " + format_bytes(least);
                member(settings) = static_cast<Number>(*value);
                return std::nullopt;
            },
            [member](const Settings& settings) {
                Settings copy = settings;
                return format_bytes(member(copy));
            }};
}

template <class Get>
Setting truth_setting(std::string name, std::string group, std::string help, Get member) {
    return {std::move(name), std::move(group), std::move(help),
            [member](Settings& settings, std::string_view text) -> Fault {
                if (text != "true" && text != "false") return "must be true or false";
                member(settings) = text == "true";
                return std::nullopt;
            },
            [member](const Settings& settings) {
                Settings copy = settings;
                return std::string(member(copy) ? "true" : "false");
            }};
}

/// 0 is a span, too.
template <class Get>
Setting wait_setting(std::string name, std::string group, std::string help, Get member) {
    return {std::move(name), std::move(group), std::move(help),
            [member](Settings& settings, std::string_view text) -> Fault {
                using Span = std::remove_reference_t<decltype(member(settings))>;
                const auto value = parse_span(text);
                if (!value) return "needs a span of time such as 0s, 250ms, 30s, 5m, 12h or 7d";
                member(settings) = std::chrono::duration_cast<Span>(*value);
                return std::nullopt;
            },
            [member](const Settings& settings) {
                Settings copy = settings;
                return format_span(member(copy));
            }};
}

template <class Get>
Setting span_setting(std::string name, std::string group, std::string help, Get member) {
    return {std::move(name), std::move(group), std::move(help),
            [member](Settings& settings, std::string_view text) -> Fault {
                using Span = std::remove_reference_t<decltype(member(settings))>;
                const auto value = parse_span(text);
                if (!value || value->count() == 0) return "needs a span of time such as 250ms, 30s, 5m, 12h or 7d";
                const auto span = std::chrono::duration_cast<Span>(*value);
                if (span.count() == 0) return "is shorter than this setting can be";
                member(settings) = span;
                return std::nullopt;
            },
            [member](const Settings& settings) {
                Settings copy = settings;
                return format_span(member(copy));
            }};
}

void add_process_settings(std::vector<Setting>& out) {
    const std::string group = "Server";
    out.push_back(text_setting(
        "store", group, "The store: a file, postgresql://..., or memory: for one that is gone at the end",
        [](Settings & s) -> auto& { return s.store; }));
    out.push_back(text_setting(
        "listen", group, "Address and port to listen on; port 0 takes any free one",
        [](Settings & s) -> auto& { return s.listen; }));
    out.push_back(text_setting(
        "port_file", group, "Write the bound port to this file once connections are taken",
        [](Settings & s) -> auto& { return s.port_file; }));
    out.push_back(text_setting(
        "bootstrap_key_file", group,
        "On a store without an operator key: make one and write its secret here, readable by the owner only",
        [](Settings & s) -> auto& { return s.bootstrap_key_file; }));
    out.push_back(span_setting(
        "shutdown_wait_max", group, "How long requests under way may take after a stop signal",
        [](Settings & s) -> auto& { return s.shutdown_wait_max; }));
    out.push_back(wait_setting(
        "store_wait_max", group,
        "How long to wait for a store that another process has, or that can not be reached yet",
        [](Settings & s) -> auto& { return s.store_wait_max; }));
    out.push_back({"log.format", "Logging", "text, or json for one object a line",
                   [](Settings& settings, std::string_view text) -> Fault {
                       const auto format = parse_log_format(text);
                       if (!format) return "must be text or json";
                       settings.log_format = *format;
                       return std::nullopt;
                   },
                   [](const Settings& settings) { return std::string(name_of(settings.log_format)); }});
    out.push_back({"log.level", "Logging", "The least level that is written: debug, info, warn, error or off",
                   [](Settings& settings, std::string_view text) -> Fault {
                       const auto level = parse_log_level(text);
                       if (!level) return "must be debug, info, warn, error or off";
                       settings.log_level = *level;
                       return std::nullopt;
                   },
                   [](const Settings& settings) { return std::string(name_of(settings.log_level)); }});
}

void add_http_settings(std::vector<Setting>& out) {
    const std::string group = "HTTP limits";
    out.push_back(count_setting(
        "http.connections_max", group, "Open connections; more are answered 503", 1,
        [](Settings & s) -> auto& { return s.http.connections_max; }));
    out.push_back(bytes_setting(
        "http.header_bytes_max", group, "Headers of a request (431)", 1024,
        [](Settings & s) -> auto& { return s.http.header_bytes_max; }));
    out.push_back(bytes_setting(
        "http.target_bytes_max", group, "Path and query of a request (414)", 256,
        [](Settings & s) -> auto& { return s.http.target_bytes_max; }));
    out.push_back(bytes_setting(
        "http.body_bytes_max", group, "Body of a request that is not a bulk (413)", 1024,
        [](Settings & s) -> auto& { return s.http.body_bytes_max; }));
    out.push_back(bytes_setting(
        "http.arriving_bytes_max", group, "Bodies that are arriving, all together (503)", 64 * 1024,
        [](Settings & s) -> auto& { return s.http.arriving_bytes_max; }));
    out.push_back(bytes_setting(
        "http.stream_chunk_bytes_max", group, "Bytes of a bulk that are taken at a time", 1024,
        [](Settings & s) -> auto& { return s.http.stream_chunk_bytes_max; }));
    out.push_back(bytes_setting(
        "http.stream_out_buffer_bytes_max", group,
        "Unread answers of a bulk or event stream; a slower reader is dropped", 64 * 1024,
        [](Settings & s) -> auto& { return s.http.stream_out_buffer_bytes_max; }));
    out.push_back(span_setting(
        "http.header_wait_max", group, "For the headers of a request to arrive (408)",
        [](Settings & s) -> auto& { return s.http.header_wait_max; }));
    out.push_back(span_setting(
        "http.body_wait_max", group, "How long a body may keep the server waiting; what arrives earns time back (408)",
        [](Settings & s) -> auto& { return s.http.body_wait_max; }));
    out.push_back(bytes_setting(
        "http.body_bytes_per_second_min", group, "The rate at which arriving bytes earn it; 0: each piece earns all", 0,
        [](Settings & s) -> auto& { return s.http.body_bytes_per_second_min; }));
    out.push_back(span_setting(
        "http.idle_wait_max", group, "A connection without a request is kept this long",
        [](Settings & s) -> auto& { return s.http.idle_wait_max; }));
    out.push_back(span_setting(
        "http.idle_wait_crowded_max", group, "The same while 7/8 of the connections are taken",
        [](Settings & s) -> auto& { return s.http.idle_wait_crowded_max; }));
    out.push_back(span_setting(
        "http.write_wait_max", group, "A client that takes no bytes this long is dropped",
        [](Settings & s) -> auto& { return s.http.write_wait_max; }));
}

void add_api_settings(std::vector<Setting>& out) {
    const std::string group = "API";
    out.push_back(count_setting(
        "api.reader_threads", group, "Threads that answer reads", 1,
        [](Settings & s) -> auto& { return s.api.reader_threads; }));
    out.push_back(count_setting(
        "api.reader_queue_max", group, "Reads waiting; more are refused with 503", 1,
        [](Settings & s) -> auto& { return s.api.reader_queue_max; }));
    out.push_back(bytes_setting(
        "api.bulk_line_bytes_max", group, "One line of a bulk; a longer one fails alone", 1024,
        [](Settings & s) -> auto& { return s.api.bulk_line_bytes_max; }));
    out.push_back(count_setting(
        "api.bulk_in_flight_max", group, "Lines of one bulk that are decided together", 1,
        [](Settings & s) -> auto& { return s.api.bulk_in_flight_max; }));
    out.push_back(bytes_setting(
        "api.bulk_unsent_bytes_max", group, "Results of a bulk that wait for the client before it is read further",
        16 * 1024, [](Settings & s) -> auto& { return s.api.bulk_unsent_bytes_max; }));
    out.push_back(count_setting(
        "api.page_limit_default", group, "Rows of a page that asks for no number", 1,
        [](Settings & s) -> auto& { return s.api.page_limit_default; }));
    out.push_back(count_setting(
        "api.page_limit_max", group, "Rows of a page, at most", 1,
        [](Settings & s) -> auto& { return s.api.page_limit_max; }));
    out.push_back(count_setting(
        "api.availability_skus_max", group, "SKUs in one question for availability", 1,
        [](Settings & s) -> auto& { return s.api.availability_skus_max; }));
    out.push_back(count_setting(
        "api.streams_max", group, "Open event streams; more are refused with 503", 1,
        [](Settings & s) -> auto& { return s.api.streams_max; }));
    out.push_back(count_setting(
        "api.stream_page_events", group, "Events that are read at a time for one stream", 1,
        [](Settings & s) -> auto& { return s.api.stream_page_events; }));
    out.push_back(bytes_setting(
        "api.stream_unsent_bytes_max", group, "Unsent events of one stream before it waits", 16 * 1024,
        [](Settings & s) -> auto& { return s.api.stream_unsent_bytes_max; }));
    out.push_back(span_setting(
        "api.stream_heartbeat", group, "A silent event stream gets a comment this often",
        [](Settings & s) -> auto& { return s.api.stream_heartbeat; }));
}

void add_cluster_settings(std::vector<Setting>& out) {
    const std::string group = "Several processes on one store";
    out.push_back({"cluster.address", group,
                   "Where other processes on the same PostgreSQL reach this one: http://HOST:PORT; empty: it has the"
                   " store for itself",
                   [](Settings& settings, std::string_view text) -> Fault {
                       const auto url = http::parse_base_url(text);
                       if (!text.empty() && (!url || !url->path.empty())) return "must be http://HOST:PORT";
                       settings.engine.address = std::string(text);
                       return std::nullopt;
                   },
                   [](const Settings& settings) { return settings.engine.address; }});
    out.push_back({"cluster.lease", group,
                   "A process that PostgreSQL has not heard of for so long loses its tenants to others; from 1s to 60s",
                   [](Settings& settings, std::string_view text) -> Fault {
                       const auto value = parse_span(text);
                       if (!value || *value < std::chrono::seconds(1) || *value > std::chrono::seconds(60)) {
                           return "needs a span of time from 1s to 60s";
                       }
                       settings.engine.lease = std::chrono::duration_cast<std::chrono::milliseconds>(*value);
                       return std::nullopt;
                   },
                   [](const Settings& settings) { return format_span(settings.engine.lease); }});
    out.push_back(text_setting(
        "cluster.key_file", group,
        "File with the key by which the processes know each other, 32 characters or more; empty: nothing is forwarded",
        [](Settings & s) -> auto& { return s.cluster_key_file; }));
    out.push_back(count_setting(
        "cluster.forwards_max", group, "Requests that are being forwarded; more are refused with 503", 1,
        [](Settings & s) -> auto& { return s.api.forwards_max; }));
    out.push_back(count_setting(
        "cluster.forward_streams_max", group, "Bulks and event streams being forwarded; more are refused with 503", 1,
        [](Settings & s) -> auto& { return s.api.forward_streams_max; }));
    out.push_back(count_setting(
        "cluster.forward_connections_max", group, "Connections to one process, beside those of streams", 1,
        [](Settings & s) -> auto& { return s.api.forward_connections_max; }));
    out.push_back(span_setting(
        "cluster.forward_wait_max", group, "How long a request waits for a process that serves its tenant (503)",
        [](Settings & s) -> auto& { return s.api.forward_wait_max; }));
    out.push_back(span_setting(
        "cluster.forward_answer_wait_max", group, "How long a forwarded request may take (503)",
        [](Settings & s) -> auto& { return s.api.forward_answer_wait_max; }));
    out.push_back(span_setting(
        "cluster.forward_silence_max", group, "A forwarded stream on which nothing moves this long is cut off",
        [](Settings & s) -> auto& { return s.api.forward_silence_max; }));
    out.push_back(bytes_setting(
        "cluster.forward_answer_bytes_max", group, "An answer that is handed on as a whole (500)", 64 * 1024,
        [](Settings & s) -> auto& { return s.api.forward_answer_bytes_max; }));
    out.push_back(bytes_setting(
        "cluster.forward_unsent_bytes_max", group, "Unsent bytes of a stream, each way, before its source waits",
        16 * 1024, [](Settings & s) -> auto& { return s.api.forward_unsent_bytes_max; }));
    out.push_back(count_setting(
        "cluster.key_lookups_max", group, "Unknown API keys that are looked up in the store at once (503)", 1,
        [](Settings & s) -> auto& { return s.api.key_lookups_max; }));
    out.push_back(count_setting(
        "cluster.followed_tenants_max", group,
        "Tenants of other processes whose configuration is kept to read their rows", 1,
        [](Settings & s) -> auto& { return s.api.followed_tenants_max; }));
    out.push_back(count_setting(
        "cluster.known_keys_max", group, "API keys of other processes' tenants that are remembered", 1,
        [](Settings & s) -> auto& { return s.api.known_keys_max; }));
}

void add_webhook_settings(std::vector<Setting>& out) {
    const std::string group = "Webhooks";
    out.push_back(text_setting(
        "webhooks.key_file", group,
        "File with the key that their secrets are derived from, 32 characters or more, the same for all processes on "
        "one"
        " store; empty: one is made beside a store in a file",
        [](Settings & s) -> auto& { return s.webhooks.key_file; }));
    out.push_back(truth_setting(
        "webhooks.allow_private", group, "Also http:// and addresses that are not public: true or false",
        [](Settings & s) -> auto& { return s.webhooks.allow_private; }));
    out.push_back(span_setting(
        "webhooks.request_wait_max", group, "How long a request may take; one that takes longer has failed",
        [](Settings & s) -> auto& { return s.webhooks.request_wait_max; }));
    out.push_back(span_setting(
        "webhooks.give_up_after", group, "A webhook that has failed for so long is paused",
        [](Settings & s) -> auto& { return s.webhooks.give_up_after; }));
    out.push_back(count_setting(
        "webhooks.requests_at_once", group,
        "Requests under way to all webhooks together; half of them to those that fail", 1,
        [](Settings & s) -> auto& { return s.webhooks.requests_at_once; }));
}

void add_mail_settings(std::vector<Setting>& out) {
    const std::string group = "Mail";
    out.push_back(text_setting(
        "mail.smtp_url", group,
        "The server that mail is sent by, smtp://HOST:PORT or smtps://HOST:PORT; empty: none is sent",
        [](Settings & s) -> auto& { return s.mail.smtp_url; }));
    out.push_back(text_setting(
        "mail.user", group, "Who to log in as; empty: nobody", [](Settings & s) -> auto& { return s.mail.user; }));
    out.push_back(text_setting(
        "mail.password_file", group, "File with the password of mail.user in its first line",
        [](Settings & s) -> auto& { return s.mail.password_file; }));
    out.push_back(text_setting(
        "mail.from", group, "The address that mail comes from", [](Settings & s) -> auto& { return s.mail.from; }));
    out.push_back(text_setting(
        "mail.from_name", group, "The name beside it; empty: that of the tenant",
        [](Settings & s) -> auto& { return s.mail.from_name; }));
    out.push_back(text_setting(
        "mail.reply_to", group, "The address that answers go to; empty: mail.from",
        [](Settings & s) -> auto& { return s.mail.reply_to; }));
    out.push_back(truth_setting(
        "mail.require_tls", group,
        "Send nothing in the clear, also not where the server has no STARTTLS: true or false",
        [](Settings & s) -> auto& { return s.mail.require_tls; }));
    out.push_back(span_setting(
        "mail.wait_max", group, "How long the sending of one mail may take",
        [](Settings & s) -> auto& { return s.mail.wait_max; }));
    out.push_back(span_setting(
        "mail.give_up_after", group, "No mail is sent of what happened longer ago",
        [](Settings & s) -> auto& { return s.mail.give_up_after; }));
    out.push_back(count_setting(
        "mail.connections_max", group, "Mails under way at once, each of another tenant", 1,
        [](Settings & s) -> auto& { return s.mail.connections_max; }));
}

void add_engine_settings(std::vector<Setting>& out) {
    const std::string group = "Engine";
    out.push_back(truth_setting(
        "engine.retry_backorders", group,
        "Orders that wait are routed again as soon as supply appears: true or false; false: by hand alone",
        [](Settings & s) -> auto& { return s.retry_backorders; }));
    out.push_back(count_setting(
        "engine.queue_commands_max", group, "Waiting commands; more are refused with 503", 1,
        [](Settings & s) -> auto& { return s.engine.queue_commands_max; }));
    out.push_back(count_setting(
        "engine.batch_commands_max", group, "Commands that one commit makes durable, at most", 1,
        [](Settings & s) -> auto& { return s.engine.batch_commands_max; }));
    out.push_back(span_setting(
        "engine.reply_keep", group, "How long an Idempotency-Key is remembered; whole hours",
        [](Settings & s) -> auto& { return s.engine.reply_keep; }));
    out.push_back(count_setting(
        "engine.routing_work_max", group, "Work units that one routing decision may take", 1000,
        [](Settings & s) -> auto& { return s.engine.routing_budget.work_max; }));
}

void add_store_settings(std::vector<Setting>& out) {
    const std::string group = "Store";
    out.push_back(bytes_setting(
        "storage.cache_bytes", group, "Pages that the writer keeps in memory", 1 << 20,
        [](Settings & s) -> auto& { return s.storage.cache_bytes; }));
    out.push_back(bytes_setting(
        "storage.reader_cache_bytes", group, "Pages that each reader keeps in memory", 64 * 1024,
        [](Settings & s) -> auto& { return s.storage.reader_cache_bytes; }));
    out.push_back(bytes_setting(
        "storage.bytes_max", group, "Size that the store may grow to; 0: as the disk allows", 0,
        [](Settings & s) -> auto& { return s.storage.bytes_max; }));
    out.push_back(bytes_setting(
        "storage.wal_bytes", group, "Length of the write-ahead log before it is moved", 1 << 20,
        [](Settings & s) -> auto& { return s.storage.wal_bytes; }));
}

/// Variables that this program reads for other ends.
constexpr std::array<std::string_view, 3> not_settings{"WAYBILL_CONFIG", "WAYBILL_SERVER", "WAYBILL_KEY"};

/// Levenshtein distance.
std::size_t edits_between(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
            row[j] = std::min({above + 1, row[j - 1] + 1, change});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string Setting::flag() const {
    std::string out = "--" + name;
    std::replace(out.begin(), out.end(), '.', '-');
    std::replace(out.begin(), out.end(), '_', '-');
    return out;
}

std::string Setting::environment() const {
    std::string out = "WAYBILL_" + name;
    for (char& c : out) c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

const std::vector<Setting>& all_settings() {
    static const std::vector<Setting> settings = [] {
        std::vector<Setting> out;
        add_process_settings(out);
        add_http_settings(out);
        add_api_settings(out);
        add_cluster_settings(out);
        add_webhook_settings(out);
        add_mail_settings(out);
        add_engine_settings(out);
        add_store_settings(out);
        return out;
    }();
    return settings;
}

std::string nearest_setting(std::string_view name) {
    const auto last_part = [](std::string_view text) { return text.substr(text.rfind('.') + 1); };
    // More changes than these and it is another word, not a misspelt one.
    const auto edits_max = [](std::string_view text) { return std::max<std::size_t>(2, text.size() / 4); };
    std::string best;
    std::size_t best_edits = SIZE_MAX;
    for (const Setting& setting : all_settings()) {
        const std::size_t whole = edits_between(name, setting.name);
        if (whole <= edits_max(name) && whole < best_edits) {
            best_edits = whole;
            best = setting.name;
        }
        // Somebody who left the section out, or named another, still means this one.
        const std::size_t last = edits_between(last_part(name), last_part(setting.name));
        if (last <= edits_max(last_part(name)) && last + 1 < best_edits) {
            best_edits = last + 1;
            best = setting.name;
        }
    }
    return best;
}

Result<Unit, std::string> apply_settings(Settings& settings, const Given& given) {
    for (const Setting& setting : all_settings()) {
        const auto found = given.find(setting.name);
        if (found == given.end()) continue;
        if (const auto fault = setting.set(settings, found->second.text)) {
            return fail(found->second.origin + ": " + setting.name + " " + *fault + ", not \"" + found->second.text +
                        "\"");
        }
    }
    return Unit{};
}

Given read_environment(const std::vector<std::string>& environment, std::vector<std::string>& unknown) {
    Given out;
    for (const std::string& entry : environment) {
        if (!entry.starts_with("WAYBILL_")) continue;
        const std::size_t equals = entry.find('=');
        if (equals == std::string::npos) continue;
        const std::string variable = entry.substr(0, equals);
        const auto& settings = all_settings();
        const auto setting = std::find_if(settings.begin(), settings.end(),
                                          [&](const Setting& each) { return each.environment() == variable; });
        if (setting == settings.end()) {
            if (std::find(not_settings.begin(), not_settings.end(), variable) == not_settings.end()) {
                unknown.push_back(variable);
            }
        } else {
            out[setting->name] = {entry.substr(equals + 1), variable};
        }
    }
    return out;
}

}  // namespace waybill::app
