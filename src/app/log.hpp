#pragma once
// The process's log: one line an event on standard error, as text for people or as JSON for machines. An event has a
// short stable name and named fields; the name is what alerts and searches rely on.
//
// Threads: any. Lines never mix. No request bodies, keys or personal data go in here.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace waybill::app {

enum class LogFormat { text, json };
enum class LogLevel { debug, info, warn, error, off };

[[nodiscard]] std::optional<LogFormat> parse_log_format(std::string_view text);
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view text);
[[nodiscard]] std::string_view name_of(LogFormat format);
[[nodiscard]] std::string_view name_of(LogLevel level);

struct LogField {
    std::string_view name;
    std::variant<std::string, std::int64_t> value;

    LogField(std::string_view field, std::string text) : name(field), value(std::move(text)) {}
    LogField(std::string_view field, std::string_view text) : name(field), value(std::string(text)) {}
    LogField(std::string_view field, const char* text) : name(field), value(std::string(text)) {}
    template <class Number>
    requires std::is_integral_v<Number> LogField(std::string_view field, Number number)
        : name(field), value(static_cast<std::int64_t>(number)) {}
};

class Log {
public:
    Log(LogFormat format, LogLevel least);
    ~Log();

    void debug(std::string_view event, const std::vector<LogField>& fields = {}) {
        write(LogLevel::debug, event, fields);
    }
    void info(std::string_view event, const std::vector<LogField>& fields = {}) {
        write(LogLevel::info, event, fields);
    }
    void warn(std::string_view event, const std::vector<LogField>& fields = {}) {
        write(LogLevel::warn, event, fields);
    }
    void error(std::string_view event, const std::vector<LogField>& fields = {}) {
        write(LogLevel::error, event, fields);
    }
    void write(LogLevel level, std::string_view event, const std::vector<LogField>& fields);

private:
    struct Sink;
    LogFormat format_;
    LogLevel least_;
    std::unique_ptr<Sink> sink_;
};

}  // namespace waybill::app
