#!/usr/bin/env python3
"""Runs every lesson and holds its runs to what it expects of them (TAP).

    run_lessons.py TOOL LESSONS SOLUTIONS

A lesson's times are those of its sleeps, and have room above; how much faster several processors
are is never expected.
"""

import gzip
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# All recorded runs together: what a folder of lessons may weigh.
RECORDED_BYTES_MAX = 1_050_000

LESSON_PAGES = Path(__file__).resolve().parents[2] / "docs" / "lessons"

# Several at a time: most of a lesson is sleep, and what it expects holds of runs that are late.
AT_ONCE = 4
TIME_LIMIT_S = 120


def run(tool, *words, **environment):
    """(what is wrong as lines, what was printed)"""
    process = subprocess.run([tool, "demo", *words], text=True, capture_output=True,
                             env={**os.environ, **environment},
                             stdin=subprocess.DEVNULL, timeout=TIME_LIMIT_S, check=False)
    lines = process.stdout.splitlines() + process.stderr.splitlines()
    wrong = [f"it ended with {process.returncode}", *lines] if process.returncode else []
    return wrong, process.stdout


def check(tool, lesson):
    """its runs are what it expects"""
    return run(tool, "--check", lesson)[0]


def check_shown(tool, lesson):
    """asks, shows and answers in the terminal"""
    wrong, printed = run(tool, "--text", "--answer", "A", lesson)
    expected = ["\n  A  ", "Right is: ", "=> "]
    if "You are right: " in printed:
        expected[1] = "You are right: "
    return wrong or [f"{text!r} is not printed" for text in expected if text not in printed]


def check_recorded(tool, lesson):
    """was recorded as it expects its runs to be"""
    wrong, printed = run(tool, "--recorded", "--check", lesson)
    if ", recorded before" not in printed:
        wrong.append("it does not say that this was recorded before")
    return wrong


def check_without_python(tool, lesson):
    """shows what was recorded if it cannot be run"""
    wrong, printed = run(tool, "--text", "--answer", "A", lesson, PATH="/nowhere")
    for text in ("C, threads: count_threads burn, recorded before", "burn#1", "Right is: "):
        if text not in printed:
            wrong.append(f"{text!r} is not printed")
    return wrong


def check_weight(_, folder):
    """recorded runs are small, and say nothing of where they were made"""
    packed = sorted(folder.glob("*/recorded/*.json.gz"))
    total = sum(path.stat().st_size for path in packed)
    wrong = [f"they have {total} bytes"] if not 0 < total < RECORDED_BYTES_MAX else []
    for path in packed:
        text = gzip.decompress(path.read_bytes()).decode()
        if '"cmd":"/' in text or "TROUPE_TRACE=/" in text or '"../' in text:
            wrong.append(f"{path} says where it was made")
    return wrong


def check_sheets(tool, lesson):
    """becomes a sheet and its key, if there is a viewer to draw them"""
    with tempfile.TemporaryDirectory() as folder:
        wrong, _ = run(tool, "--sheets", folder, lesson)
        if any("troupe-view, which is not installed" in line for line in wrong):
            return []
        sheet, key = ((Path(folder) / f"{lesson}{kind}.html").read_text(encoding="utf-8")
                      for kind in ("", "-key"))
        for page in (sheet, key):
            if page.count("data:image/svg+xml,%3Csvg") != 2:
                wrong.append("it does not hold a picture of each panel")
        if "<b>" in sheet or "<b>" not in key:
            wrong.append("the answer is not in the key alone")
        blank, solved = ((Path(folder) / f"{lesson}{kind}.svg").read_text(encoding="utf-8")
                         for kind in ("", "-key"))
        if "Right is: " in blank or "Right is: " not in solved or "troupe run polgar" not in blank:
            wrong.append("the answer is not in the picture of the key alone")
        for kind in ("", "-key"):
            if (Path(folder) / f"{lesson}{kind}.png").read_bytes()[:4] != b"\x89PNG":
                wrong.append("there is no picture of it")
        return wrong


def check_page(tool, lesson):
    """has a page for who teaches it, as `./run docs` makes it"""
    written = LESSON_PAGES / f"{lesson}.md"
    with tempfile.TemporaryDirectory() as folder:
        wrong, _ = run(tool, "--recorded", "--pages", folder, lesson)
        if any("troupe-view, which is not installed" in line for line in wrong):
            wrong = []
        made = (Path(folder) / f"{lesson}.md").read_text(encoding="utf-8")
        if not written.exists() or written.read_text(encoding="utf-8") != made:
            wrong.append(f"{written.name} in docs/lessons is not that: run `./run docs`")
        if not written.with_suffix(".png").exists():
            wrong.append(f"there is no picture beside {written.name}")
    return wrong


