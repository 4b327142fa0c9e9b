#!/usr/bin/env python3
"""Whether builds of the same tree leave the same traces, to the byte, in virtual time.

    same_traces.py FOLDER...

FOLDERs are build folders: of another compiler, with another way of switching stacks, with
sanitizers.  What the first one leaves is what the others have to leave.  Every program is run with
every seed in each of them; one program is run 1,000 times with one seed, in all of them together.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

# Examples that wait for nothing real, which would hold the clock: messages, calls, scopes, locks,
# channels, links, supervisors, timers, a wait that is refused, a simulated network.
PROGRAMS = ["01_ping_pong", "02_selective_receive", "03_call", "04_pipeline", "05_cancellation",
            "06_supervisor", "07_philosophers_broken", "10_lost_update_fixed",
            "11_channels_select", "14_links_and_monitors", "16_delayed_messages", "17_semaphore",
            "32_own_words", "33_network_that_fails", "count"]
# 0 is first come, first served.
SEEDS = [0, 1, 7, 4711]
OFTEN = ("07_philosophers_broken", 7, 1000)
TIME_LIMIT_S = 60


def trace_of(folder, program, seed, path):
    """What a run leaves in its trace; what it leaves on its own account is of no interest here."""
    path.unlink(missing_ok=True)
    environment = {**os.environ, "TROUPE_TIME": "virtual", "TROUPE_SEED": str(seed),
                   "TROUPE_TRACE": str(path), "TROUPE_STALL": "0",
                   "ASAN_OPTIONS": "detect_leaks=0"}
    subprocess.run([Path(folder) / "examples" / program], env=environment, check=False,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=TIME_LIMIT_S)
    return path.read_bytes()


def parting(one, other):
    """Where two traces part, in words."""
    lines, others = one.splitlines(), other.splitlines()
    for number, (line, another) in enumerate(zip(lines, others), 1):
        if line != another:
            return (f"line {number} is {line[:160].decode(errors='replace')}, and was "
                    f"{another[:160].decode(errors='replace')}")
    return f"it has {len(lines)} lines, and had {len(others)}"


def compare(folders, program, seed, times, path):
    """Runs it so many times, in one folder after the other: what is wrong, or None."""
    first = None
    for number in range(times):
        folder = folders[number % len(folders)]
        try:
            trace = trace_of(folder, program, seed, path)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{folder}: {error}"
        first = trace if first is None else first
        if trace != first:
            return (f"run {number + 1} of {times}, in {folder}, leaves another trace than the "
                    f"first, in {folders[0]}: {parting(trace, first)}")
    return None if first else f"{folders[0]}: the trace is empty"


def check(folders):
    """Yields a name and what is wrong, or None, for each case."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "trace.json"
        for program in PROGRAMS:
            for seed in SEEDS:
                # The first build twice: it has to agree with itself, too.
                yield (f"{program} with seed {seed}",
                       compare([*folders, folders[0]], program, seed, len(folders) + 1, path))
        program, seed, times = OFTEN
        yield (f"{program} with seed {seed}, {times} times",
               compare(folders, program, seed, times, path))


def main():
    wrong = 0
    folders = sys.argv[1:]
    if not folders:
        print(__doc__)
        return 2
    for number, (name, what) in enumerate(check(folders), 1):
        print(f"{'not ok' if what else 'ok'} {number} - {name}")
        if what:
            print(f"# {what}", flush=True)
        wrong += what is not None
    print(f"1..{number}")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
