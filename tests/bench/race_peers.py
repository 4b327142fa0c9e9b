"""Who takes part in the race, and in what: the table of peers, and the table of figures."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
CRATES = Path("/usr/share/cargo/registry")


@dataclass
class Peer:
    """Somebody to race against.  A command holds {w} for the workload, {port} and {file}."""

    name: str
    command: list
    leaves_out: tuple = ()        # workloads it cannot do, or not within minutes
    only: tuple = ()              # if there are any, just these
    trace: dict = field(default_factory=dict)  # the environment that makes it record, {file} in it
    two_threads: dict = None      # the environment in which it has two threads, if it can
    environment: dict = field(default_factory=dict)

    def takes(self, workload):
        if self.only:
            return workload in self.only
        if workload == "traced":
            return bool(self.trace)
        if workload == "load" or workload in self.leaves_out:
            return False
        return workload[0] != "x" or self.two_threads is not None


@dataclass
class Figure:
    """A row of the tables: a figure of a workload."""

    group: str
    workload: str
    key: str
    title: str
    unit: str
    scale: float = 1.0
    more_is_better: bool = False


# The groups are tables and pictures of the page.
GROUPS = {"turns": "Turns and messages", "many": "Many at once",
          "outside": "Connections, and two threads", "traces": "Traces"}

FIGURES = [
    Figure("turns", "switch", "switch", "switch between two", "ns"),
    Figure("turns", "spawn", "spawn_seq", "spawn, run and end one", "ns"),
    Figure("turns", "pingpong", "pingpong", "ping-pong, a round trip", "ns"),
    Figure("turns", "ring", "ring", "ring of 10,000, a hop", "ns"),
    Figure("turns", "fanin", "fanin", "fan-in from 1,000", "million/s", 1e-6, True),
    Figure("many", "spawn100k", "spawn_conc", "spawn 100,000 at once, each", "ns"),
    Figure("many", "skynet", "skynet", "skynet, a million leaves", "s"),
    Figure("many", "skynet", "skynet_peak", "skynet: memory", "MiB"),
    Figure("many", "sleep100k", "sleep100k", "100,000 sleep for 1 s", "s"),
    Figure("many", "sleep100k", "sleep100k_cpu", "100,000 sleep: processor time", "s"),
    Figure("many", "sleep1m", "sleep1m", "a million sleep for 1 s", "s"),
    Figure("many", "sleep1m", "sleep1m_cpu", "a million sleep: processor time", "s"),
    Figure("many", "sleep1m", "sleep1m_peak", "a million sleep: memory", "MiB"),
    Figure("many", "park100k", "park100k", "memory of one of 100,000 that wait", "bytes"),
    Figure("many", "park1m", "park1m", "memory of one of a million", "bytes"),
    Figure("outside", "echo", "echo_cpu", "echo, processor time a request", "µs"),
    Figure("outside", "echo", "echo", "echo, requests", "thousand/s", 1e-3, True),
    Figure("outside", "echo", "echo_p99", "echo, 99th percentile", "µs"),
    Figure("outside", "xpingpong", "xpingpong", "between two threads, a round trip", "µs", 1e-3),
    Figure("outside", "xthroughput", "xthroughput", "one way between two threads", "million/s",
           1e-6, True),
    Figure("traces", "traced", "untraced", "ping-pong, untraced", "ns"),
    Figure("traces", "traced", "traced", "the same, every turn recorded", "ns"),
    Figure("traces", "load", "load", "read a trace of a million events", "s"),
    Figure("traces", "load", "load_memory", "reading: memory, an event", "bytes"),
]

# What takes long is done fewer times.
HEAVY = {"skynet": 3, "sleep100k": 3, "sleep1m": 2, "park1m": 2, "load": 3}
# A million stacks of a page each, and what belongs to them.
GIGABYTES_NEEDED = {"sleep1m": 6, "park1m": 6}


def run_quietly(command, **options):
    """Whether it ended well; what it said is for whoever wants to know why not."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode != 0:
        print(f"{command[0]} failed:\n{done.stdout[-2000:]}")
    return done.returncode == 0


