#!/usr/bin/env python3
"""cut, merge and export keep every fact of generated traces with every kind of line (TAP)."""

import csv
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import generate

TOOL = os.environ["TROUPE_TOOL"]
SEEDS = range(int(os.environ.get("TROUPE_TEST_SEEDS", 6)))


def troupe(*words, expect=0):
    """What the command prints, as text; its status must be the expected one."""
    run = subprocess.run([TOOL, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         check=False)
    if run.returncode != expect:
        raise AssertionError(f"troupe {' '.join(map(str, words))} ends with {run.returncode}: "
                             f"{run.stdout.decode()[:300]}{run.stderr.decode()[:300]}")
    return run.stdout.decode()


def same(what, one, other):
    if one != other:
        lost = [item for item in one if item not in other][:2] if isinstance(one, list) else one
        more = [item for item in other if item not in one][:2] if isinstance(other, list) else other
        raise AssertionError(f"{what}: lost {lost}, gained {more}")


def write(folder, name, text):
    path = Path(folder) / name
    path.write_text(text, encoding="utf-8")
    return path


def trace_of(folder, seed, **more):
    text = generate.World(seed, **more).text()
    return write(folder, f"world{seed}.json", text), text


def generated_traces_are_sound(folder):
    """the generated traces are sound, and hold every kind of line that there is"""
    seen = set()
    for seed in SEEDS:
        path, text = trace_of(folder, seed, loops=1 + seed % 2)
        troupe("check", path)
        seen |= {(event["ph"], event["cat"]) for event in json.loads(text)}
    for kind in (("M", "__metadata"), ("B", "actor"), ("E", "actor"), ("X", "state"),
                 ("B", "state"), ("E", "state"), ("X", "loop"), ("X", "job"), ("s", "msg"),
                 ("f", "msg"), ("s", "spawn"), ("f", "spawn"), ("C", "count"), ("i", "note"),
                 ("i", "log"), ("i", "lost"), ("i", "user"), ("b", "user"), ("e", "user"),
                 ("C", "user"), ("i", "trace"), ("s", "exit"), ("f", "exit")):
        if kind not in seen:
            raise AssertionError(f"no line of the kind {kind} was generated")


def pairs_of(events):
    """The beginnings and ends of each track that belong together, as brackets do, by name."""
    tracks = {}
    for event in events:
        open_ones = tracks.setdefault((event["pid"], event["tid"]), [])
        if event["ph"] == "B":
            open_ones.append(event)
        elif event["ph"] == "E":
            while open_ones[-1]["name"] != event["name"]:
                open_ones.pop()
            yield open_ones.pop(), event


def with_both_ends(text):
    """The same trace, in which beginnings and ends have the arguments of both."""
    events = json.loads(text)
    for begin, end in pairs_of(events):
        both = {**begin.get("args", {}), **end.get("args", {})}
        if "args" in begin or "args" in end:
            begin["args"] = end["args"] = both
    return json.dumps(events)


def chrome_keeps_every_fact(folder):
    """written, exported and read again, a trace is the same, event by event and model by model"""
    for seed in SEEDS:
        path, text = trace_of(folder, seed)
        out = troupe("export", path)
        same("events", generate.kinds(with_both_ends(text)), generate.kinds(out))
        again = write(folder, "again.json", out)
        for question in (("stats", "--json"), ("log",), ("path", "--json"), ("export", "--to=csv")):
            same(question[0], troupe(*question, path), troupe(*question, again))
        troupe("diff", "--waits", path, again)


def chrome_ends_as_it_begins(folder):
    """what has ended says the same at both ends, as speedscope wants it; also through a pipe"""
    lasting = 0
    for seed in SEEDS:
        path, text = trace_of(folder, seed)
        out = troupe("export", path)
        with open(path, "rb") as file:
            piped = subprocess.run([TOOL, "export", "-"], stdin=file, stdout=subprocess.PIPE,
                                   check=True).stdout.decode()
        same("what is read from a pipe", out, piped)
        for begin, end in pairs_of(json.loads(out)):
            same("arguments", begin.get("args"), end.get("args"))
        lasting += sum(begin.get("args") != end.get("args")
                       for begin, end in pairs_of(json.loads(text)))
        troupe("check", write(folder, "again.json", out))
    if lasting == 0:
        raise AssertionError("no end was generated that tells more than its beginning")


def chrome_makes_a_torn_file_whole(folder):
    """of a file that breaks off every event is kept but the torn one, and Python can read it"""
    for seed in SEEDS:
        text = generate.World(seed).text(closed=False)
        last = text.rindex("\n{") + 1
        out = troupe("export", write(folder, "torn.json", text[:last] + '{"ph":"X","ts":1'))
        same("events", generate.kinds(with_both_ends(text[:last].rstrip(",\n") + "]")),
             generate.kinds(out))


def chrome_has_no_arrow_from_nowhere(folder):
    """an arrow that arrives and has not left is no line of an export, one taken in a run is"""
    text = generate.World(3).text()
    astray = ('{"ph":"f","ts":2.000,"pid":1,"tid":1,"cat":"msg","name":"tag 1","id":99999,'
              '"args":{"scanned":0,"depth":0}}')
    taken = astray.replace("99999", "99998").replace(',"args"', ',"bp":"e","args"')
    path = write(folder, "astray.json", text.replace("\n{", f"\n{taken},\n{astray},\n{{", 1))
    ids = [event["id"] for event in json.loads(troupe("export", path)) if event["ph"] == "f"]
    same("ends", [99998], [number for number in ids if number > 99990])
    same("arrows", sum(event["ph"] == "f" for event in json.loads(text)) + 1, len(ids))


def csv_has_every_state(folder):
    """comma-separated values have a row for every state, life, message, printed line and note"""
    for seed in SEEDS:
        path, text = trace_of(folder, seed)
        rows = list(csv.DictReader(io.StringIO(troupe("export", "--to=csv", path))))
        events = json.loads(text)
        states = [event for event in events if event["cat"] == "state" and event["ph"] != "E"]
        same("states", len(states), sum(row["kind"] in ("run", "ready", "wait") for row in rows))
        same("texts", sorted(event["args"]["text"].replace("\t", "\t") for event in events
                             if event["cat"] == "log"),
             sorted(row["text"] for row in rows if row["kind"] == "print"))
        words = {"i": "{name}", "b": "begin {name}", "e": "end {name}", "C": "{name} = {value}"}
        same("own words", sorted(words[event["ph"]].format(name=event["name"],
                                                           **event.get("args", {}))
                                 for event in events if event["cat"] == "user"),
             sorted(row["text"] for row in rows if row["kind"] == "mark"))
        sent = [event for event in events if event["cat"] == "msg" and event["ph"] == "s"]
        same("messages", sorted(str(event["args"]["tag"]) for event in sent),
             sorted(row["tag"] for row in rows if row["kind"] == "message"))
        for event in states:
            start = round(event["ts"] * 1000)
            kind = event["name"] if event["name"] in ("run", "ready") else "wait"
            if not any(row["kind"] == kind and row["id"] == str(event["tid"]) and
                       row["start_ns"] == str(start) for row in rows):
                raise AssertionError(f"no row for {event}")


def speedscope_profiles_nest(folder):
    """speedscope's profiles open and close their frames in turn, and last as long as the states"""
    for seed in SEEDS:
        path, text = trace_of(folder, seed)
        file = json.loads(troupe("export", "--to=speedscope", path))
        frames = file["shared"]["frames"]
        lives = [event for event in json.loads(text)
                 if event["cat"] == "actor" and event["ph"] == "B"]
        same("profiles", len(lives) + 1, len(file["profiles"]))
        for profile in file["profiles"]:
            stack = []
            last = profile["startValue"]
            for event in profile["events"]:
                if event["at"] < last or event["at"] > profile["endValue"]:
                    raise AssertionError(f"out of order in {profile['name']}: {event}")
                last = event["at"]
                if event["type"] == "O":
                    stack.append(event["frame"])
                else:
                    same("closed frame", stack.pop(), event["frame"])
                if not frames[event["frame"]]["name"]:
                    raise AssertionError("a frame without a name")
            same("open frames", [], stack)


def otel_spans_have_parents(folder):
    """OpenTelemetry's spans have ids of their own, parents that are there, and ends after starts"""
    for seed in SEEDS:
        path, _ = trace_of(folder, seed)
        file = json.loads(troupe("export", "--to=otel", path))
        spans = file["resourceSpans"][0]["scopeSpans"][0]["spans"]
        ids = {span["spanId"] for span in spans}
        same("ids", len(spans), len(ids))
        for span in spans:
            if len(span["traceId"]) != 32 or len(span["spanId"]) != 16:
                raise AssertionError(f"ids of the wrong length: {span}")
            if "parentSpanId" in span and span["parentSpanId"] not in ids:
                raise AssertionError(f"no such parent: {span}")
            if int(span["endTimeUnixNano"]) < int(span["startTimeUnixNano"]):
                raise AssertionError(f"ends before it starts: {span}")
            for link in span.get("links", ()):
                if link["spanId"] not in ids:
                    raise AssertionError(f"no such link: {span}")
        start = min(int(span["startTimeUnixNano"]) for span in spans)
        same("the day", True, 0 <= start - (1760000000 * 10 ** 9 + seed * 10 ** 6) < 10 ** 9)


def folded_stacks_add_up(folder):
    """folded stacks hold all the time of all states"""
    for seed in SEEDS:
        path, _ = trace_of(folder, seed)
        rows = csv.DictReader(io.StringIO(troupe("export", "--to=csv", path)))
        whole = sum(int(row["end_ns"]) - int(row["start_ns"]) for row in rows
                    if row["kind"] in ("run", "ready", "wait"))
        lines = troupe("export", "--to=folded", path).splitlines()
        same("time", whole, sum(int(line.rsplit(" ", 1)[1]) for line in lines))
        same("roots", {"kind1"}, {line.split(";")[0] for line in lines})


def cut_of_everything_is_everything(folder):
    """a cut that leaves nothing out is the trace, and cuts by time are sound traces"""
    for seed in SEEDS:
        path, text = trace_of(folder, seed, loops=1 + seed % 2)
        same("events", generate.kinds(text), generate.kinds(troupe("cut", path)))
        choice = random.Random(seed)
        last = max(event["ts"] for event in json.loads(text))
        for _ in range(8):
            begin, end = sorted(choice.sample(range(1, int(last)), 2))
            out = troupe("cut", f"--from={begin}us", f"--until={end}us", path)
            part = write(folder, "part.json", out)
            troupe("check", part)
            for event in json.loads(out):
                before = 0.001 if (event["ph"], event["cat"]) == ("B", "actor") else 0
                if event["ph"] != "M" and not begin - before <= event["ts"] <= end:
                    raise AssertionError(f"outside of the cut: {event}")
            whole = states_within(text, begin, end)
            same("states in the cut", whole, states_within(out, begin, end))
            same("own words in the cut", spans_within(text, begin, end),
                 spans_within(out, begin, end))
            same("lives that do not begin before their states", [], late_lives(out))


def late_lives(text):
    """Actors whose life does not begin before their first state: others draw it within that."""
    lives, states = {}, {}
    for event in json.loads(text):
        if event["cat"] in ("actor", "state") and event["ph"] in "XB":
            first = lives if event["cat"] == "actor" else states
            first[event["tid"]] = min(first.get(event["tid"], event["ts"]), event["ts"])
    return [actor for actor, start in states.items() if lives[actor] >= start]


def spans_within(text, begin, end):
    """Which spans of own words are going on between two instants, and from when until when."""
    spans, open_ones = [], {}
    for event in json.loads(text):
        own = open_ones.setdefault((event["tid"], event["name"]), [])
        if event["ph"] == "b":
            own.append(event["ts"])
        elif event["ph"] == "e":
            spans.append((event["tid"], event["name"], own.pop(), event["ts"]))
        elif (event["ph"], event["cat"]) == ("E", "actor"):
            spans += [(tid, name, start, event["ts"]) for (tid, name), own in open_ones.items()
                      for start in own if tid == event["tid"]]
            open_ones = {key: own for key, own in open_ones.items() if key[0] != event["tid"]}
    for (tid, name), own in open_ones.items():
        spans += [(tid, name, start, end) for start in own]
    return sorted((tid, name, max(start, begin), min(stop, end))
                  for tid, name, start, stop in spans if start < end and stop >= begin)


def states_within(text, begin, end):
    """How long each actor is in each state between two instants, in nanoseconds."""
    sums = {}
    open_states = {}
    for event in json.loads(text):
        if event["cat"] != "state":
            continue
        start = round(event["ts"] * 1000)
        key = (event["tid"], event["name"])
        if event["ph"] == "B":
            open_states[key] = start
            continue
        if event["ph"] == "E":
            stop, start = start + 1, open_states.pop(key)
        else:
            stop = start + round(event["dur"] * 1000) + 1
        length = min(stop, end * 1000) - max(start, begin * 1000)
        if length > 0:
            sums[key] = sums.get(key, 0) + length
    for key, start in open_states.items():
        length = end * 1000 - max(start, begin * 1000)
        sums[key] = sums.get(key, 0) + length
    return sums


def cut_by_actor_and_category(folder):
    """cuts by actor and category hold what was asked for, and nothing else"""
    path, text = trace_of(folder, 3)
    out = troupe("cut", "--actors=kind1*", path)
    names = {event["args"]["name"] for event in json.loads(out)
             if event["ph"] == "M" and event["pid"] == 1 and event["name"] == "thread_name"}
    same("names", {"kind1#1", "kind1#4"}, names)
    same("tracks", {1, 4}, {event["tid"] for event in json.loads(out)
                            if event["pid"] == 1 and event["ph"] != "M"})
    out = json.loads(troupe("cut", "--without=msg,count", path))
    same("categories", set(), {event["cat"] for event in out} & {"msg", "count"})
    out = json.loads(troupe("cut", "--only=log", path))
    same("categories", {"__metadata", "actor", "log"}, {event["cat"] for event in out})
    same("lines", sum(event["cat"] == "log" for event in json.loads(text)),
         sum(event["cat"] == "log" for event in out))
    troupe("cut", "--actors=nobody", path, expect=2)
    troupe("cut", "--from=2s", "--until=1s", path, expect=2)
    troupe("cut", "--only=states", path, expect=2)
    troupe("cut", "--without=msg,prints", path, expect=2)


def what_is_read_is_not_written(folder):
    """a trace is not written over itself, and what is no file is never removed"""
    path, text = trace_of(folder, 1)
    other, _ = trace_of(folder, 2)
    link = Path(folder) / "link.json"
    link.symlink_to(path)
    for words in (("cut", "--until=1s"), ("export",), ("merge", other)):
        for name in (path, link):
            troupe(*words, "-o", name, path, expect=2)
            same("the trace", text, path.read_text(encoding="utf-8"))
    folder = Path(folder) / "full"
    folder.symlink_to("/dev/full")
    troupe("export", "-o", folder, path, expect=1)
    same("the device", True, folder.is_symlink())


def other_tools_traces_are_refused(folder):
    """another tool's trace is not cut, merged or made whole, since it would come out wrong"""
    path = write(folder, "it.json", '[{"ph":"X","ts":1e15,"dur":9,"pid":1,"tid":1,"name":"a"}]')
    for words in (("cut", "--until=1s"), ("export",), ("merge", path)):
        same("output", "", troupe(*words, path, expect=1))


def other_tools_slices_are_exported(folder):
    """the slices of another tool's threads are rows, frames of profiles and folded stacks"""
    slices = [("main", 0, 100), ("read", 10, 20), ("parse", 40, 50), ("read", 45, 15),
              ("late", 200, 9)]
    path = write(folder, "it.json", json.dumps([
        {"ph": "X", "ts": ts, "dur": dur, "pid": 1, "tid": 1, "name": name}
        for name, ts, dur in slices]))
    rows = [line.split(",") for line in troupe("export", "--to=csv", path).splitlines()]
    same("rows", [(name, str(ts * 1000), str((ts + dur) * 1000)) for name, ts, dur in slices],
         [(row[-1], row[3], row[4]) for row in rows if row[0] == "slice"])
    folded = troupe("export", "--to=folded", path).splitlines()
    folded = dict(line.rsplit(" ", 1) for line in folded)
    same("stacks", {"thread 1;main": "30000", "thread 1;main;read": "20000",
                    "thread 1;main;parse": "35000", "thread 1;main;parse;read": "15000",
                    "thread 1;late": "9000", "thread 1;wait": "100000"}, folded)
    file = json.loads(troupe("export", "--to=speedscope", path))
    names = [frame["name"] for frame in file["shared"]["frames"]]
    events = [(event["type"], names[event["frame"]], event["at"] // 1000)
              for event in file["profiles"][-1]["events"]]
    same("events", [("O", "thread 1", 0), ("O", "main", 0), ("O", "read", 10), ("C", "read", 30),
                    ("O", "parse", 40), ("O", "read", 45), ("C", "read", 60), ("C", "parse", 90),
                    ("C", "main", 100), ("O", "late", 200), ("C", "late", 209),
                    ("C", "thread 1", 209)], events)


def merged_traces_are_one(folder):
    """merged traces are a sound trace with all actors, each in the same states for as long"""
    paths = [trace_of(folder, seed, loops=1 + seed % 2)[0] for seed in (1, 2, 5)]
    out = write(folder, "all.json", troupe("merge", *paths))
    troupe("check", out)
    whole = json.loads(troupe("stats", "--json", out))
    parts = [json.loads(troupe("stats", "--json", path)) for path in paths]
    same("names", sorted(f"{path.stem}/{actor['name']}" for path, part in zip(paths, parts)
                         for actor in part["actors"]),
         sorted(actor["name"] for actor in whole["actors"]))
    for fact in ("switches", "messages_sent", "messages_taken", "busy_ns", "sum_ns"):
        same(fact, sum(part[fact] for part in parts), whole[fact])


def clocks_are_aligned(folder):
    """the clocks of merged traces are aligned by their common base, and by messages between them"""
    one, _ = trace_of(folder, 1)
    two, _ = trace_of(folder, 2)
    first = starts_of(troupe("merge", "--clock=base", one, two))
    same("base", 10 ** 6, first["world2/kind1#1"] - first["world1/kind1#1"])
    first = starts_of(troupe("merge", "--clock=start", one, two))
    same("start", 0, first["world2/kind1#1"] - first["world1/kind1#1"])
    # The second machine's clock is 3 ms behind; messages take 20 us one way and 30 us the other.
    left = half(one, "s", 100000, 900001) + half(one, "f", 400030, 900002)
    right = half(two, "f", 100020 - 3000000 + 5000000, 900001) + \
        half(two, "s", 400000 - 3000000 + 5000000, 900002)
    left = write(folder, "left.json", one.read_text().rstrip("]\n") + left + "\n]\n")
    right = write(folder, "right.json", two.read_text().rstrip("]\n") + right + "\n]\n")
    out = troupe("merge", "--clock=messages", "--plain", left, right)
    crossing = [event for event in json.loads(out) if event["cat"] == "msg" and
                event["name"] == "tag 77"]
    same("halves", [1, 1, 1, 1], sorted(1 for _ in crossing))
    same("numbers", 2, len({event["id"] for event in crossing}))
    for number in {event["id"] for event in crossing}:
        ends = {event["ph"]: event["ts"] for event in crossing if event["id"] == number}
        same("transit", 25, round((ends["f"] - ends["s"]) * 1000))


def half(_, phase, at_ns, number):
    """Half an arrow, whose other half is in another file."""
    args = {"tag": 77, "bytes": 0, "depth": 1} if phase == "s" else {"scanned": 1, "depth": 0}
    more = "" if phase == "s" else '"bp":"e",'
    return (f',\n{{"ph":"{phase}","ts":{at_ns // 1000}.{at_ns % 1000:03d},"pid":1,"tid":1,'
            f'"cat":"msg","name":"tag 77","id":{number},{more}"args":{json.dumps(args)}}}')


def starts_of(text):
    """When each actor began, in nanoseconds."""
    names = {}
    starts = {}
    for event in json.loads(text):
        if event["ph"] == "M" and event["pid"] == 1 and event["name"] == "thread_name":
            names[event["tid"]] = event["args"]["name"]
        if event["ph"] == "B" and event["cat"] == "actor":
            starts[names[event["tid"]]] = round(event["ts"] * 1000)
    return starts


CASES = (generated_traces_are_sound, chrome_keeps_every_fact, chrome_ends_as_it_begins,
         chrome_makes_a_torn_file_whole, chrome_has_no_arrow_from_nowhere,
         csv_has_every_state, speedscope_profiles_nest, otel_spans_have_parents,
         folded_stacks_add_up, cut_of_everything_is_everything, cut_by_actor_and_category,
         what_is_read_is_not_written, other_tools_traces_are_refused,
         other_tools_slices_are_exported,
         merged_traces_are_one, clocks_are_aligned)


def main():
    failed = 0
    for number, case in enumerate(CASES, 1):
        fault = None
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(folder)
            except AssertionError as error:
                fault = str(error)
        failed += fault is not None
        print(f"{'not ok' if fault else 'ok'} {number} - {case.__doc__}")
        if fault:
            print("# " + fault.replace("\n", "\n# "))
    print(f"1..{len(CASES)}")
    return failed > 0


sys.exit(main())
