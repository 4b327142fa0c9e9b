#!/usr/bin/env python3
"""A traced program is as it was without: what it prints, how it ends, what it sees of itself; and
what is left of its trace when it is killed (TAP)."""

import os
import re
import signal
import subprocess
import sys
import time

from traced import TOOL, TRACER, TracedCase, main

ADDRESS = re.compile(r"0x[0-9a-f]+|pid=\d+|MainThread, started \d+|took [\d.]+ seconds")

# Each is run with and without, on its own; the comment says what could differ.
PROGRAMS = {
    "arguments and names": "import sys; print(sys.argv, __name__, __file__, sys.path[0])",
    "main is a module": "import sys; print(sys.modules['__main__'].__dict__ is globals())",
    "classes of main can be pickled": """
        import pickle
        class A:
            pass
        print(type(pickle.loads(pickle.dumps(A()))) is A)""",
    "input": "print(input('? '))",
    "text without an end of line": "import sys; sys.stdout.write('a'); sys.stderr.write('b')",
    "exit with a number": "import sys; sys.exit(3)",
    "exit with a text": "import sys; sys.exit('bye')",
    "an exit that asks nobody": "import os; print('x', flush=True); os._exit(9)",
    "an exception": """
        def f():
            1 / 0
        try:
            f()
        except Exception as error:
            raise KeyError('k') from error""",
    "an error of syntax": "def f(:\n",
    "an exception in a task": """
        import asyncio
        async def main():
            raise ValueError('x')
        asyncio.run(main())""",
    "an exception that nobody fetches": """
        import asyncio, gc
        async def f():
            raise ValueError('lost')
        async def main():
            task = asyncio.create_task(f())
            await asyncio.sleep(0.01)
            del task
            gc.collect()
        asyncio.run(main())""",
    "an exception in a callback": """
        import asyncio
        def callback(x):
            raise ValueError(x)
        async def main():
            asyncio.get_running_loop().call_soon(callback, 5)
            await asyncio.sleep(0.01)
        asyncio.run(main())""",
    "an exception in a thread": """
        import threading
        def f():
            raise ValueError('t')
        thread = threading.Thread(target=f)
        thread.start()
        thread.join()""",
    "an exception through a job": """
        import asyncio
        def f():
            raise ValueError('j')
        async def main():
            await asyncio.get_running_loop().run_in_executor(None, f)
        asyncio.run(main())""",
    "an interrupt": """
        import os, signal, time
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        finally:
            print('cleaned up')""",
    "an interrupt of a loop": """
        import asyncio, os, signal
        async def main():
            asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGINT)
            try:
                await asyncio.sleep(5)
            finally:
                print('cleaned up')
        asyncio.run(main())""",
    "a request to end": """
        import os, signal, time
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)""",
    "handlers at the exit, after the threads": """
        import atexit, threading, time
        atexit.register(print, 'at exit')
        threading.Thread(target=lambda: (time.sleep(0.05), print('thread'))).start()
        print('main')""",
    "the threads there are": """
        import threading, time
        print(threading.enumerate(), threading.active_count())""",
    "a thread that is left": """
        import threading, time
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        print('done')""",
    "locks of all kinds": """
        import threading
        lock, again, condition = threading.Lock(), threading.RLock(), threading.Condition()
        count = 0
        def add():
            global count
            for _ in range(200):
                with lock, again, again:
                    count += 1
            with condition:
                condition.notify_all()
        threads = [threading.Thread(target=add) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        print(count, lock.locked(), lock.acquire(False), lock.acquire(timeout=0.01))
        with condition:
            print(condition.wait(0.01))""",
    "a fork, without a warning": """
        import os, warnings
        warnings.simplefilter('error')
        child = os.fork()
        if child == 0:
            os._exit(7)
        print(os.waitpid(child, 0)[1] >> 8)""",
    "another program": """
        import os, sys
        print('before', flush=True)
        os.execv(sys.executable, [sys.executable, '-c', 'print(1)'])""",
    "a child with a hook": """
        import subprocess
        print(subprocess.run(['echo', 'hi'], preexec_fn=lambda: None, capture_output=True))""",
    "the debugging of asyncio": """
        import asyncio, logging, time
        logging.basicConfig(level=logging.WARNING)
        async def main():
            time.sleep(0.15)
        asyncio.run(main(), debug=True)""",
}


