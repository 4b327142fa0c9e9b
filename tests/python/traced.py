"""What the tests of troupe_trace share: running programs with it, reading what it wrote, TAP."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest
from collections import defaultdict
from pathlib import Path

TRACER = Path(__file__).resolve().parents[2] / "tracer" / "python"
TOOL = os.environ.get("TROUPE_TOOL", "troupe")
TIME_LIMIT_S = 120

# Whom the tests run the programs with: one Python, or several with paths between colons.
PYTHONS = (os.environ.get("TROUPE_PYTHONS") or sys.executable).split(":")


class Ended:
    """A process that has ended, and the trace that it wrote."""

    def __init__(self, process, path):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr
        self.path = path

    @property
    def said(self):
        return self.code, self.out, self.err


class Picture:
    """The facts in a trace, by the names of actors."""

    def __init__(self, path):
        self.text = Path(path).read_text(encoding="utf-8")
        self.events = [json.loads(line.rstrip(",")) for line in self.text.splitlines()
                       if line.startswith("{")]
        self.head = self.events[0]["args"]
        lanes = [event for event in self.events
                 if event["name"] == "thread_name" and event["pid"] == 1]
        self.name = {event["tid"]: event["args"]["name"] for event in lanes}
        self.number = {name: tid for tid, name in self.name.items()}
        self.parent = {event["args"]["name"]: self.name.get(event["args"]["parent"])
                       for event in lanes}
        self.src = {event["args"]["name"]: event["args"].get("src") for event in lanes}
        self.states = self._states()

    def _states(self):
        """Of each actor, in order of time: (name, arguments, start, end or None) of its states."""
        states = defaultdict(list)
        for event in self.events:
            if event.get("cat") != "state":
                continue
            own = states[self.name[event["tid"]]]
            if event["ph"] == "E":
                begun = next(state for state in reversed(own) if state[3] is None)
                begun[1].update(event["args"])
                begun[3] = event["ts"]
            else:
                end = event["ts"] + event["dur"] if "dur" in event else None
                own.append([event["name"], dict(event["args"]), event["ts"], end])
        for own in states.values():
            own.sort(key=lambda state: state[2])
        return states

    def shape(self, name):
        """The names of an actor's states, one after the other."""
        return [state[0] for state in self.states[name]]

    def waits(self, name):
        """(reason, where) of an actor's waits."""
        return [(state[0], state[1].get("at")) for state in self.states[name]
                if state[0] not in ("run", "ready")]

    def turns(self):
        """The actors that ran, in the order of their turns."""
        runs = [(state[2], name) for name, own in self.states.items() for state in own
                if state[0] == "run"]
        return [name for _, name in sorted(runs)]

    def of(self, **members):
        return [event for event in self.events
                if all(event.get(key) == value for key, value in members.items())]

    def prints(self):
        """(actor or None, text) in order of time."""
        found = sorted(self.of(cat="log"), key=lambda event: event["ts"])
        return [(self.name.get(event["tid"]) if event["pid"] == 1 else None,
                 event["args"]["text"]) for event in found]

    def end(self, name):
        """The status with which an actor ended, or None."""
        found = self.of(cat="actor", ph="E", tid=self.number[name])
        return found[0]["args"]["status"] if found else None


class TracedCase(unittest.TestCase):
    """A case with a folder of its own, for each of the Pythons."""

    python = PYTHONS[0]

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, source, name="prog.py"):
        (self.folder / name).write_text(textwrap.dedent(source), encoding="utf-8")
        return name

    def run_python(self, *arguments, traced=True, given="", options=()):
        path = self.folder / "trace.json"
        way = ["-m", "troupe_trace", "-o", str(path)] if traced else []
        environment = {**os.environ, "PYTHONPATH": str(TRACER), "PYTHONDONTWRITEBYTECODE": "1"}
        environment.pop("TROUPE_TRACE", None)
        process = subprocess.run([self.python, *options, *way, *arguments], cwd=self.folder,
                                 env=environment, input=given, text=True, capture_output=True,
                                 timeout=TIME_LIMIT_S, check=False)
        return Ended(process, path)

    def picture(self, source, *arguments, code=0):
        """The picture of a program that ends with this code; its trace must be sound."""
        ended = self.run_python(self.write(source), *arguments)
        self.assertEqual(ended.code, code, ended.err)
        return self.sound(ended.path)

    def sound(self, path):
        check = subprocess.run([TOOL, "check", path], text=True, capture_output=True, check=False)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        return Picture(path)


class TapResult(unittest.TestResult):
    """Prints a line of TAP for each case."""

    def report(self, test, verdict, note="", lines=()):
        name = (test.shortDescription() or test.id()).rstrip(".")
        print(f"{verdict} {self.testsRun} - {name}{note}", flush=True)
        for line in lines:
            print(f"# {line}")

    def addSuccess(self, test):
        self.report(test, "ok")

    def addSkip(self, test, reason):
        self.report(test, "ok", f" # SKIP {reason}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report(test, "not ok", lines=self.failures[-1][1].splitlines())

    def addError(self, test, err):
        super().addError(test, err)
        self.report(test, "not ok", lines=self.errors[-1][1].splitlines())


def version(python):
    """(3, 11) of an interpreter."""
    text = subprocess.run([python, "-c", "import sys; print(*sys.version_info[:2])"], text=True,
                          capture_output=True, check=True).stdout
    return tuple(int(part) for part in text.split())


def main(module):
    """Runs the cases of a module, once for each Python."""
    result = TapResult()
    for python in PYTHONS:
        TracedCase.python, TracedCase.version = python, version(python)
        unittest.defaultTestLoader.loadTestsFromModule(sys.modules[module]).run(result)
    print(f"1..{result.testsRun}")
    return not result.wasSuccessful()
