"""The tree as the rules see it: its files, and C without its comments and strings."""

import re
from functools import cached_property
from pathlib import Path

# What a build, an editor or version control leaves behind is not part of the tree; nor is a folder
# called foreign, whose files other tools wrote and are kept to the byte.
SKIPPED_FOLDERS = re.compile(r"^(\.git|build.*|__pycache__|\.cache|\.vscode|\.idea|foreign)$")
BINARY_SUFFIXES = {".png", ".gz", ".ico", ".pdf"}

# Longest match first: comments, strings and characters, each of which can hide the others.
HIDDEN = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)


class File:
    """One text file: its path from the root as text, its content, its lines."""

    def __init__(self, root, path):
        self.path = path.relative_to(root).as_posix()
        self.suffix = path.suffix
        self.text = path.read_text(encoding="utf-8", errors="replace")

    @cached_property
    def lines(self):
        return self.text.split("\n")[:-1] if self.text.endswith("\n") else self.text.split("\n")

    @cached_property
    def code_lines(self):
        """The lines with comments, strings and characters blanked, for C and assembly."""
        return HIDDEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), self.text).split("\n")

    @cached_property
    def comment_line_count(self):
        """How many lines hold nothing but comment."""
        no_comment = re.sub(r"/\*.*?\*/|//[^\n]*",
                            lambda match: re.sub(r"[^\n]", " ", match[0]), self.text,
                            flags=re.DOTALL).split("\n")
        return sum(1 for line, rest in zip(self.lines, no_comment)
                   if line.strip() and not rest.strip())

    @property
    def folder(self):
        return self.path.rpartition("/")[0]

    @property
    def is_c(self):
        return self.suffix in (".c", ".h", ".def")

    @property
    def is_shell(self):
        return self.suffix == ".sh" or self.text.startswith(("#!/bin/sh", "#!/usr/bin/env bash"))

    @property
    def is_public_header(self):
        return self.path.startswith("core/include/") and self.suffix == ".h"


class Tree:
    def __init__(self, root):
        self.root = Path(root)
        self.files = sorted((File(self.root, path) for path in self._walk(self.root)),
                            key=lambda file: file.path)
        self.by_path = {file.path: file for file in self.files}

    def _walk(self, folder):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                if not SKIPPED_FOLDERS.match(path.name):
                    yield from self._walk(path)
            elif path.is_file() and path.name != ".git" and path.suffix not in BINARY_SUFFIXES:
                yield path

    def exists(self, path):
        return (self.root / path).exists()

    def __getitem__(self, path):
        return self.by_path[path]

    def __contains__(self, path):
        return path in self.by_path

    def select(self, test):
        return [file for file in self.files if test(file)]
