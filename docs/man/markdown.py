#!/usr/bin/env python3
"""Makes manual pages of pages of the documents, so that nothing is written twice.

    markdown.py PAGE.md NAME SECTION VERSION    prints a manual page
"""

import re
import sys
from pathlib import Path

from headers import roff

LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)\)")


def inline(text):
    """Links as their words, code and stars without their marks."""
    text = LINK.sub(r"\1", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"\1", text)
    text = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"\1", text)
    text = re.sub(r"`([^`]*)`", r"\1", text)
    return "\n".join(roff(line) for line in text.split("\n"))


def blocks(lines):
    """(kind, lines) of what stands together: heading, code, table, item, text."""
    kind, block, fenced = None, [], False
    for line in lines + [""]:
        fence = line.startswith("```")
        begin = (None if fenced and not fence or line.startswith("  ") and kind == "item" else
                 "heading" if line.startswith("#") else
                 "item" if re.match(r"(- |\d+\. )", line) else
                 "table" if line.startswith("|") and kind != "table" else None)
        if fence or begin or (not line and not fenced):
            if block:
                yield kind, block
            kind, block = begin, []
            fenced = fence and not fenced
            kind = "code" if fenced else begin
            if fence or not line:
                continue
        kind = kind or "text"
        block.append(line)


def plain(text):
    return re.sub(r"[`*]", "", LINK.sub(r"\1", text)).strip()


def table(lines):
    """A row's first cell as a term, the others below it."""
    for line in lines[2:]:
        term, *rest = [plain(part) for part in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        others = roff("; ".join(filter(None, rest)))
        yield ".TP\n.B " + (roff(term) or "\\&") + "\n" + (others or "\\&")


def page(text, name, section, version):
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL)
    kinds = list(blocks(text.split("\n")))
    title = plain(kinds[0][1][0].lstrip("# "))
    parts = [f'.TH {name.upper()} {section} "" "troupe {version}" "Troupe"',
             f".SH NAME\n{roff(name)} \\- {roff(title)}", ".SH DESCRIPTION"]
    for kind, lines in kinds[1:]:
        if kind == "heading":
            level = len(lines[0]) - len(lines[0].lstrip("#"))
            parts.append((".SH " if level <= 2 else ".SS ") + roff(plain(lines[0].lstrip("# "))))
        elif kind == "code":
            parts.append(".PP\n.RS\n.nf\n" + "\n".join(roff(line) for line in lines) + "\n.fi\n.RE")
        elif kind == "table":
            parts += table(lines)
        elif kind == "item":
            mark, _, rest = " ".join(line.strip() for line in lines).partition(" ")
            parts.append(f'.IP "{"•" if mark == "-" else mark}" 3\n{inline(rest)}')
        elif not lines[0].startswith("!["):
            parts.append(".PP\n" + inline("\n".join(lines)))
    return "\n".join(parts) + "\n.SH SEE ALSO\n.BR troupe (1),\n.BR troupe\\-view (1)\n"


if __name__ == "__main__":
    print(page(Path(sys.argv[1]).read_text("utf-8"), *sys.argv[2:]), end="")
