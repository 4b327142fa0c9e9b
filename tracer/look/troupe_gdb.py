"""Troupe's commands for gdb, for a live process and for a core file alike.

    (gdb) source /usr/share/troupe/troupe_gdb.py
    (gdb) troupe ps               all actors: what each does, or waits for and where
    (gdb) troupe bt [ACTOR]       the calls that actors are in
    (gdb) troupe actor ACTOR      from now on `bt`, `up`, `info locals` are about this actor, whose
                                  calls begin with frame 1; without ACTOR: about the thread again

ACTOR is a name, a number as in `actor 3`, which is that of the trace, or a pid such as <0.3.1>.

All is read by the table that a process of actors has for those who look at it from outside
(look_table.h); the two lists below are filled in when this is built.
"""

import re
import struct

import gdb
import gdb.unwinder

PLACES = ()  # filled in: look_places.def
REASONS = ()  # filled in: trace_reasons.def

VERSION = 5
RUNS_MAX = 8
# The names of registers, by the numbers of debug information; the pc is told apart.
REGISTERS = {
    "x86": ("rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15".split(), "rip", "rsp"),
    "aar": ([f"x{i}" for i in range(31)] + ["sp"], "pc", "sp"),
}
TEXT_BYTES = 256


def read(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def number(address, size=8):
    return int.from_bytes(read(address, size), "little")


def text(address):
    """The text at this address; "" if there is none."""
    found = b""
    while address != 0 and b"\0" not in found and len(found) < TEXT_BYTES:
        try:
            found += read(address + len(found), 1)
        except gdb.MemoryError:
            break
    return found.split(b"\0")[0].decode(errors="replace")


def function_at(address):
    """The name of the function at this address, or None."""
    block = gdb.block_for_pc(address)
    while block is not None and block.function is None:
        block = block.superblock
    if block is not None:
        return block.function.print_name
    told = gdb.execute(f"info symbol {address:#x}", to_string=True)
    return told.split()[0] if told and not told.startswith("No symbol") else None


def entry_of(frame):
    """Where the function of a frame begins, also without what debuggers are told; or None."""
    if frame.function() is not None:
        return int(frame.function().value().address)
    before = frame.pc() - 1  # the call, if its function ends with it
    told = re.match(r"\S+ \+ (\d+)", gdb.execute(f"info symbol {before:#x}", to_string=True))
    return before - int(told.group(1)) if told else None


class Table:
    """The process's table: where things are."""

    def __init__(self):
        if gdb.selected_thread() is None:
            raise gdb.GdbError("the program does not run, and there is no core file of it")
        try:
            at = int(gdb.parse_and_eval("(unsigned long) &troupe_look_table"))
        except gdb.error as error:
            raise gdb.GdbError("there is no Troupe in this program, or its symbols are stripped"
                               ) from error
        arch = gdb.selected_inferior().architecture().name()
        if arch[3:6] == "x86":
            arch = arch[3:]
        if arch[:3] not in ("i38", "x86", "aar"):
            raise gdb.GdbError(f"the stacks of {arch} are not known here")
        self.registers, self.pc, self.stack = REGISTERS["aar" if arch.startswith("aar") else "x86"]
        form = (f"<24sIIQ{RUNS_MAX}Q{len(PLACES)}I8I{len(self.registers)}iiI")
        values = list(struct.unpack(form, read(at, struct.calcsize(form))))
        magic, version = values[0].split(b"\0")[0], values[1]
        if magic != b"troupe: look here" or version != VERSION:
            raise gdb.GdbError("its version of Troupe is another than that of these commands")
        self.outer, self.crews = values[3], values[4:4 + RUNS_MAX]
        rest = values[4 + RUNS_MAX:]
        self.places = dict(zip(PLACES, rest))
        rest = rest[len(PLACES):]
        (self.entry_bytes, _, self.header_bytes, self.stackless, self.guest_slot, self.bit_ended,
         self.bit_started, _) = rest[:8]
        self.saved, (self.saved_pc, self.frame_bytes) = rest[8:-2], rest[-2:]

    def member(self, record, place, size=8):
        return number(record + self.places[place], size) if record != 0 else 0

    def bit(self, record, bit):
        return number(record + bit // 8, 1) >> bit % 8 & 1


class Actor:
    """One actor, as it is now."""

    def __init__(self, table, record, loop=0):
        self.table, self.record = table, record
        self.pid = table.member(record, "ACTOR_PID")
        self.wait = table.member(record, "ACTOR_WAIT")
        self.sp = table.member(record, "ACTOR_SP")
        self.stack_end = table.member(record, "ACTOR_STACK")
        self.kit = table.member(record, "ACTOR_KIT")
        self.number = table.member(record, "ACTOR_NUMBER", 4)
        self.is_running = loop != 0 and table.member(loop, "LOOP_CURRENT") == record
        self.thread = table.member(loop, "LOOP_THREAD", 4)
        self.name = self.find_name()

    def body(self):
        handle = self.table.member(self.kit, "KIT_HANDLE")
        if handle != 0:
            return handle
        if not self.table.bit(self.record, self.table.bit_started):
            return self.table.member(self.record, "ACTOR_FN")
        if self.stack_end == 0:
            return 0
        return self.table.member(self.stack_end - self.table.header_bytes, "HEADER_BODY")

    def find_name(self):
        name = text(self.table.member(self.kit, "KIT_NAME")) or \
            text(self.table.member(self.kit, "KIT_REGISTERED"))
        return name or function_at(self.body()) or "actor"

    def pid_text(self):
        slot = self.pid >> 32 & 0xffffff
        guest = "+" if slot >= self.table.guest_slot else ""
        slot -= self.table.guest_slot if guest else 0
        return f"<{self.pid >> 56}.{guest}{slot}.{self.pid & 0xffffffff}>"

    def place(self, site):
        file = text(self.table.member(site, "SITE_FILE"))
        return f"{file}:{self.table.member(site, 'SITE_LINE', 4)}" if file else None

    def state(self):
        if self.is_running:
            return "is running"
        if self.wait == 0:
            stackless = self.table.member(self.record, "ACTOR_CLASS", 1) == self.table.stackless
            if stackless and self.table.member(self.record, "ACTOR_QUEUED", 1) == 0:
                return dict(REASONS)["recv"]
            return "is ready to run"
        words = REASONS[self.table.member(self.wait, "WAIT_REASON", 4)][1]
        target = self.table.member(self.wait, "WAIT_TARGET")
        holder = self.table.member(self.wait, "WAIT_HOLDER")
        target = number(holder) if holder != 0 else target
        if target != 0:
            other = Actor(self.table, target)
            words += f": {other.name} {other.pid_text()}"
        return words

    def line(self):
        words = f"{self.name} {self.pid_text()} {self.state()}"
        at = self.place(self.table.member(self.wait, "WAIT_SITE"))
        spawned = self.place(self.table.member(self.record, "ACTOR_SITE"))
        mail = self.table.member(self.kit, "KIT_MAIL")
        words += f", at {at}" if at else ""
        words += f", spawned at {spawned}" if spawned else ""
        return words + (f"; {mail} message{'s' if mail > 1 else ''}" if mail else "")

    def saved(self):
        """Its registers by their names, as they were saved when it was suspended; {}: unknown."""
        if self.is_running or self.stack_end == 0 or self.sp == 0 or self.table.frame_bytes == 0:
            return {}
        found = {name: number(self.sp + offset)
                 for name, offset in zip(self.table.registers, self.table.saved) if offset >= 0}
        found[self.table.pc] = number(self.sp + self.table.saved_pc)
        found[self.table.stack] = self.sp + self.table.frame_bytes
        return found


def actors():
    """All actors that have not ended."""
    table = Table()
    for crew in filter(None, table.crews):
        for seat in range(table.member(crew, "CREW_LOOPS", 4)):
            loop = number(crew + table.places["CREW_SCHEDS"] + 8 * seat)
            for pids in ("LOOP_PIDS", "LOOP_GUESTS"):
                rows = loop + table.places[pids] if loop != 0 else 0
                entries = table.member(rows, "TABLE_ENTRIES")
                for row in range(table.member(rows, "TABLE_COUNT", 4)):
                    record = table.member(entries + row * table.entry_bytes, "ENTRY_OBJECT")
                    if record not in (0, loop) and not table.bit(record, table.bit_ended):
                        yield Actor(table, record, loop)


def chosen(argument):
    """The actors that an argument means: all, if there is none."""
    found = [actor for actor in actors()
             if argument in ("", actor.name, actor.pid_text(), str(actor.number))]
    if not found:
        raise gdb.GdbError(f'there is no actor "{argument}"' if argument else
                           "no actors run at this moment")
    return found


class Place:
    """What gdb knows a frame by."""

    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class Unwinder(gdb.unwinder.Unwinder):
    """Lets the calls of a suspended actor follow on the innermost frame of the thread, which is
    said to be on the actor's stack: gdb does not go on to a frame that seems to lie below."""

    def __init__(self):
        super().__init__("troupe")
        self.saved = {}
        self.top = 0
        self.innermost = None

    def show(self, actor):
        self.saved = {}
        gdb.invalidate_cached_frames()
        if actor is not None:
            frame = gdb.newest_frame()
            self.innermost = (int(frame.read_register("sp")), frame.pc())
            self.saved = actor.saved()
            self.top = self.saved.get(actor.table.stack, 0)
            gdb.invalidate_cached_frames()

    def __call__(self, pending):
        sp = pending.read_register("sp")
        if not self.saved or (int(sp), int(pending.read_register("pc"))) != self.innermost:
            return None
        top = gdb.Value(self.top).cast(sp.type)
        info = pending.create_unwind_info(Place(top, pending.read_register("pc")))
        for name, value in self.saved.items():
            kind = pending.read_register(name).type
            info.add_saved_register(name, gdb.Value(value).cast(kind))
        return info


UNWINDER = Unwinder()
gdb.unwinder.register_unwinder(None, UNWINDER, replace=True)


def select_thread(actor):
    for thread in gdb.selected_inferior().threads():
        if actor.thread in thread.ptid:
            thread.switch()


def print_calls(actor):
    """The calls of an actor, from the innermost to its own function; of those within this library
    the one that the program has called."""
    lines, library = [], []
    site = actor.table.member(actor.wait, "WAIT_SITE")
    caller = text(actor.table.member(site, "SITE_FUNCTION"))
    frame = gdb.newest_frame()
    if not actor.is_running:
        frame = frame.older() if UNWINDER.saved else None
    while frame is not None and frame.is_valid():
        name, place = frame.name(), frame.find_sal()
        if entry_of(frame) == actor.table.outer:
            break
        where = f", at {place.symtab.filename}:{place.line}" if place.symtab else ""
        if caller and name == caller:
            lines, caller = list(library), None  # what was within it is the library's
        if name is not None and name.startswith("troupe_"):
            library = [f"  in {name[:-3] if name.endswith('_at') else name}"]
            lines = list(library)
        elif name is not None:
            lines.append(f"  in {name}{where}")
        frame = frame.older()
    print("\n".join(lines or ["  it has no stack at this moment"]))


class Troupe(gdb.Command):
    """Actors: troupe ps, troupe bt, troupe actor."""

    def __init__(self):
        super().__init__("troupe", gdb.COMMAND_STATUS, prefix=True)


class Ps(gdb.Command):
    """troupe ps: all actors, what each does, or waits for and where."""

    def __init__(self):
        super().__init__("troupe ps", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        for actor in chosen(argument):
            print(actor.line())


class Bt(gdb.Command):
    """troupe bt [ACTOR]: the calls that actors are in."""

    def __init__(self):
        super().__init__("troupe bt", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        before = gdb.selected_thread()
        try:
            for actor in chosen(argument):
                print(actor.line())
                select_thread(actor)
                UNWINDER.show(None if actor.is_running else actor)
                print_calls(actor)
        finally:
            UNWINDER.show(None)
            before.switch()


class Select(gdb.Command):
    """troupe actor ACTOR: frames from 1 on are those of this actor; without ACTOR no more."""

    def __init__(self):
        super().__init__("troupe actor", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        UNWINDER.show(None)
        if argument == "":
            print("frames are those of the thread again")
            return
        actor = chosen(argument)[0]
        select_thread(actor)
        print(actor.line())
        if actor.is_running:
            return
        UNWINDER.show(actor)
        if not UNWINDER.saved or gdb.newest_frame().older() is None:
            raise gdb.GdbError("it has no stack at this moment")
        gdb.execute("frame 1")


Troupe()
Ps()
Bt()
Select()