def build_go(folder):
    if not shutil.which("go"):
        return None
    cache = {"GOCACHE": str(folder / "go_cache"), "GOFLAGS": "", "GOPROXY": "off"}
    made = run_quietly(["go", "build", "-o", folder / "peer_go", HERE / "peers/peer_go.go"],
                       env={**os.environ, **cache})
    return folder / "peer_go" if made else None


def build_erlang(folder):
    if not shutil.which("erlc"):
        return None
    return folder if run_quietly(["erlc", "-o", folder, HERE / "peers/peer_erlang.erl"]) else None


def build_tokio(folder):
    """From the crates of Debian, by Debian's own cargo if there is another, without a network."""
    cargo = next((path for path in ("/usr/bin/cargo", shutil.which("cargo"))
                  if path and os.path.exists(path)), None)
    if cargo is None or not any(CRATES.glob("tokio-1*")):
        return None
    place, home = folder / "tokio", folder / "cargo"
    shutil.copytree(HERE / "peers/tokio", place, dirs_exist_ok=True)
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(
        '[source.crates-io]\nreplace-with = "debian"\n\n'
        f'[source.debian]\ndirectory = "{CRATES}"\n', encoding="utf-8")
    environment = {**os.environ, "CARGO_HOME": str(home), "RUSTC": cargo.replace("cargo", "rustc")}
    environment.pop("RUSTUP_TOOLCHAIN", None)
    made = run_quietly([cargo, "build", "--release", "--offline", "--quiet"], cwd=place,
                       env=environment)
    return place / "target/release/peer_tokio" if made else None


def erlang(folder, schedulers):
    return ["erl", "+S", f"{schedulers}:{schedulers}", "+P", "3000000", "-noshell", "-pa",
            str(folder), "-run", "peer_erlang", "main"]


def of_meson(build, name):
    path = build / "tests/bench/peers" / name
    return path if path.exists() else None


def gather(build, say):
    """Builds what can be built, says what is left out and why, and gives the peers, ours first."""
    folder = build / "race"
    folder.mkdir(parents=True, exist_ok=True)
    bench, python = build / "tests/bench", "python3"
    asyncio = [python, str(HERE / "peers/peer_asyncio.py")]
    peers = [Peer("Troupe", [str(bench / "bench_runtime"), "{w}"],
                  trace={"TROUPE_TRACE": "{file}"}, two_threads={"TROUPE_LOOPS": "2"})]

    peers.append(Peer("Troupe, stackless", [str(bench / "bench_runtime"), "{w}", "handlers"],
                      only=("sleep100k", "sleep1m", "park100k", "park1m")))

    def join(name, package, found, make):
        if found:
            peers.append(make(found))
        else:
            say(f"{name} is left out: it could not be built; with Debian, install {package}")

    join("State Threads", "libst-dev", of_meson(build, "peer_st"),
         lambda path: Peer("State Threads", [str(path), "{w}"]))
    join("Go", "golang-go", build_go(folder),
         lambda path: Peer("Go", [str(path), "{w}"], environment={"GOMAXPROCS": "1"},
                           trace={"GO_TRACE": "{file}"}, two_threads={"GOMAXPROCS": "2"}))
    join("Erlang", "erlang-base erlang-runtime-tools", build_erlang(folder),
         lambda path: Peer("Erlang", erlang(path, 1) + ["{w}"], trace={"ERL_TRACE": "{file}"},
                           two_threads={"ERL_FLAGS": "+S 2:2"}))
    join("tokio", "cargo librust-tokio-dev", build_tokio(folder),
         lambda path: Peer("tokio", [str(path), "{w}"], two_threads={}))
    peers.append(Peer("asyncio", asyncio + ["{w}"], leaves_out=("skynet", "sleep1m", "park1m")))
    join("libevent", "libevent-dev", of_meson(build, "peer_libevent"),
         lambda path: Peer("libevent", [str(path), "{w}"], only=("echo",)))
    peers.append(Peer("cJSON", [str(bench / "peers/peer_cjson"), "{file}"], only=("load",)))
    peers.append(Peer("Python json", asyncio + ["load", "{file}"], only=("load",)))
    return peers
