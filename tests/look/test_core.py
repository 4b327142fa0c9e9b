#!/usr/bin/env python3
"""What `troupe ps`, `bt` and `tree` say of what a process has left (TAP).

    test_core.py TOOL PROGRAM CRASHING

PROGRAM is that of test_look.py; CRASHING leaves a core file where the system does so.
"""

import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import core_files  # noqa: E402
from test_look import TIME_LIMIT_S, report, tool, wait_until_blocked  # noqa: E402

PROGRAM, CRASHING = (Path(path).resolve() for path in sys.argv[2:4])
IS_SANITIZED = b"__asan_init" in PROGRAM.read_bytes()
COMMANDS = ["ps", "tree"] if IS_SANITIZED else ["ps", "bt", "tree"]
RANDOM = random.Random(2026)
SPOILED = 30 if IS_SANITIZED else 100  # files of each kind

CRASH = """\
CORE: ended by signal 11 (Segmentation fault), in worker <0.2.1>
main <0.0.1> waits for another actor to end: worker <0.2.1>, for N s, at {troupe_join}
  in troupe_join
  in amain, at {troupe_join}
reader <0.1.1> waits for a message, for N s, at {troupe_recv}, spawned at {troupe_spawn(reader}
  in troupe_recv
  in reader, at {troupe_recv}
worker <0.2.1> is running, spawned at {troupe_spawn(worker}
  in divide, at {share / *nothing}
  in worker, at {divide(3)}
"""

NO_CORE = "it is not a core file, which begins as an ELF file does"
OTHER_MACHINE = "it comes from another kind of machine than this command is built for"
CUT_SHORT = ("it is cut short: not all is there that it says it holds; the disk was full, or "
             "ulimit -c too low")
BROKEN = "it is broken: what it says of its own parts cannot be"


class Skip(Exception):
    """There is no such file here."""


class Case:
    """A process that stands still, what was said of it, and a core file of it."""

    def __init__(self, folder, program, with_gdb=False):
        self.folder = folder
        self.path = folder / "a core"
        with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout.readline() == "ready\n"
            wait_until_blocked(process.pid)
            with core_files.Stopped(process.pid):
                self.said = [tool(command, process.pid) for command in COMMANDS]
                self.core = core_files.Written(process.pid)
                self.copied = self.copy_with_gdb(process.pid) if with_gdb else None
            process.stdin.close()
            process.wait(TIME_LIMIT_S)
        self.path.write_bytes(self.core.bytes)

    def copy_with_gdb(self, pid):
        path = self.folder / "copied"
        if shutil.which("gdb") is not None:
            subprocess.run(["gdb", "-q", "-nx", "-batch", "-p", str(pid), "-ex", f"gcore {path}"],
                           capture_output=True, stdin=subprocess.DEVNULL, timeout=TIME_LIMIT_S,
                           env={**os.environ, "DEBUGINFOD_URLS": ""}, check=False)
        return path

    def spoil(self, content):
        """What is said of a core file with this content."""
        path = self.folder / "spoiled"
        path.write_bytes(content)
        out, errors, status = tool("bt", path)
        return out, errors.replace(f"troupe: {path}: ", ""), status


def what_a_process_left_is_told_as_the_process_was(case):
    return [tool(command, case.path) for command in COMMANDS], case.said


def so_is_what_gdb_has_copied(case):
    """Where stacks have guard pages within a mapping, gcore leaves out all of them: that is said,
    and the rest told."""
    if case.copied is None or not case.copied.exists():
        raise Skip("there is no gdb here that may trace a process")
    said = [tool(command, case.copied) for command in COMMANDS]
    case.copied.unlink()  # it is large
    if "stacks of its actors are not in it" not in said[0][1]:
        return said, case.said
    return [re.findall(r"^\S+ <(\S+)>", out, re.M) for out, _, _ in (said[0], case.said[0])], \
        [["0.0.1", "0.1.1", "0.2.1", "0.3.1", "0.4.1", "0.5.1", "0.6.1"]] * 2


def a_crash_is_told_with_its_signal_and_calls(case):
    """Also how long the others had waited by then, and what the actor that crashed was in."""
    core = None if IS_SANITIZED else core_files.leave_core(case.folder, CRASHING)
    if core is None:
        raise Skip("the system leaves no core files here")
    out, errors, status = tool("bt", core, keep_ages=True)
    source = Path(__file__).with_name("crashing.c").read_text().splitlines()

    def line_of(match):
        return f"crashing.c:{next(n for n, line in enumerate(source, 1) if match[1] in line)}"
    expected = re.sub(r"\{(.*?)\}", line_of, CRASH).replace("CORE", str(core))
    return (re.sub(r"for [1-9]\d*\.\d s", "for N s", out), errors, status), (expected, "", 0)


