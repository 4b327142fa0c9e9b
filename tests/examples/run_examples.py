#!/usr/bin/env python3
"""Runs every example and compares what it prints with what its head comment says (TAP).

    run_examples.py TOOL SOURCES PROGRAMS [SOURCES PROGRAMS]...

TOOL is the troupe command, SOURCES a folder of examples, PROGRAMS the one they were built into.  A
head comment says

     * prints:
     *     one line
     *     and another
     * ends with: 0

where a line of text begins after four blanks, and goes on in a line that begins after eight.
Likewise `says:` is for standard error; sources and the program are named there without their
folders.  What is not mentioned must not be printed.  A program ends with 0 unless `ends with:` has
another code, or the name of a signal, and `with: NAME=VALUE` is what it finds in its environment.
The three counts, which are the first programs that anybody sees, put it into a sentence: `prints:
One One Two, one word a line`.

Each example is run as it is, and again with tracing; then the trace has to be sound, too.  Programs
in a folder `broken` end badly and are run without; what those of a lesson leave in their traces is
held to the lesson itself, by `troupe demo --check`.  What takes long on a busy machine is not told
of (TROUPE_STALL), unless the head says so.
"""

import os
import re
import resource
import signal
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
    """(lines on standard output, lines on standard error, code) that the example promises."""
    head = HEAD.match(source.read_text())
    if not head:
        raise Wrong("it does not begin with a head comment")
    sentence = SENTENCE.search(head[1])
    printed = sentence[1].split() if sentence else block(head[1], "prints")
    said = block(head[1], "says")
    if printed is None and said is None:
        raise Wrong("its head comment has neither `prints:` nor `says:`")
    end = re.search(r" \* ends with: (\w+)", head[1])
    return printed or [], said or [], end[1] if end else "0"


def run(command, **environment):
    """(lines on standard output, lines on standard error, code or name of the signal)"""
    environment.setdefault("TROUPE_STALL", "0")
    environment["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":handle_segv=0"
    process = subprocess.run(command, env={**os.environ, **environment}, text=True,
                             capture_output=True, timeout=TIME_LIMIT_S, check=False)
    code = process.returncode
    return (process.stdout.splitlines(),
            re.sub(r"[^\s(]*/(\w+\.c:)", r"\1",
                   process.stderr.replace(str(command[0]), Path(command[0]).name)).splitlines(),
            str(code) if code >= 0 else signal.Signals(-code).name)


def environment_of(source):
    """What the example is to find in its environment."""
    return dict(re.findall(r" \* with: (\w+)=(\S+)", source.read_text()))


def compare(source, found):
    for what, expected, is_now in zip(("standard output", "standard error", "the end"),
                                      expectation(source), found):
        if expected != is_now:
            raise Wrong("\n".join([f"{what} differs from the head comment; it is now:",
                                   *([is_now] if isinstance(is_now, str) else is_now)]))


def check_output(source, program, _tool):
    """does what its head says"""
    compare(source, run([program], **environment_of(source)))


def check_trace(source, program, tool):
    """does the same with tracing, and its trace is sound; a refused wait is all that lint finds"""
    arguments = TRACED_WITH.get(source.stem, [])
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace.json"
        found = run([program, *arguments], TROUPE_TRACE=str(trace),
                    **environment_of(source))
        if not arguments:
            compare(source, found)
        out, err, code = run([tool, "check", trace])
        if code != "0":
            raise Wrong("\n".join(["`troupe check` refuses its trace:", *out, *err]))
        out, err, _ = run([tool, "lint", f"--limit={TIME_LIMIT_S}s", trace])
        refused = any("closes a cycle of waits" in line for line in expectation(source)[1])
        found = [line.split(":")[0] for line in out if not line.startswith(" ")]
        if err or found != ["refused-wait"] * refused:
            raise Wrong("\n".join(["`troupe lint` says of it:", *out, *err]))


def cases_of(sources, programs):
    """(check, source, program) for each example in a folder that this build has."""
    alone = sources.name == "broken" or sources.parent.name == "lessons"
    checks = [check_output] if alone else [check_output, check_trace]
    return [(check, source, programs / source.stem)
            for source in sorted(sources.glob("*.c")) for check in checks
            if (programs / source.stem).exists()]


def wrong_with(check, *arguments):
    try:
        check(*arguments)
    except (Wrong, OSError, subprocess.TimeoutExpired) as error:
        return str(error).split("\n")
    return []


def main():
    tool, *folders = [Path(argument) for argument in sys.argv[1:]]
    os.environ.pop("TROUPE_TRACE", None)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cases = [case for pair in zip(folders[::2], folders[1::2]) for case in cases_of(*pair)]
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(wrong_with, check, source, program, tool)
                   for check, source, program in cases]
        failed = 0
        for number, ((check, source, _), future) in enumerate(zip(cases, running), 1):
            messages = future.result()
            failed += bool(messages)
            print(f"{'not ok' if messages else 'ok'} {number} - {source.stem} {check.__doc__}")
            for message in messages:
                print(f"# {message}")
    print(f"1..{len(cases)}")
    return failed != 0 or not cases


if __name__ == "__main__":
    sys.exit(main())
