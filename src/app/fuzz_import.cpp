// Fuzzes both ends of `waybill import`: a file of any bytes, and answers of any bytes that come in any pieces. Up to
// the first zero byte is the file.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "app/import_lines.hpp"
#include "base/assert.hpp"

namespace waybill::app {
namespace {

struct Outcome {
    ImportCounts counts;
    std::string rejects;
    std::string fault;
};

Outcome import(const std::string& file, std::string_view answers, std::size_t piece_bytes) {
    std::istringstream in(file);
    ImportLines lines(in);
    std::size_t sent = 0;
    while (const auto piece = lines.next_piece()) {
        WAYBILL_ASSERT(!piece->empty() && piece->back() == '\n');
        sent += static_cast<std::size_t>(std::count(piece->begin(), piece->end(), '\n'));
    }
    WAYBILL_ASSERT(sent == lines.lines_sent() && sent == lines.unanswered() && lines.bytes_read() <= file.size() + 1);
    std::ostringstream rejects;
    ImportResults results(lines, &rejects);
    for (std::size_t at = 0; at < answers.size(); at += piece_bytes) results.take(answers.substr(at, piece_bytes));
    const ImportCounts& counts = results.counts();
    WAYBILL_ASSERT(counts.accepted + counts.duplicates + counts.failed + lines.unanswered() <= sent);
    WAYBILL_ASSERT(lines.bytes_answered() <= lines.bytes_read());
    return {counts, rejects.str(), results.fault()};
}

}  // namespace
}  // namespace waybill::app

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace waybill::app;
    const std::string bytes(data, data + size);
    const std::size_t end = std::min(bytes.find('\0'), bytes.size());
    const std::string file = bytes.substr(0, end);
    const std::string answers = end < bytes.size() ? bytes.substr(end + 1) : std::string();
    const Outcome whole = import(file, answers, answers.size() + 1);
    const Outcome pieces = import(file, answers, 1);
    WAYBILL_ASSERT(whole.counts.accepted == pieces.counts.accepted && whole.counts.failed == pieces.counts.failed);
    WAYBILL_ASSERT(whole.rejects == pieces.rejects && whole.fault == pieces.fault);
    return 0;
}
