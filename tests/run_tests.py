#!/usr/bin/env python3
"""Runs every test in every build that matters, and counts the cases.

Called by `./run test` with the root of the tree, the build folder.  A stage is one build with
what is tested in it; each adds its cases to one tally.  The tests' own programs report one line per
case (TAP), which Meson keeps in its log; a stage that is one case by itself adds that.

The last line is `N passed, N failed` (and how many were skipped, if any were).
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

import same_traces

# Valgrind slows a test down by this much at most, on a machine that has other work too.
SLOW_FACTOR = 10
# Suites that other builds than the first leave out: shells, windows and lessons of real seconds,
# which do not become different by another compiler.
ONCE = ["once"]
# What Valgrind leaves out, which takes half a second for a process to end.
TOO_SLOW = ["forks"]
# Builds made only to be tested: what matters is that they are there soon.  Line numbers stay, since
# reports name them; at -O1, and with sanitizers, gcc warns of what is not so.
LEAN = ["-Dviewer=disabled", "-Dwerror=false", "-Doptimization=1", "-Ddebug=false", "-Dc_args=-g1"]
# Some tests sleep, so a few more than there are processors may run at once.
AT_ONCE = str((os.cpu_count() or 1) + 1)
# A stage that says nothing for so long would look as if it hung.
HEARTBEAT_S = 15
# Where a build fails, the end of its output is what matters.
OUTPUT_LINES_MAX = 60

CASE = re.compile(r"(?P<not>not )?ok\b\s*\d*(?:\s+-)?\s*(?P<name>.*)$")
SKIP = re.compile(r"\s#\s*SKIP\b:?\s*(?P<reason>.*)$")
COUNTS = "One One One Two Two Two".split()

# When `./run test` began, so that the seconds printed count the installation too.
STARTED_AT = float(os.environ.get("RUN_STARTED_AT") or time.time())


def say(text):
    print(f"[{time.time() - STARTED_AT:3.0f} s] {text}", flush=True)


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = 0
        self.folders = []  # what has been built

    def pass_case(self):
        self.passed += 1

    def fail_case(self, name, output=()):
        self.failed += 1
        print(f"FAILED {name}", flush=True)
        for line in list(output)[-OUTPUT_LINES_MAX:]:
            print(f"    {line}", flush=True)

    def skip_case(self, name, reason):
        self.skipped += 1
        print(f"       skipped: {name}: {reason}", flush=True)

    def check(self, name, process):
        """One case: the process must have ended well."""
        if process.returncode == 0:
            self.pass_case()
        else:
            self.fail_case(name, process.stdout.splitlines())
        return process.returncode == 0

    def line(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def run(command, **environment):
    """Runs a command to its end, both outputs as one text, with a sign of life now and then."""
    beat = threading.Event()

    def heartbeat():
        while not beat.wait(HEARTBEAT_S):
            say("  still at it")

    thread = threading.Thread(target=heartbeat, daemon=True)
    thread.start()
    words = [str(word) for word in command]
    try:
        return subprocess.run(words, env={**os.environ, **environment},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    except OSError as error:
        return subprocess.CompletedProcess(words, 127, f"{words[0]}: {error.strerror}")
    finally:
        beat.set()
        thread.join()


def cases_of(text):
    """The cases in a TAP text: (name, verdict, reason or the comment lines after it)."""
    cases = []
    for line in text.splitlines():
        skip = SKIP.search(line)
        match = CASE.match(line[:skip.start()] if skip else line)
        if match:
            verdict = "fail" if match["not"] else "skip" if skip else "pass"
            cases.append((match["name"], verdict, [skip["reason"]] if skip else []))
        elif cases and line.startswith("#"):
            cases[-1][2].append(line[1:].strip())
    return cases


def count_program(tally, stage, entry):
    """Adds one test program's cases, as Meson logged them."""
    program = f"{stage}: {entry['name'].replace('troupe:', '')}"
    cases = cases_of(entry.get("stdout") or "")
    for name, verdict, comment in cases:
        if verdict == "fail":
            tally.fail_case(f"{program}: {name}", comment)
        elif verdict == "skip":
            tally.skip_case(f"{program}: {name}", " ".join(comment) or "no reason given")
        else:
            tally.pass_case()
    failed = any(verdict == "fail" for _, verdict, _ in cases)
    if entry["result"] in ("OK", "EXPECTEDFAIL", "SKIP") and cases:
        return
    if entry["result"] == "SKIP":
        tally.skip_case(program, "it said so itself")
    elif entry["result"] == "OK":
        tally.pass_case()
    elif not failed:
        output = (entry.get("stdout") or "") + (entry.get("stderr") or "")
        tally.fail_case(f"{program}: ended with {entry['result']}", output.splitlines())


