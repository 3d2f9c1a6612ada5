"""Says how far long work is: a bar on a terminal, a line for each tenth elsewhere."""

import sys
import time


class Progress:
    def __init__(self, what, total):
        self.what = what
        self.total = max(1, total)
        self.is_terminal = sys.stdout.isatty()
        self.began = time.monotonic()
        self.shown = -1

    def show(self, done, more=""):
        part = min(1.0, done / self.total)
        step = int(part * (200 if self.is_terminal else 10))
        if step == self.shown:
            return
        self.shown = step
        seconds = time.monotonic() - self.began
        if self.is_terminal:
            filled = int(part * 30)
            print(f"\r\033[K  {self.what} [{'#' * filled}{'.' * (30 - filled)}] {part:4.0%}  {seconds:.0f} s  {more}",
                  end="", flush=True)
        elif step > 0:
            print(f"  {self.what}: {part:4.0%}, {seconds:.0f} s  {more}", flush=True)

    def done(self, text):
        print(("\r\033[K" if self.is_terminal else "") + "  " + text, flush=True)
