#!/usr/bin/env python3
"""Installs into an empty folder and uses what is there as a new user would (TAP).

    test_install.py MESON BUILD EXAMPLES

Each example is compiled with what pkg-config says and linked with the shared library.  Where this
system has all libraries as archives, the same objects become one static program, which is called by
the name of the example it is to be: linking takes far longer than the examples do.  Both have to
print what the head of the example says.  An example without actors, which includes
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
COMPILER = shlex.split(os.environ.get("CC") or "cc")
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
        return command(["pkg-config", *options, package], PKG_CONFIG_PATH=str(self.pc_folder),
                       PKG_CONFIG_SYSROOT_DIR=str(self.root)).split()

    def object_of(self, source):
        """Compiles an example, once."""
        target = self.root / f"{source.stem}.o"
        if not target.exists():
            command([*COMPILER, "-std=c11", *WARNINGS, "-c", source,
                     *self.flags(package_of(source), "--cflags"), "-o", target])
        return target


def package_of(source):
    return "troupe" if "<troupe.h>" in source.read_text() else "troupe-record"


def check_tree(tree):
    """what is installed is complete, and the installed command tells its version"""
    for name in INSTALLED:
        if not (tree.prefix / name).is_file():
            raise Wrong(f"{name} is not installed")
    command([tree.prefix / "bin/troupe", "--version"])


def check_readme(tree, source, archives):
    """compiles with the command of the README, and once more into a static program"""
    for options, static in ((WARNINGS, []), (["-static"], ["--static"]))[:1 + archives]:
        program = tree.root / f"readme{len(static)}"
        command([*COMPILER, "-std=c11", *options, source,
                 *tree.flags("troupe", "--cflags", "--libs", *static), "-o", program])
        compare(source, run([program], LD_LIBRARY_PATH=str(tree.libdir)))


def check_shared(tree, source):
    """compiles without a warning and runs with the shared library"""
    program = tree.root / f"{source.stem}_shared"
    command([*COMPILER, tree.object_of(source), *tree.flags(package_of(source), "--libs"),
             "-o", program])
    compare(source, run([program], LD_LIBRARY_PATH=str(tree.libdir)))


STATIC = """\
#include <string.h>

%s

int main(int count, char **words)
{
    const char *name = strrchr(words[0], '/') + 1;
%s
    return 127;
}
"""


def link_static(tree, package, sources):
    """One static program of these examples, under the name of each; what went wrong, or nothing."""
    try:
        objects = []
        for source in sources:
            objects.append(tree.root / f"{source.stem}_static.o")
            command(["objcopy", f"--redefine-sym=main=main_{source.stem}", tree.object_of(source),
                     objects[-1]])
        first = tree.root / f"{package}.c"
        first.write_text(STATIC % (
            "\n".join(f"int main_{source.stem}(int, char **);" for source in sources),
            "\n".join(f'    if (strcmp(name, "{source.stem}_static") == 0)\n'
                      f"        return main_{source.stem}(count, words);" for source in sources)))
        program = tree.root / package
        command([*COMPILER, "-static", first, *objects,
                 *tree.flags(package, "--static", "--libs"), "-o", program])
        for source in sources:
            os.link(program, tree.root / f"{source.stem}_static")
    except Wrong as error:
        return str(error)
    return ""


def check_static(tree, source, wrong):
    """runs as a static program"""
    if wrong:
        raise Wrong(wrong)
    compare(source, run([tree.root / f"{source.stem}_static"]))


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
        command([*COMPILER, "-static", source, *libraries, "-o", root / "archives"])
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
                 ("count", check_readme, (tree, examples / "count.c", archives)),
                 ("the library", check_subproject, (tree, meson, examples.parent))]
        if shutil.which("cmake"):
            cases += [("the library", check_cmake, (tree, examples))]
        cases += [(source.stem, check_shared, (tree, source)) for source in sources]
        with ThreadPoolExecutor(4) as pool:
            verdicts = list(pool.map(lambda case: verdict(case[1], *case[2]), cases))
            for package in ("troupe", "troupe-record") if archives else ():
                of_package = [source for source in sources if package_of(source) == package]
                wrong = link_static(tree, package, of_package)
                static = [(source.stem, check_static, (tree, source, wrong))
                          for source in of_package]
                verdicts += pool.map(lambda case: verdict(case[1], *case[2]), static)
                cases += static
    failed = [report(number, f"{name}: {check.__doc__}", messages)
              for number, ((name, check, _), messages) in enumerate(zip(cases, verdicts), 1)]
    if not archives:
        print(f"ok {len(cases) + 1} - static programs # SKIP no archives of the libraries here")
    print(f"1..{len(cases) + (not archives)}")
    return any(failed)


if __name__ == "__main__":
    sys.exit(main())
