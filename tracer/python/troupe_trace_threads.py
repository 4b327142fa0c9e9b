"""The part of troupe_trace that sees threads and processes.

Thread.start, Process.start and the calls of the standard library that block are wrapped, so that a
thread is known to wait, and why.  How much of a run it really had the interpreter, or a processor,
is told by its CPU clock, which is looked at every ten milliseconds: of that stretch a thread is
drawn as running for so long as its clock went on, and as ready for the rest.  The lengths are
exact; where within the stretch they lie, and in which order, is a guess.

In a program of asyncio, functions that tasks give to an executor are jobs on the track of their
thread; the thread itself is no actor then.
"""

import _thread
import atexit
import builtins
import concurrent.futures.thread
import functools
import multiprocessing.connection
import multiprocessing.forkserver
import multiprocessing.process
import multiprocessing.spawn
import multiprocessing.synchronize
import os
import queue
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from asyncio import base_events, events
from multiprocessing.process import BaseProcess

import troupe_trace
from troupe_trace import about, caller, forget_frames, name_of, source
from troupe_trace_file import (File, Lane, end_recording, get_ident, life_over, now, numbered,
                               on_loop, poke, s, stop_watching, track_here, turn_begins, turn_over,
                               us, watch, write_life, write_out, write_slice, write_track)

OS_THREADS = "/proc/self/task"
ALIKE_NS = 50_000   # runs of a thread with less than this between them are drawn as one
LAST_NS = 1_000     # for so long a thread that stops surely ran
SLOT_NS = 50_000    # what a thread ran between two looks is drawn from this on
PART = "TROUPE_TRACE_PART"  # tells a process that is started anew of which trace it is a part

# What blocks: by its module or class, and the reason to wait unless the library's caller knows one.
BLOCKING = (
    (threading.Condition, "wait", "event"), (builtins, "input", "io"), (select, "select", "io"),
    (subprocess.Popen, "wait", "process"), (os, "wait", "process"), (os, "waitpid", "process"),
    (signal, "pause", "signal"), (signal, "sigwait", "signal"),
    (multiprocessing.connection._ConnectionBase, "recv", "recv"),
    (multiprocessing.connection._ConnectionBase, "recv_bytes", "recv"),
    (multiprocessing.synchronize.SemLock, "__enter__", "lock"),
)
SOCKET = ("accept", "connect", "recv", "recv_into", "recvfrom", "send", "sendall", "sendto")
PREEMPTED = ("budget",)
sleep = time.sleep


# --- turns of threads -----------------------------------------------------------------------------

def lane_here():
    """The lane of this thread; that of the main thread is made when it is first asked for."""
    ident = get_ident()
    lane = s.current.get(ident)
    if (lane or s.ended or not s.is_first or ident != threading.main_thread().ident
            or events._get_running_loop()):
        return lane
    lane = Lane("main", "main", None, thread=True, at=s.begun if s.alone else 0)
    s.records.append((write_life, lane))
    begin_thread(lane, lane.spawned_at + 2)
    return lane


def begin_thread(lane, at, kind="thread"):
    """In the thread itself."""
    on_loop(lane, kind)
    if hasattr(time, "pthread_getcpuclockid"):
        lane.clock = time.pthread_getcpuclockid(get_ident())
    s.current[get_ident()] = lane
    runs(lane, at)
    watch()


def runs(lane, at):
    with s.slicing:
        sample()
        turn_begins(lane, at)
        lane.run_end = at
        lane.cpu = time.thread_time_ns()
        s.running[lane] = None
    poke()


def stops(lane):
    """In the thread itself, which has the interpreter; returns when it was."""
    with s.slicing:
        end = sample(lane)
        had_processor(lane, max(end - LAST_NS, lane.run_end), end)
        s.running.pop(lane, None)
    return end


def had_processor(lane, start, end):
    """Draws this as one with the run before it, if there is little between them."""
    if start - lane.run_end > (ALIKE_NS if len(s.running) == 1 else 0):
        if lane.run_end > lane.run_at:
            turn_over(lane, lane.run_end, PREEMPTED)
            lane.ready_at = lane.wait_at
            turn_begins(lane, start)
        lane.run_at = start
    lane.run_end = end


