"""The core on another processor: compiled for aarch64, its tests run by qemu's emulator.

The libraries for that processor are Debian's, unpacked into the build folder: nothing is installed
and apt's own lists are left alone.
"""

import re
import shutil
import subprocess

import run_tests

TOOLS = ("aarch64-linux-gnu-gcc", "qemu-aarch64", "apt-get", "dpkg-deb")
LIBRARIES = ("libc6-dev", "libevent-dev", "libcmocka-dev", "libcjson-dev", "libdw-dev",
             "zlib1g-dev", "libssl-dev")
# What the emulator does not do as a processor and its kernel would.
EMULATOR = {
    "guards_stop_an_overflow": "it says yes to a guard page and makes none",
    "an_overflow_is_told": "it says yes to a guard page and makes none",
    "it_is_told_without_memory_for_names": "it says yes to a guard page and makes none",
    "another_fault_is_none": "it has a word of its own to say of a fault",
    "a_wait_in_the_system_is_told_of_and_not_cut_short": "it has no calls of a stopped thread",
    "what_cannot_be_started_is_told": "its vfork goes back over a stack that is in use",
    "their_number_is_limited": "it needs minutes for a hundred processes",
}
# What it says when it stops itself, as it does when a process with threads forks.
ITS_OWN_END = re.compile(r"ERROR:\S*/(plugins|accel)/\S+: assertion failed")
CROSS = """[binaries]
c = ['aarch64-linux-gnu-gcc', '--sysroot={root}']
ar = 'aarch64-linux-gnu-ar'
strip = 'aarch64-linux-gnu-strip'
pkgconfig = 'pkg-config'
exe_wrapper = ['qemu-aarch64', '-L', '{root}']

[properties]
sys_root = '{root}'
pkg_config_libdir = '{root}/usr/lib/aarch64-linux-gnu/pkgconfig'

[host_machine]
system = 'linux'
cpu_family = 'aarch64'
cpu = 'aarch64'
endian = 'little'
"""


def fetch(place):
    """Unpacks the libraries into place/root; what went wrong, or nothing."""
    lists, packages = place / "lists", place / "packages"
    for folder in (lists / "partial", packages / "archives/partial"):
        folder.mkdir(parents=True, exist_ok=True)
    (place / "status").touch()
    apt = ["apt-get", "-q", "-o", "APT::Architecture=arm64", "-o", "APT::Architectures=arm64",
           "-o", f"Dir::State::lists={lists}", "-o", f"Dir::State::status={place / 'status'}",
           "-o", f"Dir::Cache={packages}", "-o", "APT::Sandbox::User=root"]
    for words in (["update"], ["install", "-y", "--no-install-recommends", "--download-only",
                               *LIBRARIES]):
        done = run_tests.run([*apt, *words])
        if done.returncode:
            return f"apt-get {words[0]}: {(done.stdout.strip().splitlines() or ['?'])[-1]}"
    for package in sorted((packages / "archives").glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", str(package), str(place / "root")], check=True)
    return None


def lenient(text):
    """A TAP text, its cases that fail because of the emulator as skipped."""
    for case in re.split(r"^(?=ok |not ok )", text, flags=re.MULTILINE):
        match = re.match(r"not ok (\d+) - (\w+)$", case, re.MULTILINE)
        why = EMULATOR.get(match[2]) if match else None
        if match and ITS_OWN_END.search(case):
            why = "it stops when a process with threads forks"
        yield f"ok {match[1]} - {match[2]} # SKIP the emulator: {why}\n" if why else case


def pardon(entry):
    """The entry of Meson's log without what is the emulator's fault."""
    entry["stdout"] = "".join(lenient(entry.get("stdout") or ""))
    if entry["stdout"].startswith("ok ") and "\nnot ok" not in entry["stdout"]:
        entry["result"] = "OK"
    return entry


def stage(tally, source, folder):
    name = "the build for aarch64"
    run_tests.say(name)
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        tally.skip_case(name, f"{', '.join(missing)} is not installed")
        return
    place = folder / "variants" / "aarch64"
    root = place / "root"
    if not root.exists():
        place.mkdir(parents=True, exist_ok=True)
        wrong = fetch(place)
        if wrong:
            shutil.rmtree(root, ignore_errors=True)
            tally.skip_case(name, f"its libraries cannot be had: {wrong}")
            return
    cross = place / "cross.ini"
    cross.write_text(CROSS.format(root=root), encoding="utf-8")
    if run_tests.build(tally, name, place / "build", source,
                       ["-Dviewer=disabled", f"--cross-file={cross}"]):
        run_tests.meson_test(tally, "for aarch64", place / "build", ["core"], ["forks"],
                             pardon=pardon, QEMU_LD_PREFIX=str(root))
