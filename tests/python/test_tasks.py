#!/usr/bin/env python3
"""Asyncio programs, traced: who ran, who waited for what, who woke whom (TAP)."""

import json
import subprocess
import sys
from pathlib import Path

from traced import TOOL, Picture, TracedCase, main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"

COUNT = """
    import asyncio

    async def count():
        print("One")
        await asyncio.sleep(0.05)
        print("Two")

    async def main():
        await asyncio.gather(count(), count(), count())

    asyncio.run(main())
    """
ROUND = ["ready", "run", "sleep", "ready", "run"]


class Counts(TracedCase):
    def check_counts(self, picture):
        counts = ["count#1", "count#2", "count#3"]
        self.assertEqual(sorted(picture.states), [*counts, "main"])
        self.assertEqual(picture.shape("main"), ["ready", "run", "join", "ready", "run"])
        for name in counts:
            self.assertEqual(picture.shape(name), ROUND)
            self.assertEqual(picture.parent[name], "main")
            self.assertEqual(picture.waits(name), [("sleep", "prog.py:6")])
            self.assertEqual(picture.src[name], "prog.py:10")
            self.assertEqual(picture.end(name), 0)
        self.assertEqual(picture.turns(), ["main", *counts, *counts, "main"])
        self.assertEqual(picture.prints(), [(name, text) for text in ("One", "Two")
                                            for name in counts])

    def test_lanes_and_turns(self):
        """the three counts: four lanes, eight turns, and the text on the lanes that printed it"""
        self.check_counts(self.picture(COUNT))

    def test_pure_python_tasks(self):
        """the same with tasks and futures that are not made in C"""
        in_c = "asyncio.Task = asyncio.tasks.Task = asyncio.tasks._PyTask; " \
               "asyncio.Future = asyncio.futures.Future = asyncio.futures._PyFuture"
        self.check_counts(self.picture(COUNT.replace("import asyncio", "import asyncio; " + in_c)))

    def test_scoreboard(self):
        """the three counts: three in progress, one at a time, on one thread"""
        self.picture(COUNT)
        stats = json.loads(subprocess.check_output([TOOL, "stats", "--json",
                                                    self.folder / "trace.json"]))
        self.assertEqual((stats["peak_running"], stats["threads"], stats["processes"]), (1, 1, 1))
        self.assertEqual(stats["switches"], 8)
        self.assertGreater(stats["concurrency"], 2)

    def test_deadlines(self):
        """a sleep says until when, and ends no earlier"""
        picture = self.picture(COUNT)
        for name in ("count#1", "count#2", "count#3"):
            _, args, start, end = picture.states[name][2]
            self.assertGreater(args["due"], start)
            self.assertGreater(end + 2000, args["due"])  # the loop's clock has ticks

    def test_wakers(self):
        """ready says who made it so: the parent, a timer, the last child"""
        picture = self.picture(COUNT)
        by = [[state[1]["by"] for state in picture.states[name] if state[0] == "ready"]
              for name in ("main", "count#1")]
        self.assertEqual(by, [[0, picture.number["count#3"]], [picture.number["main"], 0]])
        spawns = picture.of(cat="spawn", ph="s")
        self.assertEqual([event["tid"] for event in spawns], [picture.number["main"]] * 3)
        self.assertEqual(len(picture.of(cat="exit", ph="f", tid=picture.number["main"])), 1)


