#!/usr/bin/env python3
"""Installs into an empty folder and uses what is there as a new user would (TAP).

    test_install.py MESON BUILD EXAMPLES

Each example is compiled with `cc prog.c $(pkg-config --cflags --libs troupe)`, against the shared
library, and, where this system has all libraries as archives, once more into a static program; both
have to print what the head of the example says.  An example without actors, which includes
<troupe/record.h> and not <troupe.h>, is compiled with troupe-record.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "examples"))
from run_examples import Wrong, compare, run  # noqa: E402

INSTALLED = ("bin/troupe", "include/troupe.h", "include/troupe/actor.h", "share/man/man1/troupe.1",
             "share/man/man3/troupe_send.3", "share/man/man5/troupe-trace.5",
             "share/man/man7/troupe.7",
             "share/troupe/python/troupe_trace.py", "share/troupe/troupe_gdb.py",
             "share/fish/vendor_completions.d/troupe.fish",
             "share/troupe/lessons/03-frozen-loop/lesson.txt", "libexec/troupe/frozen_loop",
             "share/troupe/lessons/09-gil/recorded/3.json.gz",
             "share/bash-completion/completions/troupe.bash", "share/zsh/site-functions/_troupe")
COUNTS = "One One One Two Two Two".split()
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def command(words, **environment):
    """What a command prints; an exception with all it said if it fails."""
    process = subprocess.run([str(word) for word in words], text=True, check=False,
                             env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if process.returncode != 0:
        raise Wrong(f"`{shlex.join(str(word) for word in words)}` fails:\n{process.stdout}")
    return process.stdout


class Tree:
    """An installed tree, below a folder that stands for the root."""

    def __init__(self, meson, build, root):
        command([*shlex.split(meson), "install", "-C", build, "--no-rebuild"], DESTDIR=str(root))
        files = sorted(root.rglob("troupe.pc"))
        if len(files) != 1:
            raise Wrong(f"there are {len(files)} files troupe.pc; one is needed")
        self.root = root
        self.pc_folder = files[0].parent
        self.libdir = self.pc_folder.parent
        self.prefix = next(root.rglob("include/troupe.h")).parent.parent

    def flags(self, package, *options):
        return command(["pkg-config", *options, "--cflags", "--libs", package],
                       PKG_CONFIG_PATH=str(self.pc_folder),
                       PKG_CONFIG_SYSROOT_DIR=str(self.root)).split()

    def compile(self, source, program, *options):
        """Compiles as the README says; with the option -static into a static program."""
        compiler = shlex.split(os.environ.get("CC") or "cc")
        static = ["--static"] if "-static" in options else []
        package = "troupe" if "<troupe.h>" in source.read_text() else "troupe-record"
        command([*compiler, "-std=c11", *options, source, *self.flags(package, *static),
                 "-o", program])


def check_tree(tree):
    """what is installed is complete, and the installed command tells its version"""
    for name in INSTALLED:
        if not (tree.prefix / name).is_file():
            raise Wrong(f"{name} is not installed")
    command([tree.prefix / "bin/troupe", "--version"])


def check_shared(tree, source):
    """compiles without a warning and runs with the shared library"""
    program = tree.root / f"{source.stem}_shared"
    tree.compile(source, program, *WARNINGS)
    compare(source, run([program], LD_LIBRARY_PATH=str(tree.libdir)))


def check_static(tree, source):
    """runs as a static program"""
    program = tree.root / f"{source.stem}_static"
    tree.compile(source, program, "-static")
    compare(source, run([program]))


def check_new(tree):
    """begins a program that builds with its own Makefile, runs and keeps its own rules"""
    work = tree.root / "work"
    work.mkdir()
    environment = {"PATH": f"{tree.prefix / 'bin'}:{os.environ['PATH']}",
                   "PKG_CONFIG_PATH": str(tree.pc_folder),
                   "PKG_CONFIG_SYSROOT_DIR": str(tree.root), "LD_LIBRARY_PATH": str(tree.libdir)}
    command(["sh", "-c", 'cd "$1" && troupe new dinner', "sh", work], **environment)
    printed = command(["make", "-C", work / "dinner", "run", "grade"], **environment)
    if "5 of 5 rules are kept." not in printed:
        raise Wrong(printed)


def check_demo(tree):
    """runs a lesson from where it is installed"""
    printed = command([tree.prefix / "bin/troupe", "demo", "--check", "one-loop-server"],
                      LD_LIBRARY_PATH=str(tree.libdir))
    if "kept    none blocks: threads = 1" not in printed:
        raise Wrong(printed)


CMAKE_PROJECT = """\
cmake_minimum_required(VERSION 3.10)
project(user C)
find_package(troupe 0.1 REQUIRED)
add_executable(actors count.c)
target_link_libraries(actors troupe::troupe)
add_executable(plain count_threads.c)
target_link_libraries(plain troupe::record pthread)
"""


def check_cmake(tree, examples):
    """is found by CMake"""
    work = tree.root / "cmake"
    work.mkdir()
    (work / "CMakeLists.txt").write_text(CMAKE_PROJECT)
    for name in ("count.c", "count_threads.c"):
        shutil.copy(examples / name, work)
    command(["cmake", "-S", work, "-B", work / "build", f"-DCMAKE_PREFIX_PATH={tree.prefix}"])
    command(["cmake", "--build", work / "build"])
    for name in ("actors", "plain"):
        if command([work / "build" / name], LD_LIBRARY_PATH=str(tree.libdir)).split() != COUNTS:
            raise Wrong(f"{name} does not count")


MESON_PROJECT = """\
project('user', 'c', default_options: 'c_std=c11')
executable('count', 'count.c', dependencies: dependency('troupe', fallback: 'troupe'))
"""


def check_subproject(tree, meson, source):
    """is a subproject of another project of Meson"""
    work = tree.root / "meson"
    (work / "subprojects").mkdir(parents=True)
    (work / "subprojects/troupe").symlink_to(source)
    (work / "meson.build").write_text(MESON_PROJECT)
    shutil.copy(source / "examples/count.c", work)
    command([*shlex.split(meson), "setup", "--wrap-mode=forcefallback", work / "build", work])


def has_archives(tree):
    """Whether the libraries that Troupe uses are here as archives too."""
    root, source = tree.root, tree.root / "archives.c"
    source.write_text("int main(void)\n{\n    return 0;\n}\n")
    try:
        used = command(["pkg-config", "--print-requires-private", "troupe"],
                       PKG_CONFIG_PATH=str(tree.pc_folder)).split("\n")
        names = [name.split()[0] for name in used if name.strip()]
        libraries = command(["pkg-config", "--static", "--libs", *names]).split()
        command([*shlex.split(os.environ.get("CC") or "cc"), "-static", source, *libraries,
                 "-o", root / "archives"])
    except Wrong:
        return False
    return True


def verdict(check, *arguments):
    try:
        check(*arguments)
    except (Wrong, OSError, subprocess.TimeoutExpired) as error:
        return str(error).strip().split("\n")
    return []


def report(number, name, messages):
    print(f"{'not ok' if messages else 'ok'} {number} - {name}")
    for message in messages:
        print(f"# {message}")
    return bool(messages)


def main():
    meson, build, examples = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    for name in ("TROUPE_TRACE", "CPATH", "LIBRARY_PATH", "DESTDIR"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        try:
            tree = Tree(meson, build, root)
        except Wrong as error:
            report(1, "it can be installed", str(error).strip().split("\n"))
            print("1..1")
            return True
        sources = sorted(examples.glob("*.c"))
        archives = has_archives(tree)
        cases = [("installed", check_tree, (tree,)), ("troupe new", check_new, (tree,)),
                 ("troupe demo", check_demo, (tree,)),
                 ("the library", check_subproject, (tree, meson, examples.parent))]
        if shutil.which("cmake"):
            cases += [("the library", check_cmake, (tree, examples))]
        cases += [(source.stem, check_shared, (tree, source)) for source in sources]
        if archives:
            cases += [(source.stem, check_static, (tree, source)) for source in sources]
        with ThreadPoolExecutor(4) as pool:
            verdicts = list(pool.map(lambda case: verdict(case[1], *case[2]), cases))
    failed = [report(number, f"{name}: {check.__doc__}", messages)
              for number, ((name, check, _), messages) in enumerate(zip(cases, verdicts), 1)]
    if not archives:
        print(f"ok {len(cases) + 1} - static programs # SKIP no archives of the libraries here")
    print(f"1..{len(cases) + (not archives)}")
    return any(failed)


if __name__ == "__main__":
    sys.exit(main())
