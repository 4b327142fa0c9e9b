"""Records what the tasks, threads and processes of a Python program do, as a trace for Troupe.

    python3 -m troupe_trace [-o FILE] PROGRAM.py [ARGUMENT...]
    python3 -m troupe_trace [-o FILE] -m MODULE [ARGUMENT...]

The program is run as it is.  FILE (PROGRAM.json, or what TROUPE_TRACE says) is for `troupe show`
and `troupe-view`.  Python 3.9 or later, and nothing but its standard library.

Each asyncio task becomes an actor.  A loop gets every step of a task as a Handle; ours notes when
it is made (the task is ready, woken by whoever runs) and when it runs and returns.  Why the task
waits then is read from its chain of coroutines.  Threads and processes become actors, too; they
are the business of troupe_trace_threads, and what is written that of troupe_trace_file.

Whatever is told is in the file a tenth of a second later; so much is lost if the program is killed.
"""

import asyncio
import atexit
import contextvars
import functools
import gc
import importlib.machinery
import io
import os
import re
import runpy
import signal
import sys
import time
import types
from asyncio import base_events, events, tasks

from troupe_trace_file import (RECORDS_KEPT, YIELD, File, Lane, end_recording, get_ident, life_over,
                               loop_here, now, numbered, on_loop, s, say, track_of, turn_begins,
                               turn_over, watch,
                               write_life, write_out, write_print, write_slice)

# Why somebody waits, by the innermost function of the standard library on the way there.
REASONS = {
    "tasks.py": "join", "tasks.py sleep": "sleep", "taskgroups.py": "join", "locks.py": "event",
    "locks.py acquire": "lock", "queues.py": "chan", "queue.py": "chan", "streams.py": "io",
    "selector_events.py": "io", "base_events.py": "io", "sslproto.py": "io", "runners.py": "join",
    "subprocess.py": "process", "base_subprocess.py": "process", "_base.py": "offload",
    "threading.py acquire": "lock",
}
STEPS = (None, "task_wakeup", "__step", "__wakeup")  # what a task has its loop call
TASKS = (tasks.Task, tasks._PyTask)
CALL_NS = 50_000  # a loop's calls of plain functions are told from this on
STDLIB = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
OWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "troupe_trace")
ABOUT = {}


# --- where and why --------------------------------------------------------------------------------

def about(code):
    """(the file as it is shown, or None in the standard library; the reason to wait there)"""
    known = ABOUT.get(id(code))
    if not known:
        path = os.path.abspath(code.co_filename)
        base = os.path.basename(path)
        library = path.startswith(OWN) or code.co_filename.startswith("<frozen") or (
            path.startswith(STDLIB) and "site-packages" not in path)
        reason = REASONS.get("%s %s" % (base, code.co_name), REASONS.get(base))
        known = (None, reason, code) if library else (os.path.relpath(path) + ":", None, code)
        ABOUT[id(code)] = known  # the code itself is kept: another may not have its id
    return known


def caller(frame, why):
    """(reason, file, line) of the innermost call that is not the library's own."""
    reason = about(frame.f_code)[1] or why
    while frame:
        place = about(frame.f_code)[0]
        if place:
            return reason, place, frame.f_lineno
        frame = frame.f_back
    return reason, None, 0


def awaited(task):
    """What a task waits for: (reason, file, line, deadline, actor)."""
    future = task._fut_waiter
    if future is None:
        return YIELD
    coro, frame, place, line, reason = task.get_coro(), None, None, 0, None
    while coro is not None:
        if type(coro) is types.CoroutineType:
            inner, coro = coro.cr_frame, coro.cr_await
        else:
            inner, coro = within(coro)
        if not inner:
            break
        where, why, _ = about(inner.f_code)
        if where:
            place, line, reason = where, inner.f_lineno, None
        elif why:
            frame, reason = inner, why
    due = on = None
    if isinstance(future, TASKS):
        lane = getattr(future, "_troupe_lane", None)
        reason, on = "join", lane and lane.number
    elif hasattr(future, "_troupe_offload"):
        reason = "offload"
    elif reason == "sleep":
        timer = frame.f_locals.get("h")
        due = int(timer.when() * 1e9) if timer else None
    elif not reason:
        reason = "join" if type(future).__name__ == "_GatheringFuture" else "event"
    return reason, place, line, due, on


def within(awaitable):
    """(frame, what it awaits) of what is no plain coroutine; frame is None if there is none."""
    if type(awaitable).__name__.startswith("async_generator_a"):  # one step of an `async for`
        awaitable = next((one for one in gc.get_referents(awaitable)
                          if isinstance(one, types.AsyncGeneratorType)), None)
    if isinstance(awaitable, types.AsyncGeneratorType):
        return awaitable.ag_frame, awaitable.ag_await
    if isinstance(awaitable, types.GeneratorType):
        return awaitable.gi_frame, awaitable.gi_yieldfrom
    return None, None


