#!/usr/bin/env python3
"""Every command of troupe takes what a fuzzer has found, generated and stored traces (TAP)."""

import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import generate

DATA = Path(os.environ["TROUPE_TEST_DATA"])
ASK = os.environ["TROUPE_ASK_COMMANDS"]
SEEDS = range(int(os.environ.get("TROUPE_TEST_SEEDS", 20)))


def found_by_a_fuzzer(folder):
    """what a fuzzer has found"""
    packed = gzip.decompress((DATA / "corpus.gz").read_bytes())
    at = 0
    while at < len(packed):
        length = int.from_bytes(packed[at:at + 4], "little")
        path = Path(folder, f"found{at}.json")
        path.write_bytes(packed[at + 4:at + 4 + length])
        at += 4 + length
        yield path


def generated(folder):
    """generated traces, whole and broken off"""
    for seed in SEEDS:
        text = generate.World(seed, loops=1 + seed % 4).text()
        torn = text[:-seed * 37 - 9]
        for name, part in ((f"world{seed}.json", text), (f"torn{seed}.json", torn)):
            path = Path(folder, name)
            path.write_text(part, encoding="utf-8")
            yield path


def stored(_folder):
    """stored traces, of troupe and of other tools"""
    yield from sorted(DATA.glob("*.json"))
    yield from sorted((DATA / "foreign").glob("*.json"))


def messages(process):
    lines = process.stdout.decode(errors="replace").splitlines()
    shown = [line for line in lines if line.startswith("# wrong") or line == "# done"]
    for number, line in enumerate(lines):
        if line.startswith("# wrong"):
            yield f"{lines[number - 1]}: {line}"
    if not shown or shown[-1] != "# done":
        yield f"ended with {process.returncode} while {lines[-1] if lines else 'starting'}"
        yield from process.stderr.decode(errors="replace").splitlines()


def main():
    failed = 0
    cases = (found_by_a_fuzzer, generated, stored)
    print(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "rules").write_bytes((DATA / "count.rules").read_bytes())
            process = subprocess.run([ASK, folder, *map(str, case(folder))], check=False,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            faults = list(messages(process))
            said = Path(folder, "said")
            if faults and process.returncode not in (0, 1) and said.exists():
                faults += said.read_text(errors="replace").splitlines()
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - every command takes {case.__doc__}")
        for fault in faults[:60]:
            print(f"# {fault}")
    return failed > 0


sys.exit(main())
