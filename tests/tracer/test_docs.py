#!/usr/bin/env python3
"""The page about the trace format and the manual page say what the program does (TAP)."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/trace-format.md").read_text(encoding="utf-8")
MANUAL = (ROOT / "docs/man/troupe.1").read_text(encoding="utf-8")
SAMPLE = ROOT / "tests/tracer/data/three_counts.json"


def rows_of(name, macro):
    """The arguments of each row of a table of the format, strings without their quotes."""
    text = (ROOT / "tracer/format" / name).read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for row in re.findall(rf'{macro}\(((?:[^()"]|"[^"]*"|\'.\')*)\)', text):
        yield [field.strip("\"'") for field in re.findall(r'"[^"]*"|\'.\'|\w+', row)]


def table_of(heading):
    """The rows of the table below a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.split("\n") if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def code(text):
    if text.endswith(" *"):
        return f'any, after "{text[:-1]}"'
    return {"*": "any", "": ""}.get(text, f"`{text}`")


def events_are_the_table():
    """the kinds of line are the rows of trace_events.def"""
    expected = [[code(phase), code(category), code(name), code(args), sentence]
                for _, phase, category, name, args, sentence
                in rows_of("trace_events.def", "TRACE_EVENT")]
    return compare(table_of("Kinds of line"), expected)


def reasons_are_the_table():
    """the reasons are the rows of trace_reasons.def"""
    expected = [[code(name), letter, sentence]
                for _, name, letter, sentence in rows_of("trace_reasons.def", "TRACE_REASON")]
    return compare(table_of("Reasons"), expected)


def notes_are_the_table():
    """the notes are the rows of trace_notes.def"""
    expected = [[code(name), letter, sentence]
                for _, name, letter, sentence in rows_of("trace_notes.def", "TRACE_NOTE")]
    return compare(table_of("Notes"), expected)


def compare(shown, expected):
    if not expected:
        yield "no row was found in the table of the format"
    for row in expected:
        if row not in shown:
            yield "the page lacks | " + " | ".join(row) + " |"
    for row in shown:
        if row not in expected:
            yield "the page has | " + " | ".join(row) + " | too many"


def example_is_from_the_sample():
    """the example's lines are lines of the sample, in its order"""
    sample = SAMPLE.read_text(encoding="utf-8").split("\n")
    block = PAGE.split("```json\n")[1].split("\n```")[0].split("\n")
    at = 0
    for line in block:
        if line not in sample[at:]:
            yield f"not in the sample, or not in this order: {line}"
        else:
            at = sample.index(line, at) + 1


def example_is_json():
    """the sample is JSON for other readers, too"""
    events = json.loads(SAMPLE.read_text(encoding="utf-8"))
    if events[0]["name"] != "troupe":
        yield "the first event is not the header"


def manual_names_everything():
    """the manual page names every command and every option"""
    overview = subprocess.run([os.environ["TROUPE_TOOL"], "help"], text=True,
                              stdout=subprocess.PIPE, check=True).stdout
    commands = re.findall(r"^  troupe (\w+) ", overview.split("Commands:")[1], flags=re.M)
    if not commands:
        yield "`troupe help` lists no commands"
    plain = MANUAL.replace("\\-", "-").replace('" = \\fI', "=").replace('", "', ", ")
    for command in commands:
        if f".SS {command}\n" not in MANUAL:
            yield f"no section for the command {command}"
        help_text = subprocess.run([os.environ["TROUPE_TOOL"], "help", command], text=True,
                                   stdout=subprocess.PIPE, check=True).stdout
        section = plain.split(f".SS {command}\n")[-1].split("\n.SS ")[0]
        for letter, name in re.findall(r"^  -(\w), --([\w-]+)", help_text, flags=re.M):
            if f"-{letter} " not in section or f"--{name}" not in section:
                yield f"the section {command} lacks -{letter}, --{name}"


CASES = (events_are_the_table, reasons_are_the_table, notes_are_the_table,
         example_is_from_the_sample, example_is_json, manual_names_everything)


def main():
    failed = 0
    for number, case in enumerate(CASES, 1):
        faults = list(case())
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {case.__doc__}")
        for fault in faults:
            print(f"# {fault}")
    print(f"1..{len(CASES)}")
    return failed > 0


sys.exit(main())
