#include "app/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <chrono>

#include "base/assert.hpp"
#include "base/instant.hpp"
#include "json/text_writer.hpp"

namespace waybill::app {
namespace {

constexpr std::array<std::string_view, 5> level_names{"debug", "info", "warn", "error", "off"};
constexpr std::array<std::string_view, 2> format_names{"text", "json"};

/// Milliseconds are enough to order lines by eye, and keep them short.
std::string now_text() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
    std::string out = format_instant(Instant(millis / 1000 * micros_per_second));
    const std::string digits = std::to_string(1000 + millis % 1000);
    out.insert(out.size() - 1, "." + digits.substr(1));
    return out;
}

bool needs_quotes(std::string_view text) {
    if (text.empty()) return true;
    for (const char c : text) {
        if (c == ' ' || c == '"' || c == '=' || static_cast<unsigned char>(c) < 0x20) return true;
    }
    return false;
}

std::string json_line(LogLevel level, std::string_view event, const std::vector<LogField>& fields) {
    std::string out = "{";
    json::append_key(out, "at");
    json::append_string(out, now_text());
    json::append_key(out, "level");
    json::append_string(out, name_of(level));
    json::append_key(out, "event");
    json::append_string(out, event);
    for (const LogField& field : fields) {
        json::append_key(out, field.name);
        if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
            json::append_integer(out, *number);
        } else {
            json::append_string(out, *std::get_if<std::string>(&field.value));
        }
    }
    out += '}';
    return out;
}

std::string text_line(LogLevel level, std::string_view event, const std::vector<LogField>& fields) {
    std::string out = now_text();
    out += ' ';
    out += name_of(level);
    out.append(level == LogLevel::info || level == LogLevel::warn ? 2 : 1, ' ');
    out += event;
    for (const LogField& field : fields) {
        out += ' ';
        out += field.name;
        out += '=';
        if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
            json::append_integer(out, *number);
        } else if (const auto& text = *std::get_if<std::string>(&field.value); needs_quotes(text)) {
            json::append_string(out, text);
        } else {
            out += text;
        }
    }
    return out;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warn:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
        case LogLevel::off:
            return spdlog::level::off;
    }
    WAYBILL_ASSERT(false);
    return spdlog::level::off;
}

}  // namespace

struct Log::Sink {
    std::shared_ptr<spdlog::logger> logger;
};

std::optional<LogFormat> parse_log_format(std::string_view text) {
    for (std::size_t i = 0; i < format_names.size(); ++i) {
        if (format_names[i] == text) return static_cast<LogFormat>(i);
    }
    return std::nullopt;
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
    for (std::size_t i = 0; i < level_names.size(); ++i) {
        if (level_names[i] == text) return static_cast<LogLevel>(i);
    }
    return std::nullopt;
}

std::string_view name_of(LogFormat format) { return format_names[static_cast<std::size_t>(format)]; }
std::string_view name_of(LogLevel level) { return level_names[static_cast<std::size_t>(level)]; }

Log::Log(LogFormat format, LogLevel least) : format_(format), least_(least), sink_(std::make_unique<Sink>()) {
    sink_->logger = std::make_shared<spdlog::logger>("waybill", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    sink_->logger->set_pattern("%v");
    sink_->logger->set_level(spdlog_level(least));
    sink_->logger->flush_on(spdlog::level::trace);
}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view event, const std::vector<LogField>& fields) {
    if (level < least_ || least_ == LogLevel::off) return;
    const std::string line =
        format_ == LogFormat::json ? json_line(level, event, fields) : text_line(level, event, fields);
    sink_->logger->log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace waybill::app