def sample(stopping=None):
    """Shares out the time since the last look among the threads that run; the one that stops now
    has had the end of it.  Returns the time."""
    with s.slicing:
        at, last, used = now(), s.sampled_at, {}
        for lane in list(s.running):
            spent = time.clock_gettime_ns(lane.clock) - lane.cpu if lane.clock else at - last
            if spent > SLOT_NS or lane is stopping:
                used[lane] = spent
        one_by_one = sum(used.values()) <= 1.1 * (at - last)  # they may share the interpreter
        begin = last
        for lane in sorted(used, key=lambda lane: (lane is stopping, lane.number)):
            start = max(begin, lane.run_end)
            whole = len(used) == 1 and used[lane] > 0.9 * (at - start)
            end = at if whole else min(start + used[lane], at)
            if lane is stopping and one_by_one:
                start, end = max(start, at - used[lane]), at
            if end > start:
                had_processor(lane, start, end)
                lane.cpu += used[lane]
                begin = end if one_by_one else last
        s.sampled_at = at
        return at


class Waiting:
    """`with Waiting(reason):` this thread waits, if it has a lane and is not a loop's."""

    def __init__(self, why, due=0, target=None):
        lane = lane_here()
        self.lane = lane if lane and lane.is_thread and lane.run_at else None
        self.target, self.due = target, due
        if self.lane:
            watch()
            reason, place, line = caller(sys._getframe(2), why)
            on = target.number if target else 0
            turn_over(lane, stops(lane), (reason, place, line, due, on))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        lane, target, at = self.lane, self.target, now()
        if lane:
            since = self.due or (target and target.end_at) or at
            lane.ready_at = since if lane.wait_at < since < at else at
            lane.by = target
            runs(lane, at)


def blocking(owner, name, why):
    """Wraps a function that may block."""
    call = getattr(owner, name)

    @functools.wraps(call)
    def traced(*args, **kwargs):
        with Waiting(why):
            return call(*args, **kwargs)

    setattr(owner, name, traced)


def install_waits():
    @functools.wraps(sleep)
    def traced_sleep(seconds):
        with Waiting("sleep", now() + int(seconds * 1e9)):
            sleep(seconds)

    time.sleep = traced_sleep
    for owner, name, why in BLOCKING:
        if hasattr(owner, name):
            blocking(owner, name, why)
    for name in SOCKET:
        blocking_socket(name)
    for kind in (threading.Thread, BaseProcess):
        joining(kind)
    threading.Lock, threading.RLock, queue.SimpleQueue = Lock, RLock, SimpleQueue


def blocking_socket(name):
    call = getattr(socket.socket, name)

    @functools.wraps(call)
    def traced(self, *args):
        if self.gettimeout() == 0:
            return call(self, *args)
        with Waiting("io"):
            return call(self, *args)

    setattr(socket.socket, name, traced)


def joining(kind):
    call = kind.join

    @functools.wraps(call)
    def traced_join(self, timeout=None):
        with Waiting("join", target=getattr(self, "_troupe_lane", None)):
            return call(self, timeout)

    kind.join = traced_join


class Lock:
    """A lock of the program's own; the standard library gets the plain one."""

    def __new__(cls):
        lock = _thread.allocate_lock()
        if not about(sys._getframe(1).f_code)[0]:
            return lock
        self = object.__new__(cls)
        self._lock = lock
        return self

    def __getattr__(self, name):
        return getattr(self._lock, name)

    def acquire(self, blocking=True, timeout=-1):
        if self._lock.acquire(False):
            return True
        if not blocking:
            return False
        with Waiting("lock"):
            return self._lock.acquire(True, timeout)

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self._lock.release()

    def __repr__(self):
        return repr(self._lock)


class RLock(_thread.RLock):
    def __new__(cls):
        own = about(sys._getframe(1).f_code)[0]
        return super().__new__(cls if own else _thread.RLock)

    def acquire(self, blocking=True, timeout=-1):
        if super().acquire(False):
            return True
        if not blocking:
            return False
        with Waiting("lock"):
            return super().acquire(True, timeout)

    __enter__ = acquire


class SimpleQueue(queue.SimpleQueue):
    def get(self, block=True, timeout=None):
        try:
            return super().get(False)
        except queue.Empty:
            if not block:
                raise
        with Waiting("chan"):
            return super().get(True, timeout)


