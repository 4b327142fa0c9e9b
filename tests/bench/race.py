#!/usr/bin/env python3
"""Runs the workloads of bench_runtime on Troupe and on its peers, in turns, and compares.

    race.py BUILD [--rounds N] [--page | WORKLOAD...]

In each round every workload is run by every peer, beginning with another one each time, so that
whatever else the machine does falls on all alike.  A ratio is the median of the ratios within the
rounds.  Prints tables; writes BUILD/race/results.json; with --page, also the tables in docs/race.md
and the pictures beside it.  `./run bench --peers` calls this.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import race_page
from race_peers import FIGURES, GIGABYTES_NEEDED, HEAVY, gather
from serving import figures_of_load, free_port

ROUNDS = 5
LIMIT_S = 90
TRACE_EVENTS = "1000000"


def say(text):
    print(text, flush=True)


def figures_in(text):
    """The lines `name value unit`."""
    found = re.findall(r"^(\w+) ([0-9.e+-]+) \S+$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def pinned(processor):
    return lambda: os.sched_setaffinity(0, {processor})


class Race:
    def __init__(self, build):
        self.build = build
        self.folder = build / "race"
        self.processors = sorted(os.sched_getaffinity(0))
        self.file = self.folder / "traced"
        self.troubles = []

    def trouble(self, peer, workload, why):
        text = f"{peer.name} has not done {workload}: {why}"
        if text not in self.troubles:
            self.troubles.append(text)
            say(text)
        return {}

    def command(self, peer, workload, **words):
        return [word.format(w=workload, **words) for word in peer.command]

    def run(self, peer, workload, environment=None, apart=False):
        """One workload by one peer, on one processor unless it is one for two threads."""
        command = self.command(peer, workload, file=self.trace_file, port="")
        environment = {**os.environ, **peer.environment, **(environment or {})}
        pin = None if apart else pinned(self.processors[-1])
        process = subprocess.Popen(command, env=environment, preexec_fn=pin, text=True,
                                   cwd=self.folder, start_new_session=True,
                                   stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            output, errors = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # Erlang has a child that would keep the pipe
            process.communicate()
            return self.trouble(peer, workload, f"it took more than {LIMIT_S} s")
        found = figures_in(output)
        if process.returncode != 0 or not found:
            last = (errors.strip().splitlines() or ["without a word"])[-1]
            return self.trouble(peer, workload, f"it ended with {process.returncode}: {last}")
        return found

    @property
    def trace_file(self):
        return str(self.folder / "million.json")

    def traced(self, peer):
        """The same exchange of messages with and without a recording of it."""
        environment = {key: value.format(file=self.file) for key, value in peer.trace.items()}
        off, on = self.run(peer, "traced"), self.run(peer, "traced", environment, apart=True)
        self.file.unlink(missing_ok=True)
        if not off or not on:
            return {}
        return {"untraced": off["traced"], "traced": on["traced"]}

    def echo(self, peer):
        """The server on one processor, the load on another; the server's own time counts."""
        command = [*self.command(peer, "echo", file="", port=""), free_port()]
        try:
            return figures_of_load(self.build, command, {"preexec_fn": pinned(self.processors[-1])},
                                   env={**os.environ, **peer.environment},
                                   preexec_fn=pinned(self.processors[0]))
        except (OSError, subprocess.TimeoutExpired) as error:
            return self.trouble(peer, "echo", str(error))

    def once(self, peer, workload):
        if workload == "echo":
            return self.echo(peer)
        if workload == "traced":
            return self.traced(peer)
        if workload == "load" and peer.name == "Troupe":
            reader = [str(self.build / "tests/bench/bench_read"), self.trace_file]
            done = subprocess.run(reader, capture_output=True, text=True, check=False)
            return figures_in(done.stdout)
        apart = workload[0] == "x"
        found = self.run(peer, workload, peer.two_threads if apart else None, apart)
        if f"{workload}_rss" in found:  # what it has in memory, and the pages of its page table
            found[workload] = found[f"{workload}_rss"] + found[f"{workload}_pte"]
        return found

    def make_trace(self):
        if not os.path.exists(self.trace_file):
            subprocess.run([self.build / "tests/bench/bench_read", "-o", self.trace_file,
                            TRACE_EVENTS], check=True)


def memory_gigabytes():
    text = Path("/proc/meminfo").read_text(encoding="utf-8")
    return int(re.search(r"MemAvailable:\s+(\d+)", text)[1]) / 2**20


def choose(asked):
    """The workloads in the order of the table, without those for which there is no memory."""
    chosen = []
    for workload in dict.fromkeys(figure.workload for figure in FIGURES):
        if asked and workload not in asked:
            continue
        needed = GIGABYTES_NEEDED.get(workload, 0)
        if memory_gigabytes() < needed:
            say(f"{workload} is left out: it wants {needed} GB of memory")
        else:
            chosen.append(workload)
    for name in set(asked) - {figure.workload for figure in FIGURES}:
        sys.exit(f"race.py: there is no workload {name}")
    return chosen


def machine():
    """What the figures were measured on, for whoever reads them."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"model name\s*:\s*(.*)", text)
    return {"processor": model[1] if model else os.uname().machine,
            "processors": len(os.sched_getaffinity(0)), "system": os.uname().release,
            "load": round(os.getloadavg()[0], 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--page", action="store_true", help="write docs/race.md and its pictures")
    parser.add_argument("workload", nargs="*")
    options = parser.parse_intermixed_args()
    if options.page and options.workload:
        parser.error("--page writes the whole page, so it cannot be of some workloads only")
    race = Race(options.build.resolve())
    peers = gather(race.build, say)
    facts = {**machine(), "rounds": options.rounds}
    rounds = []
    chosen = choose(options.workload)
    if "load" in chosen:
        race.make_trace()
    for number in range(options.rounds):
        for workload in chosen:
            if number >= HEAVY.get(workload, options.rounds):
                continue
            taking = [peer for peer in peers if peer.takes(workload) or
                      (peer.name == "Troupe" and workload == "load")]
            first = number % len(taking)
            for peer in taking[first:] + taking[:first]:
                for key, value in race.once(peer, workload).items():
                    rounds.append([number, workload, key, peer.name, value])
            say(f"round {number + 1} of {options.rounds}: {workload}")
    results = {"machine": facts, "peers": [peer.name for peer in peers], "rounds": rounds,
               "troubles": race.troubles}
    (race.folder / "results.json").write_text(json.dumps(results, indent=1) + "\n",
                                              encoding="utf-8")
    print(race_page.tables(results))
    if options.page:
        for path in race_page.write(results, Path(__file__).resolve().parents[2] / "docs"):
            say(f"written: {path}")


if __name__ == "__main__":
    main()
