"""A virtual display, for tests of the viewer's window, and what runs their cases."""

import os
import shutil
import subprocess
import tempfile
import time
import zlib
from pathlib import Path

SECONDS_MAX = 60


class Skip(Exception):
    """The case cannot be tried here; the text says why."""


def environment(**changes):
    """Ours without any display."""
    blind = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    kept = {name: value for name, value in os.environ.items() if name not in blind}
    return {**kept, **changes}


class Display:
    """A virtual display whose pixels can be read."""

    def __init__(self, folder):
        for name in ("Xvfb", "xdotool"):
            if not shutil.which(name):
                raise Skip(f"{name} is not installed")
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-fbdir", folder,
             "-noreset"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as numbers:
            number = numbers.readline().strip()
        if not number:
            self.close()
            raise Skip("Xvfb does not start here")
        # What the viewer keeps must not come from, or go to, the user's own.
        self.env = environment(DISPLAY=f":{number}", XDG_CONFIG_HOME=str(folder),
                               XDG_STATE_HOME=str(folder))
        self.screen = Path(folder) / "Xvfb_screen0"

    def close(self):
        self.server.terminate()
        self.server.wait(SECONDS_MAX)

    def xdotool(self, *arguments):
        subprocess.run(["xdotool", *arguments], env=self.env, check=True, timeout=SECONDS_MAX,
                       stdout=subprocess.DEVNULL)

    def pixels(self):
        return zlib.crc32(self.screen.read_bytes())

    def changes(self, *arguments):
        """Whether doing this changes what is seen, however long it takes."""
        before = self.pixels()
        self.xdotool(*arguments)
        for _ in range(10 * SECONDS_MAX):
            if self.pixels() != before:
                return True
            time.sleep(0.1)
        return False


def ticks(process):
    """Processor time that a process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def becomes_idle(process):
    """Whether it ever uses no processor time for a while."""
    for _ in range(100):
        before = ticks(process)
        time.sleep(0.2)
        if ticks(process) == before:
            return True
    return False


def report(number, case):
    """Runs one case, with a folder of its own; true if it passed."""
    name = case.__name__
    try:
        with tempfile.TemporaryDirectory() as folder:
            case(folder)
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}")
    except (AssertionError, OSError, subprocess.SubprocessError) as error:
        text = (str(error) or repr(error)).replace("\n", "\n# ")
        print(f"not ok {number} - {name}\n# {text}")
        return False
    else:
        print(f"ok {number} - {name}")
    return True


def run_cases(cases):
    """All of them, one after the other (TAP); the exit status."""
    print(f"1..{len(cases)}")
    return not all([report(number, case) for number, case in enumerate(cases, 1)])
