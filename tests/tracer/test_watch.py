#!/usr/bin/env python3
"""`troupe watch` from end to end, without a display (TAP).

    test_watch.py TROUPE TEMPLATE

A program is written, watched, and saved again; what is asked is what was said in between, so no
case waits for a clock.  The environment is that of `./run shell`.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

TROUPE, TEMPLATE = (str(Path(argument).resolve()) for argument in sys.argv[1:3])
SECONDS_MAX = 60

PROGRAM = """\
#include <stdio.h>
#include <troupe.h>
static int amain(void *arg)
{
    (void)arg;
    puts("%s");
    return troupe_sleep(%s);
}
int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
"""


class Watch:
    """The command at work in a folder; `with Watch(folder, words...) as watch`."""

    def __init__(self, folder, *words):
        self.folder = Path(folder)
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir()
        env = {name: value for name, value in os.environ.items()
               if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        self.process = subprocess.Popen(
            [TROUPE, "watch", *words], cwd=folder, text=True,
            env={**env, "TMPDIR": str(self.temporary), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.alarm = threading.Timer(SECONDS_MAX, self.process.terminate)

    def __enter__(self):
        self.alarm.start()
        return self

    def __exit__(self, *_):
        self.alarm.cancel()
        self.process.terminate()
        self.process.communicate(timeout=SECONDS_MAX)

    def says(self, *parts):
        """Everything it says until these have been said, in this order."""
        heard = []
        for part in parts:
            while not heard or part not in heard[-1]:
                line = self.process.stdout.readline()
                assert line, f"it never says {part!r}:\n{''.join(heard)}"
                heard.append(line)
        return "".join(heard)

    def ends(self):
        """It ends as it should when it is asked to, and leaves nothing."""
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=SECONDS_MAX)
        assert self.process.returncode == 0, f"it ends with {self.process.returncode}:\n{said}"
        left = list(self.temporary.iterdir())
        assert not left, f"it leaves {left}"


def save(path, text):
    """As editors do: another file takes the place of the old one."""
    fresh = path.with_suffix(".saving")
    fresh.write_text(text, encoding="utf-8")
    fresh.rename(path)


def a_saved_program_runs_again(folder):
    source, trace = folder / "solo.c", folder / "run.json"
    save(source, PROGRAM % ("first", "TROUPE_MS(1)"))
    with Watch(folder, "--output", "run.json", "solo.c") as watch:
        watch.says("saving solo.c runs it again", "first", "main")
        before = trace.stat().st_ino
        save(source, (PROGRAM % ("second", "TROUPE_MS(1)")).replace('");', '")'))
        said = watch.says("solo.c does not compile")
        assert "solo.c:6" in said, said
        words = (folder / "run.json.error").read_text(encoding="utf-8").splitlines()
        assert words[0] == "solo.c does not compile.", words
        assert words[1].startswith("line 6: expected ';'"), words
        assert 'puts("second")' in words[2], words
        assert trace.stat().st_ino == before, "the run before is gone"
        save(source, PROGRAM % ("macro", "1, 2, 3"))  # the error is in a macro of ours
        watch.says("solo.c does not compile")
        words = (folder / "run.json.error").read_text(encoding="utf-8").splitlines()
        assert words[1].startswith("line 7: too many arguments"), words
        assert "troupe_sleep(1, 2, 3)" in words[2], words
        save(source, PROGRAM % ("third", "TROUPE_MS(1)"))
        watch.says("third", "main")
        assert trace.stat().st_ino != before
        assert not (folder / "run.json.error").exists(), "the complaint has stayed"
        assert "third" in trace.read_text(encoding="utf-8"), "its source is not in the trace"
        watch.ends()
    assert trace.exists() and not (folder / "run.json.next").exists()


def a_run_that_goes_on_is_ended_by_a_save(folder):
    source = folder / "solo.c"
    save(source, PROGRAM % ("for ever", "TROUPE_FOREVER"))
    with Watch(folder, "solo.c") as watch:
        watch.says("solo runs")
        save(source, PROGRAM % ("and now", "TROUPE_MS(1)"))
        watch.says("solo runs", "and now")
        save(source, (PROGRAM % ("badly", "-1")).replace("return troupe_sleep", "return -7 + 0 *"))
        watch.says("badly", "solo ended with status 1.")
        save(source, PROGRAM % ("for ever", "TROUPE_FOREVER"))
        watch.says("solo runs")
        watch.ends()


def a_makefile_builds_its_program(folder):
    (folder / "dinner").mkdir()
    for name in ("program.c", "Makefile"):
        text = (Path(TEMPLATE) / name).read_text(encoding="utf-8").replace("@NAME@", "dinner")
        (folder / "dinner" / name.replace("program", "dinner")).write_text(text, encoding="utf-8")
    with Watch(folder, "dinner/dinner.c") as watch:
        watch.says("Ann is done", "Ann")
        makefile = folder / "dinner" / "Makefile"
        save(makefile, makefile.read_text(encoding="utf-8").replace("CFLAGS ?= ", "CFLAGS ?= -X! "))
        save(folder / "dinner" / "dinner.c", "#error not yet\n")
        watch.says("dinner.c does not compile.")
        watch.ends()
    assert (folder / "dinner" / "dinner").exists()


def a_program_of_python_needs_no_compiler(folder):
    source = folder / "solo.py"
    save(source, "import asyncio\nasyncio.run(asyncio.sleep(0.01))\nprint('slept')\n")
    with Watch(folder, "solo.py") as watch:
        watch.says("slept", "printed: slept")
        save(source, "print('only this'\n")
        watch.says("SyntaxError", "solo ended with status 1.")
        watch.ends()


def what_cannot_be_watched_is_refused(folder):
    for word, why in (("none.c", "No such file"), ("prog", "no source of C or Python")):
        process = subprocess.run([TROUPE, "watch", word], cwd=folder, text=True, check=False,
                                 capture_output=True, timeout=SECONDS_MAX)
        assert process.returncode == 2 and why in process.stderr, process
        assert word in process.stderr and process.stderr.count("\n") == 1, process


CASES = [a_saved_program_runs_again, a_run_that_goes_on_is_ended_by_a_save,
         a_makefile_builds_its_program, a_program_of_python_needs_no_compiler,
         what_cannot_be_watched_is_refused]


def main():
    missing = [name for name in ("cc", "make", "pkg-config") if not shutil.which(name)]
    failed = 0
    print(f"1..{len(CASES)}")
    for number, case in enumerate(CASES, 1):
        if missing:
            print(f"ok {number} - {case.__name__} # SKIP {missing[0]} is not installed")
            continue
        try:
            with tempfile.TemporaryDirectory() as folder:
                case(Path(folder))
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            failed += 1
            text = str(error).replace("\n", "\n# ")
            print(f"not ok {number} - {case.__name__}\n# {text}")
        else:
            print(f"ok {number} - {case.__name__}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