class Reasons(TracedCase):
    def reasons(self, body, name="one#1"):
        """The reasons for which the task of `one` waits; it runs beside main, which makes `it`."""
        picture = self.picture("import asyncio, time\n" + body)
        return [reason for reason, _ in picture.waits(name)]

    def beside(self, make, wait, after="pass"):
        return self.reasons(f"""
async def one(it):
    {wait}
async def main():
    it = {make}
    task = asyncio.create_task(one(it))
    await asyncio.sleep(0)
    {after}
    await task
asyncio.run(main())
""")

    def test_yield(self):
        """sleep(0) is a yield: ready at once, without a wait"""
        picture = self.picture("""
            import asyncio
            async def main():
                for _ in range(3):
                    await asyncio.sleep(0)
            asyncio.run(main())
            """)
        self.assertEqual(picture.shape("main"), ["ready", "run"] * 4)
        self.assertEqual([state[1]["suspend"] for state in picture.states["main"]
                          if state[0] == "run"], ["yield"] * 3 + ["exit"])

    def test_locks(self):
        """a lock, a semaphore, an event, a condition, a future"""
        self.assertEqual(self.reasons("""
async def one(it):
    async with it:
        pass
async def main():
    it = asyncio.Lock()
    async with it:
        task = asyncio.create_task(one(it))
        await asyncio.sleep(0)
    await task
asyncio.run(main())
"""), ["lock"])
        self.assertEqual(self.beside("asyncio.Semaphore(0)", "await it.acquire()",
                                     "it.release()"), ["lock"])
        self.assertEqual(self.beside("asyncio.Event()", "await it.wait()", "it.set()"), ["event"])
        self.assertEqual(self.beside("asyncio.get_running_loop().create_future()", "await it",
                                     "it.set_result(1)"), ["event"])

    def test_queues(self):
        """a queue that is empty, and one that is full"""
        self.assertEqual(self.beside("asyncio.Queue()", "await it.get()", "await it.put(1)"),
                         ["chan"])
        self.assertEqual(self.beside("asyncio.Queue(1)", "await it.put(1); await it.put(2)",
                                     "await it.get()"), ["chan"])

    def test_joins(self):
        """a task, which is named; gather, wait, wait_for"""
        picture = self.picture("""
            import asyncio
            async def two():
                await asyncio.sleep(0.01)
            async def one():
                await asyncio.create_task(two())
                await asyncio.gather(two(), two())
                await asyncio.wait([asyncio.create_task(two())])
            asyncio.run(one())
            """)
        self.assertEqual(picture.waits("one"), [("join", f"prog.py:{n}") for n in (6, 7, 8)])
        joins = [state[1].get("on") for state in picture.states["one"] if state[0] == "join"]
        self.assertEqual(joins[0], picture.number["two#1"])

    def test_threads(self):
        """to_thread and run_in_executor: offload, and a job on the thread's track"""
        picture = self.picture("""
            import asyncio, time
            def work():
                time.sleep(0.01)
            async def one():
                await asyncio.to_thread(work)
                await asyncio.get_running_loop().run_in_executor(None, work)
            asyncio.run(one())
            """)
        self.assertEqual([reason for reason, _ in picture.waits("one")], ["offload"] * 2)
        jobs = picture.of(cat="job")
        self.assertEqual([(job["name"], job["args"]["actor"]) for job in jobs],
                         [("work", picture.number["one"])] * 2)
        self.assertEqual(sorted(picture.states), ["one"])  # the pool's thread is no actor

    def test_streams_and_processes(self):
        """a connection, and a child process"""
        picture = self.picture("""
            import asyncio, sys
            async def serve(reader, writer):
                writer.write(await reader.readline())
                writer.close()
            async def one():
                server = await asyncio.start_server(serve, "127.0.0.1", 0)
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                writer.write(b"hello\\n")
                print((await reader.readline()).decode(), end="")
                writer.close()
                child = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
                await child.wait()
                server.close()
            asyncio.run(one())
            """)
        self.assertIn(("one", "hello"), picture.prints())
        self.assertIn(("io", "prog.py:10"), picture.waits("one"))
        self.assertIn(("process", "prog.py:13"), picture.waits("one"))

    def test_deep_chains(self):
        """the line is the program's innermost, also below `async for`"""
        picture = self.picture("""
            import asyncio
            async def inner():
                await asyncio.sleep(0.001)
            async def outer():
                await inner()
            async def numbers():
                await asyncio.sleep(0.001)
                yield 1
            async def one():
                await outer()
                async for _ in numbers():
                    pass
            asyncio.run(one())
            """)
        self.assertEqual(picture.waits("one"), [("sleep", "prog.py:4"), ("sleep", "prog.py:8")])


class Ends(TracedCase):
    def test_failures(self):
        """an exception gives a status and a mark with its text; a cancellation says by whom"""
        picture = self.picture("""
            import asyncio
            async def fails():
                raise ValueError("no good")
            async def misses():
                open("nowhere/at/all")
            async def sleeps():
                await asyncio.sleep(60)
            async def main():
                tasks = [asyncio.create_task(f()) for f in (fails, misses, sleeps)]
                await asyncio.sleep(0)
                tasks[2].cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            asyncio.run(main())
            """)
        ends = [picture.end(name) for name in ("fails#1", "misses#1", "sleeps#1", "main")]
        self.assertEqual(ends, [-1, -2, -125, 0])
        self.assertEqual(picture.of(cat="error")[0]["name"], "ValueError: no good")
        notes = picture.of(cat="note")
        self.assertEqual([(note["name"], note["tid"], note["args"]["by"]) for note in notes],
                         [("cancel", picture.number["sleeps#1"], picture.number["main"])])

    def test_names(self):
        """a task that has been given a name keeps it, also one given late"""
        picture = self.picture("""
            import asyncio
            async def work():
                await asyncio.sleep(0)
            async def main():
                late = asyncio.create_task(work())
                late.set_name("late")
                await asyncio.gather(asyncio.create_task(work(), name="early"), late)
            asyncio.run(main())
            """)
        self.assertEqual(sorted(picture.states), ["early", "late", "main"])

    def test_pending(self):
        """a task that never ends is open at the end of the file"""
        picture = self.picture("""
            import asyncio
            async def stays():
                try:
                    await asyncio.Event().wait()
                except BaseException:
                    await asyncio.Event().wait()
            async def main():
                asyncio.create_task(stays())
                await asyncio.sleep(0.01)
            loop = asyncio.new_event_loop()
            loop.run_until_complete(main())
            """)
        self.assertEqual(picture.end("stays#1"), None)
        self.assertEqual(picture.shape("stays#1")[:2], ["ready", "run"])

    def test_several_loops(self):
        """loops one after the other, and one in another thread"""
        picture = self.picture("""
            import asyncio, threading
            async def work():
                await asyncio.sleep(0.01)
            asyncio.run(work())
            thread = threading.Thread(target=asyncio.run, args=(work(),), name="other")
            thread.start()
            thread.join()
            asyncio.run(work())
            """)
        self.assertEqual(len({event["tid"] for event in picture.of(cat="loop")}), 2)
        self.assertEqual(sum(name.startswith("work") for name in picture.name.values()), 3)

    def test_held_loop(self):
        """a blocking call within a task is a run, not a wait; a plain callback is on the loop"""
        picture = self.picture("""
            import asyncio, time
            def callback():
                time.sleep(0.01)
            async def main():
                asyncio.get_running_loop().call_soon(callback)
                time.sleep(0.01)
                await asyncio.sleep(0.02)
            asyncio.run(main())
            """)
        self.assertEqual(picture.shape("main"), ROUND)
        self.assertEqual(len(picture.of(cat="loop", name="callback")), 1)


