#!/usr/bin/env python3
"""Measures how long one waits for a picture: from the start of the viewer until its pixels are on
a virtual display, beside the same of a program that fills a window with one colour.

    bench_window.py BUILD [TRACE...]

Without traces, of the three counts.  The display lives on between two windows, as a desktop's
does.  Prints lines "name value unit", medians of rounds in turns.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "viewer"))
import display  # noqa: E402 (it lies beside the viewer's tests)

ROUNDS = 9
LOOK_S = 0.0005
# From the middle of the screen, where every window is.
PLACE, LENGTH = 1280 * 4 * 400, 1280 * 4


def wait(screen, showing):
    """Until the middle of the screen shows something, or nothing."""
    while True:
        screen.seek(PLACE)
        if any(screen.read(LENGTH)) == showing:
            return
        time.sleep(LOOK_S)


def milliseconds(shown, command):
    with open(shown.screen, "rb", buffering=0) as screen:
        wait(screen, False)
        start = time.monotonic()
        viewer = subprocess.Popen(command, env=shown.env, stderr=subprocess.DEVNULL)
        wait(screen, True)
        taken = (time.monotonic() - start) * 1000
        viewer.kill()
        viewer.wait()
    return taken


def main():
    build = Path(sys.argv[1])
    traces = sys.argv[2:] or [ROOT / "tests" / "viewer" / "traces" / "count.json"]
    commands = {"bare": [build / "tests" / "viewer" / "bench_window"]}
    for trace in traces:
        commands[Path(trace).stem] = [build / "viewer" / "troupe-view", trace]
    with tempfile.TemporaryDirectory() as folder:
        try:
            shown = display.Display(folder)
        except display.Skip as why:
            print(f"bench_window: {why}", file=sys.stderr)
            return 0
        times = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                times[name].append(milliseconds(shown, command))
        shown.close()
    for name, taken in times.items():
        print(f"window_{name} {statistics.median(taken):.0f} ms")
    return 0


sys.exit(main())
