#!/usr/bin/env python3
"""troupe-view as people call it (TAP): pictures without a display, messages, exit codes, a window.

    test_program.py TROUPE_VIEW TRACE

The window is opened on a virtual display of its own; without Xvfb and xdotool that case is skipped.
"""

import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

from display import SECONDS_MAX, Display, becomes_idle, environment, run_cases

PROGRAM, TRACE = (str(Path(argument).resolve()) for argument in sys.argv[1:3])


def call(*arguments, **options):
    options.setdefault("env", environment())
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, check=False,
                          timeout=SECONDS_MAX, **options)


def shoot(folder, *arguments, name="out.png"):
    path = Path(folder) / name
    process = call(TRACE, "--screenshot", path, *arguments)
    assert process.returncode == 0, process.stderr.decode()
    assert process.stderr == b"", process.stderr.decode()
    return path.read_bytes()


def picture(data):
    """Width, height and the raw rows of a PNG."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n", data[:8]
    width, height = struct.unpack(">II", data[16:24])
    chunks, at = b"", 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        chunks += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    return width, height, zlib.decompress(chunks)


def fails(process, code, *words):
    """It failed with this code and one sentence that has these words."""
    text = process.stderr.decode()
    assert process.returncode == code, (process.returncode, text)
    assert text.count("\n") == 1 and text.startswith("troupe-view: "), text
    for word in words:
        assert word in text, f"{word!r} is not in {text!r}"
    assert process.stdout == b"", process.stdout


def pictures_have_the_size_that_was_asked_for(folder):
    for size in ("640x360", "1280x720", "1920x1080"):
        width, height, rows = picture(shoot(folder, "--size", size))
        assert f"{width}x{height}" == size, (width, height)
        assert len(rows) == height * (width * 3 + 1)
        assert len(set(rows)) > 50, "hardly anything is drawn"
    assert picture(shoot(folder))[:2] == (1280, 720)


def the_same_call_gives_the_same_bytes(folder):
    options = ("--axis", "folded", "--theme", "dark")
    assert shoot(folder, *options) == shoot(folder, *options, name="again.png")


def options_change_the_picture(folder):
    seen = {}
    for theme in ("light", "dark"):
        for axis in ("time", "step", "folded"):
            seen[shoot(folder, "--theme", theme, "--axis", axis)] = (theme, axis)
    seen[shoot(folder, "--scale", "1.5")] = "scale"
    assert len(seen) == 7, "two of them look alike"
    assert seen[shoot(folder)] == ("light", "folded"), "it opens on another view"


def the_ending_says_what_is_written(folder):
    out = {}
    for ending in ("svg", "html", "txt"):
        path = Path(folder) / f"out.{ending}"
        process = call(TRACE, "--screenshot", path)
        assert process.returncode == 0 and process.stderr == b"", process.stderr
        out[ending] = path.read_text(encoding="utf-8")
    for text in out.values():
        assert "count#2" in text and "concurrent, not parallel" in text
    assert out["svg"].startswith("<svg ") and out["html"].startswith("<!DOCTYPE html>")
    assert "http" not in out["html"], "the page needs the network"
    process = call(TRACE, "--screenshot", "-.txt")
    assert process.stdout.decode() == out["txt"]
    blank = call(TRACE, "--blank", "--screenshot", "-.txt").stdout.decode()
    assert "count#2" in blank and "sleep" not in blank
    fails(call(TRACE, "--screenshot", Path(folder) / "out.gif"), 2, ".svg", "out.gif")


def each_run_of_a_picture_has_the_titles_of_its_own(folder):
    other = Path(__file__).parent.parent / "tracer" / "data" / "philosophers.json"
    path = Path(folder) / "out.svg"
    assert call(TRACE, other, "--screenshot", path).returncode == 0
    titles = [line.split("<title>")[1] for line in path.read_text(encoding="utf-8").splitlines()
              if "<title>" in line]
    for name in ("count#2", "Plato"):
        assert any(title.startswith(name) for title in titles), f"no title of {name}"


def a_script_drives_it_and_tells_its_state(folder):
    script = Path(folder) / "script.txt"
    script.write_text("# to the longest run\nkey L\ndump\nkey /\ntype Two\nkey Enter\ndump\n"
                      f"wheel 640 300 2\nshot {folder}/shot.png\n", encoding="utf-8")
    process = call(TRACE, "--script", script)
    assert process.returncode == 0, process.stderr
    states = [json.loads(line) for line in process.stdout.decode().splitlines()]
    assert states[0]["state"] == "run" and states[0]["actor"] == "count#1", states[0]
    assert states[1]["notice"].startswith("Hit 1 of 3"), states[1]
    assert picture((Path(folder) / "shot.png").read_bytes())[:2] == (1280, 720)
    script.write_text("key L\nfly away\n", encoding="utf-8")
    fails(call(TRACE, "--script", script), 1, "line 2", "fly away")


def a_trace_can_come_from_standard_input(folder):
    path = Path(folder) / "stdin.png"
    with open(TRACE, "rb") as trace:
        process = call("-", "--screenshot", path, stdin=trace)
    assert process.returncode == 0, process.stderr
    assert path.read_bytes() == shoot(folder)


def help_and_version_succeed(_):
    process = call("--help")
    assert process.returncode == 0 and b"--screenshot OUT.png" in process.stdout
    assert max(map(len, process.stdout.split(b"\n"))) <= 80
    process = call("--version")
    assert process.returncode == 0 and process.stdout.startswith(b"troupe-view ")


def a_wrong_command_line_is_refused(folder):
    fails(call(), 2, "which trace?")
    fails(call("--nonsense"), 2, "--nonsense")
    fails(call(*[TRACE] * 5), 2, "four traces")
    fails(call(TRACE, "--size", "12"), 2, "--size", "12")
    fails(call(TRACE, "--size", "99999x720"), 2, "99999x720")
    fails(call(TRACE, "--theme", "pink"), 2, "light, dark, contrast or print", "pink")
    fails(call(TRACE, "--axis", "y"), 2, "time, step or folded")
    fails(call(TRACE, "--scale", "0"), 2, "--scale")
    fails(call(TRACE, "--screenshot"), 2, "--screenshot")
    fails(call(TRACE, "--goal", "fail"), 2, "--schedule")
    fails(call(TRACE, "--from", "2s", "--until", "1s"), 2, "--from")
    for part in ("--from", "99s"), ("--until", "1ns"):
        fails(call(TRACE, *part, "--screenshot", Path(folder) / "x.png"), 1,
              "nothing happened then", "1.000 s")
    assert not list(Path(folder).iterdir())


def a_lesson_needs_its_runs(folder):
    lesson = Path(folder) / "lesson.txt"
    lesson.write_text("title T\npanel a: b\nask Why?\nright So: S.\nwrong No: N.\n",
                      encoding="utf-8")
    script = Path(folder) / "script"
    script.write_text("dump\nkey 1\nkey Enter\ndump\nkey Enter\ndump\n", encoding="utf-8")
    process = call(TRACE, "--lesson", lesson, "--script", script)
    assert process.returncode == 0, process.stderr
    stages = [json.loads(line).get("lesson") for line in process.stdout.splitlines()]
    assert stages == ["asked", "told", None], stages
    shot = ("--screenshot", Path(folder) / "x.png")
    fails(call(TRACE, TRACE, "--lesson", lesson, *shot), 1, "1 panel", "2 runs")
    fails(call("--live", TRACE, "--lesson", lesson), 2, "--lesson", "--live")
    fails(call(TRACE, "--lesson", Path(folder) / "none.txt", *shot), 1, "none.txt")
    lesson.write_text("nonsense\n", encoding="utf-8")
    fails(call(TRACE, "--lesson", lesson, *shot), 1, "line 1", "nonsense")


def what_is_not_a_trace_is_refused(folder):
    missing = Path(folder) / "missing.json"
    fails(call(missing, "--screenshot", "x.png"), 1, "missing.json")
    other = Path(folder) / "other.json"
    other.write_text("this is not a trace\n")
    fails(call(other, "--screenshot", "x.png"), 1, "other.json")


def what_is_wrong_with_the_next_run_is_shown(folder):
    trace = Path(folder) / "run.json"
    trace.write_bytes(Path(TRACE).read_bytes())
    for words in ("solo.c does not compile.", None):
        out = Path(folder) / "out.txt"
        if words:
            Path(f"{trace}.error").write_text(f"{words}\nline 6: ...\n", encoding="utf-8")
        else:
            Path(f"{trace}.error").unlink()
        process = call("--live", trace, "--screenshot", out)
        assert process.returncode == 0, process.stderr.decode()
        text = out.read_text(encoding="utf-8")
        assert ("solo.c does not compile." in text) == bool(words), text


def a_file_that_cannot_be_written_is_named(folder):
    path = Path(folder) / "no" / "such" / "folder.png"
    fails(call(TRACE, "--screenshot", path), 1, "folder.png")


def without_a_display_the_other_ways_are_named(_):
    fails(call(TRACE), 1, "no display", "--screenshot", "troupe show")


def without_fonts_the_package_is_named(folder):
    config = Path(folder) / "fonts.conf"
    config.write_text("<fontconfig><cachedir>none</cachedir></fontconfig>\n")
    process = call(TRACE, "--screenshot", "x.png", env=environment(FONTCONFIG_FILE=str(config)))
    fails(process, 1, "fonts-dejavu-core")


def a_window_opens_obeys_and_quits(folder):
    display = Display(folder)
    try:
        with subprocess.Popen([PROGRAM, TRACE], env=display.env) as viewer:
            try:
                display.xdotool("search", "--sync", "--onlyvisible", "--name", "troupe-view")
                assert becomes_idle(viewer), "it never rests"
                for chord in ("question", "Escape", "Tab", "w", "d", "BackSpace", "plus", "0",
                              "Left", "ctrl+plus", "ctrl+0", "t", "1"):
                    assert display.changes("key", chord), f"{chord} changes nothing"
                display.xdotool("mousemove", "600", "400")
                assert display.changes("click", "4"), "the wheel changes nothing"
                assert display.changes("mousedown", "1", "mousemove", "500", "390", "mouseup", "1")
                assert becomes_idle(viewer), "it does not come to rest"
                display.xdotool("key", "q")
                assert viewer.wait(SECONDS_MAX) == 0
            finally:
                viewer.kill()
    finally:
        display.close()


CASES = [pictures_have_the_size_that_was_asked_for, the_same_call_gives_the_same_bytes,
         options_change_the_picture, a_trace_can_come_from_standard_input,
         the_ending_says_what_is_written, each_run_of_a_picture_has_the_titles_of_its_own,
         a_script_drives_it_and_tells_its_state,
         help_and_version_succeed, a_wrong_command_line_is_refused,
         a_lesson_needs_its_runs, what_is_not_a_trace_is_refused,
         what_is_wrong_with_the_next_run_is_shown, a_file_that_cannot_be_written_is_named,
         without_a_display_the_other_ways_are_named,
         without_fonts_the_package_is_named, a_window_opens_obeys_and_quits]


if __name__ == "__main__":
    sys.exit(run_cases(CASES))
