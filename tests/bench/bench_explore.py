#!/usr/bin/env python3
"""Measures troupe explore: runs a second, and runs until each of six bugs is found.

    bench_explore.py BUILD

BUILD is the build folder.  The rate is that
of a program with ten actors, beside that of a process that is forked, ends, and is waited for.  Of
the strategies that go by lot the number of runs is the mean of several seeds.  Beside them is what
the authors of PCT promise of theirs: a bug of depth d is found in a run with a probability of at
least 1 / (n k^(d-1)), with n actors and k turns, so in n k^(d-1) runs on average at most.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

BUGS = ["lost_update", "philosophers", "missed_signal", "lock_order", "message_order", "partition"]
RUNS = 20000
SEEDS = range(1, 9)


def explore(tool, folder, *words):
    done = subprocess.run([tool, "explore", *words], check=False, cwd=folder, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    return done.stdout


def fork_rate(build):
    """Bare forks in a second."""
    told = subprocess.run([f"{build}/tests/bench/bench_runtime", "fork"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    return float(told.split()[1])


def runs_until(tool, folder, program, strategy, seed):
    """The number of the first run that fails."""
    told = explore(tool, folder, "-s", strategy, "-S", str(seed), program)
    match = re.search(r"^Run (\d+) fails", told)
    return int(match.group(1)) if match else None


def size_of(tool, folder, program):
    """Actors and turns of the run that fails."""
    name = os.path.basename(program)
    told = subprocess.run([tool, "stats", "--json", f"{name}.explored.json"], check=True,
                          cwd=folder, stdout=subprocess.PIPE, text=True).stdout
    with open(f"{folder}/{name}.explored.replay", encoding="utf-8") as file:
        turns = int(re.search(r"^turns (\d+)", file.read(), re.M).group(1))
    return len(json.loads(told)["actors"]), turns


def mean(numbers):
    return f"{sum(numbers) / len(numbers):.0f}" if None not in numbers else "not all"


def main():
    build = os.path.abspath(sys.argv[1])
    tool, programs = f"{build}/tracer/tool/troupe", f"{build}/tests/explore"
    with tempfile.TemporaryDirectory() as folder:
        for strategy in ("delay", "random", "pct"):
            told = explore(tool, folder, "-n", str(RUNS), "-s", strategy,
                           f"{programs}/explored_ten_workers")
            rate = int(re.search(r"runs, (\d+) a second", told).group(1))
            forks = fork_rate(build)
            print(f"explore {strategy:<7} {rate:>7} runs/s  {rate / forks:>5.1f} for each bare "
                  f"fork ({forks:.0f}/s)", flush=True)
        print(f"{'runs until found':<18} {'n':>3} {'k':>4} {'delay':>7} {'random':>7} {'pct':>7}"
              f"   {'n k':>5} {'n k^2':>7}")
        for bug in BUGS:
            program = f"{programs}/explored_{bug}"
            found = [mean([runs_until(tool, folder, program, "delay", 1)])]
            found += [mean([runs_until(tool, folder, program, strategy, seed) for seed in SEEDS])
                      for strategy in ("random", "pct")]
            n, k = size_of(tool, folder, program)
            print(f"{bug:<18} {n:>3} {k:>4} {found[0]:>7} {found[1]:>7} {found[2]:>7}"
                  f"   {n * k:>5} {n * k * k:>7}", flush=True)


main()