def one_actor_is_found(case):
    line = case.said[0][0].splitlines()[3] + "\n"
    return [tool("ps", case.path, name) for name in ("reader", "<0.3.1>", "nobody")], \
        [(line, "", 0), (line, "", 0), ("", f'troupe: {case.path} has no actor "nobody"\n', 1)]


def the_signal_is_told(case):
    """The first note is that of the first thread, whose signal lies behind its first twelve bytes
    and the head of the note."""
    at = case.core.notes_at + 20 + 12
    words = [case.spoil(case.core.changed(at, bytes([number])))[0].splitlines()[0].split(": ")[1]
             for number in (11, 5)]
    return words, ["ended by signal 11 (Segmentation fault), in blocker <0.6.1>",
                   "stopped by signal 5 (Trace/breakpoint trap), in blocker <0.6.1>"]


def a_call_of_nothing_is_told_where_it_was_made(case):
    """The thread's registers say that it is at 0, and has been called from where it was before."""
    core, slot = case.core, 20 + 112 + 8 * core_files.PC
    if core_files.MACHINE != 62 or IS_SANITIZED:
        raise Skip("its place on the stack is that of another machine, or a sanitizer's")
    registers = core.notes_at + 20 + 112
    pc, = struct.unpack_from("<Q", core.bytes, core.notes_at + slot)
    sp, = struct.unpack_from("<Q", core.bytes, registers + 8 * core_files.SP)
    pages = [(address, content if not 0 <= sp - 8 - address < core_files.PAGE else
              content[:sp - 8 - address] + struct.pack("<Q", pc) + content[sp - address:])
             for address, content in core.pages]
    notes = core.notes[:slot] + bytes(8) + core.notes[slot + 8:]
    at = 20 + 112 + 8 * core_files.SP
    notes = notes[:at] + struct.pack("<Q", sp - 8) + notes[at + 8:]
    return case.spoil(core.build(notes, pages)), case.said[1]


def a_core_file_does_not_move(case):
    return tool("top", case.path), \
        ("", f"troupe: {case.path} is a core file, in which nothing moves; see it with: troupe ps "
             f"{case.path}\n", 2)


def what_is_no_core_file_is_told(case):
    core, other = case.core, 183 if core_files.MACHINE != 183 else 62
    cases = [
        (b"", NO_CORE),
        (b"troupe\n" * 100, NO_CORE),
        (PROGRAM.read_bytes(), "it is a program or a library, and not the core file of one"),
        (core.changed(18, struct.pack("<H", other)), OTHER_MACHINE),
        (core.changed(4, b"\1"), OTHER_MACHINE),
        (core.bytes[:-1], CUT_SHORT),
        (core.changed(54, b"\1"), BROKEN),
        (core.changed(64, bytes(4)), "it has no thread in it, of which a core file has one at "
                                     "least"),
        (core.bytes.replace(b"ELIF", b"FLIE", 1), "it does not say which files its process was "
                                                  "made of (NT_FILE)"),
    ]
    said = [case.spoil(content) for content, _ in cases]
    words = [tool("ps", word) for word in (case.folder, "/dev/null")]
    return said + words, [("", why + "\n", 1) for _, why in cases] + [
        ("", f"troupe: {path}: it is not a core file, which is an ordinary file\n", 1)
        for path in (case.folder, "/dev/null")]


def a_core_file_without_actors_is_told(case):
    """Of a program that is none of Troupe's."""
    with subprocess.Popen(["sleep", "60"]) as process:
        with core_files.Stopped(process.pid):
            core = core_files.Written(process.pid)
        process.kill()
    return case.spoil(core.bytes), \
        ("", "it does not use Troupe, or it has been stripped of its symbols\n", 1)


def a_name_cannot_steer_the_terminal(case):
    """An escape, a byte that is not UTF-8, and the mark that writes from right to left."""
    content = case.core.bytes.replace(b"clerk\0", b"\x1b\xff\xe2\x80\xae\0")
    return re.search(r"^(.*) <0\.1\.1>", case.spoil(content)[0], re.M)[1], "???"


