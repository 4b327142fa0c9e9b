#!/usr/bin/env python3
"""Runs the commands that the pages show, in ```console blocks, and holds what they print to them.

    console.py check PAGE...   a test case for each page (TAP)
    console.py write PAGE...   puts what the commands print now into the pages

PATH and the rest of the environment must be those of `./run shell`.  The commands of a page run one
after the other in one shell, in a folder build/lesson of a tree that holds the examples, the tests
and nothing else; those that need more than that (`./run`, a window) are shown and not run.

No run takes exactly as long as the one before, so a check compares words: numbers, widths and drawn
bars may differ.  For the same reason nothing is said of actors that hold their loop (TROUPE_STALL).
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PROMPT = "$ "
NOT_RUN = re.compile(r"\./run\b|mkdir -p build/lesson|troupe-view \S+$|exit$")
# Lines that no two runs share: drawn bars, whose run was the longest, and how many were in progress
# on average, which a busy machine brings from two to one.
VARIES = re.compile("[█▌▐░─╱╷]|in progress|^running |longest single run")
NUMBER = re.compile(r"\d[\d.,]*(\s*(ns|µs|ms|s)\b)?")
# What depends on the machine: where the sources lie, and what the kernel offers.
PLACE = re.compile(r"[^\s(]*/(?=\w+\.c:)|(?<=\(guard: )\w+")
# What `troupe log` says only of a run that took long, as any may on a busy machine.
LONG_RUN = re.compile(r", [\d.]+ \S+ on a processor")
MARK = "--- end of command {} ---"


class Step:
    """One command of a page, and the lines that the page says it prints."""

    def __init__(self, line, command):
        self.line = line  # from 0
        self.command = command
        self.printed = []

    @property
    def runs(self):
        return not NOT_RUN.match(self.command)


def steps_of(lines):
    """The steps of a page."""
    steps = []
    inside = False
    for number, line in enumerate(lines):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith(PROMPT):
            steps.append(Step(number, line[len(PROMPT):]))
        elif inside and steps:
            steps[-1].printed.append(line)
    return steps


def run_steps(steps, source):
    """What each of the steps prints, by step; stops the program if a command fails."""
    script = ["set -e"]
    for number, step in enumerate(steps):
        script += [step.command, f"echo '{MARK.format(number)}'"]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("examples", "tests"):
            (Path(folder) / name).symlink_to(source / name)
        lesson = Path(folder) / "build" / "lesson"
        lesson.mkdir(parents=True)
        process = subprocess.run(["sh"], input="\n".join(script), cwd=lesson, text=True,
                                 env={**os.environ, "COLUMNS": "100", "LC_ALL": "C.UTF-8",
                                      "NO_COLOR": "1", "TROUPE_STALL": "0"},
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    outputs = []
    rest = process.stdout
    for number, step in enumerate(steps):
        text, mark, rest = rest.partition(MARK.format(number) + "\n")
        if not mark:
            raise RuntimeError(f"`{step.command}` fails: {text.strip()}")
        outputs.append(text.splitlines())
    return outputs


def words(lines):
    """The part of an output that every run shares."""
    shared = [PLACE.sub("", LONG_RUN.sub("", line)) for line in lines
              if line.strip() and not VARIES.search(line)]
    return [" ".join(NUMBER.sub("#", line).split()) for line in shared]


def difference(page, source):
    """Where the page and the commands differ, or None."""
    steps = [step for step in steps_of(page.read_text().splitlines()) if step.runs]
    try:
        outputs = run_steps(steps, source)
    except RuntimeError as error:
        return [f"{page.name}: {error}"]
    for step, output in zip(steps, outputs):
        if words(step.printed) != words(output):
            return [f"{page.name}:{step.line + 1}: `{step.command}` prints something else now; if "
                    "that is right, write it into the page with ./run docs:", *output]
    return None


def rewrite(page, source):
    lines = page.read_text().splitlines()
    steps = [step for step in steps_of(lines) if step.runs]
    for step, output in reversed(list(zip(steps, run_steps(steps, source)))):
        begin = step.line + 1
        lines[begin:begin + len(step.printed)] = [line.rstrip() for line in output]
    page.write_text("\n".join(lines) + "\n")


def main():
    source = Path(__file__).resolve().parent.parent.parent
    verb, pages = sys.argv[1], [Path(name) for name in sys.argv[2:]]
    if verb == "write":
        for page in pages:
            rewrite(page, source)
        return 0
    failed = 0
    for number, page in enumerate(pages, 1):
        wrong = difference(page, source)
        print(f"{'not ok' if wrong else 'ok'} {number} - the commands of {page.name} print this")
        failed += wrong is not None
        for line in wrong or []:
            print(f"# {line}")
    print(f"1..{len(pages)}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
