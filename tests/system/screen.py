# SPDX-License-Identifier: Apache-2.0
"""Lines for a person who watches: a step, a progress bar on a terminal, a table."""

import os
import shutil
import sys
import time

BAR = 30


class Screen:
    def __init__(self, out=sys.stdout):
        self.out = out
        self.live = out.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self.rich = (out.encoding or "").lower().replace("-", "") == "utf8"
        self.colour = self.live and "NO_COLOR" not in os.environ
        self.started = self.step_started = time.monotonic()
        self.told = 0.0

    def _print(self, text="", end="\n"):
        if self.live:
            self.out.write("\r\x1b[K")
        self.out.write(text + end)
        self.out.flush()

    def _paint(self, text, code):
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def title(self, text):
        self._print("\n" + self._paint(text, 1) + "\n")

    def begin(self, what):
        self.step_started = self.told = time.monotonic()
        if self.live:
            self._print(f"   {what} …" if self.rich else f"   {what} ...", end="")

    def done(self, what, result=""):
        mark = self._paint("✓" if self.rich else "+", 32)
        seconds = time.monotonic() - self.step_started
        self._print(f" {mark} {what:<26} {result:<66} {seconds:6.1f} s")

    def failed(self, what, result=""):
        self._print(f" {self._paint('✗' if self.rich else '!', 31)} {what:<26} {result}")

    def note(self, text):
        self._print("   " + text)

    def progress(self, what, now, total):
        """A bar on a terminal; elsewhere a line every two seconds."""
        spent = max(time.monotonic() - self.step_started, 0.001)
        share = min(now / total, 1.0) if total else 1.0
        counts = f"{now:,} of {total:,} {what}, {now / spent:,.0f}/s"
        if self.live:
            full, empty = ("█", "░") if self.rich else ("#", ".")
            line = f"   {full * round(share * BAR)}{empty * (BAR - round(share * BAR))} {share:4.0%}  {counts}"
            self._print(line[:shutil.get_terminal_size().columns - 1], end="")
        elif time.monotonic() - self.told >= 2:
            self.told = time.monotonic()
            self._print(f"   {share:4.0%}  {counts}")

    def table(self, headings, rows):
        widths = [max(len(str(cell)) for cell in column) for column in zip(headings, *rows)]
        for number, row in enumerate([headings, *rows]):
            cells = [str(cell).ljust(width) if at == 0 else str(cell).rjust(width)
                     for at, (cell, width) in enumerate(zip(row, widths))]
            text = "   " + "   ".join(cells)
            self._print(self._paint(text, 2) if number == 0 else text)