# --- threads --------------------------------------------------------------------------------------

def is_shown(thread):
    """Whether it is the program's: not one that the standard library has for itself."""
    target = getattr(thread, "_target", None)
    if target is concurrent.futures.thread._worker:
        return not events._get_running_loop()
    while isinstance(target, functools.partial):
        target = target.func
    code = getattr(target or type(thread).run, "__code__", None)
    return not code or bool(about(code)[0]) or isinstance(thread, threading.Timer)


def install_threads():
    start = threading.Thread.start

    @functools.wraps(start)
    def traced_start(self):
        if is_shown(self) and not s.ended:
            fn = name_of(getattr(self, "_target", None) or type(self))
            fn = "worker" if fn == "_worker" else fn
            named = numbered(fn) if re.match(r"Thread-\d+", self.name) else self.name
            lane = Lane(fn, named, lane_here(), source(), thread=True)
            s.records.append((write_life, lane))
            self._troupe_lane = lane
            self.run = functools.partial(live, self, lane, self.run)
        start(self)

    threading.Thread.start = traced_start
    if sys.version_info < (3, 11):  # where a traceback of our own making does not last
        hook = threading.excepthook

        def traced_hook(args):
            forget_frames(args.exc_value)
            hook(threading.ExceptHookArgs((args.exc_type, args.exc_value,
                                           args.exc_value.__traceback__, args.thread)))

        threading.excepthook = functools.wraps(hook)(traced_hook)


def live(thread, lane, run):
    """The life of a thread."""
    del thread.run
    begin_thread(lane, now())
    failure = None
    try:
        run()
    except BaseException as error:
        failure = None if isinstance(error, SystemExit) else error
        forget_frames(error)
        raise
    finally:
        end_thread(lane, failure)


def end_thread(lane, failure):
    if lane.run_at:
        life_over(lane, stops(lane), failure)
    s.current.pop(get_ident(), None)


def end_main():
    """The main thread ends with its process."""
    lane = s.current.get(threading.main_thread().ident)
    if not lane and s.alone and not s.ended:
        lane = lane_here()  # a program that neither waits nor has anybody beside it
    if lane and lane.is_thread and not s.ended:
        end_thread(lane, None)


# --- loops and executors --------------------------------------------------------------------------

class Job:
    """A function that a task has given to a thread of an executor."""

    def __init__(self, call, lane):
        self.call, self.lane = call, lane

    def __call__(self, *args):
        ident, start, cpu = get_ident(), now(), time.thread_time_ns()
        if ident not in s.pool:
            s.pool[ident] = track_here()
            name = "troupe-pool-%d" % len(s.pool)
            s.records.append((write_track, s.pool[ident], "thread_name", {"name": name}))
        try:
            return self.call(*args)
        except BaseException as error:
            forget_frames(error)
            raise
        finally:
            used = us(time.thread_time_ns() - cpu)
            s.records.append((write_slice, s.pool[ident], "job", name_of(self.call), start, now(),
                              '{"actor":%d,"cpu":%s}' % (self.lane.number, used)))


def install_loops():
    loops = base_events.BaseEventLoop
    run_in_executor, run_forever = loops.run_in_executor, loops.run_forever

    @functools.wraps(run_in_executor)
    def traced_run_in_executor(self, executor, func, *args):
        lane = s.current.get(get_ident())
        if not lane or isinstance(executor, concurrent.futures.ProcessPoolExecutor):
            return run_in_executor(self, executor, func, *args)
        future = run_in_executor(self, executor, Job(func, lane), *args)
        future._troupe_offload = True
        return future

    @functools.wraps(run_forever)
    def traced_run_forever(self):
        if not s.current.get(get_ident()):
            return run_forever(self)
        with Waiting("join"):
            return run_forever(self)

    loops.run_in_executor, loops.run_forever = traced_run_in_executor, traced_run_forever


# --- processes ------------------------------------------------------------------------------------

def begin_process(lane, at):
    """In the process itself, in its main thread."""
    s.title = lane.name
    begin_thread(lane, at, "process")