EAGER = """
    import asyncio
    async def quick():
        print("quick")
    async def slow():
        await asyncio.sleep(0.01)
    async def main():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        await asyncio.gather(asyncio.create_task(quick()), asyncio.create_task(slow()))
    asyncio.run(main())
    """


class Eager(TracedCase):
    def test_eager_tasks(self):
        """a task that starts eagerly runs within its parent's turn, which goes on after it"""
        if self.version < (3, 12):
            self.skipTest("Python 3.12 brought eager tasks")
        picture = self.picture(EAGER)
        self.assertEqual(picture.shape("quick#1"), ["ready", "run"])
        self.assertEqual(picture.shape("slow#1"), ROUND)
        self.assertEqual(picture.prints(), [("quick#1", "quick")])
        self.assertEqual(picture.turns(), ["main", "quick#1", "main", "slow#1", "main", "slow#1",
                                           "main"])


STORM = """
    import asyncio, random, sys
    dice = random.Random(int(sys.argv[1]))
    queue, lock, event = None, None, None

    async def actor(depth):
        for _ in range(dice.randrange(1, 6)):
            what = dice.randrange(9)
            if what == 0:
                await asyncio.sleep(dice.random() / 500)
            elif what == 1:
                await asyncio.sleep(0)
            elif what == 2:
                async with lock:
                    await asyncio.sleep(0)
            elif what == 3:
                await queue.put(what)
            elif what == 4 and not queue.empty():
                await queue.get()
            elif what == 5:
                event.set()
            elif what == 6 and depth < 4:
                await asyncio.gather(*[actor(depth + 1) for _ in range(dice.randrange(4))])
            elif what == 7 and depth < 4:
                asyncio.create_task(actor(depth + 1)).cancel()
            elif what == 8:
                await asyncio.wait([asyncio.create_task(event.wait())], timeout=0.001)

    async def main():
        global queue, lock, event
        queue, lock, event = asyncio.Queue(), asyncio.Lock(), asyncio.Event()
        await asyncio.gather(*[actor(0) for _ in range(20)])

    asyncio.run(main())
    """


class Storms(TracedCase):
    def test_storms(self):
        """programs of chance leave sound traces"""
        name = self.write(STORM)
        for seed in range(6):
            ended = self.run_python(name, str(seed))
            self.assertEqual(ended.code, 0, ended.err)
            picture = self.sound(ended.path)
            self.assertGreater(len(picture.states), 20)


class Examples(TracedCase):
    def test_examples(self):
        """every example prints what its head says"""
        for source in sorted(EXAMPLES.glob("*.py")):
            head = source.read_text().split('"""')[1]
            said = next(line for line in head.splitlines() if line.startswith("prints: "))[8:]
            words, in_lines, _ = said.partition(", one word a line")
            expected = words.split() if in_lines else [words]
            ended = self.run_python(str(source))
            self.assertEqual((ended.code, ended.err), (0, ""), source.name)
            found = ended.out.split() if in_lines else ended.out.splitlines()
            if source.name == "count_threads.py":  # threads print into one another's lines
                found = sorted(ended.out.replace("One", "One ").replace("Two", "Two ").split())
            self.assertEqual(found, expected, source.name)
            self.sound(ended.path)


class SideBySide(TracedCase):
    def test_same_as_in_c(self):
        """count.py and count.c give the same picture: lanes, states, reasons, order, text"""
        program = Path(TOOL).resolve().parents[2] / "examples" / "count"
        if not program.exists():
            self.skipTest("the examples are not built")
        other = self.folder / "c.json"
        subprocess.run([TOOL, "run", "-o", other, "--", program], check=True, capture_output=True)
        in_c = Picture(other)
        ended = self.run_python(str(EXAMPLES / "count.py"))
        in_python = Picture(ended.path)
        self.assertEqual(sorted(in_c.states), sorted(in_python.states))
        for name in in_c.states:
            self.assertEqual(in_c.shape(name), in_python.shape(name))
            self.assertEqual(in_c.parent[name], in_python.parent[name])
        self.assertEqual(in_c.turns(), in_python.turns())
        self.assertEqual(in_c.prints(), in_python.prints())


if __name__ == "__main__":
    sys.exit(main(__name__))