def name_of(target):
    """The name of a function or coroutine, without the functions around it."""
    while isinstance(target, functools.partial):
        # asyncio.to_thread calls the function in a context
        in_context = isinstance(getattr(target.func, "__self__", None), contextvars.Context)
        target = target.args[0] if in_context else target.func
    name = getattr(target, "__qualname__", None) or type(target).__name__
    return name.rpartition("<locals>.")[2]


# --- tasks ----------------------------------------------------------------------------------------

class Handle(events.Handle):
    """What a loop is asked to call next: the step of a task, or another function."""

    __slots__ = ("lane", "by")

    def __init__(self, callback, args, loop, context=None):
        events_handle.__init__(self, callback, args, loop, context)
        if self._source_traceback:
            del self._source_traceback[-1]  # this function; asyncio takes away its own
        # A descriptor's handle is made once and called often: nobody of the program wakes it.
        soon = sys._getframe(1).f_code is CALL_SOON
        self.by = s.current.get(get_ident()) if soon else None
        self.lane = None
        task = getattr(callback, "__self__", None)
        if isinstance(task, TASKS) and getattr(callback, "__name__", None) in STEPS:
            try:
                self.lane = lane = task._troupe_lane
            except AttributeError:
                self.lane = lane = lane_of_task(task, self.by)
            if lane:
                lane.by = self.by
                lane.ready_at = now()

    def _run(self):
        ident = get_ident()
        before = s.current.get(ident)
        lane = self.lane
        if lane:
            if not lane.tail:
                begin_task(lane, self._callback.__self__)
            turn_begins(lane, now())
        else:
            start = now()
        s.current[ident] = lane or self.by
        try:
            events_handle._run(self)
        finally:
            end = now()
            s.current[ident] = before
            if lane:
                step_over(lane, self._callback.__self__, end)
            elif end - start > CALL_NS:
                task = getattr(self._callback, "__self__", None)
                name = name_of(task.get_coro() if isinstance(task, TASKS) else self._callback)
                s.records.append((write_slice, loop_here()[1], "loop", name, start, end))
            if len(s.records) > RECORDS_KEPT:
                write_out()
            if not s.watching:
                watch()


events_handle = events.Handle
CALL_SOON = base_events.BaseEventLoop._call_soon.__code__


def lane_of_task(task, parent):
    coro = task.get_coro()
    fn = name_of(coro)
    code = getattr(coro, "cr_code", None)
    if code and not about(code)[0] and code.co_name.startswith(("_", "shutdown_")):
        task._troupe_lane = None  # asyncio's own
        return None
    lane = s.born.pop(coro, None) or Lane(fn, None, parent, source())
    task._troupe_lane = lane
    return lane


def source():
    _, place, line = caller(sys._getframe(1), None)
    return "%s%d" % (place, line) if place else ""


def begin_task(lane, task):
    """Before its first step; only then does it surely have its name."""
    name = task.get_name()
    if re.match(r"Task-\d+$", name):
        name = numbered(lane.fn) if lane.by else lane.fn
    lane.name = name
    on_loop(lane)
    s.records.append((write_life, lane))
    watch()


def step_over(lane, task, end):
    if not task.done():
        turn_over(lane, end, awaited(task))
    elif task.cancelled():
        life_over(lane, end, asyncio.CancelledError(getattr(task, "_cancel_message", None) or ""))
    else:
        life_over(lane, end, task._exception)


def eager(make):
    """A factory of tasks that run at once, within the turn of the one that makes them."""
    def factory(loop, coro, **options):
        ident = get_ident()
        outer = s.current.get(ident)
        if not outer or outer.is_thread or not outer.run_at:
            return make(loop, coro, **options)
        name = options.get("name") or numbered(name_of(coro))
        s.born[coro] = lane = Lane(name_of(coro), name, outer, source())
        on_loop(lane)
        s.records.append((write_life, lane))
        turn_over(outer, now(), YIELD)
        s.current[ident] = lane
        turn_begins(lane, now())
        try:
            task = make(loop, coro, **options)
            task._troupe_lane = lane
            step_over(lane, task, now())
        finally:
            s.born.pop(coro, None)
            s.current[ident] = outer
            outer.ready_at, outer.by = outer.wait_at, lane
            turn_begins(outer, now())
        return task
    return factory


def install_tasks():
    events.Handle = asyncio.Handle = Handle
    if hasattr(tasks, "eager_task_factory"):
        create = tasks.create_eager_task_factory
        tasks.eager_task_factory = asyncio.eager_task_factory = eager(tasks.eager_task_factory)
        tasks.create_eager_task_factory = asyncio.create_eager_task_factory = functools.wraps(
            create)(lambda constructor: eager(create(constructor)))


