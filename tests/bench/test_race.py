#!/usr/bin/env python3
"""What the race makes of its figures (TAP).

    test_race.py BENCH_RUNTIME
"""

import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from pathlib import Path

import race_page
from race_peers import FIGURES, GROUPS

PAGE = Path(__file__).resolve().parents[2] / "docs/race.md"
# A peer that was there in two rounds of three, and is slower in both.
RESULTS = {
    "machine": {"processors": 2, "processor": "a fast one", "system": "6", "rounds": 3, "load": 0},
    "peers": ["Troupe", "Other"],
    "troubles": ["Other has not done skynet: it fell asleep"],
    "rounds": [[0, "switch", "switch", "Troupe", 10.0], [0, "switch", "switch", "Other", 40.0],
               [1, "switch", "switch", "Troupe", 20.0], [1, "switch", "switch", "Other", 50.0],
               [2, "switch", "switch", "Troupe", 12.0],
               [0, "fanin", "fanin", "Troupe", 4e7], [0, "fanin", "fanin", "Other", 8e7],
               [1, "ring", "ring", "Other", 8.0]],
}


def ratios_are_within_rounds():
    """a ratio is the median of those within the rounds; the best of a row is bold"""
    rows = race_page.table(RESULTS, "turns").splitlines()
    yield "| switch between two, ns | **12.0** | 45.0 (3.25) |" in rows, rows


def more_may_be_better():
    """of figures of which more is better the ratio is turned over"""
    rows = race_page.table(RESULTS, "turns").splitlines()
    yield "| fan-in from 1,000, million/s | 40.0 | **80.0** (0.50) |" in rows, rows


def what_is_missing_is_empty():
    """what Troupe has not done has no row, and a group without rows no table"""
    yield "ring" not in race_page.table(RESULTS, "turns"), "a row without a ratio"
    yield race_page.table(RESULTS, "many") == "", "a table without rows"


def picture_is_drawn():
    """a picture is SVG with a dot for each figure, Troupe's where the ratio is one"""
    tree = xml.etree.ElementTree.fromstring(race_page.picture(RESULTS, "turns"))
    dots = [part for part in tree.iter() if part.tag.endswith("circle")]
    yield len(dots) == 4, f"{len(dots)} dots"
    even = next(part for part in tree.iter() if part.get("class") == "even")
    ours = [dot.get("cx") for dot in dots if "ours" in dot.get("class")]
    yield ours == [even.get("x1")] * 2, f"dots of Troupe at {ours}"


def page_is_written_anew():
    """a page is filled between its marks, what went wrong is said, and twice makes no difference"""
    with tempfile.TemporaryDirectory() as folder:
        docs = Path(folder)
        (docs / "pictures").mkdir()
        (docs / "race.md").write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
        written = race_page.write(RESULTS, docs)
        text = (docs / "race.md").read_text(encoding="utf-8")
        yield "Other has not done skynet: it fell asleep.\n" in text, text
        yield "| switch between two, ns | **12.0** | 45.0 (3.25) |\n" in text, text
        yield [path.name for path in written] == ["race.md", "race_turns.svg"], written
        race_page.write(RESULTS, docs)
        yield (docs / "race.md").read_text(encoding="utf-8") == text, "a second time it differs"


def page_has_all_groups():
    """the page has a place for every group"""
    marks = re.findall(r"<!-- race: (\w+) -->", PAGE.read_text(encoding="utf-8"))
    yield set(marks) == {*GROUPS, "machine", "end"}, marks


def workloads_exist():
    """every workload of the table is one of bench_runtime"""
    told = subprocess.run([sys.argv[1]], text=True, stderr=subprocess.PIPE, check=False).stderr
    missing = {figure.workload for figure in FIGURES} - set(re.findall(r"\w+", told)) - {"load"}
    yield not missing, missing


CASES = (ratios_are_within_rounds, more_may_be_better, what_is_missing_is_empty, picture_is_drawn,
         page_is_written_anew, page_has_all_groups, workloads_exist)


def main():
    failed = 0
    for number, case in enumerate(CASES, 1):
        faults = [fault for holds, fault in case() if not holds]
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {case.__doc__}")
        for fault in faults:
            print("# " + str(fault).replace("\n", "\n# "))
    print(f"1..{len(CASES)}")
    return failed > 0


sys.exit(main())
