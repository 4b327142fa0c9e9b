#!/usr/bin/env python3
"""What the harness says of each way a case can end, and how run_tests.py counts it (TAP)."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import run_tests  # noqa: E402 (the folder above must be known first)


def sample(program, *arguments):
    environment = {**os.environ, "TROUPE_TEST_SECONDS": "1"}
    return subprocess.run([program, *arguments], env=environment, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def counted(entry):
    """The closing line after one program of this outcome."""
    tally = run_tests.Tally()
    with contextlib.redirect_stdout(io.StringIO()):
        run_tests.count_program(tally, "tests", {"name": "x", **entry})
    return tally.line()


def facts(program):
    """(what must hold, whether it does, what was seen)"""
    whole = sample(program)
    lines = whole.stdout.splitlines()
    for expected in ["ok 1 - passes", "not ok 2 - fails", "# output of a case that fails",
                     "not ok 3 - crashes", "# killed by signal 6 (Aborted)", "not ok 4 - hangs",
                     "# took longer than 1 s", "ok 5 - skips # SKIP no such thing here",
                     "not ok 6 - exits", "# ended with exit status 5", "1..6"]:
        yield f"the harness says: {expected}", expected in lines, whole.stdout
    yield ("the output of a case that passes stays hidden",
           "# output of a case that passes" not in lines, whole.stdout)
    yield "a failure fails the program", whole.returncode != 0, whole.returncode
    one = sample(program, "pass")
    yield ("a name as argument runs that case alone and shows its output",
           one.returncode == 0 and "output of a case that passes" in one.stdout.splitlines()
           and "1..1" in one.stdout.splitlines(), one.stdout)
    for expected, entry in [
            ("1 passed, 4 failed, 1 skipped", {"result": "FAIL", "stdout": whole.stdout}),
            ("2 passed, 0 failed", {"result": "OK", "stdout": "1..2\nok 1 - a\nok 2 - b\n"}),
            ("1 passed, 0 failed", {"result": "OK", "stdout": ""}),
            ("1 passed, 1 failed", {"result": "ERROR", "stdout": "ok 1 - a\n1..2\n"}),
            ("0 passed, 1 failed", {"result": "TIMEOUT", "stdout": ""}),
            ("0 passed, 0 failed, 1 skipped", {"result": "SKIP", "stdout": "ok 1 # SKIP none"})]:
        seen = counted(entry)
        yield f"counted: {expected}", seen == expected, seen


def main():
    number = failed = 0
    for number, (name, holds, seen) in enumerate(facts(sys.argv[1]), 1):
        # A case's own words must not read as a directive of this test's.
        print(f"{'ok' if holds else 'not ok'} {number} - {name.replace('#', '.')}")
        if not holds:
            failed += 1
            for line in str(seen).splitlines():
                print(f"# {line}")
    print(f"1..{number}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
