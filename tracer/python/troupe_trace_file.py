"""What troupe_trace writes: the file, the lanes in it, and a line for each thing that is told.

All processes of a program append to one file, whole lines under a lock.  One monotonic clock serves
them all, and the header counts the actors and loops that have been given numbers so far, so that
no two have the same.  The format is that of docs/trace-format.md.
"""

import _thread
import asyncio
import errno
import json
import os
import re
import sys
import threading
import time

try:
    import fcntl
except ImportError:  # not Unix: one process only
    fcntl = None

FLUSH_S = 0.1        # as long may a line be on its way, and a state last before it is told of
SAMPLE_S = 0.01      # between two looks at threads that run
RECORDS_KEPT = 512   # then they are written: a millisecond or two between two turns
LINE_MAX = 65_536    # bytes
TEXT_MAX = 10_000    # characters of a printed line, at most six bytes each
YIELD = ("yield", None, 0, None, None)

now = time.monotonic_ns
get_ident = _thread.get_ident


class State:
    """All that changes.  A process that is forked begins it anew."""

    ended = True  # nothing is recorded, until it begins
    interrupted = False  # the program, by the keyboard
    is_first = False     # of the processes of the program
    starting = False     # another process
    sample = None        # called every SAMPLE_S while threads run
    end_main = None      # called at the end

    def begin(self, file, base, title, first_arrow=0):
        self.file = file
        self.base = base          # the clock at the start of the trace
        self.title = title        # of this process
        self.begun = now()
        self.records = []         # what is still to be written: (function, ...)
        self.current = {}         # thread -> the lane that runs there
        self.running = {}         # the lanes of threads that run, for their CPU clocks
        self.recent = {}          # lanes whose last state may still be open
        self.loops = {}           # thread -> (its number as a loop, the ids of its track)
        self.pool = {}            # thread of a pool -> the ids of its track
        self.partial = {}         # (lane, stream) -> text that has no end of line yet
        self.numbers = []         # of actors, taken from the file and not given away yet
        self.block = 8            # how many of them are taken at once
        self.names = {}           # function -> how many actors it has become
        self.alone = True         # no actor has been seen yet
        self.arrow = first_arrow  # the latest arrow's id; no two processes share one
        self.born = {}            # coroutine -> lane, while its task is started eagerly
        self.sampled_at = 0
        self.watching = self.ended = False
        self.writing = _thread.RLock()
        self.slicing = _thread.RLock()
        self.wake = _thread.allocate_lock()  # released to have the watcher look at once
        self.gone = _thread.allocate_lock()  # released by the watcher when it ends
        self.wake.acquire()
        self.gone.acquire()


s = State()


class File:
    """It is opened anew for every batch, so that no descriptor is in the way of the program, and
    closed by `]` as soon as no process has anything to write."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.lost = False
        self.writer = None    # the thread that is at it
        self.then = None      # what a handler of signals that has interrupted it wants done

    def create(self, command, base):
        head = {"version": 1, "prog": os.path.basename(command[0]), "os_pid": os.getpid(),
                "clock": "monotonic", "clock_base_ns": base, "t0_unix_ns": time.time_ns(),
                "cores": os.cpu_count() or 1, "runtime": "python " + sys.version.split()[0],
                "cmd": " ".join(["python3", *command])}
        line = '{"ph":"M","ts":0.000,"pid":1,"tid":1,"cat":"__metadata","name":"%s","args":{%s}},\n'
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("[\n")
            counts = '"loops":%9d,"actors":%9d,' % (0, 0)  # which take() changes in place
            file.write(line % ("troupe", counts + compact(head)[1:-1]))
            file.write(line % ("process_name", '"name":"actors"'))

    def base(self):
        """The start of the trace, for a process that is no fork."""
        with open(self.path, "rb") as file:
            return int(re.search(rb'"clock_base_ns":(\d+)', file.read(4096))[1])

    def change(self, action):
        """What action(file) returns, called while nobody else writes; 0 once that has failed."""
        if self.lost or self.writer == get_ident():
            return 0
        self.writer = get_ident()
        try:
            with open(self.path, "r+b") as file:
                if fcntl:
                    fcntl.flock(file, fcntl.LOCK_EX)
                return action(file)
        except OSError as error:
            self.lost = True
            say("%s: %s; it ends here" % (self.path, error.strerror))
            return 0
        finally:
            self.writer = None
            if self.then:
                self.then()

    def take(self, what, count):
        """The first of so many numbers, of "actors" or "loops", which are nobody else's."""
        def action(file):
            head = file.read(512)
            at = head.index(b'"%s":' % what.encode()) + len(what) + 3
            taken = int(head[at:at + 9])
            file.seek(at)
            file.write(b"%9d" % (taken + count))
            return taken
        return self.change(action)

    def append(self, lines, close):
        def action(file):
            end = file.seek(0, os.SEEK_END)
            start = max(end - LINE_MAX, 0)
            file.seek(start)
            tail = file.read(LINE_MAX)
            closed = tail.endswith(b"\n]\n")  # by a process that has ended
            if closed and lines:
                file.seek(end - 3)
                file.write(b",\n")
            elif not closed and not tail.endswith(b",\n"):  # one was killed within a line
                file.truncate(file.seek(start + tail.rfind(b"\n") + 1))
            file.write("".join([line + ",\n" for line in lines]).encode("utf-8", "replace"))
            if close and (lines or not closed):
                file.seek(file.tell() - 2)
                file.write(b"\n]\n")
        if lines or close:
            self.change(action)


