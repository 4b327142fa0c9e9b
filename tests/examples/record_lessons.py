#!/usr/bin/env python3
"""Makes the recorded runs of the lessons anew, from real runs.

    record_lessons.py ROOT BUILD [LESSON...]

What a run wrote is kept but for where it was made: paths are those of the project, and the lines
of a program stand in the trace itself.
"""

import gzip
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT, BUILD = (Path(argument).resolve() for argument in sys.argv[1:3])
TROUPE = BUILD / "tracer/tool/troupe"
LESSONS = ROOT / "examples/lessons"


def recorded_lines(lesson):
    """For each panel, what its `recorded` line says; or None."""
    panels = []
    for line in (lesson / "lesson.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("panel "):
            panels.append(None)
        elif line.startswith("recorded "):
            panels[-1] = line.split(None, 1)[1]
    return panels


def without_places(text, trace):
    """The text of a trace without the paths of the machine that it was made on."""
    text = text.replace(str(trace), trace.name)
    for place in (BUILD / "examples", ROOT):
        text = re.sub(rf"(\.\./)*{re.escape(str(place).lstrip('/'))}/|{re.escape(str(place))}/", "",
                      text)
    return text


def record(lesson):
    """Runs a lesson and puts its runs beside it; their bytes."""
    total = 0
    folder = lesson / "recorded"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        subprocess.run([TROUPE, "demo", "--check", "--output", made, lesson.name], check=True,
                       stdout=subprocess.DEVNULL)
        for number, line in enumerate(recorded_lines(lesson), 1):
            trace = Path(made) / f"{number}.json"
            if line:
                program, *words = line.split()
                subprocess.run([TROUPE, "run", "--quiet", "--embed-source", "-o", trace, "--",
                                BUILD / "examples" / program, *words], check=True,
                               stdout=subprocess.DEVNULL)
            text = without_places(trace.read_text(encoding="utf-8"), trace)
            packed = gzip.compress(text.encode(), 9, mtime=0)
            (folder / f"{number}.json.gz").write_bytes(packed)
            total += len(packed)
    return total


def main():
    names = sys.argv[3:] or sorted(path.name for path in LESSONS.iterdir())
    total = 0
    for name in names:
        size = record(LESSONS / name)
        total += size
        print(f"{name}: {size} bytes")
    print(f"all: {total} bytes")


if __name__ == "__main__":
    main()
