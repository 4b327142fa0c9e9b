#!/usr/bin/env python3
"""The commands for gdb say of a process, and of its core file, what the command says (TAP).

    test_gdb.py TOOL PROGRAM SCRIPT

PROGRAM is that of test_look.py, whose words are expected here, too.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import core_files  # noqa: E402
from test_look import (ACTORS, CALLS, SOURCE, TIME_LIMIT_S,  # noqa: E402
                       expected_calls, wait_until_blocked, with_lines)

PROGRAM, SCRIPT = (Path(path).resolve() for path in sys.argv[2:4])
# Where the process is stopped: its first thread is about to read, for an actor that blocks.
STOP = next(n for n, line in enumerate(SOURCE, 1) if "return read(" in line)
CALLS["blocker"] = ["in blocker, at {return read(}"]
COMMANDS = ["echo -- ps\\n", "troupe ps", "echo -- bt\\n", "troupe bt", "echo -- one\\n",
            "troupe ps reader", "echo -- none\\n",
            "python\ntry:\n  gdb.execute('troupe ps nobody')\n"
            "except gdb.error as error:\n  print(error)\nend", "echo -- frames\\n",
            "troupe actor caller", "frame function caller", "troupe actor", "frame 0"]


def gdb(folder, *commands, core=None):
    """What gdb prints, with files named without their folders, by the parts of COMMANDS."""
    script = Path(folder, "commands")
    lines = ["set pagination off", "set confirm off", f"source {SCRIPT}", *commands]
    script.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    words = ["gdb", "-q", "-nx", "-batch", "-x", script, PROGRAM]
    done = subprocess.run(words + [core] if core else words, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIME_LIMIT_S,
                          env={**os.environ, "DEBUGINFOD_URLS": ""}, check=False)
    out = re.sub(r"[^\s(]*/(\w+\.c:)", r"\1", done.stdout)
    out = re.sub(r"in (__GI_|__libc_|_)*read(, at \S+)?$", "in read", out, flags=re.M)
    out = out.replace("  in troupe_mutex_lock\n", "")  # compilers may make a jump of it
    out = re.sub(r"(  in read\n)+", "  in read\n", out)
    return dict(re.findall(r"^-- (\w+)\n(.*?)(?=^-- |\Z)", out, re.M | re.S)), out


def abort_while_it_reads(process):
    assert process.stdout.readline() == "ready\n"
    wait_until_blocked(process.pid)
    process.send_signal(signal.SIGABRT)


def expected():
    line = with_lines(ACTORS).splitlines()[3]
    return {"ps": with_lines(ACTORS), "bt": expected_calls(), "one": line + "\n",
            "none": 'there is no actor "nobody"\n'}


def report(number, name, parts, out):
    wrong = [part for part, words in expected().items() if parts.get(part) != words]
    if "caller (arg=" not in parts.get("frames", ""):
        wrong.append("frames")
    print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    for part in wrong:
        print("\n".join(f"# {part}: {line}" for line in parts.get(part, out).splitlines()))
    return not wrong


def main():
    if shutil.which("gdb") is None or b"__asan_init" in PROGRAM.read_bytes():
        print("1..0 # SKIP there is no gdb here, or a sanitizer's functions are among the calls")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        parts, out = gdb(folder, f"break waiting_room.c:{STOP}", "run", *COMMANDS, "kill")
        if "ptrace" in out:
            print("1..0 # SKIP the system does not let gdb trace a process")
            return 0
        passed = [report(1, "a live process is told of as by the command", parts, out)]
        core = core_files.leave_core(folder, PROGRAM, abort_while_it_reads)
        if core is not None:
            CALLS["blocker"].insert(0, "in read")
            parts, out = gdb(folder, *COMMANDS, core=core)
            passed.append(report(2, "so is its core file", parts, out))
        else:
            print("ok 2 - so is its core file # SKIP the system leaves none here")
        told = gdb(folder, "troupe ps")[1].splitlines()[-1]
        passed.append(told == "the program does not run, and there is no core file of it")
        print(f"{'ok' if passed[-1] else 'not ok'} 3 - that a program does not run is said")
    print("1..3")
    return not all(passed)


sys.exit(main())
