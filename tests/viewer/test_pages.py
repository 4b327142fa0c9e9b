#!/usr/bin/env python3
"""The pages about the viewer list exactly the keys of commands.def and the program's options (TAP).

    test_pages.py ROOT
"""

import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
ROW = re.compile(r'^(?:COMMAND\(\w+, |GESTURE\()"(?P<keys>[^"]+)", \w+, "(?P<sentence>[^"]+)"\)$')


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def commands():
    """(is it a gesture, keys, sentence) of each row."""
    for line in read("viewer/app/commands.def").split("\n"):
        match = ROW.match(line)
        if match:
            yield line.startswith("GESTURE"), match["keys"], match["sentence"]


def page_has_every_key():
    """docs/viewer.md has a row for each command, and no other"""
    page = read("docs/viewer.md")
    table = page[page.index("## Keys"):page.index("## Options")]
    found = [line for line in table.split("\n") if re.match(r"\| (?!keys|---)", line)]
    expected = []
    for gesture, keys, sentence in commands():
        names = keys if gesture else " ".join(f"`{key}`" for key in keys.split())
        expected.append(f"| {names} | {sentence} |")
    for row in sorted(set(found) ^ set(expected)):
        yield f"{'write' if row in expected else 'take away'}: {row}"


def manual_has_every_key():
    """docs/man/troupe-view.1 has a paragraph for each command, and no other"""
    page = read("docs/man/troupe-view.1").replace("\\-", "-")
    part = page[page.index(".SH KEYS"):page.index(".SH EXIT STATUS")]
    found = re.findall(r"\.TP\n\.B (.*)\n(.*)\.\n", part)
    expected = [(keys if gesture else keys.replace(" ", ", "), sentence[0].upper() + sentence[1:])
                for gesture, keys, sentence in commands()]
    for row in sorted(set(found) ^ set(expected)):
        yield f"{'write' if row in expected else 'take away'}: {row}"


def pages_have_every_option():
    """both pages and --help name the same options"""
    names = set(re.findall(r"--[a-z]+", read("viewer/main.c").split("static int refuse")[0]))
    for path in ("docs/viewer.md", "docs/man/troupe-view.1"):
        page = read(path).replace("\\-", "-")
        for name in sorted(names - {"--help", "--version"}):
            if name not in page:
                yield f"{path} does not name {name}"


def commands_are_found():
    """the table of commands can be read here"""
    rows = list(commands())
    lines = re.findall(r"^(?:COMMAND|GESTURE)\(", read("viewer/app/commands.def"), re.MULTILINE)
    if len(rows) != len(lines) or len(rows) < 20:
        yield f"{len(rows)} of {len(lines)} rows"


CASES = [commands_are_found, page_has_every_key, manual_has_every_key, pages_have_every_option]


def main():
    failed = 0
    print(f"1..{len(CASES)}")
    for number, case in enumerate(CASES, 1):
        wrong = list(case())
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {case.__doc__}")
        for message in wrong:
            print(f"# {message}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