def say(text):
    os.write(2, ("troupe_trace: %s\n" % text).encode())


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# --- lanes ----------------------------------------------------------------------------------------

class Lane:
    """An actor.  It waits from `wait_at` on, for the reason in `wait`; is ready from `ready_at` on,
    woken by another; and runs from `run_at` on (0: it does not).  While it runs, it may already be
    made ready again; of the turn itself, `was_ready_at` and `was_by` are kept."""

    __slots__ = ("number", "fn", "name", "parent", "src", "spawned_at", "head", "tail", "loop",
                 "wait_at", "wait", "ready_at", "by", "was_ready_at", "was_by", "run_at", "end_at",
                 "is_thread", "resume", "opened", "run_end", "cpu", "clock")

    def __init__(self, fn, name, parent, src="", thread=False, number=0, at=0):
        self.number = number or take_number()
        self.fn, self.name, self.parent, self.src, self.is_thread = fn, name, parent, src, thread
        self.spawned_at = at or now()
        self.wait_at = self.ready_at = self.spawned_at + 2
        self.head = '"pid":1,"tid":%d,"cat":"state","name":' % self.number
        self.wait = self.loop = self.tail = self.opened = self.clock = self.end_at = None
        self.by, self.was_by = parent, None
        self.was_ready_at = self.resume = self.run_at = self.run_end = self.cpu = 0


def take_number():
    s.alone = False
    if not s.numbers:
        first = s.file.take("actors", s.block) + 1
        s.numbers = list(range(first + s.block - 1, first - 1, -1))
        s.block = min(2 * s.block, 65_536)
    return s.numbers.pop()


def numbered(fn):
    """"count#1" for the first actor of the function count."""
    s.names[fn] = s.names.get(fn, 0) + 1
    return "%s#%d" % (fn, s.names[fn])


def loop_here(kind="loop"):
    """(number, the ids of its track) of this thread, as one that runs actors: a loop of tasks, or a
    thread or process that is an actor itself."""
    ident = get_ident()
    if ident not in s.loops:
        s.loops[ident] = number, track = s.file.take("loops", 1), track_here()
        s.records.append((write_track, track, "process_name", {"name": s.title}))
        s.records.append((write_track, track, "thread_name",
                          {"name": "%s %d" % (kind, number), "loop": number}))
    return s.loops[ident]


def on_loop(lane, kind="loop"):
    """From its first turn on, a lane's runs are shown on the track of its thread, too."""
    lane.loop, track = loop_here(kind)
    lane.tail = '%s,"cat":"loop","name":%s}' % (track, compact(lane.name))


def track_of(lane):
    return '"pid":1,"tid":%d' % lane.number if lane else track_here()


def track_here():
    pid = os.getpid()
    pid += 4_194_304 if pid < 1024 else 0  # a small one is taken for a group of actors
    return '"pid":%d,"tid":%d' % (pid, threading.get_native_id())


def turn_begins(lane, at):
    lane.was_ready_at, lane.was_by, lane.by, lane.run_at = lane.ready_at, lane.by, None, at


def turn_over(lane, end, wait):
    """The lane has run until `end`, and why it stopped is wait[0]."""
    s.records.append((write_turn, lane, lane.wait_at, lane.wait, lane.was_ready_at, lane.was_by,
                      lane.run_at, end, wait[0]))
    lane.wait_at, lane.wait, lane.run_at = end, wait, 0