def meson_test(tally, stage, folder, suites=(), without=(), wrapper=None, pardon=None,
               **environment):
    """Runs a build's tests; `pardon` may change what an entry of the log says before it counts."""
    log = folder / "meson-logs" / ("testlog-valgrind.json" if wrapper else "testlog.json")
    log.unlink(missing_ok=True)
    command = ["meson", "test", "-C", folder, "--no-rebuild", "-t", SLOW_FACTOR,
               "--num-processes", AT_ONCE]
    if wrapper:
        command += ["--wrapper", " ".join(wrapper)]
    for suite in suites:
        command += ["--suite", suite]
    for suite in without:
        command += ["--no-suite", suite]
    process = run(command, **environment)
    entries = []
    if log.exists():
        entries = [json.loads(line) for line in log.read_text().splitlines()]
    if not entries:
        tally.fail_case(f"{stage}: no test ran", process.stdout.splitlines())
    for entry in entries:
        count_program(tally, stage, pardon(entry) if pardon else entry)


def needed_by(folder, suites):
    """The files that a build has to have for the tests of these suites and for same_traces."""
    def introspect(what):
        return json.loads(run(["meson", "introspect", folder, what]).stdout)

    suites = {f"troupe:{suite}" for suite in suites}
    needed = {target for test in introspect("--tests") if suites & set(test["suite"])
              for target in test["depends"]}
    return sorted({os.path.relpath(target["filename"][0], folder)
                   for target in introspect("--targets")
                   if target["id"] in needed or target["name"] in same_traces.PROGRAMS})


def build(tally, name, folder, source, options=(), suites=(), **environment):
    """One case: the tree, or what some suites need of it, builds so, without a warning.  True if it
    does."""
    made_for = folder / "variant.stamp"
    wanted = " ".join([str(source), *options])
    if options and made_for.exists() and made_for.read_text() != wanted:
        shutil.rmtree(folder)
    if not (folder / "build.ninja").exists():
        process = run(["meson", "setup", folder, source, *options], **environment)
        if process.returncode:
            return tally.check(name, process)
        made_for.write_text(wanted)
    command = ["meson", "compile", "-C", folder]
    if suites:
        command.append("--ninja-args=" + ",".join(needed_by(folder, suites)))
    process = run(command, **environment)
    lines = [line for line in process.stdout.splitlines() if not re.match(r"\[\d+/\d+\] ", line)]
    process.stdout = "\n".join(lines)
    built = tally.check(name, process)
    if built:
        tally.folders.append(folder)
    return built


def printed_counts(tally, name, command, **environment):
    """One case: the three counts print what they must, and their checker has nothing to say."""
    process = run(command, **environment)
    if process.returncode == 0 and process.stdout.split() == COUNTS:
        tally.pass_case()
    else:
        tally.fail_case(f"{name} (exit status {process.returncode})", process.stdout.splitlines())


