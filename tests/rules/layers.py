"""The arrows: who may include whom, where an outside library may be used, who may call what.

The rows are in layers.txt, which says how to read them.
"""

import posixpath
import re

INCLUDE = re.compile(r'^\s*#\s*include\s+(?P<quote>["<])(?P<name>[^">]+)[">]')
LAYERS = "tests/rules/layers.txt"


def parse(text):
    """The rows as three tables of places: by folder, by prefix of a system header, by call."""
    arrows, rooms, calls = {}, {}, {}
    for line in text.split("\n"):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        left, _, right = line.partition(":")
        table = rooms if left.startswith("<") else calls if left.endswith("()") else arrows
        table[left.strip("<>() ")] = right.split()
    return arrows, rooms, calls


def row_of(arrows, folder):
    """The nearest row for a folder: its own, or that of the closest folder above it."""
    while folder and folder not in arrows:
        folder = folder.rpartition("/")[0]
    return folder


def is_in(path, place):
    if place.endswith("*"):
        return path.startswith(place[:-1])
    return path == place or path.startswith(place + "/")


def resolve(tree, file, name, quote):
    """The file of ours that an include means, or None for a system header."""
    place = file.folder if quote == '"' else "core/include"
    beside = posixpath.normpath(f"{place}/{name}")
    if beside in tree or quote == "<":
        return beside if beside in tree else None
    for candidate in tree.by_path:
        if candidate.endswith((".h", ".def")) and f"/{candidate}".endswith(f"/{name}"):
            return candidate
    return None


def check_ours(file, number, target, arrows):
    row = row_of(arrows, file.folder)
    if not row:
        return f"{file.path}:{number}: {file.folder} has no row in {LAYERS}; add one"
    own = row_of(arrows, target.rpartition("/")[0])
    if own == row or any(is_in(target, place) for place in arrows[row]):
        return None
    allowed = " ".join(arrows[row]) or "itself alone"
    return (f"{file.path}:{number}: {row} must not include {target} (it may include: {allowed}); "
            f"move what both need to a lower layer")


def check_outside(file, number, name, rooms):
    for prefix, places in rooms.items():
        if name.startswith(prefix) and not any(is_in(file.path, place) for place in places):
            return (f"{file.path}:{number}: <{name}> belongs to {' '.join(places)} alone; "
                    f"call what is offered there")
    return None


def layers(tree):
    """includes follow the arrows"""
    arrows, rooms, _ = parse(tree[LAYERS].text)
    for file in tree.select(lambda file: file.is_c or file.suffix == ".S"):
        for number, line in enumerate(file.lines, 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            target = resolve(tree, file, match["name"], match["quote"])
            if target:
                yield check_ours(file, number, target, arrows)
            elif match["quote"] == "<":
                yield check_outside(file, number, match["name"], rooms)


def calls(tree):
    """calls are made where they belong"""
    _, _, places_of = parse(tree[LAYERS].text)
    call = re.compile(r"\b(" + "|".join(places_of) + r")\s*\(")
    for file in tree.select(lambda file: file.is_c and places_of):
        for number, line in enumerate(file.code_lines, 1):
            for match in call.finditer(line):
                places = places_of[match[1]]
                if not any(is_in(file.path, place) for place in places):
                    where = f"belongs to {' '.join(places)} alone" if places else "is never safe"
                    yield (f"{file.path}:{number}: {match[1]}() {where}; call what stands for it "
                           f"there, or give it a place in {LAYERS}")


def unique_headers(tree):
    """no two headers have the same name"""
    seen = {}
    for file in tree.select(lambda file: file.suffix == ".h"):
        name = file.path.removeprefix("core/include/")
        name = name if file.is_public_header else name.rpartition("/")[2]
        if name in seen:
            yield f"{file.path}:1: {seen[name]} has the same name; name one of them for its folder"
        seen[name] = file.path


DECLARATION = re.compile(r"^(?!static|typedef|return|else)[a-z][\w \*]*?\b\*?(?P<name>[a-z]\w*)\(",
                         re.MULTILINE)


def words_of(file):
    return re.findall(r"\w+", "\n".join(file.code_lines))


def shared_functions(tree):
    """a function that a header of ours declares is used by more than the file it stands in"""
    users = {}  # word to the files in which it stands, once for each time in a header
    for file in tree.select(lambda file: file.is_c or file.suffix == ".S"):
        words = words_of(file)
        for word in words if file.suffix in (".h", ".def") else set(words):
            users.setdefault(word, []).append(file.path)
    for file in tree.select(lambda file: file.suffix == ".h" and not file.is_public_header and
                            not file.path.startswith("tests/")):
        for match in DECLARATION.finditer("\n".join(file.code_lines)):
            others = [path for path in users[match["name"]] if path != file.path]
            if len(others) <= 1 and users[match["name"]].count(file.path) == 1:
                number = "\n".join(file.code_lines).count("\n", 0, match.start()) + 1
                where = f"only {others[0]} has it" if others else "nobody has it"
                yield (f"{file.path}:{number}: {match['name']}(): {where}; make it static there, "
                       "or delete it if it is not called")


RULES = [layers, calls, unique_headers, shared_functions]
