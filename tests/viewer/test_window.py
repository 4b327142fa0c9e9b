#!/usr/bin/env python3
"""What people do in the viewer's window, from end to end (TAP): keys and pointer go in through the
display, and what the picture says then is saved with F9 and read.

    test_window.py TROUPE_VIEW TRACE EXAMPLE_COUNT TROUPE

Without Xvfb and xdotool all cases are skipped.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from display import SECONDS_MAX, Display, Skip, becomes_idle, run_cases

PROGRAM, TRACE, COUNT, TROUPE = (str(Path(argument).resolve()) for argument in sys.argv[1:5])


class Window:
    """The viewer in a window of its own; `with Window(folder, arguments...) as window`."""

    def __init__(self, folder, *arguments, program=PROGRAM):
        self.folder = Path(folder)
        self.display = Display(folder)
        self.process = subprocess.Popen([program, *arguments], env=self.display.env, cwd=folder,
                                        stdout=subprocess.DEVNULL)

    def __enter__(self):
        self.display.xdotool("search", "--sync", "--onlyvisible", "--name", "troupe-view")
        assert becomes_idle(self.process), "it never rests"
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(SECONDS_MAX)
        self.display.close()

    def count(self):
        """How many windows there are."""
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "troupe-view"],
                               env=self.display.env, stdout=subprocess.PIPE, text=True,
                               timeout=SECONDS_MAX, check=False)
        return len(found.stdout.split())

    def command_of_another(self):
        """The command line of a viewer that this one has started on this display."""
        here = f"DISPLAY={self.display.env['DISPLAY']}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_text(encoding="utf-8").split("\0")[:-1]
                shown = here in (process / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if shown and words[:1] == ["troupe-view"]:
                return words
        raise AssertionError("there is no other viewer")

    def keys(self, *chords):
        for chord in chords:
            self.display.xdotool("key", chord)

    def pointer(self, x, y, *then):
        """Moves the pointer to a place in the window."""
        self.display.xdotool("search", "--onlyvisible", "--name", "troupe-view", "mousemove",
                             "--window", "%1", str(x), str(y), *then)

    def type(self, text):
        self.display.xdotool("type", "--delay", "30", text)

    def picture(self):
        """What the picture says."""
        number = len(list(self.folder.glob("*-*.txt"))) + 1
        self.keys("F9")
        for _ in range(10 * SECONDS_MAX):
            for path in self.folder.glob(f"*-{number}.txt"):
                text = path.read_text(encoding="utf-8")
                if text.endswith("\n") and text.count("\n") > 40:
                    return text
            time.sleep(0.1)
        raise AssertionError("F9 saved nothing")

    def says(self, *words):
        """The picture says all of these, sooner or later."""
        text = ""
        for _ in range(20):
            text = self.picture()
            if all(word in text for word in words):
                return text
            time.sleep(0.2)
        raise AssertionError(f"{words} are not all in\n{text}")


def it_opens_and_zooms_and_goes_back(folder):
    with Window(folder, TRACE) as window:
        first = window.says("count#3", "concurrent, not parallel")
        assert "Saved as" not in window.picture(), "a picture tells of the one before it"
        window.keys("w", "w", "w")
        assert window.picture() != first
        window.keys("BackSpace")
        assert window.picture() == first, "back is another place"


def a_search_goes_to_what_it_finds(folder):
    with Window(folder, TRACE) as window:
        window.keys("slash")
        window.type("Two")
        window.keys("Down", "Down", "Return")
        window.says("count#3, second run")
        window.keys("F3")
        window.says("count#1, second run")


def enter_jumps_to_the_waker(folder):
    with Window(folder, TRACE) as window:
        window.keys("Home")
        window.says("count#1, first run")
        window.keys("Return")
        window.says("main, first run")
        window.keys("alt+Left")
        window.says("count#1, first run")


def a_drag_selects_a_range(folder):
    with Window(folder, TRACE) as window:
        window.pointer(300, 180, "mousedown", "1")
        window.pointer(600, 180)
        window.pointer(700, 180, "mouseup", "1")
        window.says("actors: ran", "runs: half within")
        window.keys("Escape")
        assert "half within" not in window.picture()


def space_plays_to_the_end(folder):
    with Window(folder, TRACE) as window:
        window.keys("Escape", "greater", "greater", "greater", "greater", "space")
        for _ in range(100):
            if "At 1.000 4" in window.picture():
                return
            time.sleep(0.2)
        raise AssertionError("it never comes to the end")


def two_traces_stand_side_by_side(folder):
    other = Path(folder) / "other.json"
    other.write_bytes(Path(TRACE).read_bytes())
    with Window(folder, TRACE, str(other)) as window:
        window.says("2 runs", "other.json", "count.json", "C concurrency")


def another_trace_is_opened_and_a_wrong_one_named(folder):
    with Window(folder, TRACE) as window:
        (Path(folder) / "broken.json").write_text("hello\n", encoding="utf-8")
        window.keys("ctrl+o")
        window.type("broken.json")
        window.keys("Return")
        window.says("broken.json", "count#3")


def a_program_is_followed_as_it_runs(folder):
    with Window(folder, "--live", "--", COUNT) as window:
        window.says("count#3", "Two")
        window.keys("q")
        assert window.process.wait(SECONDS_MAX) == 0


def a_program_is_watched_as_it_is_written(folder):
    source = Path(folder) / "solo.c"
    text = """#include <stdio.h>
        #include <troupe.h>
        static int amain(void *arg) { (void)arg; puts("first"); return troupe_sleep(1000); }
        int main(void) { return troupe_run(amain, NULL); }
        """
    if not shutil.which("cc") or not shutil.which("pkg-config"):
        raise Skip("cc or pkg-config is not installed")
    source.write_text(text, encoding="utf-8")
    with Window(folder, "watch", "solo.c", program=TROUPE) as window:
        window.says("solo", "first")
        source.write_text(text.replace(";", " !;", 1), encoding="utf-8")
        window.says("solo.c does not compile.", "line 3: ", "first")
        source.write_text(text.replace("first", "second"), encoding="utf-8")
        assert "does not compile" not in window.says("second")
        window.keys("q")
        assert window.process.wait(SECONDS_MAX) == 0
    # a program that has never compiled is told in a window, too
    source.write_text(text.replace(";", " !;", 1), encoding="utf-8")
    with Window(folder, "watch", "solo.c", program=TROUPE) as window:
        window.says("solo.c does not compile.", "line 3: ", "Nothing ran.")
        source.write_text(text.replace("first", "third"), encoding="utf-8")
        assert "does not compile" not in window.says("third")
        window.keys("q")
        assert window.process.wait(SECONDS_MAX) == 0


def only_a_pointer_that_moves_points(folder):
    with Window(folder, TRACE) as window:
        opened = window.display.pixels()
        window.display.xdotool("mousemove", "640", "799")  # below the window
        assert becomes_idle(window.process)
        assert window.display.pixels() == opened, "it tells what it was opened below"
        window.display.xdotool("mousemove", "640", "400")
        assert window.display.changes("mousemove", "641", "400"), "it tells nothing"
        window.display.xdotool("mousemove", "642", "400")
        assert becomes_idle(window.process)
        pointed = window.display.pixels()
        window.keys("shift")  # is no key of its own
        assert becomes_idle(window.process)
        assert window.display.pixels() == pointed, "Shift takes it away"
        window.keys("period")
        assert becomes_idle(window.process)
        assert window.display.pixels() != pointed, "a key leaves it there"


def another_window_shows_the_same(folder):
    with Window(folder, TRACE) as window:
        window.keys("3", "w", "w", "ctrl+n")
        for _ in range(10 * SECONDS_MAX):
            if window.count() == 2:
                break
            time.sleep(0.1)
        assert window.count() == 2
        shown = window.command_of_another()
        assert shown[1] == TRACE and shown[3] == "step" and shown[6:7] == ["--from"], shown
        window.process.terminate()
        assert window.process.wait(SECONDS_MAX) == 0
        assert window.count() == 1, "the other window has gone, too"


def marks_and_the_look_are_kept(folder):
    trace = Path(folder) / "run.json"
    trace.write_bytes(Path(TRACE).read_bytes())
    with Window(folder, str(trace)) as window:
        window.keys("Home", "b")
        window.type("mind this")
        window.keys("Return", "t")
        window.says("mind this")
        window.keys("q")
        assert window.process.wait(SECONDS_MAX) == 0
    assert "mind this" in (Path(folder) / "run.json.notes").read_text(encoding="utf-8")
    kept = json.loads((Path(folder) / "troupe" / "view.json").read_text(encoding="utf-8"))
    assert kept["theme"] == "dark" and kept["recent"] == [str(trace.resolve())], kept
    with Window(folder, str(trace)) as window:
        window.says("mind this")


def lessons_are_answered_and_told(folder):
    # the lesson, the keys, and what is said only before and only afterwards
    played = [("one-hand", ["a"], ["B", "1 s"], ["You said: 3 s.", "said: 3 s", "Right is: 1 s."]),
              ("frozen-loop", ["2"], ["C", "3 s"], ["You are right: 2 s.", "H = "]),
              ("order", ["Right", "shift+Right"], ["A", "one, two, three"],
               ["You said: two, one, three.", "It was two, three, one:"]),
              ("polgar", ["c"], ["A", "12 hours"],
               ["You said: Half an hour.", "Right is: 1 hour."])]
    for lesson, keys, before, after in played:
        with Window(folder, "demo", lesson, program=TROUPE) as window:
            asked = window.says(*before)
            assert not any(words in asked for words in after), asked
            assert "concurrent" not in asked, asked
            window.keys("Return")
            window.says("Choose an answer first")
            window.keys(*keys, "Return")
            window.says(*after)
            window.keys("Return")  # into the run
            assert after[0] not in window.says("concurrent")
            window.keys("q")
            assert window.process.wait(SECONDS_MAX) == 0
    kept = (Path(folder) / "troupe" / "answers.tsv").read_text(encoding="utf-8").splitlines()
    assert [line.split("\t")[1:4] for line in kept] == [
        ["01-one-hand", "A", "wrong"], ["03-frozen-loop", "B", "right"],
        ["06-order", "two, one, three", "wrong"], ["10-polgar", "C", "wrong"]], kept


CASES = [it_opens_and_zooms_and_goes_back, only_a_pointer_that_moves_points,
         a_search_goes_to_what_it_finds, enter_jumps_to_the_waker, a_drag_selects_a_range,
         space_plays_to_the_end,
         two_traces_stand_side_by_side, another_trace_is_opened_and_a_wrong_one_named,
         a_program_is_followed_as_it_runs, a_program_is_watched_as_it_is_written,
         another_window_shows_the_same, marks_and_the_look_are_kept,
         lessons_are_answered_and_told]


if __name__ == "__main__":
    sys.exit(run_cases(CASES))