class Transparent(TracedCase):
    def compare(self, *arguments, sound=True, options=()):
        said = []
        for traced in (False, True):
            ended = self.run_python(*arguments, traced=traced, given="a line\n", options=options)
            said.append((ended.code, ADDRESS.sub("", ended.out), ADDRESS.sub("", ended.err)))
        self.assertEqual(said[0], said[1])
        if sound:
            return self.sound(ended.path)
        return None

    def test_modules(self):
        """a module by its name, with its arguments"""
        self.write("import sys; print(__name__, __spec__.name, sys.argv[1:])", "mine.py")
        self.compare("-m", "mine", "a", "-o", "b")

    def test_command(self):
        """troupe run starts the tracer, for a file and for a module, and names the trace"""
        self.write("import sys; print(sys.argv[1:])", "mine.py")
        for how in (["mine.py"], ["-m", "mine"], ["-u", "mine.py"],
                    ["-OO", "-X", "dev", "-Wignore", "-W", "error", "-m", "mine"]):
            process = subprocess.run([TOOL, "run", self.python, *how, "a", "-b"], text=True,
                                     cwd=self.folder, capture_output=True, check=False)
            self.assertEqual((process.returncode, process.stdout), (0, "['a', '-b']\n"),
                             process.stderr)
            self.sound(self.folder / "mine.json")
            (self.folder / "mine.json").unlink()

    def test_not_traced(self):
        """what cannot be traced is run as it is, and that there is no trace is said"""
        for how in (["-c", "print(1)"], ["-I", "-c", "print(1)"]):
            process = subprocess.run([TOOL, "run", "-o", "no.json", self.python, *how], text=True,
                                     cwd=self.folder, capture_output=True, check=False)
            self.assertEqual((process.returncode, process.stdout), (0, "1\n"))
            self.assertIn("wrote no trace; it is recorded if a file or -m MODULE", process.stderr)

    def test_missing(self):
        """a program that is not there: one sentence, and 2 as from Python itself"""
        ended = self.run_python("nowhere.py")
        self.assertEqual(ended.code, 2)
        self.assertIn("cannot open nowhere.py: No such file or directory", ended.err)

    def test_misuse(self):
        """no program, and an option that there is not: a sentence, the usage, and 2"""
        for arguments in ([], ["--what"], ["-o"]):
            ended = self.run_python(*arguments)
            self.assertEqual(ended.code, 2)
            self.assertIn("usage: python3 -m troupe_trace", ended.err)
        self.assertEqual(self.run_python("--help").code, 0)

    def test_unwritable(self):
        """a trace that cannot be written: one sentence, and the program runs all the same"""
        name = self.write("print('runs')")
        environment = {**os.environ, "PYTHONPATH": str(TRACER)}
        process = subprocess.run([self.python, "-m", "troupe_trace", "-o", "no/where.json", name],
                                 cwd=self.folder, env=environment, text=True, capture_output=True,
                                 check=False)
        self.assertEqual((process.returncode, process.stdout), (0, "runs\n"))
        self.assertRegex(process.stderr, r"^troupe_trace: cannot write .*No such file[^\n]*\n$")

    def test_full_disk(self):
        """a disk that fills up: one sentence, and the program runs to its end"""
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        name = self.write("""
            import asyncio, os
            async def main():
                await asyncio.sleep(0.15)
                os.remove("trace.json")
                os.symlink("/dev/full", "trace.json")
                await asyncio.sleep(0.15)
                print("runs")
            asyncio.run(main())
            """)
        ended = self.run_python(name)
        self.assertEqual((ended.code, ended.out), (0, "runs\n"))
        self.assertRegex(ended.err, r"^troupe_trace: [^\n]*\n$")


