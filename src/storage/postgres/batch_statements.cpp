#include "storage/postgres/batch_statements.hpp"

#include <utility>

namespace waybill::storage::postgres {

using engine::IoError;
using engine::IoFailure;

void BatchStatements::add(const Statement& statement, const Values& values) {
    connection_->queue(statement, values);
    // The server runs it while the next one is put together.
    connection_->send();
    ++added_;
}

void BatchStatements::add_exactly(std::uint64_t rows, const Statement& statement, const Values& values,
                                  std::string otherwise) {
    expected_.push_back({added_, rows, std::move(otherwise)});
    add(statement, values);
}

Result<Unit, IoError> BatchStatements::finish() {
    const auto answers = connection_->finish();
    if (!answers) return fail(answers.error());
    for (Expected& each : expected_) {
        if ((*answers)[each.answer].changed() == each.rows) continue;
        return fail(IoError{IoFailure::conflict, std::move(each.otherwise)});
    }
    return Unit{};
}

}  // namespace waybill::storage::postgres
