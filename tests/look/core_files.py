"""Core files: left by the system, or written here of a process that stands still."""

import os
import platform
import re
import resource
import signal
import struct
import subprocess
from pathlib import Path

PAGE = 4096
TIME_LIMIT_S = 60
# Larger pieces of memory are a sanitizer's.
PIECE_BYTES_MAX = 1 << 30
# Of the registers those that the system tells of: how many there are, the stack pointer, the pc.
MACHINE, REGISTERS, SP, PC = {"x86_64": (62, 27, 19, 16), "aarch64": (183, 34, 31, 32)}.get(
    platform.machine(), (0, 0, 0, 0))
HEAD, SEGMENT, NOTE = "<16sHHIQQQIHHHHHH", "<IIQQQQQQ", "<III"
LOAD, NOTES, PRSTATUS, FILES, CORE = 1, 4, 1, 0x46494c45, 4


def leave_core(folder, program, ends=None):
    """The core file of a program that crashes, or is made to by `ends`; None: the system leaves
    none."""
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, cwd=folder,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, unlimited)
                          ) as process:
        if ends is not None:
            ends(process)
        process.wait(TIME_LIMIT_S)
    return next(iter(Path(folder).glob("core*")), None)


class Stopped:
    """While this lasts the process stands still."""

    def __init__(self, pid):
        self.pid = pid

    def __enter__(self):
        os.kill(self.pid, signal.SIGSTOP)
        while not re.search(r"^State:\s+T", Path(f"/proc/{self.pid}/status").read_text(), re.M):
            pass

    def __exit__(self, *_error):
        os.kill(self.pid, signal.SIGCONT)


def note(kind, content):
    padded = content + bytes(-len(content) % 4)
    return struct.pack(NOTE, 5, len(content), kind) + b"CORE\0\0\0\0" + padded


def status_of(pid, thread, number):
    """The note of a thread: of its registers only those that the system tells of."""
    words = Path(f"/proc/{pid}/task/{thread}/syscall").read_text().split()
    registers = [0] * REGISTERS
    registers[SP], registers[PC] = (int(word, 16) for word in words[-2:])
    return note(PRSTATUS, struct.pack("<iiihxxQQiiii64x", number, 0, 0, number, 0, 0, thread, 0, 0,
                                      0) + struct.pack(f"<{REGISTERS}Q8x", *registers))


def pieces_of(pid):
    """(first address, end, place in the file in pages, file or "") of all memory."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        where, rights, offset, _, _, *name = line.split(maxsplit=5)
        first, end = (int(word, 16) for word in where.split("-"))
        name = name[0] if name and name[0].startswith("/") else ""
        if rights[0] == "r":
            yield first, end, int(offset, 16) // PAGE, name


def written_pages(pid):
    """(address, bytes) of what is in no file, and of the first page of each file."""
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for first, end, page, name in pieces_of(pid):
            if end - first > PIECE_BYTES_MAX or first >> 63:
                continue
            original = Path(name).read_bytes() if os.path.isfile(name) else b""
            for address in range(first, end, PAGE):
                at = page * PAGE + address - first
                same = original[at:at + PAGE].ljust(PAGE, b"\0")
                try:
                    content = os.pread(memory.fileno(), PAGE, address)
                except OSError:
                    continue  # a guard page
                if content != same or (at == 0 and name):
                    yield address, content


class Written:
    """A core file of a process that stands still: where its parts are, and all its bytes."""

    def __init__(self, pid, number=0):
        names = [piece for piece in pieces_of(pid) if piece[3]]
        threads = [int(thread.name) for thread in Path(f"/proc/{pid}/task").iterdir()]
        threads.sort(key=lambda thread: thread != pid)
        listed = struct.pack("<QQ", len(names), PAGE)
        listed += b"".join(struct.pack("<QQQ", *piece[:3]) for piece in names)
        listed += b"".join(os.fsencode(piece[3]) + b"\0" for piece in names)
        notes = b"".join(status_of(pid, thread, number) for thread in threads)
        self.notes, self.pages = notes + note(FILES, listed), list(written_pages(pid))
        self.bytes = self.build(self.notes, self.pages)

    def build(self, notes, pages):
        count = len(pages) + 1
        self.notes_at = struct.calcsize(HEAD) + count * struct.calcsize(SEGMENT)
        self.pages_at = self.notes_at + len(notes)
        head = struct.pack(HEAD, b"\x7fELF\2\1\1".ljust(16, b"\0"), CORE, MACHINE, 1, 0,
                           struct.calcsize(HEAD), 0, 0, struct.calcsize(HEAD),
                           struct.calcsize(SEGMENT), count, 0, 0, 0)
        segments = struct.pack(SEGMENT, NOTES, 0, self.notes_at, 0, 0, len(notes), 0, 1)
        at = self.pages_at
        for address, content in pages:
            segments += struct.pack(SEGMENT, LOAD, 6, at, address, 0, PAGE, PAGE, 1)
            at += PAGE
        return head + segments + notes + b"".join(content for _, content in pages)

    def changed(self, at, content):
        return self.bytes[:at] + content + self.bytes[at + len(content):]
