#!/usr/bin/env python3
"""The rules have tests of their own: a good tree passes them all, a bad one fails just the rule.

Every rule must have a bad sample here, with the beginning of the message it must give.
"""

import sys
import tempfile
from pathlib import Path

import builds
import layers
import pages
import rules
import spelling
import style
from tree import Tree

LAYERS = """\
tracer/format:
tracer/read: tracer/format
core/include:
core: core/include
viewer/view: tracer/read
examples: core/include
tests: core
# rooms
<SDL>: viewer/sdl
clock_gettime(): core/clock.c
gets():
"""

HEADER = """\
#ifndef TROUPE_H
#define TROUPE_H
/* What it is for. */
/* Runs `main`; returns its status. */
/* One more line of comment. */
int troupe_run(int (*main)(void *), void *arg);
#endif
"""

COUNT = """\
/* Counts. */
#include <troupe.h>

int main(void)
{
    return 0;
}
"""

GOOD = {
    layers.LAYERS: LAYERS,
    "core/include/troupe.h": HEADER,
    "core/context.S": "/* Switches stacks. */\n\t.globl context_switch\n\t.hidden context_switch\n",
    "tracer/format/trace_format.h": "#include <time.h>\n",
    "tracer/read/trace_load.c": "/* Loads. */\n#include \"trace_format.h\"\n",
    "examples/count.c": COUNT,
    "run": "#!/bin/sh\n# The front door.\necho\n",
    "README.md": "# Troupe\n\n[docs](docs/README.md#more)\n\n<!-- from examples/count.c -->\n```c\n"
                 + COUNT + "```\n\n<!-- from examples/count.c: main, main -->\n```c\n"
                 + "\n".join([COUNT.split("\n\n")[1]] * 2) + "```\n",
    "docs/README.md": "# Documents\n\n## `More`\n\n[a\nlink](glossary.md) [web](https://x.y)\n",
    "docs/glossary.md": "# Glossary\n",
    "tests/rules/rules.py": '"""The rules."""\n',
}

