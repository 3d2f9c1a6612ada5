#pragma once
// Writers that wait for a slow client: looked at again on every tick of the server, since a socket that drains tells
// nobody.

#include <memory>

namespace waybill::api {

struct Services;

class Stalled {
public:
    virtual ~Stalled() = default;
    /// On the HTTP thread.
    virtual void retry() = 0;
};

void retry_later(Services& services, std::weak_ptr<Stalled> stalled);

}  // namespace waybill::api
