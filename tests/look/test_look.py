#!/usr/bin/env python3
"""What `troupe ps` and `troupe bt` say of a process that is running (TAP).

    test_look.py TOOL PROGRAM TAMPERED

PROGRAM has actors in each of their states and says when they are there; see waiting_room.c.
TAMPERED says of itself what is not so; see tampered.c.
"""

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

TIME_LIMIT_S = 60
TOOL, PROGRAM, TAMPERED = sys.argv[1:4]
# Lines of the program are named by what stands there, so that the text below can be read.
SOURCE = Path(__file__).with_name("waiting_room.c").read_text().splitlines()

ACTORS = """\
main <0.0.1> waits for another actor to end: blocker <0.6.1>, at {troupe_join(pid}
clerk <0.1.1> waits for a message, spawned at {troupe_spawn_handler(clerk}
sleeper <0.2.1> sleeps until its deadline, at {troupe_sleep(}, spawned at {scope, sleeper,}
reader <0.3.1> waits for a message, at {troupe_recv_tag}, spawned at {scope, reader,}; 2 messages
caller <0.4.1> waits for the answer to its request: reader <0.3.1>, at {troupe_call}, spawned at \
{scope, caller,}
locker <0.5.1> waits for a lock: main <0.0.1>, at {return troupe_mutex_lock}, spawned at \
{scope, locker,}
blocker <0.6.1> is running, spawned at {fn = blocker}
"""

CALLS = {
    "main": ["in troupe_join", "in amain, at {troupe_join(pid}"],
    "clerk": ["it has no stack at this moment"],
    "sleeper": ["in troupe_sleep", "in sleeper, at {troupe_sleep(}"],
    "reader": ["in troupe_recv_tag", "in reader, at {troupe_recv_tag}"],
    "caller": ["in troupe_call", "in deep, at {troupe_call}", "in deep, at {deep(depth - 1)}",
               "in deep, at {deep(depth - 1)}", "in caller, at {return deep(2)}"],
    "locker": ["in locker, at {return troupe_mutex_lock}"],
    "blocker": ["in read", "in blocker, at {return read(}"],
}


def with_lines(text):
    """The text with {part of a line} as "waiting_room.c:LINE"."""
    def line_of(match):
        lines = [n for n, line in enumerate(SOURCE, 1) if match[1] in line]
        assert len(lines) == 1, f"{match[1]} is in lines {lines}"
        return f"waiting_room.c:{lines[0]}"
    return re.sub(r"\{(.*?)\}", line_of, text)


def expected_calls():
    lines = []
    for line in with_lines(ACTORS).splitlines():
        lines.append(line)
        lines += ["  " + with_lines(call) for call in CALLS[line.split()[0]]]
    return "".join(line + "\n" for line in lines)


def tool(*words, keep_ages=False):
    """(output, errors, code), with files named without their folders, and calls of the system's as
    they are without a sanitizer."""
    done = subprocess.run([TOOL, *map(str, words)], text=True, capture_output=True,
                          timeout=TIME_LIMIT_S, check=False)
    out = done.stdout
    if not keep_ages:
        out = re.sub(r", for \d+\.\d s", "", out)  # how long it takes to come here
    out = re.sub(r"[^\s(]*/(\w+\.c:)", r"\1", out).replace("in interceptor_", "in ")
    return out, done.stderr, done.returncode


def actors_are_listed(pid):
    return tool("ps", pid), (with_lines(ACTORS), "", 0)


def calls_are_listed(pid):
    return tool("bt", pid), (expected_calls(), "", 0)


def the_tree_is_drawn(pid):
    """Each actor below main, who has spawned all of them."""
    lines = [re.sub(r", (?:at|spawned at) .*", "", line).split(";")[0]
             for line in with_lines(ACTORS).splitlines()]
    tree = "".join(f"{line}\n" if number == 0 else f"  {line}\n"
                   for number, line in enumerate(lines))
    return tool("tree", pid), (tree, "", 0)


def one_actor_is_found_by_name_or_pid(pid):
    line = with_lines(ACTORS).splitlines()[3] + "\n"
    return (tool("ps", pid, "reader"), tool("ps", pid, "<0.3.1>")), ((line, "", 0), (line, "", 0))


def an_actor_that_is_not_there_is_told(pid):
    return (tool("ps", pid, "nobody"), ("", f'troupe: process {pid} has no actor "nobody"\n', 1))


def a_process_without_actors_is_told(_pid):
    pid = os.getpid()
    return tool("ps", pid), ("", f"troupe: process {pid}: it does not use Troupe, or it has been "
                                 "stripped of its symbols\n", 1)


def what_is_no_process_is_told(_pid):
    words = [tool("bt", word) for word in ("0", "x", "7up")]
    return words, [("", f'troupe: "{word}" is neither the number of a process nor a core file\n',
                    2)
                   for word in ("0", "x", "7up")]