def life_over(lane, end, error):
    by = lane.was_by
    turn_over(lane, end, ("exit",))
    lane.end_at = end
    s.records.append((write_end, lane, by, error))


def write_out(close=False, tick=False):
    """Makes lines of the records and puts them into the file."""
    with s.writing:
        lines, batch = [], s.records[:]
        del s.records[:len(batch)]
        try:
            for record in batch:
                record[0](lines, *record[1:])
            if tick:
                write_open(lines)
        finally:
            s.file.append(lines, close)


# --- lines ----------------------------------------------------------------------------------------

def us(ns):
    """Microseconds with three decimals."""
    digits = "%04d" % ns
    return digits[:-3] + "." + digits[-3:]


def clock(ns):
    return us(ns - s.base)


def write_track(out, track, what, args):
    out.append('{"ph":"M","ts":0.000,%s,"cat":"__metadata","name":"%s","args":%s}'
               % (track, what, compact(args)))


def write_life(out, lane):
    parent, lane.parent = lane.parent, None
    s.recent[lane] = None
    args = {"name": lane.name, "fn": lane.fn, "parent": parent.number if parent else 0}
    if lane.src:
        args["src"] = lane.src
    out.append('{"ph":"M","ts":%s,"pid":1,"tid":%d,"cat":"__metadata","name":"thread_name",'
               '"args":%s}' % (clock(lane.spawned_at), lane.number, compact(args)))
    out.append('{"ph":"B","ts":%s,"pid":1,"tid":%d,"cat":"actor","name":%s}'
               % (clock(lane.spawned_at), lane.number, compact(lane.fn)))
    if parent and not (parent.end_at and parent.end_at < lane.spawned_at):
        write_arrow(out, "spawn", parent, lane.spawned_at, lane, lane.spawned_at + 1)


def write_arrow(out, name, source, left_at, target, arrived_at):
    s.arrow += 1
    line = '{"ph":"%s","ts":%s,"pid":1,"tid":%d,"cat":"%s","name":"%s","id":%d}'
    out.append(line % ("s", clock(left_at), source.number, name, name, s.arrow))
    out.append(line % ("f", clock(arrived_at), target.number, name, name, s.arrow))


def write_state(out, lane, start, end, name, args):
    if lane.opened == start:
        lane.opened = None
        out.append('{"ph":"E","ts":%s,%s"%s","args":{%s}}'
                   % (clock(end - 1), lane.head, name, args))
    else:
        out.append('{"ph":"X","ts":%s,"dur":%s,%s"%s","args":{%s}}'
                   % (clock(start), us(end - start - 1), lane.head, name, args))


def write_before(out, lane, wait_at, wait, ready_at, by, run_at):
    """What a lane was in before it runs."""
    if ready_at > wait_at and wait:
        if by and by.end_at and wait_at < by.end_at < ready_at and wait[0] == "join":
            write_arrow(out, "exit", by, by.end_at - 1, lane, ready_at - 1)
        write_state(out, lane, wait_at, ready_at, wait[0], wait_args(wait))
    if run_at > ready_at:
        write_state(out, lane, ready_at, run_at, "ready", '"by":%d' % (by.number if by else 0))


def write_turn(out, lane, wait_at, wait, ready_at, by, run_at, end, why):
    base, head = s.base, lane.head
    if lane.opened != run_at:
        write_before(out, lane, wait_at, wait, max(ready_at, wait_at), by, run_at)
    lane.resume += 1
    at, last = str(run_at - base), "%04d" % (end - run_at - 1)
    args = f'"loop":{lane.loop},"resume":{lane.resume},"suspend":"{why}"'
    when = f'{{"ph":"X","ts":{at[:-3]}.{at[-3:]},"dur":{last[:-3]}.{last[-3:]},'
    if lane.opened == run_at:
        write_state(out, lane, run_at, end, "run", args)
        out.append(when + lane.tail)
    else:
        out.append(f'{when}{head}"run","args":{{{args}}}}},\n{when}{lane.tail}')
    s.recent[lane] = None


def wait_args(wait):
    _, place, line, due, on = wait
    args = ['"at":"%s%d"' % (place, line)] if place else []
    if on:
        args.append('"on":%d' % on)
    if due:
        args.append('"due":%s' % clock(due))
    return ",".join(args)