def a_program_that_is_not_the_same_any_more_is_told(case):
    """Built anew, replaced by what is no program, by what one would wait for, or gone."""
    program = case.folder / "program"
    shutil.copy(PROGRAM, program)
    other = Case(case.folder, program)
    said = [IS_SANITIZED or other.spoil(other.core.bytes) == other.said[1]]
    content = program.read_bytes()
    build = re.search(rb"\x04\0{3}\x14\0{3}\x03\0{3}GNU\0", content)
    program.unlink()
    if build is not None:
        program.write_bytes(content[:build.end()] + bytes(20) + content[build.end() + 20:])
        said.append(other.spoil(other.core.bytes))
    program.write_bytes(b"none")
    said.append(other.spoil(other.core.bytes))
    program.unlink()
    os.mkfifo(program)
    said.append(other.spoil(other.core.bytes))
    program.unlink()
    said.append(other.spoil(other.core.bytes))
    gone = ("", f"{program} is not there any more; without it no actors can be found\n", 1)
    new = ("", f"{program} is another file now than it was then; without it no actors can be "
               "found\n", 1)
    return said, [True] + [new] * (build is not None) + [gone] * 3


def is_harmless(said):
    """Actors, or a sentence, and an ordinary end; before it may stand which file is another."""
    out, errors, status = said
    return status == 0 or (status == 1 and len(errors.splitlines()) in (1, 2)) or \
        (out, errors, status)


def one_that_ends_anywhere_does_no_harm(case):
    core = case.core
    ends = [*range(0, 64, 7), *(RANDOM.randrange(64, len(core.bytes)) for _ in range(SPOILED)),
            *(RANDOM.randrange(64, core.pages_at) for _ in range(SPOILED))]
    said = [case.spoil(core.bytes[:end]) for end in ends]
    return said, [("", (CUT_SHORT if end > 0 else NO_CORE) + "\n", 1) for end in ends]


def one_with_any_byte_changed_does_no_harm(case):
    """In its head, in its notes, in what it holds; most of all in the table of the process."""
    core = case.core
    table = core.bytes.index(b"troupe: look here\0", core.pages_at)
    places = [(0, 64), (64, core.notes_at), (core.notes_at, core.pages_at),
              (core.pages_at, len(core.bytes)), (table, table + 512)]
    wrong = []
    for first, end in places:
        for _ in range(SPOILED):
            at = RANDOM.randrange(first, end)
            content = bytes([core.bytes[at] ^ 1 << RANDOM.randrange(8)])
            harmless = is_harmless(case.spoil(core.changed(at, content)))
            if harmless is not True:
                wrong.append((at, content, harmless))
    return wrong, []


def one_that_claims_too_much_does_no_harm(case):
    """All its memory the same bytes of the file; more segments than fit; a note without an end, and
    all of the file notes."""
    core = case.core
    everything = struct.pack("<QQQQ", 0, 0, len(core.bytes), len(core.bytes))
    cases = [core.changed(64 + 56 * 2 + 8, everything), core.changed(56, b"\xfe\xff"),
             core.changed(core.notes_at, b"\xff" * 8), core.changed(64 + 8, everything)]
    said = [case.spoil(content) for content in cases]
    return said[:2] + [is_harmless(each) for each in said], \
        [("", BROKEN + "\n", 1), ("", CUT_SHORT + "\n", 1)] + [True] * 4


def checked(number, check, case):
    try:
        return report(number, check, case)
    except Skip as why:
        print(f"ok {number} - {check.__name__} # SKIP {why}")
        return True


def main():
    checks = [what_a_process_left_is_told_as_the_process_was, so_is_what_gdb_has_copied,
              a_crash_is_told_with_its_signal_and_calls, one_actor_is_found, the_signal_is_told,
              a_call_of_nothing_is_told_where_it_was_made, a_core_file_does_not_move,
              what_is_no_core_file_is_told, a_core_file_without_actors_is_told,
              a_name_cannot_steer_the_terminal, a_program_that_is_not_the_same_any_more_is_told,
              one_that_ends_anywhere_does_no_harm, one_with_any_byte_changed_does_no_harm,
              one_that_claims_too_much_does_no_harm]
    if core_files.MACHINE == 0:
        print("1..0 # SKIP core files of this kind of machine are not read")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        case = Case(Path(folder), PROGRAM, with_gdb=not IS_SANITIZED)
        if "may not be read" in case.said[0][1]:
            print("1..0 # SKIP the system does not let one process look at another")
            return 0
        passed = [checked(number, check, case) for number, check in enumerate(checks, 1)]
    print(f"1..{len(passed)}")
    return not all(passed)


sys.exit(main())
