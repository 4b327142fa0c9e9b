#!/usr/bin/env python3
"""Puts the text of the sources into the pages: below each `<!-- from FILE -->` or `<!-- from FILE:
PARTS -->` the block is replaced by what the rules test demands there.

    listings.py ROOT
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "rules"))
import pages  # noqa: E402
from tree import Tree  # noqa: E402


def rewritten(file, tree):
    """The lines of the page with its listings as they should be."""
    lines = []
    waiting = file.lines
    while waiting:
        match = pages.LISTING.match(waiting[0])
        lines.append(waiting[0])
        waiting = waiting[1:]
        if not match or match["path"] not in tree:
            continue
        source = tree[match["path"]]
        text = pages.cut(source, match["parts"]) if match["parts"] else source.lines
        end = waiting.index("```", 1)
        lines += [waiting[0], *(text or waiting[1:end]), "```"]
        waiting = waiting[end + 1:]
    return lines


def main():
    tree = Tree(sys.argv[1])
    for file in tree.select(pages.is_page):
        lines = rewritten(file, tree)
        if lines != file.lines:
            (tree.root / file.path).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
