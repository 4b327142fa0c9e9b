#!/usr/bin/env python3
"""troupe explore finds what it should, shortens it, and troupe replay shows it again (TAP).

With --sanitized: what a program that was built with AddressSanitizer has to show of it, which is
made to go back by a fork for each run, some dozens of them a second.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOOL = os.environ["TROUPE_TOOL"]
PROGRAMS = os.environ["TROUPE_EXPLORED"]

# The program, how it fails, and the fewest turns out of order that bring it about.
BUGS = [("lost_update", "exits with status 1", 2),
        ("philosophers", "comes to a wait that would close a circle of waits", 1),
        ("missed_signal", "comes to where nothing can ever run again", 1),
        ("lock_order", "comes to a wait that would close a circle of waits", 1),
        ("message_order", "is killed by signal 6 (Aborted)", 1),
        ("partition", "exits with status 1", 1)]


def program(name):
    return f"{PROGRAMS}/explored_{name}"


def run(words, folder, **environment):
    return subprocess.run(words, check=False, cwd=folder, stdin=subprocess.DEVNULL,
                          env={**os.environ, **environment}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)


def explore(folder, *words):
    return run([TOOL, "explore", *words], folder)


def expect(condition, process):
    if not condition:
        raise AssertionError(f"status {process.returncode}\n{process.stdout}{process.stderr}")


def finds_the_bugs(folder):
    """the six bugs are found within 1,000 runs, in orders of minimal length"""
    for name, how, count in BUGS:
        found = explore(folder, program(name))
        expect(found.returncode == 1, found)
        number = int(re.search(r"^Run (\d+) fails", found.stdout).group(1))
        expect(number <= 1000, found)
        turns = f"{count} turn{'s' if count > 1 else ''} out of order"
        expect(f"It {how}, with {turns}, and in no order with fewer:" in found.stdout, found)
        replay = Path(folder, f"explored_{name}.explored.replay").read_text(encoding="utf-8")
        expect(len(re.findall(r"^turn \d+ runs \d+ before \d+$", replay, re.M)) == count, found)


def every_strategy_finds(folder):
    """every strategy finds a lost update and a circle"""
    for strategy in ("delay", "random", "pct", "dfs"):
        for name, how, count in (BUGS[0], BUGS[3]):
            found = explore(folder, "--strategy", strategy, program(name))
            expect(found.returncode == 1 and f"It {how}, with {count} turn" in found.stdout, found)


def replays(folder):
    """a replay file shows the failure again, and its trace tells the turn out of order"""
    for name, status in (("missed_signal", 3), ("message_order", -6), ("lock_order", 1),
                         ("lost_update", 1)):
        explore(folder, program(name))
        words = [TOOL, "replay", f"explored_{name}.explored.replay", "--", program(name)]
        again = run(words, folder)
        expect(again.returncode == status and "parts" not in again.stderr, again)
        trace = Path(folder, f"explored_{name}.explored.json").read_text(encoding="utf-8")
        expect('"ahead"' in trace, again)
    words[1:2] = ["replay", "-o", "again.json"]
    again = run(words, folder)
    expect(Path(folder, "again.json").read_text(encoding="utf-8") == trace, again)


def says_where_it_parts(folder):
    """a run that parts from its replay file says where"""
    text = "troupe replay 1\nturn 2 runs 9 before 2\nturns 9\n"
    cases = [(text, "at turn 2: line 2 expects that actor 9 is ready, but it is not"),
             (text.replace("before 2", "before 5"), "at turn 2: line 2 expects that actor 5 has "
              "been ready for longest, but it is actor 2"),
             ("troupe replay 1\nturns 2\n", "at turn 3: it goes on, and the file ends with turn 2"),
             ("troupe replay 1\nturns 90\n", "it ends, and the file goes on to turn 90"),
             ("troupe replay 1\nturns 4 sum 1\n", "at turn 4: the turns up to here have not all "
              "gone to the actors that had them then")]
    for file, words in cases:
        Path(folder, "order").write_text(file, encoding="utf-8")
        parted = run([program("ends_badly")], folder, TROUPE_REPLAY="order")
        expect(f"troupe: the run parts from order {words}" in parted.stderr or
               ("the run parts from order at turn" in parted.stderr and words in parted.stderr),
               parted)
        expect(parted.stderr.count("\n") == 1 and parted.returncode == 0, parted)


def refuses_bad_files(folder):
    """a file that is no replay file is refused with its line and what was expected"""
    head = "troupe replay 1\n"
    cases = [("", "line 1: expected \"troupe replay 1\", found the end of the file"),
             ("hello\n", "line 1: expected \"troupe replay 1\""),
             (head, "line 2: expected \"turns NUMBER\", found the end"),
             (head + "turn 4 runs\nturns 5\n", "line 2: expected \"turn NUMBER runs ACTOR"),
             (head + "turn 4 runs 1 before 1\nturns 5\n", "line 2: expected two actors"),
             (head + "turn 99999999999 runs 1 before 2\n", "line 2: expected \"turn NUMBER"),
             (head + "turn 4 runs 1 before 2\nturn 4 runs 1 before 2\n",
              "line 3: expected a turn after turn 4"),
             (head + "turn 4 runs 1 before 2\nturns 3\n", "line 3: expected at least 4 turns"),
             (head + "turns 3 sum xyz\n", "line 2: expected a sum"),
             (head + "turns 3\nturns 3\n", "line 3: expected nothing behind"),
             (head + "x" * 5000 + "\n", "line 2: expected a line of less than 256 bytes")]
    for text, words in cases:
        Path(folder, "order").write_text(text, encoding="utf-8")
        refused = run([TOOL, "replay", "order", "--", program("ends_badly")], folder)
        expect(refused.returncode == 1 and f"troupe: order: {words}" in refused.stderr, refused)
        refused = run([program("ends_badly")], folder, TROUPE_REPLAY="order")
        expect(refused.returncode == 1 and words in refused.stderr, refused)
    refused = run([TOOL, "replay", "none", "--", program("ends_badly")], folder)
    expect("troupe: none: it cannot be opened: No such file" in refused.stderr, refused)


def finds_other_ends(folder):
    """what never ends, exits otherwise or breaks a rule is found; a comment is no harm"""
    found = explore(folder, "--turns", "500", program("ends_badly"), "forever")
    expect("It does not end within 500 turns, with 1 turn out of order" in found.stdout, found)
    again = run([TOOL, "replay", "explored_ends_badly.explored.replay", "--",
                 program("ends_badly"), "forever"], folder)
    expect(again.returncode == 4 and "stopped after turn 500" in again.stderr, again)
    found = explore(folder, program("ends_badly"), "status")
    expect("It exits with status 7, with 1 turn out of order" in found.stdout, found)
    Path(folder, "rules").write_text('no print "late"\n', encoding="utf-8")
    found = explore(folder, "--rules", "rules", program("ends_badly"), "print")
    expect('It breaks the rule "no print "late""' in found.stdout, found)


def leaves_nothing_behind(folder):
    """a run finds nothing of the one before, whatever that has left"""
    for what in ("memory", "descriptor", "mapping", "thread", "handler"):
        well = explore(folder, "-n", "20", program("leaves_behind"), what)
        expect(well.returncode == 0 and well.stdout.startswith("20 runs, "), well)


def finds_nothing(folder):
    """a program without a bug is told so, and dfs sees that there are no other orders"""
    well = explore(folder, "-n", "50", program("ends_badly"), "well")
    told = re.match(r"50 runs, \d+ a second; none fails.\n", well.stdout)
    expect(well.returncode == 0 and told, well)
    well = explore(folder, "--strategy", "dfs", program("ends_badly"), "well")
    expect(well.returncode == 0 and "There are no other orders: " in well.stdout, well)


def notices_what_differs(folder):
    """a program that is not the same each time is told so, with the turn"""
    told = explore(folder, program("ends_badly"), "grow", f"{folder}/count")
    words = "two runs in the same order part at turn 6."
    expect(told.returncode == 1 and words in told.stdout, told)


def refuses_what_is_wrong(folder):
    """a wrong command line is refused with status 2"""
    for words in (["--strategy", "best", "x"], ["--runs", "0", "x"], ["--time", "soon", "x"], [],
                  ["true"], ["./none"], ["--rules", "none", "x"]):
        refused = explore(folder, *words)
        expect(refused.returncode == 2 and refused.stderr.startswith("troupe: "), refused)
    missing = explore(folder, "./nothing")
    expect(missing.returncode == 2 and missing.stderr ==
           "troupe: cannot run ./nothing: No such file or directory\n", missing)
    other = explore(folder, "true")
    expect(other.returncode == 2 and other.stderr ==
           "troupe: true ended before its first actor; is it a troupe program?\n", other)


def finds_with_a_sanitizer(folder):
    """a circle is found, shortened and replayed in a program built with AddressSanitizer"""
    name, how, count = BUGS[1]
    found = explore(folder, program(name))
    expect(found.returncode == 1 and f"It {how}, with {count} turn" in found.stdout, found)
    again = run([TOOL, "replay", f"explored_{name}.explored.replay", "--", program(name)], folder)
    expect(again.returncode == 1 and "it closes a cycle of waits" in again.stderr, again)


def main():
    cases = (finds_the_bugs, every_strategy_finds, replays, says_where_it_parts,
             refuses_bad_files, finds_other_ends, leaves_nothing_behind, finds_nothing,
             notices_what_differs,
             refuses_what_is_wrong)
    if "--sanitized" in sys.argv:
        cases = (finds_with_a_sanitizer,)
    failed = 0
    print(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(folder)
                print(f"ok {number} - {case.__doc__}")
            except AssertionError as error:
                failed += 1
                print(f"not ok {number} - {case.__doc__}")
                for line in str(error).splitlines():
                    print(f"# {line}")
    return failed > 0


sys.exit(main())
