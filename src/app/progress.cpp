#include "app/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace waybill::app {
namespace {

constexpr std::size_t bar_width = 24;

std::string remaining_text(double seconds) {
    const auto whole = static_cast<std::int64_t>(seconds + 0.5);
    return whole >= 3600 ? fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
                         : fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

Progress::Progress(std::string label, std::string unit)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      show_(isatty(STDERR_FILENO) == 1 ? Show::terminal : Show::never),
      began_(Clock::now()),
      drawn_(began_) {}

Progress::~Progress() { clear(); }

void Progress::at(std::uint64_t done, std::uint64_t of, std::uint64_t count) {
    if (show_ == Show::never) return;
    const auto now = Clock::now();
    if (now - drawn_ < std::chrono::milliseconds(100)) return;
    drawn_ = now;
    draw(done, of, count, now);
}

void Progress::draw(std::uint64_t done, std::uint64_t of, std::uint64_t count, Clock::time_point now) {
    const double seconds = std::chrono::duration<double>(now - began_).count();
    const double rate = seconds > 0 ? static_cast<double>(count) / seconds : 0;
    std::string line = label_ + "  ";
    if (of > 0) {
        const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(of));
        const auto filled = static_cast<std::size_t>(share * static_cast<double>(bar_width));
        line += "[" + std::string(filled, '#') + std::string(bar_width - filled, '.') + "]";
        line += fmt::format(" {:3.0f} %", share * 100);
        if (share > 0.01) line += "  " + remaining_text(seconds * (1 - share) / share) + " left";
    }
    line += fmt::format("  {} {}  {:.0f}/s", count, unit_, rate);
    const std::size_t width = line.size();
    if (width < width_) line.append(width_ - width, ' ');
    width_ = width;
    std::fprintf(stderr, "\r%s", line.c_str());
    std::fflush(stderr);
}

void Progress::clear() {
    if (width_ == 0) return;
    std::fprintf(stderr, "\r%s\r", std::string(width_, ' ').c_str());
    std::fflush(stderr);
    width_ = 0;
}

}  // namespace waybill::app
