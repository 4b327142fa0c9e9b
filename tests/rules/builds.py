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


def compile_headers(tree, compilers, options, suffix):
    present = [compiler for compiler in compilers if shutil.which(compiler)]
    if not present:
        raise Skip(f"none of {', '.join(compilers)} is installed")
    include = tree.root / "core" / "include"
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / f"alone{suffix}"
        for file in tree.select(lambda file: file.is_public_header):
            name = file.path.removeprefix("core/include/")
            source.write_text(f"#include <{name}>\nint main() {{ return 0; }}\n".replace(
                "main()", "main(void)" if suffix == ".c" else "main()"))
            for compiler in present:
                status, output = output_of([compiler, *options, "-I", include, source])
                if status:
                    first = output.strip().split("\n")[0].replace(f"{tree.root}/", "")
                    yield (f"{file.path}:1: {compiler} cannot compile it alone ({first}); include "
                           f"there what it needs")


def headers_alone_c(tree):
    """every public header compiles alone as C11"""
    yield from compile_headers(tree, ["gcc", "clang"], C_OPTIONS, ".c")


def headers_alone_cxx(tree):
    """every public header compiles alone as C++17"""
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
    for file in tree.select(lambda file: file.is_shell):
        _, output = output_of(["shellcheck", "--format=gcc", tree.root / file.path])
        for line in output.splitlines():
            yield f"{line.replace(f'{tree.root}/', '')}; change the script, not the check"


RULES = [headers_alone_c, headers_alone_cxx, exported_names, assembly_names, shell_scripts]
