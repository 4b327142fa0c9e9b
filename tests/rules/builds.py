"""What needs a compiler or another program to see: public headers, exported names, scripts."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

PREFIX = "troupe_"
C_OPTIONS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
CXX_OPTIONS = ["-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
GLOBAL = re.compile(r"^\s*\.glob(?:l|al)\s+(?P<name>\w+)")


class Skip(Exception):
    """The rule cannot be tested here; the text says why."""


def output_of(command):
    process = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, check=False)
    return process.returncode, process.stdout


def compile_include(compiler, options, suffix, include, names):
    """What the compiler says of a file that includes these headers; nothing if it is content."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / f"alone{suffix}"
        source.write_text("".join(f"#include <{name}>\n" for name in names))
        status, output = output_of([compiler, *options, "-I", include, source])
    return output.strip().split("\n")[0].replace(f"{include}/", "") if status else ""


def compile_headers(tree, compilers, options, suffix, alone=()):
    """Each compiler is given all headers at once, and each header alone if it dislikes that or is
    one of `alone`."""
    present = [compiler for compiler in compilers if shutil.which(compiler)]
    if not present:
        raise Skip(f"none of {', '.join(compilers)} is installed")
    include = tree.root / "core" / "include"
    headers = {file.path.removeprefix("core/include/"): file
               for file in tree.select(lambda file: file.is_public_header)}
    for compiler in present:
        together = compile_include(compiler, options, suffix, include, headers)
        single = headers if together or compiler in alone else ()
        said = {name: compile_include(compiler, options, suffix, include, [name])
                for name in single}
        for name, first in said.items():
            if first:
                yield (f"{headers[name].path}:1: {compiler} cannot compile it alone ({first}); "
                       "include there what it needs")
        if together and not any(said.values()):
            yield (f"core/include:1: {compiler} compiles each header alone and not all in one "
                   f"({together}); take away what disagrees")


def headers_alone_c(tree):
    """every public header compiles alone as C11"""
    # What a header lacks it lacks with every compiler, so each is given alone to one of them.
    compilers = ["gcc", "clang"]
    first = next(filter(shutil.which, compilers), None)
    yield from compile_headers(tree, compilers, C_OPTIONS, ".c", alone=[first])


def headers_alone_cxx(tree):
    """every public header compiles as C++17"""
    # That each has all it needs is known from the rule above: it is the same in both languages.
    yield from compile_headers(tree, ["g++", "clang++"], CXX_OPTIONS, ".cc")


def exported_names(tree):
    """every name the shared library exports begins with troupe_"""
    library = getattr(tree, "library", None)
    if not library:
        raise Skip("no shared library was given")
    status, output = output_of(["nm", "--dynamic", "--defined-only", library])
    if status:
        yield f"{library}:1: nm cannot read it: {output.strip()}"
        return
    symbols = [line.split() for line in output.splitlines() if line.strip()]
    # An absolute one is a version of the interface.
    names = [symbol[-1].partition("@")[0] for symbol in symbols if symbol[-2] != "A"]
    if not names:
        yield f"{Path(library).name}:1: exports nothing; mark the public functions as visible"
    for name in names:
        if not name.startswith(PREFIX):
            yield (f"{Path(library).name}:1: exports {name}; make it static or hidden, or begin "
                   f"its name with {PREFIX}")


def assembly_names(tree):
    """every .S global is hidden or begins with troupe_"""
    for file in tree.select(lambda file: file.suffix == ".S"):
        hidden = set(re.findall(r"\.hidden\s+(\w+)", file.text))
        for number, line in enumerate(file.lines, 1):
            match = GLOBAL.match(line)
            if match and match["name"] not in hidden and not match["name"].startswith(PREFIX):
                yield f"{file.path}:{number}: {match['name']} is visible; say .hidden too"


def shell_scripts(tree):
    """shell scripts pass shellcheck"""
    if not shutil.which("shellcheck"):
        raise Skip("shellcheck is not installed")
    scripts = [tree.root / file.path for file in tree.select(lambda file: file.is_shell)]
    _, output = output_of(["shellcheck", "--format=gcc", *scripts]) if scripts else (0, "")
    for line in output.splitlines():
        yield f"{line.replace(f'{tree.root}/', '')}; change the script, not the check"


RULES = [headers_alone_c, headers_alone_cxx, exported_names, assembly_names, shell_scripts]
