#pragma once
// A progress line on standard error while long work runs: only on a terminal, redrawn at most ten times a second, gone
// when the work ends. Output that is read by programs is never touched.

#include <chrono>
#include <cstdint>
#include <string>

namespace waybill::app {

class Progress {
public:
    /// `unit` is what is counted, for the rate: "lines", "pages".
    Progress(std::string label, std::string unit);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `of` is the whole, 0 when it is not known. `count` is what the rate is shown of.
    void at(std::uint64_t done, std::uint64_t of, std::uint64_t count);
    void at(std::uint64_t done, std::uint64_t of) { at(done, of, done); }
    /// Takes the line away; called by the destructor too.
    void clear();

private:
    using Clock = std::chrono::steady_clock;
    void draw(std::uint64_t done, std::uint64_t of, std::uint64_t count, Clock::time_point now);

    std::string label_;
    std::string unit_;
    enum class Show { never, terminal } show_;
    Clock::time_point began_;
    Clock::time_point drawn_;
    std::size_t width_ = 0;
};

}  // namespace waybill::app