# --- printed text ---------------------------------------------------------------------------------

def install_print(name):
    """Standard output is the object it was, but for its write(), which tells us the text."""
    stream = getattr(sys, name)
    write = getattr(stream, "write", None)

    def traced_write(text):
        written = write(text)
        printed(name, text)
        return written

    try:
        stream.write = traced_write
    except AttributeError:  # there is none, or one that takes no attributes
        pass


def printed(stream, text):
    lane = s.current.get(get_ident())
    key = lane, stream
    *lines, rest = (s.partial.pop(key, "") + text).split("\n")
    for line in lines:
        s.records.append((write_print, track_of(lane), now(), stream, line))
    if rest:
        s.partial[key] = rest


# --- the program ----------------------------------------------------------------------------------

USAGE = """usage: python3 -m troupe_trace [-o FILE] PROGRAM.py [ARGUMENT...]
       python3 -m troupe_trace [-o FILE] -m MODULE [ARGUMENT...]

Runs a Python program and records what its tasks, threads and processes do.  FILE (PROGRAM.json)
is for `troupe show FILE` and `troupe-view FILE`.
"""


def parse(arguments):
    """(the file or None, whether a module is named, the command)"""
    path, module = os.environ.pop("TROUPE_TRACE", None), False
    while arguments and arguments[0].startswith("-") and not module:
        option = arguments.pop(0)
        if option in ("-h", "--help"):
            sys.stdout.write(USAGE)
            sys.exit(0)
        if option == "-m":
            module = True
        elif option == "-o" and arguments:
            path = arguments.pop(0)
        elif option == "--":
            break
        else:
            say("%s is no option here\n%s" % (option, USAGE.rstrip()))
            sys.exit(2)
    if not arguments:
        say("which program?\n" + USAGE.rstrip())
        sys.exit(2)
    return path, module, arguments


def run_script(command):
    path = os.path.abspath(command[0])
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path) or path.endswith((".zip", ".pyz")):
        return runpy.run_path(path, run_name="__main__")
    try:
        with io.open_code(path) as file:
            source = file.read()
    except OSError as error:
        say("cannot open %s: %s" % (command[0], error.strerror))
        sys.exit(2)
    module = types.ModuleType("__main__")
    module.__file__, module.__builtins__ = path, sys.modules["builtins"]
    module.__loader__ = importlib.machinery.SourceFileLoader("__main__", path)
    module.__cached__ = None
    sys.modules["__main__"] = module
    exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)
    return module


def run_program(module, command):
    sys.argv = command
    try:
        if module:
            if not getattr(sys.flags, "safe_path", False):
                sys.path[0] = os.getcwd()  # where -m looks, also if this file itself was started
            runpy.run_module(command[0], run_name="__main__", alter_sys=True)
        else:
            run_script(command)
    except SystemExit:
        raise
    except BaseException as error:
        forget_frames(error)
        sys.excepthook(type(error), error, error.__traceback__)
        if isinstance(error, KeyboardInterrupt):
            s.interrupted = True
        sys.exit(1)


def forget_frames(error):
    """Takes what is ours out of the tracebacks of an error."""
    while error:
        first = entry = types.TracebackType(error.__traceback__, sys._getframe(), 0, 0)
        while entry:
            inner = entry.tb_next
            while inner and inner.tb_frame.f_code.co_filename.startswith(OWN):
                inner = inner.tb_next
            entry.tb_next = entry = inner
        error.__traceback__ = first.tb_next
        error = error.__cause__ or error.__context__


def at_end():
    """After all that the program itself has asked for."""
    end_recording()
    if s.interrupted:  # those who started us see it in the way that they see it of Python
        sys.stdout.flush()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)


def install():
    import troupe_trace_threads
    install_tasks()
    install_print("stdout")
    install_print("stderr")
    troupe_trace_threads.install()


def main():
    path, module, command = parse(sys.argv[1:])
    base = time.monotonic_ns()
    name = os.path.basename(command[0])
    file = File(path or re.sub(r"\.py$", "", name) + ".json")
    try:
        file.create((["-m"] if module else []) + command, base)
    except OSError as error:
        say("cannot write %s: %s" % (file.path, error.strerror))
    else:
        s.begin(file, base, name)
        s.is_first = True
        install()
    atexit.register(at_end)
    run_program(module, command)


if __name__ == "__main__":
    # As a module of its own name, so that there is one of it and other processes find it.
    here = os.path.dirname(os.path.abspath(__file__))
    if here not in sys.path:
        sys.path.append(here)
    import troupe_trace
    troupe_trace.main()
