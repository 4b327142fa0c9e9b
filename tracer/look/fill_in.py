#!/usr/bin/env python3
"""Writes the commands for gdb with the lists filled in that the runtime has as .def files.

    fill_in.py SCRIPT PLACES REASONS OUTPUT
"""

import re
import sys
from pathlib import Path


def main():
    script, places, reasons, output = map(Path, sys.argv[1:])
    names = re.findall(r"^LOOK_PLACE\((\w+),", places.read_text(), re.M)
    words = re.findall(r'^TRACE_REASON\(\w+, ("[^"]*"), .*?, ("[^"]*")\)', reasons.read_text(),
                       re.M)
    lists = {"PLACES": [f'"{name}"' for name in names],
             "REASONS": [f"({name}, {sentence})" for name, sentence in words]}
    text = script.read_text()
    for name, rows in lists.items():
        body = "".join(f"    {row},\n" for row in rows)
        filled = f"{name} = (\n{body})"
        text, count = re.subn(rf"^{name} = \(\)  # filled in: .*$", lambda _, new=filled: new, text,
                              flags=re.M)
        assert count == 1 and rows, f"{script} has no place for {name}"
    output.write_text(text)


main()