# (rule, the files that differ, beginning of the first message)
BAD = [
    (layers.layers, {"viewer/view/view.c": "/* . */\n#include <SDL2/SDL.h>\n"},
     "viewer/view/view.c:2: <SDL2/SDL.h> belongs to viewer/sdl alone"),
    (layers.layers, {"tracer/format/trace_format.h": "#include \"trace_load.h\"\n",
                     "tracer/read/trace_load.h": ""},
     "tracer/format/trace_format.h:1: tracer/format must not include tracer/read/trace_load.h"),
    (layers.layers, {"examples/count.c": "/* . */\n#include \"../tracer/format/trace_format.h\"\n"},
     "examples/count.c:2: examples must not include tracer/format/trace_format.h"),
    (layers.layers, {"stray/a.c": "/* . */\n#include <troupe.h>\n"},
     "stray/a.c:2: stray has no row"),
    (layers.calls, {"core/a.c": "/* clock_gettime() */\nint x = clock_gettime(1);\n"},
     "core/a.c:2: clock_gettime() belongs to core/clock.c alone"),
    (layers.calls, {"core/clock.c": "/* . */\nint x = clock_gettime(1);\nint y = gets(x);\n"},
     "core/clock.c:3: gets() is never safe"),
    (layers.unique_headers, {"viewer/view/trace_format.h": ""},
     "viewer/view/trace_format.h:1: tracer/format/trace_format.h has the same name"),
    (layers.shared_functions, {"core/a.h": "int twice(int x);\n", "core/a.c": "/* . */\nint "
                               "twice(int x)\n{\n    return 2 * x;\n}\n"},
     "core/a.h:1: twice(): only core/a.c has it"),
    (style.columns, {"examples/count.c": "/* " + "x" * 98 + "*/\n"},
     "examples/count.c:1: 103 columns"),
    (style.function_length, {"core/long.c": "/* . */\nint f(void)\n{\n" + "    ;\n" * 69 + "}\n"},
     "core/long.c:3: a function of 71 lines"),
    (style.function_length, {"tests/long.py": '"""."""\ndef f():\n' + "    pass\n" * 70},
     "tests/long.py:2: a function of 71 lines"),
    (style.file_length, {"core/long.c": "/* . */\n" + "int x;\n" * 600},
     "core/long.c:601: 601 lines"),
    (style.file_length, {"examples/long.c": "/* . */\n" + "int x;\n" * 80},
     "examples/long.c:81: 81 lines"),
    (style.file_length, {"core/include/troupe/long.h": "/* . */\n" * 251},
     "core/include/troupe/long.h:251: 251 lines"),
    (style.file_head, {"core/bare.c": "int x;\n"}, "core/bare.c:1: open with a comment"),
    (style.file_head, {"core/bare.S": "\t.text\n"}, "core/bare.S:1: open with a comment"),
    (style.file_head, {"core/include/troupe/bare.h": "int troupe_x;\n" * 9 + "/* . */\n" * 9},
     "core/include/troupe/bare.h:1: say what this header"),
    (style.file_head, {"run": "#!/bin/sh\necho\n"}, "run:2: say what this script"),
    (style.file_head, {"tests/bare.py": "X = 1\n"}, "tests/bare.py:1: say what this script"),
    (style.header_comment, {"core/include/troupe.h": HEADER + "int x;\nint y;\nint z;\n"},
     "core/include/troupe.h:1: 3 of 7 lines"),
    (style.white_space, {"core/a.c": "/* . */ \n"}, "core/a.c:1: white space"),
    (style.white_space, {"core/a.c": "/* . */\n\tint x;\n"}, "core/a.c:2: a tab"),
    (style.white_space, {"core/a.c": "/* . */"}, "core/a.c:1: end the file"),
    (style.white_space, {"core/a.c": "/* . */\n\n"}, "core/a.c:2: end the file"),
    (style.open_ends, {"core/a.c": "/* TO" "DO: more */\n"}, "core/a.c:1: TO" "DO"),
    (style.machine_paths, {"core/a.c": "/* /ho" "me/me/x */\n"}, "core/a.c:1: /ho" "me/"),
    (style.machine_paths, {"docs/glossary.md": "see /t" "mp/x\n"}, "docs/glossary.md:1: /t" "mp/"),
    (style.emoji, {"docs/glossary.md": "good \u2705\n"}, "docs/glossary.md:1: an emoji"),
    (pages.links_resolve, {"docs/glossary.md": "# `[x](any)`\n\n[x\ny](gone.md)\n"},
     "docs/glossary.md:4: there is no docs/gone.md"),
    (pages.links_resolve, {"docs/glossary.md": "[x](README.md#less)\n"},
     "docs/glossary.md:1: docs/README.md has no heading #less"),
    (pages.pages_reachable, {"docs/island.md": "# Island\n"}, "docs/island.md:1: no page leads"),
    (pages.listings, {"examples/count.c": COUNT.replace("0", "1")},
     "README.md:5: the listing differs from examples/count.c"),
    (pages.listings, {"README.md": "# Troupe\n\n[docs](docs/README.md)\n"},
     "README.md:1: show examples/count.c"),
    (pages.listings, {"docs/glossary.md": "<!-- from gone.c -->\n"},
     "docs/glossary.md:1: there is no gone.c"),
    (pages.listings, {"docs/glossary.md": "<!-- from examples/count.c: amain -->\n"},
     "docs/glossary.md:1: examples/count.c has no part amain"),
    (pages.listings, {"docs/glossary.md": "<!-- from examples/count.c: main -->\n```c\n```\n"},
     "docs/glossary.md:1: the listing differs from examples/count.c"),
    (pages.listings, {"docs/glossary.md": "<!-- from a.c: says -->\n```\nno\n```\n",
                      "a.c": "/*\n * says:\n *     yes\n */\n"},
     "docs/glossary.md:1: the listing differs from a.c"),
    (spelling.spelling, {"docs/glossary.md": "# Glossary\n\nA `mispelt` word is\nmispelt here.\n"},
     "docs/glossary.md:4: mispelt is in no dictionary"),
    (spelling.spelling, {"core/a.c": "/* Fine.\n *\n *     int mispelt;\n *\n * Mispelt. */\n"},
     "core/a.c:5: Mispelt is in no dictionary"),
    (builds.headers_alone_c, {"core/include/troupe.h": HEADER.replace("int (*", "size_t (*")},
     "core/include/troupe.h:1: "),
    (builds.headers_alone_c, {"core/include/troupe/b.h": "int troupe_run(void);\n"},
     "core/include:1: "),
    (builds.headers_alone_cxx, {"core/include/troupe.h": HEADER.replace("*arg", "*class")},
     "core/include/troupe.h:1: "),
    (builds.assembly_names, {"core/context.S": "/* . */\n\t.globl context_switch\n"},
     "core/context.S:2: context_switch is visible"),
    (builds.shell_scripts, {"run": "#!/bin/sh\n# The front door.\necho $1\n"}, "run:3:"),
]


def write_tree(folder, files):
    for path, text in files.items():
        target = Path(folder) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return Tree(folder)


def messages_of(rule, files):
    """The messages, or None where the rule cannot be tested here."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return rules.broken(rule, write_tree(folder, files))
        except builds.Skip:
            return None


def library_messages(names):
    """What the rule on exported names says of a library that exports these."""
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder) / "x.c", Path(folder) / "x.so"
        source.write_text("".join(f"int {name};\n" for name in names))
        status, output = builds.output_of(["cc", "-shared", "-fPIC", source, "-o", library])
        assert status == 0, output
        tree = Tree(folder)
        tree.library = library
        return rules.broken(builds.exported_names, tree)


def cases():
    """(name, what is wrong or "")"""
    for rule in rules.RULES:
        found = messages_of(rule, GOOD)
        yield f"a good tree passes: {rule.__doc__}", "" if not found else found[0]
    for rule, changes, expected in BAD:
        found = messages_of(rule, {**GOOD, **changes})
        wrong = found is not None and not any(text.startswith(expected) for text in found)
        yield f"a bad tree fails: {expected}", f"expected it in {found}" if wrong else ""
    found = library_messages(["troupe_x", "stray_y"])
    wrong = len(found) != 1 or not found[0].startswith("x.so:1: exports stray_y;")
    yield "a bad tree fails: a library that exports another name", str(found) if wrong else ""
    untested = {rule.__name__ for rule in rules.RULES} - {rule.__name__ for rule, _, _ in BAD}
    untested -= {"exported_names"}
    yield "every rule has a bad sample", " ".join(sorted(untested))


def main():
    failed = 0
    number = 0
    for number, (name, wrong) in enumerate(cases(), 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        if wrong:
            failed += 1
            print(f"# {wrong}")
    print(f"1..{number}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
