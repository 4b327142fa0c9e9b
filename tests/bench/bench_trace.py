#!/usr/bin/env python3
"""Measures what recording costs: programs run with tracing and without, in turns.

    bench_trace.py BUILD

A switch while nobody has to wait for the writer; how many lines a second are written, to nowhere
and to a file, of a program that does nothing but switch; and an echo server under load.  Prints
lines "name value unit".  Of the times the best counts, of the ratios the median of those of each
round.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from serving import figures_of_load, free_port

ROUNDS = 3
SWITCHES = 2_000_000


def untraced():
    return {key: value for key, value in os.environ.items() if key != "TROUPE_TRACE"}


def told(bench, *words, trace=None):
    """The figures that a workload prints."""
    environment = untraced()
    if trace is not None:
        environment["TROUPE_TRACE"] = str(trace)
    done = subprocess.run([bench, *words], check=True, stdout=subprocess.PIPE, text=True,
                          env=environment)
    return {line.split()[0]: float(line.split()[1]) for line in done.stdout.splitlines()}


def show(name, value, unit):
    print(f"{name} {value:.4g} {unit}", flush=True)


def measure_switch(bench, folder):
    """Untraced; traced; untraced, when the program itself reads the processor's counter once for
    each switch, as recording does.  The last two differ by what recording adds beside that."""
    off, on, counter = [], [], []
    for _ in range(ROUNDS):
        figures = told(bench, "burst")
        off.append(figures["burst"])
        counter.append(figures["burst_counter"])
        on.append(told(bench, "burst", trace=folder / "burst.json")["burst"])
    show("trace_switch_off", min(off), "ns")
    show("trace_switch_on", min(on), "ns")
    show("trace_switch_counter", min(counter), "ns")
    show("trace_switch_adds", min(on) - min(counter), "ns")


def seconds(bench, trace):
    start = time.monotonic()
    told(bench, "record", trace=trace)
    return time.monotonic() - start


def measure_lines(bench, folder):
    """Everything counts, from the start of the program to the last line in the file."""
    file = folder / "record.json"
    nowhere, to_file = [], []
    for _ in range(ROUNDS):
        nowhere.append(seconds(bench, "/dev/null"))
        to_file.append(seconds(bench, file))
    lines = lost = 0
    with open(file, "rb") as trace:
        for line in trace:
            lines += 1
            lost += b'"cat":"lost"' in line
    show("trace_lines_nowhere", lines / min(nowhere) * 1e-6, "Mlines/s")
    show("trace_lines_file", lines / min(to_file) * 1e-6, "Mlines/s")
    show("trace_lines_each", lines / SWITCHES, "lines/switch")
    show("trace_lines_size", file.stat().st_size / lines, "bytes/line")
    show("trace_lines_lost", lost, "lines")
    file.unlink()


def measure_echo(build, folder):
    rates, costs = [], []
    for _ in range(ROUNDS):
        command = [str(build / "tests/bench/bench_runtime"), "echo"]
        off = figures_of_load(build, [*command, free_port()], env=untraced())
        on = figures_of_load(build, [*command, free_port()],
                             env=untraced() | {"TROUPE_TRACE": str(folder / "echo.json")})
        rates.append(on["echo"] / off["echo"])
        costs.append(on["echo_cpu"] / off["echo_cpu"])
    show("trace_echo", statistics.median(rates), "of untraced")
    show("trace_echo_cpu", statistics.median(costs), "of untraced")


def main():
    build = Path(sys.argv[1])
    bench = str(build / "tests/bench/bench_runtime")
    with tempfile.TemporaryDirectory() as folder:
        measure_switch(bench, Path(folder))
        measure_lines(bench, Path(folder))
        measure_echo(build, Path(folder))


if __name__ == "__main__":
    main()