def before_fork():
    if s.is_first and not s.starting:
        lane_here()
    s.was_watching = s.watching
    stop_watching()
    write_out()
    s.forked_at = now()
    s.writing.acquire()
    if s.was_watching and threading.active_count() == 1 and os.path.isdir(OS_THREADS):
        for _ in range(200):  # Python warns of a fork as long as there is a second thread
            if len(os.listdir(OS_THREADS)) > 1:
                sleep(0.0005)


def after_fork():
    s.writing.release()
    # Python 3.13 counts the threads only now: there the next wait brings the watcher back.
    if s.was_watching and (sys.version_info < (3, 13) or threading.active_count() > 1):
        watch()


def after_fork_in_child():
    if s.ended:
        return
    parent, starting = s.current.get(get_ident()), s.starting
    at = s.forked_at
    s.begin(s.file, s.base, s.title, os.getpid() << 24)
    s.is_first = s.starting = False
    if parent and not starting:
        lane = Lane("fork", numbered("fork"), parent, source(), thread=True, at=at)
        s.records.append((write_life, lane))
        begin_process(lane, now())


def terminated(number, _):
    if s.file.writer == get_ident():
        s.file.then = functools.partial(terminated, number, _)
        return
    end_recording(wait=False)
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def install_processes():
    start, bootstrap = BaseProcess.start, BaseProcess._bootstrap

    @functools.wraps(start)
    def traced_start(self):
        if s.ended:
            return start(self)
        fn = name_of(getattr(self, "_target", None) or type(self))
        own = re.match(r"\w*Process-[\d:]+$", self.name)
        lane = Lane(fn, numbered(fn) if own else self.name, lane_here(), source())
        s.records.append((write_life, lane))
        write_out()  # before the process writes its own
        self._config["troupe"] = lane.number, fn, lane.name, lane.spawned_at
        write_out()  # its life is in the file before the process is, which may soon be over
        s.starting, os.environ[PART] = True, s.file.path
        try:
            start(self)
        finally:
            s.starting = False
            os.environ.pop(PART, None)
            self._config.pop("troupe", None)
        self._troupe_lane = lane

    @functools.wraps(bootstrap)
    def traced_bootstrap(self, *args, **kwargs):
        told = self._config.pop("troupe", None)
        if not told or s.ended:
            return bootstrap(self, *args, **kwargs)
        number, fn, name, at = told
        lane = Lane(fn, name, None, thread=True, number=number, at=at)
        begin_process(lane, now())
        if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:  # which is how a Pool ends
            signal.signal(signal.SIGTERM, terminated)
        code = bootstrap(self, *args, **kwargs)
        end_thread(lane, code)
        end_recording()
        return code

    BaseProcess.start, BaseProcess._bootstrap = traced_start, traced_bootstrap
    os.register_at_fork(before=before_fork, after_in_parent=after_fork,
                        after_in_child=after_fork_in_child)
    install_starts()
    install_ends()


def install_starts():
    """Processes that are no forks of this one learn from PART that they are traced."""
    command_line = multiprocessing.spawn.get_command_line

    @functools.wraps(command_line)
    def traced_command_line(**kwargs):
        command = command_line(**kwargs)
        if "-c" in command:
            at = command.index("-c") + 1
            here = os.path.dirname(os.path.abspath(__file__))
            command[at] = "import sys; sys.path.append(%r); import %s; %s" % (
                here, __name__, command[at])
        return command

    multiprocessing.spawn.get_command_line = traced_command_line
    multiprocessing.forkserver.set_forkserver_preload(["__main__", __name__])


def install_ends():
    """Calls after which nothing of this program runs any more."""
    leave = os._exit

    def traced_exit(status):
        end_recording()
        leave(status)

    os._exit = functools.wraps(leave)(traced_exit)
    for name in ("execv", "execve"):
        become = getattr(os, name)

        @functools.wraps(become)
        def traced_exec(*args, become=become):
            write_out(close=True)
            become(*args)

        setattr(os, name, traced_exec)


def install():
    s.sample, s.end_main = sample, end_main
    install_waits()
    install_threads()
    install_loops()
    if hasattr(os, "fork"):
        install_processes()


if PART in os.environ:  # a process that another, traced one has started
    trace = File(os.environ.pop(PART))
    s.begin(trace, trace.base(), "python", os.getpid() << 24)
    troupe_trace.install()
    atexit.register(end_recording)
