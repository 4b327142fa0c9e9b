#!/usr/bin/env python3
"""Runs every example and compares what it prints with what its head comment says (TAP).

    run_examples.py SOURCES PROGRAMS TOOL

SOURCES is the folder of the examples, PROGRAMS the one they were built into, TOOL the troupe
command.  A head comment says

     * prints:
     *     one line
     *     and another

where the text begins after four blanks (and goes on, after eight), and likewise `says:` for
standard error; an example without `says:` says nothing.  The three counts, which are the first program that anybody sees, put
it into a sentence: `prints: One One Two, one word a line`.

Each example is run as it is, and again with tracing; then the trace has to be sound and to hold
the words that were printed.
"""

import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HEAD = re.compile(r"/\*\n(.*?)\n \*/", re.DOTALL)
SENTENCE = re.compile(r" \* prints: ([\w ]+), one word a line")
TIME_LIMIT_S = 60

# Arguments for the run with tracing, where the example as it is makes a large trace.
TRACED_WITH = {"12_hundred_thousand_counters": ["1000"]}


class Wrong(Exception):
    """What is wrong with an example, in lines."""


def block(head, key):
    """The lines below ` * KEY:` in a head comment, or None if there is no such line."""
    lines = head.split("\n")
    if f" * {key}:" not in lines:
        return None
    found = []
    for line in lines[lines.index(f" * {key}:") + 1:]:
        if line != " *" and not line.startswith(" *     "):
            break
        if line.startswith(" *         "):
            found[-1] += " " + line.strip(" *")
        else:
            found.append(line[7:])
    return found


def expectation(source):
    """(lines on standard output, lines on standard error) that the example promises."""
    head = HEAD.match(source.read_text())
    if not head:
        raise Wrong("it does not begin with a head comment")
    for key in (" * prints:", " * look at: "):
        if key not in head[1]:
            raise Wrong(f"its head comment has no line `{key.strip()}`")
    sentence = SENTENCE.search(head[1])
    printed = sentence[1].split() if sentence else block(head[1], "prints")
    return printed, block(head[1], "says") or []


def compare(what, expected, found):
    if expected != found:
        raise Wrong("\n".join([f"{what} differs from its head comment; it is now:", *found]))


def run(command, **environment):
    """(status, lines on standard output, lines on standard error, where sources have no folder)"""
    process = subprocess.run(command, env={**os.environ, **environment}, text=True,
                             capture_output=True, timeout=TIME_LIMIT_S, check=False)
    said = re.sub(r"[^\s(]*/(\w+\.c:)", r"\1", process.stderr)
    return process.returncode, process.stdout.splitlines(), said.splitlines()


def check_output(source, program, _tool):
    """prints what its head says"""
    printed, said = expectation(source)
    status, out, err = run([program])
    compare("standard output", printed, out)
    compare("standard error", said, err)
    if status != 0:
        raise Wrong(f"it ended with {status}")


def check_trace(source, program, tool):
    """does the same with tracing, and its trace is sound"""
    printed, said = expectation(source)
    arguments = TRACED_WITH.get(source.stem, [])
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace.json"
        status, out, err = run([program, *arguments], TROUPE_TRACE=str(trace))
        if not arguments:
            compare("standard output", printed, out)
            compare("standard error", said, err)
        if status != 0:
            raise Wrong(f"it ended with {status}: {err}")
        status, out, err = run([tool, "check", trace])
        if status != 0:
            raise Wrong("\n".join(["`troupe check` refuses its trace:", *out, *err]))


CHECKS = (check_output, check_trace)


def wrong_with(check, *arguments):
    try:
        check(*arguments)
    except (Wrong, OSError, subprocess.TimeoutExpired) as error:
        return str(error).split("\n")
    return []


def main():
    sources, programs, tool = (Path(argument) for argument in sys.argv[1:4])
    os.environ.pop("TROUPE_TRACE", None)
    cases = [(check, source) for source in sorted(sources.glob("*.c")) for check in CHECKS]
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(wrong_with, check, source, programs / source.stem, tool)
                   for check, source in cases]
        failed = 0
        for number, ((check, source), future) in enumerate(zip(cases, running), 1):
            messages = future.result()
            failed += bool(messages)
            print(f"{'not ok' if messages else 'ok'} {number} - {source.stem} {check.__doc__}")
            for message in messages:
                print(f"# {message}")
    print(f"1..{len(cases)}")
    return failed != 0 or not cases


if __name__ == "__main__":
    sys.exit(main())
