#!/usr/bin/env python3
"""troupe schedule: turns are given by hand, taken back, kept and replayed (TAP)."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


class Skip(Exception):
    """What is missing for a case."""


TOOL = os.environ["TROUPE_TOOL"]
PROGRAMS = os.environ["TROUPE_EXPLORED"]


def program(name):
    return f"{PROGRAMS}/explored_{name}"


def run(words, folder, answers="", **environment):
    return subprocess.run(words, check=False, cwd=folder, input=answers,
                          env={**os.environ, **environment}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60)


def schedule(folder, answers, *words):
    """Each letter is an answer, or the first of a word; a dot is Enter alone."""
    words_of = {".": "", "b": "back", "r": "rest", "q": "quit"}
    lines = "".join(f"{words_of.get(answer, answer)}\n" for answer in answers)
    return run([TOOL, "schedule", "-o", "it", *words], folder, lines)


def expect(condition, process):
    if not condition:
        raise AssertionError(f"status {process.returncode}\n{process.stdout}{process.stderr}")


def asks_who_goes_on(folder):
    """who is ready is asked, with where they stand, and what has run is told"""
    told = schedule(folder, "q", program("lost_update"))
    expect(told.returncode == 0 and told.stdout.startswith(
        "  turn  1: main runs, then lets the others run and is ready at once\n"
        "Turn 2: whose is it?\n"
        "  A  teller#1, which has not run yet\n"
        "  B  main, which has let others run\n"), told)
    told = schedule(folder, ".." + "q", program("lock_order"))
    expect("which goes on after" in told.stdout or "which has let others run" in told.stdout, told)


def reaches_goals(folder):
    """a program is made to fail, to get stuck, and to keep to a rule; or the goal is not met"""
    for name, answers, goal, met in (("lost_update", "B..Br", "fail", True),
                                     ("lost_update", "r", "fail", False),
                                     ("missed_signal", "Br", "stuck", True),
                                     ("philosophers", "r", "stuck", False),
                                     ("philosophers", ".Br", "stuck", True), # it is refused
                                     ("lost_update", "r", "status main = 0", None),
                                     ("lost_update", "B..Br", "some main status < 0", True),
                                     ("lost_update", "r", "resumes < 9", False)):
        told = schedule(folder, answers, "--goal", goal, "--", program(name))
        if met is None:
            expect(told.returncode == 2 and "the goal is stuck, fail or a rule" in told.stderr,
                   told)
        else:
            expect(told.returncode == (0 if met else 1), told)
            expect(f", is {'met' if met else 'not met'}." in told.stdout, told)


def takes_back(folder):
    """an answer that was taken back leaves nothing behind"""
    schedule(folder, "B..Br", program("lost_update"))
    straight = Path(folder, "it.json").read_text(encoding="utf-8")
    told = schedule(folder, "AbB.BbbA.Br", program("lost_update"))
    expect(Path(folder, "it.json").read_text(encoding="utf-8") == straight, told)
    told = schedule(folder, "bbxr", program("lost_update"))
    expect("That is none of them." in told.stdout and told.returncode == 0, told)


def keeps_what_was_given(folder):
    """the replay file shows the same run again, to the byte; one that is not at its end asks"""
    told = schedule(folder, "B..Br", program("lost_update"))
    expect("after 9 turns, 2 of them out of order" in told.stdout, told)
    again = run([TOOL, "replay", "-o", "again.json", "it.replay", "--", program("lost_update")],
                folder)
    expect(again.returncode == 1 and "parts" not in again.stderr, again)
    expect(Path(folder, "again.json").read_text(encoding="utf-8") ==
           Path(folder, "it.json").read_text(encoding="utf-8"), again)
    schedule(folder, "Bq", program("lost_update"))
    expect(Path(folder, "it.replay").read_text(encoding="utf-8") ==
           "troupe replay 1\nturn 2 runs 1 before 2\nturns 2 asks\n", told)
    asks = run([program("lost_update")], folder, TROUPE_REPLAY="it.replay", TROUPE_TRACE="asks")
    trace = Path(folder, "asks").read_text(encoding="utf-8")
    expect(asks.returncode == 5 and len(re.findall('"note","name":"asked"', trace)) == 2, asks)


def refuses(folder):
    """what is no program of Troupe's, or none at all, is refused in a sentence"""
    for words, sentence in ((["true"], "troupe: true left no trace; is it a troupe program?\n"),
                            (["./none"], "troupe: ./none cannot be run\n")):
        told = schedule(folder, "", *words)
        expect(told.returncode == 1 and told.stderr == sentence, told)


def is_played_in_the_viewer(folder):
    """the viewer asks on a card, gives turns by letters, takes back, and judges the goal"""
    view = os.environ.get("TROUPE_VIEW")
    if view is None:
        raise Skip("the viewer is not built")
    keys = ["B", "A", "Z", "A", "dump", "B", "Shift+Enter", "dump", "Backspace", "dump", "Up",
            "Enter", "dump"]
    Path(folder, "script").write_text("".join(
        f"{key}\n" if key == "dump" else f"key {key}\n" for key in keys), encoding="utf-8")
    played = run([view, "--schedule", "--goal", "fail", "--script", "script", "--",
                  program("lost_update")], folder)
    expect(played.returncode == 0, played)
    told = [json.loads(line)["turn"] for line in played.stdout.splitlines()]
    expect(told == ["Turn 5: whose is it?", "The program ends with status 1, after 9 turns.",
                    "Turn 5: whose is it?", "Turn 6: whose is it?"], played)
    order = Path(folder, "explored_lost_update.turns.replay").read_text(encoding="utf-8")
    expect("turn 2 runs 1 before 2\nturn 5 runs 1 before 2\nturns 5 asks" in order, played)
    refused = run([view, "--schedule"], folder)
    expect(refused.returncode == 2 and "--schedule runs one program" in refused.stderr, refused)


CASES = [asks_who_goes_on, reaches_goals, takes_back, keeps_what_was_given, refuses,
         is_played_in_the_viewer]


def main():
    print(f"1..{len(CASES)}")
    failed = 0
    for number, case in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(folder)
                print(f"ok {number} - {case.__doc__}", flush=True)
            except Skip as reason:
                print(f"ok {number} - {case.__doc__} # SKIP {reason}", flush=True)
            except (AssertionError, OSError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"not ok {number} - {case.__doc__}")
                for line in str(error).splitlines():
                    print(f"# {line}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
