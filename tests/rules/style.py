"""The house style, as far as a machine can see it: lengths, heads, white space, words."""

import ast
import re

LINE_COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 600
PUBLIC_HEADER_LINES_MAX = 250
EXAMPLE_LINES_MAX = 80

SOURCE_SUFFIXES = {".c", ".h", ".def", ".S", ".py", ".sh", ".build"}

# Put together from pieces, so that this file does not break its own rules.
OPEN_ENDS = re.compile(r"\b(" + "|".join(["TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK"]) + r")\b")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(ho" r"me|ro" r"ot|wo" r"rk|fa" r"rm|Us" r"ers)/")
SCRATCH_PATHS = re.compile(r"(?<![\w.])/t" r"mp/")
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")

# What every header must hold and no comment could explain: guards, includes, the frame for C++.
HEADER_FRAME = re.compile(r"#\s*(ifndef TROUPE\w*_H|define TROUPE\w*_H|include|ifdef __cplusplus|"
                          r"else|endif)|extern \"C\" \{|\}$")


def is_source(file):
    return file.suffix in SOURCE_SUFFIXES or file.is_shell


def columns(tree):
    """no line is over 100 columns"""
    for file in tree.select(is_source):
        for number, line in enumerate(file.lines, 1):
            if len(line) > LINE_COLUMNS_MAX:
                yield (f"{file.path}:{number}: {len(line)} columns; break the line at "
                       f"{LINE_COLUMNS_MAX}")


def c_functions(file):
    """(first line, last line) of each function: its brace stands alone in the first column."""
    begin = None
    for number, line in enumerate(file.lines, 1):
        if line == "{":
            begin = number
        elif line.startswith("}") and begin is not None:
            yield begin, number
            begin = None


def python_functions(file):
    for node in ast.walk(ast.parse(file.text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno


def function_length(tree):
    """no function is over 70 lines"""
    for file in tree.select(lambda file: file.suffix in (".c", ".h", ".py")):
        functions = python_functions if file.suffix == ".py" else c_functions
        for begin, end in functions(file):
            if end - begin + 1 > FUNCTION_LINES_MAX:
                yield (f"{file.path}:{begin}: a function of {end - begin + 1} lines; split it, "
                       f"{FUNCTION_LINES_MAX} fit a screen")


def file_length(tree):
    """no file is over 600 lines, no public header over 250, no example over 80"""
    for file in tree.select(is_source):
        most = FILE_LINES_MAX
        if file.is_public_header:
            most = PUBLIC_HEADER_LINES_MAX
        elif file.path.startswith("examples/") and file.suffix == ".c":
            most = EXAMPLE_LINES_MAX
        if len(file.lines) > most:
            yield (f"{file.path}:{len(file.lines)}: {len(file.lines)} lines; split it by idea, "
                   f"{most} is the most")


def file_head(tree):
    """every .c and .S opens with a comment, every public header and script has one at its top"""
    for file in tree.select(lambda file: file.suffix in (".c", ".S")):
        if not file.text.startswith(("/*", "//")):
            yield f"{file.path}:1: open with a comment that says why this file exists"
    for file in tree.select(lambda file: file.is_public_header):
        if "/*" not in "\n".join(file.lines[:6]):
            yield f"{file.path}:1: say what this header is for in a comment at its top"
    for file in tree.select(lambda file: file.is_shell):
        if len(file.lines) < 2 or not file.lines[1].startswith("#"):
            yield f"{file.path}:2: say what this script is for in a comment at its top"
    for file in tree.select(lambda file: file.suffix == ".py"):
        if not ast.get_docstring(ast.parse(file.text)):
            yield f"{file.path}:1: say what this script is for in a docstring at its top"


def header_comment(tree):
    """at least half of every public header is comment"""
    for file in tree.select(lambda file: file.is_public_header):
        filled = sum(1 for line in file.lines if line.strip() and not HEADER_FRAME.match(line))
        if 2 * file.comment_line_count < filled:
            yield (f"{file.path}:1: {file.comment_line_count} of {filled} lines are comment; the "
                   f"header is the reference, so say what each call does, owns and returns")


# Where tabs have a meaning.
MAKEFILES = ("/Makefile", "debian/rules")
TABBED = (".S", ".go")  # as gofmt has it


def white_space(tree):
    """no tabs, no trailing white space, one new line at the end"""
    for file in tree.files:
        for number, line in enumerate(file.lines, 1):
            if line != line.rstrip():
                yield f"{file.path}:{number}: white space at the end; take it away"
            if "\t" in line and file.suffix not in TABBED and not file.path.endswith(MAKEFILES):
                yield f"{file.path}:{number}: a tab; indent with spaces"
        if file.text and (not file.text.endswith("\n") or file.text.endswith("\n\n")):
            yield f"{file.path}:{len(file.lines)}: end the file with exactly one new line"


def open_ends(tree):
    """nothing is marked as left open"""
    for file in tree.files:
        for number, line in enumerate(file.lines, 1):
            match = OPEN_ENDS.search(line)
            if match:
                yield f"{file.path}:{number}: {match[0]}; do it, or say what is so as a fact"


def machine_paths(tree):
    """no path of somebody's machine"""
    for file in tree.files:
        in_docs = file.suffix == ".md" or file.path.startswith("docs/")
        for number, line in enumerate(file.lines, 1):
            match = MACHINE_PATHS.search(line) or (in_docs and SCRATCH_PATHS.search(line))
            if match:
                yield f"{file.path}:{number}: {match[0]} is one machine's; use a relative path"


def emoji(tree):
    """no emoji in any text"""
    for file in tree.files:
        for number, line in enumerate(file.lines, 1):
            if EMOJI.search(line):
                yield f"{file.path}:{number}: an emoji; say it in words"


RULES = [columns, function_length, file_length, file_head, header_comment, white_space, open_ends,
         machine_paths, emoji]
