"""What the tests reach: the lines of each folder, and the public functions that nobody calls."""

import json
import re
import subprocess
from collections import defaultdict
from pathlib import Path

import run_tests

FOLDERS = ("core", "tracer")
LIBRARIES = ("libtroupe_core.a.p", "libtroupe_plain.a.p")
PUBLIC = re.compile(r"^TROUPE_API\b[^;(]*?\b(troupe_\w+)\(", re.MULTILINE)
SUITES = ["core", "tracer", "examples", "explore"]


def public_functions(source):
    """Name to the header that declares it."""
    include = source / "core" / "include"
    return {name: header.relative_to(source) for header in sorted(include.rglob("*.h"))
            for name in PUBLIC.findall(header.read_text(encoding="utf-8"))}


def counted(folder):
    """What gcov says of each file that was compiled, a library's objects being counted once for all
    programs that it is in."""
    notes = sorted(path for name in FOLDERS for path in (folder / name).rglob("*.gcno"))
    done = subprocess.run(["gcov", "--json-format", "--stdout", *map(str, notes)], cwd=folder,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            yield from json.loads(line)["files"]


class Coverage:
    def __init__(self, folder, source):
        self.calls = defaultdict(int)                      # function to how often
        self.lines = defaultdict(lambda: defaultdict(int))  # file to line to how often
        self.functions = {}                                # (file, function) to how often
        for file in counted(folder):
            path = (folder / file["file"]).resolve()
            if not path.is_relative_to(source):
                continue
            name = str(path.relative_to(source))
            for function in file["functions"]:
                count = function["execution_count"]
                self.calls[function["name"]] += count
                key = (name, function["name"])
                self.functions[key] = self.functions.get(key, 0) + count
            for line in file["lines"]:
                self.lines[name][line["line_number"]] += line["count"]

    def shares(self):
        """Folder to (lines reached, lines)."""
        folders = defaultdict(lambda: [0, 0])
        for name, lines in self.lines.items():
            share = folders[str(Path(name).parent)]
            share[0] += sum(count > 0 for count in lines.values())
            share[1] += len(lines)
        return sorted(folders.items())

    def report(self):
        yield "Lines that the tests reach"
        for name, (reached, count) in self.shares():
            yield f"  {name:24} {reached:6} of {count:6}  {100 * reached / count:5.1f} %"
        yield "Functions that no test reaches"
        for (name, function), count in sorted(self.functions.items()):
            if count == 0:
                yield f"  {name}: {function}"


def stage(tally, source, folder):
    name = "the build that counts what is reached"
    run_tests.say(name)
    counting = folder / "variants" / "coverage"
    if not run_tests.build(tally, name, counting, source,
                           ["-Dviewer=disabled", "-Db_coverage=true", "-Dwerror=false"], SUITES):
        return
    for old in counting.rglob("*.gcda"):
        old.unlink()
    run_tests.meson_test(tally, "counting", counting, SUITES, ["stacks"])
    coverage = Coverage(counting, source.resolve())
    report = counting / "report.txt"
    report.write_text("\n".join(coverage.report()) + "\n", encoding="utf-8")
    run_tests.say(f"what is reached: {report}")
    for function, header in public_functions(source).items():
        if coverage.calls[function]:
            tally.pass_case()
        else:
            tally.fail_case(f"{header}: no test calls {function}; write one that does")