# The exercise of a lesson; a program that does it, one that does not, and the rule that says so.
EXERCISES = [
    ("01-one-hand", "count", "count_sequential", "W < 1.5 s"),
    ("02-staircase", "two_then_one", "count_sequential", "W < 2.1 s"),
    ("03-frozen-loop", "count", "frozen_loop", "count wait sleep = 3"),
    ("04-cpu-hog", "three_loops", "count_sequential", "threads >= 3"),
    ("05-polite-hog", "polite_hog", "count_burn", "C >= 2.5"),
    ("06-order", "as_they_end", "as_they_end in_turn", 'every print "3" before every print "1"'),
    ("07-threads-io", "waits_elsewhere", "frozen_loop", "count wait offload >= 3"),
    ("08-processes-cpu", "own_processes", "count_sequential", "processes >= 4"),
    ("09-gil", "burn_processes.py", "burn_threads.py", "processes >= 4"),
    ("10-polgar", "polgar", "polgar one", "W < 3700 s"),
    ("11-ten-thousand", "hundred_at_once", "ten_thousand 1000", "in-progress <= 101"),
    ("12-lost-update", "lost_update kept", "lost_update", 'count print "100 of 100" = 1'),
    ("13-ping-pong", "ten_at_once", "thousand_pings", "depth >= 10"),
    ("14-flood", "flood 8", "flood", "count wait send by main > 0"),
    ("15-one-loop-server", "server_offloads", "one_loop_server slow", "count wait offload >= 10"),
    ("16-stuck", "answers_first", "stuck", "failed = 0"),
]

# Of these one run is graded, as it is: threads and processes have no virtual time.
AS_THEY_ARE = ("04-cpu-hog", "08-processes-cpu", "09-gil")


def call(tool, *words):
    """(exit status, what was printed)"""
    process = subprocess.run([tool, *words], text=True, capture_output=True, timeout=TIME_LIMIT_S,
                             check=False)
    return process.returncode, process.stdout + process.stderr


def grade(tool, lesson, program):
    """(exit status, report): of one run, or of two with turns by lot"""
    rules = Path(sys.argv[2]) / lesson / "exercise.rules"
    name, *words = program.split()
    places = [Path(tool).resolve().parents[2] / "examples", Path(sys.argv[3]),
              Path(sys.argv[2]).parent / "python"]
    path = next(place / name for place in places if (place / name).exists())
    if lesson not in AS_THEY_ARE:
        return call(tool, "grade", "--seeds", "2", "--limit=100s", "--quiet", rules, "--", path,
                    *words)
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "run.json"
        interpreter = ["python3"] if name.endswith(".py") else []
        call(tool, "run", "--quiet", "-o", trace, "--", *interpreter, path, *words)
        return call(tool, "grade", "--quiet", trace, rules)


def check_exercise(tool, exercise):
    """is graded: who has done it passes, and what is usually wrong is named"""
    lesson, right, wrong, rule = exercise
    passed, report = grade(tool, lesson, right)
    problems = report.splitlines() if passed != 0 else []
    failed, report = grade(tool, lesson, wrong)
    if failed != 1 or rule not in report:
        problems += [f"{wrong} ends with {failed}, and this does not name {rule!r}:",
                     *report.splitlines()]
    return problems


def check_exercises(_, lessons):
    """have an exercise each"""
    return [f"{lesson} has none" for lesson in lessons
            if lesson not in [row[0] for row in EXERCISES]]


def check_list(tool, lessons):
    """are listed by name"""
    wrong, printed = run(tool, "--list")
    return wrong or [f"{lesson} is not listed" for lesson in lessons
                     if f"{lesson[:2]}  {lesson[3:]}" not in printed]


def main():
    tool, folder = sys.argv[1], Path(sys.argv[2])
    os.environ.pop("DISPLAY", None)
    lessons = sorted(path.name for path in folder.iterdir())
    cases = [(check, lesson) for lesson in lessons]
    cases += [(check_shown, lesson) for lesson in ("03-frozen-loop", "10-polgar", "16-stuck")]
    cases += [(check_recorded, lesson) for lesson in lessons]
    cases += [(check_without_python, "09-gil"), (check_weight, folder)]
    cases += [(check_page, lesson) for lesson in lessons]
    cases += [(check_exercise, exercise) for exercise in EXERCISES]
    cases += [(check_sheets, "10-polgar"), (check_list, lessons),
              (check_exercises, lessons)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(case, tool, what) for case, what in cases]
        failed = 0
        for number, ((case, what), future) in enumerate(zip(cases, running), 1):
            wrong = future.result()
            failed += bool(wrong)
            name = what if isinstance(what, str) else "lessons"
            name = what[0] if isinstance(what, tuple) else name
            print(f"{'not ok' if wrong else 'ok'} {number} - {name}: {case.__doc__}")
            for line in wrong:
                print(f"# {line}")
    print(f"1..{len(cases)}")
    return failed != 0 or not lessons


if __name__ == "__main__":
    sys.exit(main())
