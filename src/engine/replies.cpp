#include "engine/replies.hpp"

#include <boost/describe.hpp>
#include <cstdint>
#include <vector>

#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::engine {

struct ReplySkip {
    std::uint32_t row = 0;
    std::uint16_t code = 0;
    std::string detail;
};
BOOST_DESCRIBE_STRUCT(ReplySkip, (), (row, code, detail))

struct ReplyBody {
    bool already_applied = false;
    std::vector<ReplySkip> skipped;
};
BOOST_DESCRIBE_STRUCT(ReplyBody, (), (already_applied, skipped))

std::string encode_reply_body(const core::Outcome& outcome) {
    if (!outcome.already_applied && outcome.skipped.empty()) return {};
    ReplyBody body;
    body.already_applied = outcome.already_applied;
    for (const core::SkippedRow& row : outcome.skipped) {
        body.skipped.push_back({row.row, static_cast<std::uint16_t>(row.code), row.detail});
    }
    return json::to_text<json::Stored>(body);
}

Result<core::Outcome, std::string> decode_reply(const ReplyRow& row) {
    core::Outcome out;
    out.object = row.object;
    if (row.body.empty()) return out;
    auto body = json::read_text<json::Stored, ReplyBody>(row.body);
    if (!body)
        return fail("reply " + row.key + ": " + body.error().front().pointer + " " + body.error().front().detail);
    out.already_applied = body->already_applied;
    for (ReplySkip& skip : body->skipped) {
        // Numbers of rejections are never reused, so an old reply names the same one for ever.
        out.skipped.push_back({skip.row, static_cast<core::Reject>(skip.code), std::move(skip.detail)});
    }
    return out;
}

}  // namespace waybill::engine
