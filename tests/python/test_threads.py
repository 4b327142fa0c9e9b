#!/usr/bin/env python3
"""Threads and processes, traced (TAP)."""

import sys
import tempfile
from pathlib import Path

from traced import TRACER, TracedCase, main

sys.path.insert(0, str(TRACER))
from troupe_trace_file import File  # noqa: E402


class Threads(TracedCase):
    def test_lives(self):
        """each thread is an actor with a loop of its own; sleeps and joins are waits"""
        picture = self.picture("""
            import threading, time
            def count():
                print("One")
                time.sleep(0.2)
                print("Two")
            threads = [threading.Thread(target=count) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            """)
        counts = ["count#1", "count#2", "count#3"]
        self.assertEqual(sorted(picture.states), [*counts, "main"])
        for name in counts:
            self.assertEqual(picture.waits(name), [("sleep", "prog.py:5")])
            self.assertEqual(picture.parent[name], "main")
            self.assertEqual(picture.end(name), 0)
            self.assertEqual([text for who, text in picture.prints() if who == name],
                             ["One", "Two"])
        self.assertIn(("join", "prog.py:11"), picture.waits("main"))
        loops = {state[1]["loop"] for own in picture.states.values() for state in own
                 if state[0] == "run"}
        self.assertEqual(len(loops), 4)
        self.assertEqual(picture.head["loops"], 4)

    def test_reasons(self):
        """a lock, a queue, an event, a future, a socket"""
        picture = self.picture("""
            import concurrent.futures, queue, socket, threading, time
            def locked():
                with lock:
                    pass
            def gets():
                inbox.get()
            def waits():
                event.wait()
            def receives():
                one.recv(1)
            lock, inbox, event = threading.Lock(), queue.Queue(), threading.Event()
            one, other = socket.socketpair()
            with lock:
                threads = [threading.Thread(target=f) for f in (locked, gets, waits, receives)]
                for thread in threads:
                    thread.start()
                time.sleep(0.05)
            inbox.put(1)
            event.set()
            other.send(b"x")
            for thread in threads:
                thread.join()
            with concurrent.futures.ThreadPoolExecutor(1, "pool") as pool:
                pool.submit(time.sleep, 0.05).result()
            """)
        self.assertEqual(picture.waits("locked#1"), [("lock", "prog.py:4")])
        self.assertEqual(picture.waits("gets#1"), [("chan", "prog.py:7")])
        self.assertEqual(picture.waits("waits#1"), [("event", "prog.py:9")])
        self.assertEqual(picture.waits("receives#1"), [("io", "prog.py:11")])
        self.assertIn(("offload", "prog.py:25"), picture.waits("main"))
        self.assertIn("sleep", picture.shape("pool_0"))

    def test_interpreter(self):
        """threads that compute share the interpreter: their runs are as long as their CPU time"""
        picture = self.picture("""
            import json, threading, time
            def burn():
                for _ in range(1_500_000):
                    pass
                used[threading.get_ident()] = time.thread_time()
            used = {}
            threads = [threading.Thread(target=burn) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            print(json.dumps(list(used.values())))
            """)
        ran = sum(state[3] - state[2] for name, own in picture.states.items() if "burn" in name
                  for state in own if state[0] == "run") / 1e6
        text = picture.prints()[-1][1]
        used = sum(float(part) for part in text.strip("[]").split(","))
        self.assertAlmostEqual(ran, used, delta=0.1 * used + 0.02)

    def test_failure(self):
        """a thread that fails has a status, and a mark with the text"""
        picture = self.picture("""
            import threading
            def fails():
                raise OSError(5, "broken")
            thread = threading.Thread(target=fails, name="mine")
            thread.start()
            thread.join()
            """)
        self.assertEqual(picture.end("mine"), -5)
        self.assertIn("broken", picture.of(cat="error")[0]["name"])

    def test_alone(self):
        """a program without tasks and threads is one actor, with its sleeps"""
        picture = self.picture("import time\ntime.sleep(0.01)\nprint('x')\n")
        self.assertEqual(list(picture.states), ["main"])
        self.assertEqual(picture.waits("main"), [("sleep", "prog.py:2")])
        self.assertEqual(list(self.picture("pass").states), ["main"])

    def test_lost_wake(self):
        """a loop that is woken from another thread says by which"""
        picture = self.picture("""
            import asyncio, threading, time
            def other(loop, event):
                time.sleep(0.02)
                loop.call_soon_threadsafe(event.set)
            async def one():
                event = asyncio.Event()
                thread = threading.Thread(target=other, args=(asyncio.get_running_loop(), event))
                thread.start()
                await event.wait()
                thread.join()
            asyncio.run(one())
            """)
        ready = [state[1]["by"] for state in picture.states["one"] if state[0] == "ready"]
        self.assertEqual(ready[-1], picture.number["other#1"])


