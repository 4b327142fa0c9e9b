"""The documents: links resolve, every page can be reached, listings are the compiled examples."""

import itertools
import posixpath
import re

LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(?P<title>.*?)\s*#*$")
FENCE = re.compile(r"^\s*(```|~~~)")
LISTING = re.compile(r"^<!-- from (?P<path>[^\s:]+)(?:: (?P<parts>[\w, ]+))? -->$")
HEAD_PARTS = ("prints", "says")
FRONT_PAGES = ("README.md", "docs/README.md")


def is_page(file):
    return file.suffix == ".md"


def prose(file):
    """The text with fenced blocks and `code` blanked, so that what is left keeps its place."""
    fenced = False
    lines = []
    for line in file.lines:
        fence = FENCE.match(line)
        lines.append("" if fence or fenced else re.sub(r"`[^`]*`", lambda m: " " * len(m[0]), line))
        fenced = fenced != bool(fence)
    return "\n".join(lines)


def links(file):
    """(line number, path from the root, anchor) of each link into the tree."""
    text = prose(file)
    for match in LINK.finditer(text):
        target = match["target"]
        if re.match(r"[a-z][a-z+.-]*:", target):
            continue
        path, _, anchor = target.partition("#")
        path = posixpath.normpath(posixpath.join(file.folder, path)) if path else file.path
        yield text.count("\n", 0, match.start("target")) + 1, path, anchor


def anchors(file):
    """The anchors of a page's headings, as forges make them."""
    blank = prose(file).split("\n")
    for number, line in enumerate(file.lines):
        match = HEADING.match(line)
        if match and blank[number].startswith("#"):
            title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match["title"]).lower()
            yield re.sub(r"[^\w\- ]", "", title).replace(" ", "-")


def links_resolve(tree):
    """every link in a page leads somewhere"""
    for file in tree.select(is_page):
        for number, path, anchor in links(file):
            if not tree.exists(path):
                yield f"{file.path}:{number}: there is no {path}; mend the link or write the page"
            elif anchor and path in tree and anchor not in set(anchors(tree[path])):
                yield f"{file.path}:{number}: {path} has no heading #{anchor}; mend the link"


def pages_reachable(tree):
    """every page can be reached from README.md or docs/README.md"""
    reached = set()
    waiting = [path for path in FRONT_PAGES if path in tree]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        for _, target, _ in links(tree[path]):
            if target in tree and is_page(tree[target]):
                waiting.append(target)
    for file in tree.select(is_page):
        if file.path not in reached:
            yield f"{file.path}:1: no page leads here; link it from docs/README.md"


def block_after(file, number):
    """The lines of the fenced block that begins on the line after `number`, or None."""
    rest = file.lines[number:]
    if not rest or not FENCE.match(rest[0]):
        return None
    for length, line in enumerate(rest[1:]):
        if FENCE.match(line):
            return rest[1:length + 1]
    return None


def head_part(file, key):
    """The text below ` * KEY:` in an example's head comment, or None."""
    if f" * {key}:" not in file.lines:
        return None
    rest = file.lines[file.lines.index(f" * {key}:") + 1:]
    return [line[7:] for line in itertools.takewhile(lambda line: line.startswith(" *     "), rest)]


def function_part(file, name):
    """The function `name` with the comment right above it, or None."""
    begin = next((number for number, line in enumerate(file.lines)
                  if re.match(rf"[a-z][^;]*\b{name}\([^;]*$", line)), None)
    if begin is None or "}" not in file.lines[begin:]:
        return None
    end = file.lines.index("}", begin)
    while file.lines[begin - 1].startswith(("/*", " *")):
        begin -= 1
    return file.lines[begin:end + 1]


def cut(file, parts):
    """The named parts of a file, with empty lines between them; None if one is not there."""
    found = [head_part(file, part) if part in HEAD_PARTS else function_part(file, part)
             for part in re.split(r",\s*", parts)]
    if None in found:
        return None
    return [line for part in found for line in ["", *part]][1:]


def listings(tree):
    """a listing marked `<!-- from FILE -->` or `<!-- from FILE: PARTS -->` is the text of FILE"""
    for file in tree.select(is_page):
        for number, line in enumerate(file.lines, 1):
            match = LISTING.match(line)
            if not match:
                continue
            path, parts = match["path"], match["parts"]
            if path not in tree:
                yield f"{file.path}:{number}: there is no {path}; name a file of the tree"
                continue
            text = cut(tree[path], parts) if parts else tree[path].lines
            if text is None:
                yield (f"{file.path}:{number}: {path} has no part {parts}; name functions of it, "
                       f"or {' or '.join(HEAD_PARTS)}")
            elif block_after(file, number) != text:
                yield (f"{file.path}:{number}: the listing differs from {path}; copy the file's "
                       f"text into the block below")
    if "README.md" in tree and "<!-- from examples/count.c -->" not in tree["README.md"].lines:
        yield "README.md:1: show examples/count.c, marked `<!-- from examples/count.c -->`"


RULES = [links_resolve, pages_reachable, listings]