def compiler_serves(compiler):
    """A compiler counts as present if it makes programs."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "probe.c"
        source.write_text("int main(void) { return 0; }\n")
        command = [*compiler.split(), source, "-o", Path(scratch) / "probe"]
        return shutil.which(str(command[0])) is not None and run(command).returncode == 0


def compiler_id(folder):
    text = run(["meson", "introspect", folder, "--compilers"]).stdout
    try:
        return json.loads(text)["host"]["c"]["id"]
    except (ValueError, KeyError):
        return "gcc"


def stage_main(tally, source, folder):
    say("building")
    if build(tally, "the build", folder, source):
        say("running the tests")
        meson_test(tally, "tests", folder)


def stage_other_compiler(tally, source, folder):
    other = "gcc" if compiler_id(folder) == "clang" else "clang"
    name = f"the build with {other}"
    say(name)
    if not compiler_serves(other):
        tally.skip_case(name, f"{other} is not installed")
        return
    other_folder = folder / "variants" / other
    if build(tally, name, other_folder, source, CC=other):
        meson_test(tally, f"tests built with {other}", other_folder,
                   ["core", "examples", "tracer", "viewer"], ONCE)


def stage_sanitizers(tally, source, folder):
    name = "the build with AddressSanitizer and UBSan"
    say(name)
    compiler = os.environ.get("CC") or "cc"
    if not compiler_serves(f"{compiler} -fsanitize=address,undefined"):
        tally.skip_case(name, "the compiler's sanitizer libraries are not installed")
        return
    sanitized = folder / "variants" / "sanitizers"
    settings = {"ASAN_OPTIONS": "detect_leaks=1", "TROUPE_TEST_SEEDS": "2",
                "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    if not build(tally, name, sanitized, source,
                 [*LEAN, "-Db_lundef=false", "-Db_sanitize=address,undefined"]):
        return
    meson_test(tally, "under the sanitizers", sanitized, ["core", "examples", "tracer", "viewer"],
               ONCE, **settings)
    count = sanitized / "examples" / "count"
    printed_counts(tally, "the three counts under the sanitizers", [count], **settings)
    printed_counts(tally, "the three counts, traced, under the sanitizers", [count],
                   TROUPE_TRACE=str(sanitized / "count.json"), **settings)


def stage_threads(tally, source, folder):
    name = "the build with ThreadSanitizer"
    say(name)
    compiler = os.environ.get("CC") or "cc"
    if not compiler_serves(f"{compiler} -fsanitize=thread"):
        tally.skip_case(name, "the compiler's sanitizer libraries are not installed")
        return
    sanitized = folder / "variants" / "threads"
    if build(tally, name, sanitized, source,
             [*LEAN, "-Db_lundef=false", "-Db_sanitize=thread"], ["threads"]):
        meson_test(tally, "under ThreadSanitizer", sanitized, ["threads"])


def stage_ucontext(tally, source, folder):
    name = "the build with portable stack switching (ucontext)"
    say(name)
    portable = folder / "variants" / "ucontext"
    if build(tally, name, portable, source, [*LEAN, "-Dcontext=ucontext"], ["core"]):
        meson_test(tally, "with ucontext", portable, ["core"])


def stage_valgrind(tally, _source, folder):
    say("Valgrind")
    if not shutil.which("valgrind"):
        tally.skip_case("the core's tests under Valgrind", "valgrind is not installed")
        return
    valgrind = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full",
                "--errors-for-leak-kinds=definite"]
    meson_test(tally, "under Valgrind", folder, ["core"], TOO_SLOW, wrapper=valgrind)
    count = folder / "examples" / "count"
    printed_counts(tally, "the three counts under Valgrind", [*valgrind, count])
    printed_counts(tally, "the three counts, traced, under Valgrind", [*valgrind, count],
                   TROUPE_TRACE=str(folder / "valgrind.json"))


def stage_same_traces(tally, _source, folder):
    """What the other stages have built leaves the same traces in virtual time, to the byte."""
    # Under ThreadSanitizer only what has several threads is tested.
    folders = [built for built in tally.folders if built != folder / "variants" / "threads"]
    if not folders:
        tally.skip_case("the same trace from all builds", "there is no build")
        return
    say(f"the same trace from {len(folders)} builds")
    for name, wrong in same_traces.check(folders):
        if wrong:
            tally.fail_case(f"the same trace from all builds: {name}", [wrong])
        else:
            tally.pass_case()


STAGES = (stage_main, stage_other_compiler, stage_sanitizers, stage_threads, stage_ucontext,
          stage_same_traces, stage_valgrind)


def run_stages(stages, source, folder):
    """The exit status; what failed has been said by then."""
    os.environ.pop("TROUPE_TRACE", None)
    tally = Tally()
    for stage in stages:
        passed, failed = tally.passed, tally.failed
        try:
            stage(tally, source, folder)
        except Exception:  # the closing line must come whatever goes wrong
            tally.fail_case(f"{stage.__name__} itself", traceback.format_exc().splitlines())
        say(f"  {tally.passed - passed} passed, {tally.failed - failed} failed")
    print(tally.line())
    return tally.failed != 0 or tally.passed == 0


if __name__ == "__main__":
    sys.exit(run_stages(STAGES, Path(sys.argv[1]), Path(sys.argv[2])))
