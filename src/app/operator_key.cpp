#include "app/operator_key.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <future>

#include "api/authentication.hpp"
#include "app/store_access.hpp"
#include "engine/codec.hpp"

namespace waybill::app {
namespace {

using Answer = Result<engine::Receipt, engine::Failure>;

/// Sees whether an operator's key is in force.
class OperatorKeySink final : public engine::ConfigurationSink {
public:
    bool found = false;

    void on_doc(engine::DocRow row) override {
        if (row.kind != engine::DocKind::key) return;
        const auto key = engine::decode_doc<core::ApiKey>(row.doc);
        found = found || (key && key->role == core::Role::operator_ && !key->revoked_at.is_set());
    }
    void on_level(const engine::LevelRow&) override {}
    void on_capacity(const engine::CapacityRow&) override {}
};

/// Errors: the system's reason.
Result<Unit, std::string> write_secret(const std::string& path, const std::string& secret) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return fail("can not write " + path + ": " + std::strerror(errno));
    const std::string text = secret + "\n";
    const bool written = ::fchmod(file, 0600) == 0 &&
                         ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(file) == 0;
    const int reason = errno;
    ::close(file);
    if (!written) return fail("can not write " + path + ": " + std::strerror(reason));
    return Unit{};
}

}  // namespace

Result<Unit, std::string> bootstrap_operator_key(engine::Engine& engine, engine::Store& store, const std::string& where,
                                                 const std::string& path) {
    if (engine.placement(engine::system_tenant).where != engine::Placement::Where::here) return Unit{};
    OperatorKeySink sink;
    auto reader = store.reader();
    if (!reader) return fail(describe(where, reader.error()));
    if (const auto read = (*reader)->configuration(engine::system_tenant, sink); !read) {
        return fail(describe(where, read.error()));
    }
    if (sink.found) return Unit{};

    const std::string secret = api::new_secret();
    if (auto written = write_secret(path, secret); !written) return written;
    std::promise<Answer> promise;
    auto answer = promise.get_future();
    core::IssueKey issue;
    issue.key_name = "first operator key";
    issue.role = core::Role::operator_;
    issue.hash = api::hash_secret(secret);
    engine::Submission submission;
    submission.tenant = engine::system_tenant;
    submission.command = std::move(issue);
    submission.done = [&promise](Answer result) { promise.set_value(std::move(result)); };
    engine.submit(std::move(submission));
    const auto result = answer.get();
    if (!result) return fail(describe(where, result.error()));
    return Unit{};
}

}  // namespace waybill::app