def add_program(title, source):
    def test(self):
        self.compare(self.write(source), "one argument", "-m")
    test.__doc__ = f"the same with and without: {title}"
    setattr(Transparent, "test_" + re.sub(r"\W+", "_", title), test)


for title_, source_ in PROGRAMS.items():
    add_program(title_, source_)


class Printed(TracedCase):
    def test_whose(self):
        """text belongs to who printed it, in whatever pieces and to whatever stream"""
        picture = self.picture("""
            import asyncio, sys
            async def one(n):
                print("a", n, end=" ")
                await asyncio.sleep(0)
                sys.stdout.write("b\\nc\\n")
                print("to stderr", file=sys.stderr)
                sys.stdout.write("d")
            async def main():
                await asyncio.gather(one(1), one(2))
            print("before")
            asyncio.run(main())
            """)
        self.assertEqual(picture.prints(), [
            (None, "before"), ("one#1", "a 1 b"), ("one#1", "c"), ("one#1", "to stderr"),
            ("one#2", "a 2 b"), ("one#2", "c"), ("one#2", "to stderr"),
            ("one#1", "d"), ("one#2", "d")])
        streams = [event["args"].get("to") for event in picture.of(cat="log")]
        self.assertEqual(streams.count("stderr"), 2)

    def test_long(self):
        """a long line is cut, and says by how much"""
        picture = self.picture("print('x' * 100_000)\nprint('\\u20ac' * 20_000)")
        self.assertTrue(all(len(line.encode()) < 65536 for line in picture.text.splitlines()))
        cut = [event["args"]["cut"] for event in picture.of(cat="log")]
        self.assertEqual(cut, [90_000, 30_000])

    def test_odd_text(self):
        """text that is no proper Unicode does not break the file"""
        self.picture("import sys; sys.stderr.write('\\udc80 \\x00 \\x1b \"\\n')")


class Killed(TracedCase):
    def kill(self, source, after, number=signal.SIGKILL):
        """Kills the program when it has printed so many lines, and a bit later."""
        path = self.folder / "trace.json"
        environment = {**os.environ, "PYTHONPATH": str(TRACER)}
        with subprocess.Popen([self.python, "-u", "-m", "troupe_trace", "-o", path,
                               self.write(source)], cwd=self.folder, env=environment, text=True,
                              stdout=subprocess.PIPE) as process:
            for _ in range(after):
                process.stdout.readline()
            time.sleep(0.5)
            process.send_signal(number)
        return self.sound(path)

    def test_asleep(self):
        """killed while all sleep: who sleeps is in the file"""
        picture = self.kill("""
            import asyncio
            async def sleeper():
                print("asleep")
                await asyncio.sleep(60)
            async def main():
                await asyncio.gather(sleeper(), sleeper())
            asyncio.run(main())
            """, 2)
        self.assertEqual(picture.shape("sleeper#2"), ["ready", "run", "sleep"])
        self.assertEqual(picture.shape("main"), ["ready", "run", "join"])
        self.assertEqual(picture.states["main"][-1][3], None)

    def test_hog(self):
        """killed within a run that never lets go: the run is in the file"""
        picture = self.kill("""
            import asyncio
            async def hog():
                print("begins")
                while True:
                    pass
            asyncio.run(hog())
            """, 1)
        self.assertEqual(picture.shape("hog"), ["ready", "run"])
        self.assertEqual(picture.prints(), [("hog", "begins")])

    def test_busy(self):
        """killed at any moment, while much is told: the file is sound up to there"""
        for _ in range(3):
            self.kill("""
                import asyncio
                async def spin(n):
                    while True:
                        await asyncio.sleep(0)
                        if n == 0:
                            print(n)
                asyncio.run(asyncio.wait_for(asyncio.wait(
                    [asyncio.ensure_future(spin(n)) for n in range(20)]), 60)
                    if False else spin(0))
                """, 50)


if __name__ == "__main__":
    sys.exit(main(__name__))
