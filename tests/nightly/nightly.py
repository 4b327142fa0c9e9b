#!/usr/bin/env python3
"""Runs what takes too long for every change: `./run nightly [STAGE...]`, without STAGE all of it.

    nightly.py ROOT BUILD [STAGE...]

The stages are those of run_tests.py, under the name `test`, and the rows of STAGES.  Cases are
counted as there: the last line is `N passed, N failed`.  docs/checks.md says what each is for.
"""

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import run_tests  # noqa: E402 (the folder above must be known first)

import aarch64  # noqa: E402
import checks  # noqa: E402
import coverage  # noqa: E402
import packages  # noqa: E402

# Builds that somebody may want and that no test of every change has, and what is tested in each.
VARIANTS = {
    "shared libraries alone": (["-Ddefault_library=shared"], ["examples"]),
    "archives alone": (["-Ddefault_library=static"], ["examples"]),
    "without the viewer": (["-Dviewer=disabled"], ["tracer"]),
    "without encryption": (["-Dviewer=disabled", "-Dtls=disabled"], ["core"]),
    "without probes": (["-Dviewer=disabled", "-Dtrace=false"], []),
    "as it is released": (["-Dviewer=disabled", "-Dbuildtype=release", "-Db_ndebug=true"],
                          ["core", "tracer"]),
}
# What is tested under clang's sanitizers.
SANITIZED = ["core", "tracer", "examples"]
# As long as each target is fed; docs/faults.md says how long they have been fed so far.
FUZZ_S = int(os.environ.get("FUZZ_S") or 300)
FUZZERS = {"trace": "corpus.gz", "rules": "rules.gz", "lesson": "lessons.gz"}


def stage_variants(tally, source, folder):
    for name, (options, suites) in VARIANTS.items():
        run_tests.say(f"the build {name}")
        place = folder / "variants" / name.replace(" ", "_")
        built = run_tests.build(tally, f"the build {name}", place, source, options)
        if built and suites:
            run_tests.meson_test(tally, name, place, suites, run_tests.ONCE)
        elif built:
            run_tests.printed_counts(tally, f"the three counts, {name}",
                                     [place / "examples" / "count"])


def stage_clang_sanitizers(tally, source, folder):
    """`test` has gcc's; clang's find other things."""
    name = "the build with clang's AddressSanitizer and UBSan"
    run_tests.say(name)
    if not run_tests.compiler_serves("clang -fsanitize=address,undefined"):
        tally.skip_case(name, "clang or its sanitizer libraries are not installed")
        return
    place = folder / "variants" / "clang_sanitizers"
    if run_tests.build(tally, name, place, source,
                       ["-Dviewer=disabled", "-Db_lundef=false",
                        "-Db_sanitize=address,undefined"], SANITIZED, CC="clang"):
        run_tests.meson_test(tally, "under clang's sanitizers", place, SANITIZED, run_tests.ONCE,
                             UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")


def stage_fuzz(tally, source, folder):
    """A finding is a case that fails; libFuzzer leaves the input beside the program."""
    name = "the build with fuzzers"
    run_tests.say(name)
    if not run_tests.compiler_serves("clang -fsanitize=fuzzer-no-link,address"):
        tally.skip_case(name, "clang or its fuzzer is not installed")
        return
    place = folder / "variants" / "fuzz"
    if not run_tests.build(tally, name, place, source,
                           ["-Dviewer=disabled", "-Dfuzz=true", "-Db_lundef=false",
                            "-Db_sanitize=address,undefined"], CC="clang"):
        return
    data = source / "tests" / "tracer" / "data"
    for target, kept in FUZZERS.items():
        run_tests.say(f"fuzzing for {FUZZ_S} s: {target}")
        corpus = place / f"corpus_{target}"
        corpus.mkdir(exist_ok=True)
        program = place / "tests" / "tracer" / f"fuzz_{target}"
        run_tests.run([sys.executable, source / "tests" / "tracer" / "pack_corpus.py", "unpack",
                       data / kept, corpus])
        tally.check(f"fuzzing: {target}", run_tests.run(
            [program, f"-max_total_time={FUZZ_S}", "-timeout=10", "-rss_limit_mb=4096",
             f"-artifact_prefix={place}/{target}-", corpus], TROUPE_TEST_DATA=str(data)))


STAGES = {
    "test": run_tests.STAGES,
    "variants": (stage_variants,),
    "sanitizers": (stage_clang_sanitizers,),
    "checks": (checks.stage_build, checks.stage_cppcheck, checks.stage_tidy),
    "coverage": (coverage.stage,),
    "aarch64": (aarch64.stage,),
    "fuzz": (stage_fuzz,),
    "packages": (packages.stage,),
}


def main():
    source, folder, *wanted = sys.argv[1:]
    for name in wanted:
        if name not in STAGES:
            print(f"run: there is no stage called {name}; the stages: {' '.join(STAGES)}",
                  file=sys.stderr)
            return 2
    if not shutil.which("meson"):
        print("run: meson is not installed", file=sys.stderr)
        return 1
    stages = [stage for name in wanted or STAGES for stage in STAGES[name]]
    return run_tests.run_stages(stages, Path(source), Path(folder))


if __name__ == "__main__":
    sys.exit(main())
