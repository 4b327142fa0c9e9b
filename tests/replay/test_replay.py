#!/usr/bin/env python3
"""Runs that are recorded and replayed: the same output, the same trace, to the byte (TAP)."""

import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

TOOL, OUTSIDE = (str(Path(path).absolute()) for path in sys.argv[1:3])
FORMAT = Path(__file__).resolve().parents[2] / "tracer" / "format"
KINDS, CALLS = (re.findall(r"^(?:KIND|CALL)\((\w+),", (FORMAT / name).read_text(), re.M)
                for name in ("recording_kinds.def", "recording_calls.def"))


def run(words, folder, stdin="", **environment):
    return subprocess.run(words, check=False, cwd=folder, input=stdin, timeout=60,
                          env={**os.environ, **environment}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)


def expect(condition, *processes):
    if not condition:
        raise AssertionError("".join(f"status {process.returncode}\n{process.stdout}"
                                     f"{process.stderr}\n" for process in processes))


def record(folder, name, stdin=""):
    first = run([TOOL, "run", "--record", "-o", "run.json", OUTSIDE, name], folder, stdin)
    again = f"troupe: to see it again: troupe replay run.recording -- {OUTSIDE} {name}\n"
    expect(first.returncode == 0 and again in first.stderr, first)
    return first


def replay(folder, name, *options, **environment):
    return run([TOOL, "replay", *options, "run.recording", "--", OUTSIDE, name], folder,
               **environment)


def compare(folder, name):
    """Records a program and replays it, with a trace and without; its output."""
    first = record(folder, name)
    again = replay(folder, name, "-o", "again.json")
    bare = replay(folder, name)
    expect(again.returncode == 0 and again.stdout == first.stdout and again.stderr == "", first,
           again)
    expect(bare.returncode == 0 and bare.stdout == first.stdout and bare.stderr == "", first, bare)
    traces = [Path(folder, trace).read_bytes() for trace in ("run.json", "again.json")]
    expect(traces[0] == traces[1], first, again)
    expect(run([TOOL, "check", "again.json"], folder).returncode == 0, again)
    return first.stdout


def echoes_without_a_network(folder):
    """a server and its clients: the same lines at the same times, with the port taken by another"""
    first = record(folder, "echo")
    port = int(re.search(r"tcp:127\.0\.0\.1:(\d+)", first.stdout).group(1))
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        again = replay(folder, "echo", "-o", "again.json")
    expect(again.returncode == 0 and again.stdout == first.stdout, first, again)
    expect(len(re.findall(r"^hello \d from \d+ at \d+$", again.stdout, re.M)) == 9, again)
    traces = [Path(folder, trace).read_bytes() for trace in ("run.json", "again.json")]
    expect(traces[0] == traces[1], first, again)


def times_chance_and_jobs(folder):
    """timers, chance and offloaded functions: the same numbers, in the same order and time"""
    first = record(folder, "mix")
    expect(len(first.stdout.splitlines()) == 12, first)
    again = replay(folder, "mix", "-o", "again.json")
    expect(again.returncode == 0 and again.stdout == first.stdout and again.stderr == "", again)
    # The lanes of the pool's threads tell what these have done, which differs.
    states = [[line for line in Path(folder, trace).read_text(encoding="utf-8").splitlines()
               if '"cat":"state"' in line and '"pid":1,' in line]
              for trace in ("run.json", "again.json")]
    expect(states[0] == states[1] and len(states[0]) > 50, again)


def files_and_standard_input(folder):
    """standard input and a file are those of the recording; nothing is written again"""
    Path(folder, "it.txt").write_text("as it was\n", encoding="utf-8")
    first = record(folder, "text", stdin="one\ntwo\n")
    expect(first.stdout == "in: one\nin: two\nfile: as it was\n", first)
    Path(folder, "it.txt").unlink()
    Path(folder, "copy.txt").unlink()
    again = replay(folder, "text", stdin="three\n")
    expect(again.returncode == 0 and again.stdout == first.stdout, first, again)
    expect(not Path(folder, "copy.txt").exists(), again)


def children_and_signals(folder):
    """a child's output, its end and a signal come from the recording; no child is started"""
    output = compare(folder, "child")
    expect(re.fullmatch(r"I am \d+, status 7, signal 1\n", output), record(folder, "child"))


