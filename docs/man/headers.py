#!/usr/bin/env python3
"""Makes the reference out of the public headers, which say each thing once.

    headers.py names INCLUDE            the manual pages there will be, one a line
    headers.py man INCLUDE OUT VERSION  writes them: a page for each header, and for each function
                                        one that leads there
    headers.py reference INCLUDE        prints docs/reference.md: every function, in one sentence
    headers.py check INCLUDE FILE       whether FILE is what `reference` prints; as a test (TAP)
"""

import re
import sys
from pathlib import Path

# A comment, if there is one, and the lines of code right below it.
ITEM = re.compile(r"(?:(/\*(?:(?!\*/).)*\*/)\n)?((?:[^\n/#][^\n]*\n|#define[^\n]*\n)+)", re.DOTALL)
FUNCTION = re.compile(r"\b(troupe_\w+)\((?!\*)")
# What a reader of a prototype does not want to see.
NOISE = re.compile(r"\b(TROUPE_API|TROUPE_MUST_CHECK|TROUPE_NO_RETURN)\s+|__attribute__\(\(.*?\)\)")
SITE = re.compile(r"const struct troupe_site \*site(, )?")


def text_of(comment):
    """A comment without its stars, as lines."""
    body = re.sub(r"^/\*\s?|\s*\*/$", "", comment.strip())
    return [re.sub(r"^\s*\* ?", "", line) if line.lstrip().startswith("*") else line.strip()
            for line in body.strip("\n").split("\n")]


class Header:
    """A header: what it is for, and its items: comments with the declarations below them."""

    def __init__(self, path):
        self.name = path.stem
        text = re.sub(r"(?m)^#if.*\n(.*__attribute__.*|extern.*|\})\n#endif\n", "",
                      path.read_text("utf-8"))
        head = re.search(r"/\*.*?\*/", text, re.DOTALL)
        self.about = text_of(head[0])
        while self.about and not self.about[0]:
            self.about.pop(0)
        self.title = sentence(self.about)
        self.items = []
        for match in ITEM.finditer(text[head.end():]):
            functions = declarations(match[2])
            if functions:
                self.items.append((text_of(match[1]) if match[1] else [], functions))


def declarations(code):
    """(name, prototype) of each exported function, as a caller writes it."""
    found = []
    macros = set(re.findall(r"^#define (troupe_\w+)\(", code, re.MULTILINE))
    for statement in re.findall(r"^(TROUPE_API.*?);", code, re.DOTALL | re.MULTILINE):
        text = re.sub(r"\s+", " ", NOISE.sub("", statement)).strip()
        name = FUNCTION.search(text)[1]
        if name.endswith("_at") and name[:-3] in macros:
            text = SITE.sub("", text).replace(name + "(", name[:-3] + "(", 1)
            text = text.replace("()", "(void)")
            name = name[:-3]
        found.append((name, text))
    return found


def sentence(lines):
    """The first sentence."""
    paragraph = " ".join(" ".join(lines).split())
    end = re.search(r"(?<!e\.g)(?<!i\.e)[.](?=\s|$)", paragraph)
    return (paragraph[:end.start()] if end else paragraph.rstrip(":")) + "."


def headers(folder):
    """In the order in which troupe.h includes them."""
    text = (Path(folder) / "troupe.h").read_text("utf-8")
    listed = re.findall(r"^#include <troupe/(\w+)\.h>", text, re.MULTILINE)
    others = sorted(path.stem for path in (Path(folder) / "troupe").glob("*.h"))
    names = list(dict.fromkeys(listed + others))
    return [Header(Path(folder) / "troupe" / f"{name}.h") for name in names]


def roff(line):
    line = line.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + line if line[:1] in (".", "'") else line


def roff_text(lines):
    """Paragraphs as such; what is indented stays as it is."""
    verbatim, result = False, []
    for line in lines:
        code = line.startswith("    ") or line.startswith("  ")
        if code and not verbatim:
            result.append(".PP\n.nf")
        elif verbatim and not code and line:
            result.append(".fi\n.PP")
        if not line:
            result.append("" if verbatim else ".PP")
        else:
            result.append(roff(line))
        verbatim = code or (verbatim and not line)
    if verbatim:
        result.append(".fi")
    # An empty line is one only between lines that are to stay as they are.
    return re.sub(r"(\.PP\n)+(?=\.PP|\.SS|\.SH|$)", "", "\n".join(result).rstrip("\n") + "\n")


def man_page(header, version):
    functions = [function for _, items in header.items for function in items]
    lines = [f'.TH TROUPE_{header.name.upper()} 3 "" "troupe {version}" "Troupe"', ".SH NAME",
             f"troupe_{header.name} \\- {roff(header.title.rstrip('.'))}", ".SH SYNOPSIS", ".nf",
             ".B #include <troupe.h>", ""]
    lines += [f".B {roff(prototype)};" for _, prototype in functions]
    parts = ["\n".join(lines) + "\n.fi\n.SH DESCRIPTION\n" + roff_text(header.about)]
    for comment, items in header.items:
        parts.append(".SS " + ", ".join(f"{name}()" for name, _ in items) + "\n.nf\n" +
                     "".join(f".B {roff(prototype)};\n" for _, prototype in items) + ".fi\n.PP\n" +
                     roff_text(comment))
    parts.append(".SH SEE ALSO\n.BR troupe (1),\n.BR troupe (7)\n")
    return "".join(parts)


def pages(folder, version=""):
    """Name of a file to its text."""
    found = {}
    for header in headers(folder):
        found[f"troupe_{header.name}.3"] = man_page(header, version)
    for header in headers(folder):
        for _, items in header.items:
            for name, _ in items:
                found.setdefault(f"{name}.3", f".so man3/troupe_{header.name}.3\n")
    return found


def reference(folder):
    lines = ["# Every function, in one sentence", "",
             "Made from the [public headers](../core/include/troupe.h), which say the rest: what",
             "each takes, whether it may suspend, what it returns. With an installed Troupe, `man",
             "troupe_send` shows the same. `./run docs` makes this page anew.", ""]
    for header in headers(folder):
        lines += [f"## [{header.name}.h](../core/include/troupe/{header.name}.h)", "",
                  header.title, ""]
        for comment, items in header.items:
            names = ", ".join(f"`{name}`" for name, _ in items)
            lines.append(f"- {names}: {sentence(comment)}" if comment else f"- {names}")
        lines.append("")
    return "\n".join(lines)


def check(folder, path):
    print("1..1")
    if Path(path).read_text("utf-8") == reference(folder):
        print("ok 1 - the reference is that of the headers")
        return 0
    print("not ok 1 - the reference is that of the headers")
    print(f"# {path} differs from the headers; make it anew with ./run docs")
    return 1


def main(command, folder, *rest):
    if command == "names":
        print("\n".join(pages(folder)))
    elif command == "headers":
        print("\n".join(str(path) for path in sorted(Path(folder).rglob("*.h"))))
    elif command == "man":
        for name, text in pages(folder, rest[1]).items():
            (Path(rest[0]) / name).write_text(text, "utf-8")
    elif command == "reference":
        print(reference(folder), end="")
    elif command == "check":
        return check(folder, rest[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