METHODS = """
    import multiprocessing, sys
    def square(results, x):
        print("in", x)
        results.put(x * x)
    if __name__ == "__main__":
        context = multiprocessing.get_context(sys.argv[1])
        results = context.Queue()
        processes = [context.Process(target=square, args=(results, x)) for x in range(3)]
        for process in processes:
            process.start()
        print(sorted(results.get() for _ in processes))
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0, 0, 0]
    """


class Processes(TracedCase):
    def check_method(self, method):
        picture = self.picture(METHODS, method)
        squares = ["square#1", "square#2", "square#3"]
        self.assertEqual(sorted(picture.states), ["main", *squares])
        for number, name in enumerate(squares):
            self.assertEqual(picture.parent[name], "main")
            self.assertEqual(picture.end(name), 0)
            self.assertIn((name, f"in {number}"), picture.prints())
        pids = {event["pid"] for event in picture.of(cat="loop")}
        self.assertEqual(len(pids), 4)
        self.assertEqual(picture.head["loops"], 4)
        self.assertTrue(picture.text.endswith("\n]\n"))

    def test_fork(self):
        """processes that are forks: all in one file, which is closed"""
        self.check_method("fork")

    def test_spawn(self):
        """processes that are started anew"""
        self.check_method("spawn")

    def test_forkserver(self):
        """processes that a server forks"""
        self.check_method("forkserver")

    def test_life_comes_first(self):
        """the life of a process is in the file before the process can be"""
        self.picture("""
            import multiprocessing, multiprocessing.popen_spawn_posix as popen, sys
            launch = popen.Popen._launch
            def look_and_launch(self, process):
                path = sys.modules["troupe_trace_file"].s.file.path
                with open(path, encoding="utf-8") as file:
                    assert '"name":"square#1"' in file.read()
                return launch(self, process)
            def square():
                pass
            if __name__ == "__main__":
                popen.Popen._launch = look_and_launch
                process = multiprocessing.get_context("spawn").Process(target=square)
                process.start()
                process.join()
            """)

    def test_pools(self):
        """the workers of a pool, and of an executor"""
        picture = self.picture("""
            import concurrent.futures, multiprocessing
            def square(x):
                return x * x
            if __name__ == "__main__":
                with multiprocessing.Pool(2) as pool:
                    assert pool.map(square, range(5)) == [0, 1, 4, 9, 16]
                with concurrent.futures.ProcessPoolExecutor(1) as pool:
                    assert list(pool.map(square, range(5))) == [0, 1, 4, 9, 16]
            """)
        self.assertEqual(len({event["pid"] for event in picture.of(cat="actor")}), 1)
        self.assertGreaterEqual(len(picture.name), 4)

    def test_failure(self):
        """a process that fails ends with its exit code"""
        picture = self.picture("""
            import multiprocessing, sys
            def fails():
                sys.exit(7)
            if __name__ == "__main__":
                process = multiprocessing.get_context("fork").Process(target=fails)
                process.start()
                process.join()
            """)
        self.assertEqual(picture.end("fails#1"), 7)

    def test_plain_fork(self):
        """a fork by hand is an actor, too, and so is what outlives its parent"""
        picture = self.picture("""
            import os, time
            if os.fork() == 0:
                time.sleep(0.3)
                print("child")
                raise SystemExit(0)
            """)
        self.assertEqual(picture.parent["fork#1"], "main")
        self.assertIn("sleep", picture.shape("fork#1"))
        while picture.end("fork#1") is None or not picture.text.endswith("\n]\n"):
            picture = self.sound(self.folder / "trace.json")
        self.assertIn(("fork#1", "child"), picture.prints())


class Files(TracedCase):
    def test_one_after_the_other(self):
        """the file is closed when one process ends and opened when another goes on"""
        with tempfile.TemporaryDirectory() as folder:
            file = File(Path(folder) / "trace.json")
            file.create(["prog.py"], 5)
            self.assertEqual([file.take("actors", n) for n in (3, 2, 1)], [0, 3, 5])
            self.assertEqual([file.take("loops", 1) for _ in range(2)], [0, 1])
            file.append([], close=True)
            closed = Path(file.path).read_text()
            file.append([], close=True)
            self.assertEqual(Path(file.path).read_text(), closed)
            file.append(['{"a":1}'], close=False)
            file.append(['{"b":2}', '{"c":3}'], close=True)
            self.assertEqual(Path(file.path).read_text(),
                             closed[:-3] + ',\n{"a":1},\n{"b":2},\n{"c":3}\n]\n')
            self.assertEqual((file.base(), file.take("actors", 1)), (5, 6))

    def test_torn_line(self):
        """half a line, of a process that was killed, is taken away by the next one that writes"""
        with tempfile.TemporaryDirectory() as folder:
            file = File(Path(folder) / "trace.json")
            file.create(["prog.py"], 0)
            whole = Path(file.path).read_text()
            with open(file.path, "a", encoding="utf-8") as torn:
                torn.write('{"ph":"X","ts"')
            file.append(['{"a":1}'], close=True)
            self.assertEqual(Path(file.path).read_text(), whole + '{"a":1}\n]\n')


if __name__ == "__main__":
    sys.exit(main(__name__))