def another_program_is_told(folder):
    """a program that is another one than that which was recorded is told where"""
    record(folder, "echo")
    for name, changed, words in (
            ("echo", "reply", r"actor \d+ writes \d+ bytes, as in the recording, but others"),
            ("mix", "", r"now .*; in the recording .*")):
        parted = replay(folder, name, CHANGED=changed)
        expect(parted.returncode == 6 and re.match(
            r"troupe: the run parts from run\.recording in turn \d+, at \d+\.\d{9} s: " + words +
            r"\ntroupe:   main <0\.0\.1> ", parted.stderr), parted)
    record(folder, "mix")
    for changed, words in (
            ("turns", r"now .*; in the recording .*"),
            ("job", r"now the function that actor \d+ has offloaded returns -5; in the recording "
                    r"\d+")):
        parted = replay(folder, "mix", CHANGED=changed)
        expect(parted.returncode == 6 and re.search(r"in turn \d+, at \S+ s: " + words,
                                                    parted.stderr), parted)


def stops_where_it_is_asked_to(folder):
    """--until stops before a turn, or at an instant, and says where everybody stands"""
    first = record(folder, "echo")
    stopped = replay(folder, "echo", "--until", "9")
    expect(stopped.returncode == 0 and re.match(
        r"troupe: stopped before turn 9, at 0\.\d{9} s, in which actor \d+ would go on\n"
        r"troupe:   main <0\.0\.1> waits for .*\n", stopped.stderr), stopped)
    late = replay(folder, "echo", "--until", "0.1ms")
    expect(late.returncode == 0 and late.stderr.startswith("troupe: stopped before turn "), late)
    never = replay(folder, "echo", "--until", "100000")
    expect(never.returncode == 0 and never.stdout == first.stdout and re.fullmatch(
        r"troupe: the run has ended after turn \d+, at \S+ s, and was not stopped before\n",
        never.stderr), never)
    wrong = replay(folder, "echo", "--until", "noon")
    expect(wrong.returncode == 2 and wrong.stderr == "troupe: --until must be the number of a turn "
           'or an instant such as 1.5s, not "noon"\n', wrong)
    missing = run([TOOL, "replay", "--until", "9", "no.recording", "--", OUTSIDE, "echo"], folder)
    expect(missing.returncode == 1 and missing.stderr ==
           "troupe: no.recording: it cannot be opened: No such file or directory\n", missing)


def without_a_recording_nothing_runs(folder):
    """where no recording can be written, that is said, and the program does not run"""
    full = run([OUTSIDE, "mix"], folder, TROUPE_RECORD="/dev/full")
    expect(full.returncode != 0 and full.stdout == "" and re.fullmatch(
        r"troupe: cannot write the recording /dev/full: [\w ]+\n", full.stderr), full)


