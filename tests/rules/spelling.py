"""Pages and comments are spelt as a dictionary of British English has it, or as words.txt does."""

import re
import shutil
import subprocess
from pathlib import Path

from builds import Skip
from pages import is_page, prose

ASPELL = ["aspell", "--lang=en_GB", "--mode=none", "list"]
OWN_WORDS = Path(__file__).with_name("words.txt")
# What is not prose: names, calls, paths, numbers, words in capitals, texts in quotes, addresses.
NO_PROSE = re.compile(r"`[^`]*`|\"[^\"]*\"|\]\([^)]*\)|<[^>]*>|\S*[/=.@]\w\S*|\w*[_\d]\w*|\w+\(|"
                      r"\b[A-Z][A-Z]+s?\b|'s\b")
CODE_IN_A_COMMENT = "     "  # what is indented so far is a listing or a drawing


def comments(file):
    """The text with all but comments blanked, so that what is left keeps its place."""
    kept, at = [], 0
    for match in re.finditer(r"/\*.*?\*/", file.text, re.DOTALL):
        kept.append("\n" * file.text.count("\n", at, match.start()))
        lines = [line.strip("/*") if number == 0 else re.sub(r"^\s*\*?/?", "", line)
                 for number, line in enumerate(match[0].removesuffix("*/").split("\n"))]
        kept.append("\n".join("" if line.startswith(CODE_IN_A_COMMENT) else line
                              for line in lines))
        at = match.end()
    return "".join(kept)


def unknown(text):
    """The words that aspell does not know."""
    done = subprocess.run(ASPELL, input=text, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise Skip(f"aspell has no dictionary of British English: {done.stderr.strip()}")
    return set(done.stdout.split())


def spelling(tree):
    """words are spelt as in a dictionary, or stand in tests/rules/words.txt"""
    if not shutil.which("aspell"):
        raise Skip("aspell is not installed")
    texts = {file: prose(file) for file in tree.select(is_page)}
    texts |= {file: comments(file) for file in tree.select(lambda file: file.is_c)}
    texts = {file: NO_PROSE.sub(" ", text) for file, text in texts.items()}
    wrong = unknown("\n".join(texts.values()))
    if OWN_WORDS.exists():
        wrong -= set(OWN_WORDS.read_text(encoding="utf-8").split())
    for file, text in texts.items() if wrong else ():
        for number, line in enumerate(text.split("\n"), 1):
            for word in re.findall(r"[A-Za-z]+", line):
                if word in wrong:
                    yield (f"{file.path}:{number}: {word} is in no dictionary; spell it otherwise, "
                           "or put it into tests/rules/words.txt")


RULES = [spelling]
