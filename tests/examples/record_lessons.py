#!/usr/bin/env python3
"""Makes the recorded runs of the lessons anew, from real runs.

    record_lessons.py ROOT BUILD [LESSON...]

What a run wrote is kept but for where it was made: paths are those of the project, and the lines
of a program stand in the trace itself.
"""

import gzip
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT, BUILD = (Path(argument).resolve() for argument in sys.argv[1:3])
TROUPE = BUILD / "tracer/tool/troupe"
LESSONS = ROOT / "examples/lessons"

FINDS_PROGRAMS = {**os.environ, "PATH": f"{BUILD}/examples:{os.environ['PATH']}"}

# A run that is larger than this, packed, goes without what the picture does not need.
WHOLE_BYTES_MAX = 100_000
NOT_NEEDED = "spawn,count,loop"


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


def packed(trace):
    """The bytes of a trace as it is kept."""
    text = without_places(trace.read_text(encoding="utf-8"), trace)
    return gzip.compress(text.encode(), 9, mtime=0)


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
                subprocess.run([TROUPE, "run", "--quiet", "--embed-source", "-o", trace,
                                *line.split()], check=True, env=FINDS_PROGRAMS,
                               stdout=subprocess.DEVNULL)
            kept = packed(trace)
            if len(kept) > WHOLE_BYTES_MAX:
                part = trace.with_suffix(".part.json")
                subprocess.run([TROUPE, "cut", "--without", NOT_NEEDED, "-o", part, trace],
                               check=True)
                kept = packed(part)
            (folder / f"{number}.json.gz").write_bytes(kept)
            total += len(kept)
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