def a_recording_that_is_cut_short_ends_there(folder):
    """a recording of which a part is missing is played up to there"""
    record(folder, "echo")
    whole = Path(folder, "run.recording").read_bytes()
    for size in range(200, len(whole) - 20, max(1, len(whole) // 60)):
        Path(folder, "run.recording").write_bytes(whole[:size])
        short = replay(folder, "echo")
        expect(short.returncode == 0 and re.match(
            r"troupe: run\.recording ends in turn \d+, at \S+ s: ", short.stderr), short)


def a_debugger_stops_there(folder):
    """under gdb the program stops where it is asked to, and can go on from there"""
    if shutil.which("gdb") is None:
        return
    first = record(folder, "echo")
    stopped = run(["gdb", "-nx", "-batch", "-ex", "set debuginfod enabled off", "-ex", "run echo",
                   "-ex", "bt", "-ex", "continue", OUTSIDE], folder, DEBUGINFOD_URLS="",
                  ASAN_OPTIONS="detect_leaks=0",
                  TROUPE_REPLAY="run.recording", TROUPE_UNTIL="9")
    if "ptrace: Operation not permitted" in stopped.stdout + stopped.stderr:
        return
    expect("received signal SIGTRAP" in stopped.stdout and "tape_turn" in stopped.stdout, stopped)
    expect(all(line in stopped.stdout for line in first.stdout.splitlines()), first, stopped)


def the_trace_finds_its_recording(folder):
    """the recording beside a trace is found by the name of the trace"""
    first = record(folder, "echo")
    again = run([TOOL, "replay", "run.json", "--", OUTSIDE, "echo"], folder)
    expect(again.returncode == 0 and again.stdout == first.stdout, again)


def says_what_cannot_be_replayed(folder):
    """what cannot be replayed is said when it is recorded, and the replay ends there"""
    first = run([OUTSIDE, "port"], folder, TROUPE_RECORD="run.recording")
    words = "it opens a port, for messages of threads that are none of the runtime's\n"
    expect(first.returncode == 0 and first.stdout == "done\n" and re.match(
        r"troupe: the run can be replayed only up to here, turn 2, at \S+ s: " + words,
        first.stderr), first)
    again = replay(folder, "port")
    expect(again.returncode == 0 and re.match(
        r"troupe: run\.recording ends in turn 2, at \S+ s: " + words, again.stderr), again)
    several = run([OUTSIDE, "mix"], folder, TROUPE_RECORD="run.recording", TROUPE_LOOPS="2")
    expect(several.returncode == 0 and several.stderr == "troupe: a run on several loops cannot be "
           "replayed, so there is one\n", several)
    virtual = run([OUTSIDE, "mix"], folder, TROUPE_RECORD="none.recording", TROUPE_TIME="virtual")
    expect(virtual.returncode == 0 and "a run in virtual time is not recorded" in virtual.stderr and
           not Path(folder, "none.recording").exists(), virtual)


def a_killed_program_has_a_recording(folder):
    """a program that was killed is replayed up to where it was"""
    with subprocess.Popen([OUTSIDE, "rest"], cwd=folder, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "TROUPE_RECORD": "run.recording"}) as program:
        expect(program.stdout.readline() == "resting\n")
        program.send_signal(signal.SIGKILL)
    again = replay(folder, "rest")
    expect(again.returncode == 0 and again.stdout == "resting\n" and re.match(
        r"troupe: run\.recording ends in turn 1, at \S+ s: the program was ended there\n"
        r"troupe:   main <0\.0\.1> ", again.stderr), again)


def entries(content):
    """(begin, end, kind, value) of each entry of a recording."""
    at = content.index(b"\n") + 1
    while at < len(content) and content[at] != 0:
        begin, number, shift = at, 0, 0
        while content[at] >= 0x80:
            number, shift, at = number | (content[at] & 0x7f) << shift, shift + 7, at + 1
        number, at = number | content[at] << shift, at + 1
        yield begin, at, KINDS[number % 16], number // 16
        if KINDS[number % 16] in ("BYTES", "REFUSED"):
            at += number // 16


def entry(kind, value):
    number, made = value * 16 + KINDS.index(kind), bytearray()
    while number >= 0x80:
        made.append(number & 0x7f | 0x80)
        number >>= 7
    return bytes(made) + bytes([number])


def a_recording_is_not_trusted(folder):
    """a recording that was tampered with is parted from, and does no harm"""
    Path(folder, "it.txt").write_text("as it was\n", encoding="utf-8")
    record(folder, "text", stdin="one\ntwo\n")
    recording = Path(folder, "run.recording")
    whole = recording.read_bytes()
    details = [(begin, end) for begin, end, kind, value in entries(whole)
               if kind == "RESULT" and value % 64 == CALLS.index("DETAIL")]
    expect(len(details) > 3)
    for (begin, end), much in zip(details, itertools.cycle((1 << 33, 2 << 40 | 1, 1000))):
        recording.write_bytes(whole[:begin] + entry(
            "RESULT", much << 6 | CALLS.index("DETAIL")) + whole[end:])
        changed = replay(folder, "text")
        expect(0 <= changed.returncode <= 6, changed)
    begin, end = next((begin, end) for begin, end, kind, value in entries(whole)
                      if kind == "RESULT" and value % 64 == CALLS.index("JOB") and value >= 128)
    for serial in (0, 7, 1 << 33):  # none, that is, and two that nobody has put
        recording.write_bytes(whole[:begin] + entry(
            "RESULT", serial << 7 | CALLS.index("JOB")) + whole[end:])
        expect(replay(folder, "text").returncode == 6)
    start = next(begin for begin, _, kind, _ in entries(whole) if kind == "TURN")
    for bytes_said, sentence in ((13, b"it \x1b[2J clears"), (1 << 40, b"long")):
        recording.write_bytes(whole[:start] + entry("REFUSED", bytes_said) + sentence)
        ended = replay(folder, "text")
        expect(ended.returncode == 0 and "\x1b" not in ended.stderr and re.search(
            r" s: (it \?\[2J clear|long)\n", ended.stderr), ended)
    for cut in (b"troupe recording 1\n", b"troupe recording 1", b""):
        recording.write_bytes(cut)
        expect(0 <= replay(folder, "text").returncode <= 6)


CASES = [echoes_without_a_network, times_chance_and_jobs, files_and_standard_input,
         children_and_signals, another_program_is_told, stops_where_it_is_asked_to,
         without_a_recording_nothing_runs, a_recording_that_is_cut_short_ends_there,
         a_debugger_stops_there, the_trace_finds_its_recording, says_what_cannot_be_replayed,
         a_killed_program_has_a_recording, a_recording_is_not_trusted]


def main():
    failed = 0
    print(f"1..{len(CASES)}")
    for number, case in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(folder)
                print(f"ok {number} {case.__doc__}")
            except (AssertionError, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f"not ok {number} {case.__doc__}")
                print("".join(f"# {line}\n" for line in str(error).splitlines()), end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