def write_end(out, lane, by, error):
    s.recent.pop(lane, None)
    status = error if isinstance(error, int) else 0
    mark = '{"ph":"i","ts":%s,"pid":1,"tid":%d,"cat":"%s","name":%s,"s":"t","args":%s}'
    if isinstance(error, asyncio.CancelledError):
        status = -errno.ECANCELED
        args = {"by": by.number if by else 0, "text": str(error)[:TEXT_MAX]}
        out.append(mark % (clock(lane.end_at - 1), lane.number, "note", '"cancel"', compact(args)))
    elif error and not status:
        status = -(getattr(error, "errno", None) or 1)
        text = ("%s: %s" % (type(error).__name__, error))[:TEXT_MAX]
        out.append(mark % (clock(lane.end_at - 1), lane.number, "error", compact(text), "{}"))
    out.append('{"ph":"E","ts":%s,"pid":1,"tid":%d,"cat":"actor","name":%s,"args":{"status":%d}}'
               % (clock(lane.end_at), lane.number, compact(lane.fn), status))


def write_slice(out, track, category, name, start, end, args="{}"):
    out.append('{"ph":"X","ts":%s,"dur":%s,%s,"cat":"%s","name":%s,"args":%s}'
               % (clock(start), us(end - start - 1), track, category, compact(name), args))


def write_print(out, track, at, stream, text):
    args = {"text": text[:TEXT_MAX]}
    if stream != "stdout":
        args["to"] = stream
    if len(text) > TEXT_MAX:
        args["cut"] = len(text[TEXT_MAX:].encode("utf-8", "replace"))
    out.append('{"ph":"i","ts":%s,%s,"cat":"log","name":"print","s":"t","args":%s}'
               % (clock(at), track, compact(args)))


def write_open(out):
    """The beginnings of states that have lasted for so long that they may be the last."""
    before = now() - int(FLUSH_S * 1e9)
    with s.slicing:
        told = {record[1] for record in s.records[:]}  # since; what these are in, is not known here
        for lane in {*s.recent, *filter(None, list(s.current.values()))}:
            if lane not in told:
                open_state(out, lane, before)


def open_state(out, lane, before):
    wait_at, wait, run_at = lane.wait_at, lane.wait, lane.run_at
    if lane.end_at or lane.opened == (run_at or wait_at):
        s.recent.pop(lane, None)
    elif not lane.tail or (run_at or wait_at) > before:
        return
    elif run_at and lane.is_thread and lane.run_end <= run_at:
        return  # it has not been seen to run yet: when its turn began is not settled
    elif run_at:
        write_before(out, lane, wait_at, wait, max(lane.was_ready_at, wait_at), lane.was_by, run_at)
        args = '"loop":%d,"resume":%d' % (lane.loop, lane.resume + 1)
        write_begin(out, lane, run_at, "run", args)
    elif wait and wait is not YIELD and lane.ready_at <= wait_at:
        write_begin(out, lane, wait_at, wait[0], wait_args(wait))


def write_begin(out, lane, at, name, args):
    lane.opened = at
    out.append('{"ph":"B","ts":%s,%s"%s","args":{%s}}' % (clock(at), lane.head, name, args))


# --- the watcher ----------------------------------------------------------------------------------

def watch():
    """Sees to it that what is told is in the file in time.  The thread is none of the program's:
    it is not among those that the module threading knows of."""
    if not s.watching and not s.ended:
        s.watching = True
        try:
            _thread.start_new_thread(watcher, (s.wake, s.gone))
        except RuntimeError:  # Python is ending; the rest is written at once
            s.watching = False


def watcher(wake, gone):
    flushed_at = now()
    while s.watching:
        wake.acquire(True, SAMPLE_S if s.running else FLUSH_S)
        if s.running and s.watching:
            s.sample()
        if s.watching and now() - flushed_at > FLUSH_S * 1e9:
            write_out(tick=True)
            flushed_at = now()
    gone.release()


def poke():
    """Has the watcher look at once."""
    if s.wake.locked():
        s.wake.release()


def stop_watching(wait=True):
    if s.watching:
        s.watching = False
        poke()
        if wait:
            s.gone.acquire()


def end_recording(wait=True):
    """The last lines, and the end of the file unless other processes go on with it.  A handler of
    signals must not wait for the watcher: it may have interrupted what the watcher waits for."""
    if s.ended:
        return
    if s.end_main:
        s.end_main()
    s.ended = True
    for (lane, stream), text in s.partial.items():
        s.records.append((write_print, track_of(lane), now(), stream, text))
    stop_watching(wait)
    write_out(close=True)
    s.file.lost = True  # what is still told, by a thread that goes on, say, comes too late
