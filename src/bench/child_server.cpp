#include "bench/child_server.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <sstream>

#include "bench/ground.hpp"
#include "http/client.hpp"

namespace waybill::bench {
namespace {

/// The first line of the child's output; empty when it ended without one.
std::string first_line(int output) {
    std::string line;
    char c = 0;
    while (::read(output, &c, 1) == 1 && c != '\n') line += c;
    return line;
}

}  // namespace

Result<std::unique_ptr<ChildServer>, std::string> ChildServer::start(const std::string& store,
                                                                     const std::vector<std::string>& more_arguments) {
    const auto began = std::chrono::steady_clock::now();
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return fail(std::string("can not make a pipe"));
    std::vector<std::string> words{"waybill",  "serve",       "--store",     store,
                                   "--listen", "127.0.0.1:0", "--log-level", "warn"};
    words.insert(words.end(), more_arguments.begin(), more_arguments.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::unique_ptr<ChildServer> out(new ChildServer);
    out->output_ = ends[0];
    out->pid_ = ::fork();
    if (out->pid_ == 0) {
        // A benchmark that is killed leaves no server behind. Only calls that are safe after a fork.
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        ::dup2(ends[1], STDOUT_FILENO);
        ::execv("/proc/self/exe", arguments.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    if (out->pid_ < 0) {
        out->pid_ = 0;
        return fail(std::string("can not start the server"));
    }
    const std::string line = first_line(out->output_);
    const std::size_t colon = line.rfind(':');
    if (colon == std::string::npos || line.find("listening on http://") == std::string::npos) {
        return fail("the server on " + store + " did not start: " + line);
    }
    out->port_ = static_cast<std::uint16_t>(std::atoi(line.c_str() + colon + 1));
    out->start_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return out;
}

ChildServer::~ChildServer() {
    if (pid_ != 0) {
        ::kill(pid_, SIGTERM);
        int status = 0;
        ::waitpid(pid_, &status, 0);
    }
    if (output_ >= 0) ::close(output_);
}

std::map<std::string, double> ChildServer::metrics() const {
    std::map<std::string, double> out;
    auto client = http::Client::make(url());
    if (!client) return out;
    http::ClientRequest request;
    request.target = "/metrics";
    request.headers.push_back({"authorization", "Bearer " + std::string(tenant_secret)});
    const auto answer = client->send(request);
    if (!answer || answer->status != 200) return out;
    std::istringstream lines(answer->body);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t blank = line.rfind(' ');
        if (line.empty() || line[0] == '#' || blank == std::string::npos) continue;
        out[line.substr(0, blank)] = std::atof(line.c_str() + blank + 1);
    }
    return out;
}

}  // namespace waybill::bench
