"""What reads the sources without running them: clang-tidy and cppcheck."""

import json
import os
import shlex
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import run_tests

# Debian's clang-tidy, of the version for which .clang-tidy is written, before any other.
TIDY = ("clang-tidy-14", "clang-tidy")
TIDY_FOLDERS = ("core", "tracer", "viewer", "examples")
# What gcc is told and clang does not know.
GCC_ALONE = ("-mmemset-strategy=",)
# "style" is left out: it has opinions on names and scopes, not on faults.
CPPCHECK = ["cppcheck", "--enable=warning,performance,portability", "--quiet", "--inline-suppr",
            "--error-exitcode=1", "--template={file}:{line}: {severity}: {message} [{id}]"]


def compiled(source, folder):
    """The C files of the folders that are checked, each once; and a folder with their commands as
    clang understands them."""
    commands = json.loads((folder / "compile_commands.json").read_text(encoding="utf-8"))
    for command in commands:
        command["command"] = shlex.join(word for word in shlex.split(command["command"])
                                        if not word.startswith(GCC_ALONE))
    place = folder / "variants" / "tidy"
    place.mkdir(parents=True, exist_ok=True)
    (place / "compile_commands.json").write_text(json.dumps(commands), encoding="utf-8")
    files = {(Path(command["directory"]) / command["file"]).resolve() for command in commands}
    return place, sorted(file for file in files if file.suffix == ".c" and
                         file.relative_to(source).parts[0] in TIDY_FOLDERS)


def stage_build(tally, source, folder):
    """Some headers are made by the build."""
    run_tests.say("building")
    run_tests.build(tally, "the build", folder, source)


def stage_tidy(tally, source, folder):
    """A case for each file."""
    tidy = next((name for name in TIDY if shutil.which(name)), None)
    if tidy is None:
        tally.skip_case("clang-tidy", "it is not installed")
        return
    source = source.resolve()
    place, files = compiled(source, folder)
    run_tests.say(f"{tidy} reads {len(files)} files")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(lambda file: run_tests.run([tidy, "-p", place, "--quiet", file]), files)
        for file, process in zip(files, done):
            tally.check(f"{tidy}: {file.relative_to(source)}", process)


def stage_cppcheck(tally, source, folder):
    if not shutil.which("cppcheck"):
        tally.skip_case("cppcheck", "it is not installed")
        return
    run_tests.say("cppcheck")
    list_of_exceptions = source / "tests" / "nightly" / "cppcheck.txt"
    tally.check("cppcheck", run_tests.run(
        [*CPPCHECK, f"--suppressions-list={list_of_exceptions}",
         f"--project={folder / 'compile_commands.json'}", f"-j{os.cpu_count()}"]))