def waits_have_an_age(pid):
    for _ in range(TIME_LIMIT_S * 1000000):
        done = subprocess.run([TOOL, "ps", str(pid)], text=True, capture_output=True, check=False)
        aged = re.findall(r"^(\w+) .*, for \d+\.\d s", done.stdout, re.M)
        if len(aged) == 5:
            break
    return aged, ["main", "sleeper", "reader", "caller", "locker"]


TABLE = """\
waiting_room, process {pid}: 7 actors on 2 loops
loop 0: 0 turns a second; actors have it 100 % of the time, and compute 0 %
loop 1: 0 turns a second; actors have it 0 % of the time, and compute 0 %
 RUNS   CPU   TURNS/S   MAIL    WAITED  ACTOR
100 %   0 %         0      0         -  blocker <0.6.1> is running
and 6 more
"""


def top_tells_who_has_the_loop(pid):
    """And who has most mail, or who is first by name, if that is asked."""
    words = ["top", "--count", 1, "--every", 50, "--rows", 1, pid]
    others = [tool(*words, "--sort", column)[0].splitlines()[4].split("  ")[-1].split()[0]
              for column in ("mail", "name")]
    return (tool(*words), others), ((TABLE.format(pid=pid), "", 0), ["reader", "blocker"])


def top_goes_by_keys(pid):
    """On a terminal: one table, then what the key sorts by, until q."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(TOOL, [TOOL, "top", "--every", "50", str(pid)])
    seen, keys = "", ["n", "q"]
    while True:
        try:
            seen += os.read(terminal, 65536).decode()
        except OSError:
            break
        if keys and f"now by {'runs' if keys[0] == 'n' else 'name'})" in seen:
            os.write(terminal, keys.pop(0).encode())
    names = re.findall(r"%  +\d+ +\d+ +\S+(?: s)?  (\w+)", seen.split("now by name)")[-1])
    return (names, os.waitpid(child, 0)[1], seen.endswith("\x1b[?1049l")), \
        (sorted(CALLS), 0, True)


def a_column_that_is_not_there_is_told(pid):
    return tool("top", "--sort", "age", pid), \
        ("", 'troupe: --sort cannot be "age"; did you mean "name"?\n', 2)


def the_process_goes_on_unharmed(process):
    process.stdin.close()
    process.wait(TIME_LIMIT_S)
    return process.returncode, 3  # the others wait for ever: it says so and ends


def report(number, check, argument):
    found, expected = check(argument)
    name = check.__name__
    print(f"{'ok' if found == expected else 'not ok'} {number} - {name}")
    if found != expected:
        for what, value in (("expected", expected), ("found", found)):
            print(f"# {what}:")
            for line in str(value).replace("\\n", "\n").splitlines():
                print(f"#   {line}")
    return found == expected


def a_table_is_not_trusted(_pid):
    """A process whose table has been tampered with is looked at without harm."""
    with subprocess.Popen([TAMPERED], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as process:
        assert process.stdout.readline() == "ready\n"
        return ([tool(command, process.pid) for command in ("ps", "bt", "tree")],
                [("", f"troupe: process {process.pid} runs no actors at this moment\n", 1)] * 3)


def main():
    checks = [actors_are_listed, calls_are_listed, the_tree_is_drawn,
              one_actor_is_found_by_name_or_pid,
              an_actor_that_is_not_there_is_told, a_process_without_actors_is_told,
              what_is_no_process_is_told, top_tells_who_has_the_loop,
              top_goes_by_keys, a_column_that_is_not_there_is_told,
              waits_have_an_age, a_table_is_not_trusted]
    if b"__asan_init" in Path(PROGRAM).read_bytes():
        checks.remove(calls_are_listed)  # a sanitizer's own are among them
    os.environ["TROUPE_TIMES"] = "1"  # so that turns are counted
    with subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        wait_until_blocked(process.pid)
        if "may not be read" in tool("ps", process.pid)[1]:
            process.send_signal(signal.SIGKILL)
            print("1..0 # SKIP the system does not let one process look at another")
            return 0
        passed = [report(number, check, process.pid) for number, check in enumerate(checks, 1)]
        passed.append(report(len(checks) + 1, the_process_goes_on_unharmed, process))
    print(f"1..{len(passed)}")
    return not all(passed)


def wait_until_blocked(pid):
    """Until the first thread waits in the system for its input to end (read is call 0 or 63)."""
    for _ in range(TIME_LIMIT_S * 1000000):
        if Path(f"/proc/{pid}/syscall").read_text().split()[:2] in (["0", "0x0"], ["63", "0x0"]):
            return
    raise TimeoutError


if __name__ == "__main__":
    sys.exit(main())
