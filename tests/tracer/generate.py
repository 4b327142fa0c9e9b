"""Makes sound traces of every kind of line, the same ones for the same seed.

A small world of actors takes turns on one or two loops, as the runtime would have them, and writes
what its recorder would; nobody has to believe it: `troupe check` is asked about every one of them.
"""

import json
import random

REASONS = ("sleep", "recv", "io", "lock", "event", "chan", "select", "signal", "process", "call",
           "send", "join", "offload")


def stamp(ns):
    return f"@{ns // 1000}.{ns % 1000:03d}@"


class World:
    """Actors, loops, and the lines that tell of them."""

    def __init__(self, seed, actors=6, turns=60, loops=1, unique=0):
        self.random = random.Random(seed)
        self.lines = []
        self.clock = 1000
        self.actors = {}
        self.arrow = unique
        self.loop_free = [0] * loops
        self.pid = 5000 + seed
        self.put("M", 0, 1, 1, "__metadata", "troupe", args={
            "version": 1, "prog": f"world{seed}", "os_pid": self.pid, "clock": "monotonic",
            "clock_base_ns": 10 ** 12 + seed * 10 ** 6,
            "t0_unix_ns": 1760000000 * 10 ** 9 + seed * 10 ** 6,
            "loops": loops, "cores": 2, "runtime": "troupe 0.1.0", "cmd": "./world \"quoted\" \\ é",
            "exe": "/bin/world", "os": "Linux 6.1 x86_64", "env": "TROUPE_LOOPS=2"})
        self.put("M", 0, 1, 1, "__metadata", "process_name", args={"name": "actors"})
        self.put("M", 0, self.pid, 1, "__metadata", "process_name", args={"name": "world"})
        self.put("M", 0, 1, 1, "__metadata", "source",
                 args={"path": "w.c", "line": 1, "text": "int \"w\";\n\té\n"})
        for loop in range(loops):
            self.put("M", 0, self.pid, self.pid + loop, "__metadata", "thread_name",
                     args={"name": f"loop {loop}"})
        self.jobs = 0
        self.spawn(0)
        for _ in range(turns):
            self.turn(actors)
        self.put("i", self.clock, self.pid, self.pid, "lost", "lost", s="t", args={"n": 3})
        self.put("i", self.clock, self.pid, self.pid, "trace", "stall", s="t",
                 args={"stall": stamp(1500)})
        self.put("i", self.clock, self.pid, self.pid, "trace", "cost", s="t",
                 args={"records": 9, "bytes": 999, "cpu": stamp(12345), "stall": stamp(1500)})

    def put(self, ph, ts, pid, tid, cat, name, **more):
        event = {"ph": ph, "ts": stamp(ts)}
        if "dur" in more:
            event["dur"] = stamp(more.pop("dur"))
        event.update({"pid": pid, "tid": tid, "cat": cat, "name": name}, **more)
        self.lines.append(event)

    def state(self, actor, name, start, end, args):
        """A state; now and then as the two lines that a flush makes of it."""
        if self.random.random() < 0.15:
            self.put("B", start, 1, actor, "state", name, args=args)
            self.put("E", end - 1, 1, actor, "state", name, args=args)
        else:
            self.put("X", start, 1, actor, "state", name, dur=end - start - 1, args=args)

    def spawn(self, parent):
        actor = len(self.actors) + 1
        now = self.clock
        name = f"kind{actor % 3}#{actor}"
        self.arrow += 1
        if parent:
            self.put("s", now - 5, 1, parent, "spawn", "spawn", id=self.arrow)
        self.put("M", now, 1, actor, "__metadata", "thread_name",
                 args={"name": name, "fn": f"kind{actor % 3}", "parent": parent,
                       "src": f"w.c:{actor}"})
        self.put("B", now, 1, actor, "actor", f"kind{actor % 3}")
        if parent:
            self.put("f", now + 4, 1, actor, "spawn", "spawn", id=self.arrow)
        self.actors[actor] = {"ready": now + 5, "by": parent, "resume": 0, "end": None,
                              "name": name, "since": now + 5, "mail": [], "span": None,
                              "parent": parent}

    def living(self):
        return [number for number, own in self.actors.items() if own["end"] is None]

    def turn(self, most):
        living = self.living()
        if not living:
            return
        choice = self.random
        number = min(living, key=lambda actor: self.actors[actor]["ready"])
        own = self.actors[number]
        loop = choice.randrange(len(self.loop_free))
        start = max(own["ready"], self.loop_free[loop], self.clock) + choice.randrange(1, 4000)
        if own["since"] < own["ready"]:
            self.state(number, own["wait"], own["since"], own["ready"], own["args"])
        self.state(number, "ready", own["ready"], start, {"by": own["by"]})
        own["resume"] += 1
        self.clock = start + 20
        self.happen(number, own, most)
        end = self.clock + choice.randrange(10, 9000)
        self.clock = self.loop_free[loop] = end
        leaves = own["resume"] > 2 and choice.random() < 0.2
        reason = "exit" if leaves else choice.choice(REASONS + ("yield", "budget"))
        args = {"loop": loop, "resume": own["resume"], "suspend": reason}
        if choice.random() < 0.3:
            args["cpu"] = stamp((end - start) // 2)
        self.state(number, "run", start, end, args)
        self.put("X", start, self.pid, self.pid + loop, "loop", own["name"], dur=end - start - 1)
        if leaves:
            own["end"] = end
            self.put("E", end + 1, 1, number, "actor", f"kind{number % 3}",
                     args={"status": choice.choice((0, 0, 7, -5))})
            self.clock += 2
            self.tell_parent(number, own, end)
        else:
            self.suspend(number, own, reason, end)

    def tell_parent(self, number, own, end):
        """The arrow by which an end wakes a parent that waits for it."""
        parent = self.actors.get(own["parent"])
        if parent is None or parent["end"] is not None or parent["ready"] <= end:
            return
        self.arrow += 1
        self.put("s", end, 1, number, "exit", "exit", id=self.arrow)
        self.put("f", parent["ready"] - 1, 1, own["parent"], "exit", "exit", id=self.arrow)

    def suspend(self, number, own, reason, end):
        choice = self.random
        own["since"] = end
        if reason in ("yield", "budget"):
            own.update(ready=end, by=0)
            return
        args = {"at": f"w.c:{choice.randrange(1, 99)}"}
        others = [actor for actor in self.living() if actor != number]
        if reason in ("lock", "call", "join", "send") and others:
            args["on"] = choice.choice(others)
        if reason in ("lock", "chan"):
            args.update(object=choice.randrange(1, 9), made="w.c:1")
        ready = end + choice.randrange(10, 60000)
        if reason == "sleep":
            args["due"] = stamp(ready - 5)
        own.update(ready=ready, wait=reason, args=args, by=0)
        if reason == "offload":
            self.jobs += 1
            thread = self.pid + 9 + self.jobs
            self.put("M", 0, self.pid, thread, "__metadata", "thread_name",
                     args={"name": f"troupe-pool-{self.jobs}"})
            self.put("X", end + 2, self.pid, thread, "job", "compute", dur=ready - end - 5,
                     args={"actor": number})

    def happen(self, number, own, most):
        choice = self.random
        if len(self.actors) < most and choice.random() < 0.5:
            self.clock += 10
            self.spawn(number)
            self.clock += 10
        if choice.random() < 0.4:
            text = choice.choice(("One", "Two", "a \"quote\", a comma", "tab\there", "Köln"))
            args = {"text": text}
            if choice.random() < 0.3:
                args["to"] = "stderr"
            self.put("i", self.clock, 1, number, "log", "print", s="t", args=args)
        if choice.random() < 0.2:
            note = choice.choice(("cancel", "kill", "link", "restart"))
            self.put("i", self.clock + 1, 1, number, "note", note, s="t",
                     args={"by": 0, "text": "why"})
        self.say(number, own)
        self.post(number, own)
        counts = {"running": 1, "ready": 0, "waiting": len(self.living()) - 1}
        self.put("C", self.clock + 9, 1, 1, "count", "actors", args=counts)
        self.clock += 20

    def say(self, number, own):
        """The program's own words: a span begins and ends in turns of their own."""
        choice = self.random
        words = {"pid": 1, "tid": number, "cat": "user"}
        if own["span"] is not None:
            self.put("e", self.clock + 1, name=own["span"], id=number, **words)
            own["span"] = None
        elif choice.random() < 0.3:
            own["span"] = choice.choice(("parse", "wait for \"it\""))
            self.put("b", self.clock + 1, name=own["span"], id=number, **words)
        if choice.random() < 0.2:
            self.put("i", self.clock + 1, name="here, or there", s="t", **words)
        if choice.random() < 0.2:
            self.put("C", self.clock + 1, name="lines",
                     args={"value": choice.randrange(-99, 10 ** 6)}, **words)

    def post(self, number, own):
        """Takes what lies in the mailbox, and sends something to somebody else."""
        choice = self.random
        if own["mail"] and choice.random() < 0.8:
            arrow, tag = own["mail"].pop(0)
            self.put("f", self.clock + 2, 1, number, "msg", f"tag {tag}", id=arrow, bp="e",
                     args={"scanned": 1, "depth": len(own["mail"])})
            self.put("C", self.clock + 2, 1, number, "count", f"mbox {own['name']}",
                     args={"depth": len(own["mail"])})
        others = [actor for actor in self.living() if actor != number]
        if others and choice.random() < 0.6:
            to = choice.choice(others)
            tag = choice.choice((1, 2, -1))
            self.arrow += 1
            self.actors[to]["mail"].append((self.arrow, tag))
            depth = len(self.actors[to]["mail"])
            self.put("s", self.clock + 3, 1, number, "msg", f"tag {tag}", id=self.arrow,
                     args={"tag": tag, "bytes": 8, "depth": depth})
            self.put("C", self.clock + 4, 1, to, "count", f"mbox {self.actors[to]['name']}",
                     args={"depth": depth})

    def text(self, closed=True):
        """The file.  Instants are written with three decimals, which JSON's numbers have not."""
        lines = [json.dumps(line, separators=(",", ":"), ensure_ascii=False).replace('"@', "")
                 .replace('@"', "") for line in self.lines]
        return "[\n" + ",\n".join(lines) + ("\n]\n" if closed else ",\n")


def kinds(text):
    """What a trace consists of, for a comparison: each event without the order of its members."""
    events = json.loads(text)
    return sorted(json.dumps(event, sort_keys=True) for event in events)
