"""An echo server under load: how much processor time it takes for a request."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
LISTENS_WITHIN_S = 10  # a virtual machine has to come up first
# Connections, bytes of a request, and the seconds that are counted.
LOAD = ["50", "64", "1.5"]
LOAD_LIMIT_S = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def wait_until_it_listens(port):
    until = time.monotonic() + LISTENS_WITHIN_S
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f"nobody has listened for {LISTENS_WITHIN_S} s")


def cpu_of(pid):
    """The processor time of a process so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


@contextlib.contextmanager
def serving(command, **how):
    """A server, from when it listens; the command holds the port."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          **how) as server:
        try:
            wait_until_it_listens(command[-1])
            yield server
        finally:
            server.send_signal(signal.SIGKILL)


def figures_of_load(build, command, load_how=None, **how):
    """What bench_load measures of a server, and "echo_cpu": microseconds for a request."""
    with serving(command, **how) as server:
        before = cpu_of(server.pid)
        load = subprocess.run([str(build / "tests/bench/bench_load"), command[-1], *LOAD],
                              capture_output=True, text=True, check=False, timeout=LOAD_LIMIT_S,
                              **(load_how or {}))
        if load.returncode != 0:
            raise OSError(load.stderr.strip())
        found = {line.split()[0]: float(line.split()[1]) for line in load.stdout.splitlines()}
        found["echo_cpu"] = (cpu_of(server.pid) - before) / found["requests"] * 1e6
    return found
