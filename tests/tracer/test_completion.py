#!/usr/bin/env python3
"""Shells complete the commands, the options and what these take (TAP).

bash and zsh run on a terminal of their own: what is typed there is completed with all that fits,
and the line is then run by a function that prints its words.  fish can be asked without one.  What
is expected is taken from `troupe help`.
"""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOOL = os.environ["TROUPE_TOOL"]
PATIENCE_S = 60
ALL_THAT_FITS = b"\x18a"

BASH = r"""bind '"\C-xa": insert-completions'
bind 'set completion-query-items 0'
PS1=
. troupe.bash
"""
BASH_FULL = ". /usr/share/bash-completion/bash_completion\n" + BASH
ZSH = r"""autoload -Uz compinit && compinit -D -u
zle -C all-that-fits complete-word _generic
zstyle ':completion:all-that-fits:*' completer _all_matches _complete
zstyle ':completion:all-that-fits:*' insert true
bindkey '^Xa' all-that-fits
unsetopt prompt_sp zle_bracketed_paste
PS1=
. ./troupe.zsh
"""


def output(*words):
    return subprocess.run([TOOL, *words], stdout=subprocess.PIPE, text=True, check=True).stdout


def commands():
    return re.findall(r"^  troupe (\w+) ", output("help").split("Commands:")[1], flags=re.M)


def options(command):
    """The long options of a command and whether each takes a value."""
    found = re.findall(r"^  -\w, --([\w-]+)(=?)", output("help", command), flags=re.M)
    return {**dict(found), "help": ""}


class Terminal:
    """A shell on a terminal, started in a folder with the scripts."""

    def __init__(self, words, setup, folder):
        self.child, self.end = pty.fork()
        if self.child == 0:
            os.chdir(folder)
            os.environ.update(TERM="dumb", INPUTRC="/dev/null", HOME="/nowhere", HISTFILE="",
                              LC_ALL="C.UTF-8")
            os.execvp(words[0], words)
        self.said = b""
        setup += 'troupe() { printf "\\n<%s" "$@"; printf ">\\n"; }\n'
        Path(folder, "setup").write_text(setup, encoding="utf-8")
        os.write(self.end, b"stty -echo; . ./setup; printf 're%s\\n' ady\n")
        self.wait_for(rb"ready\r?\n")

    def wait_for(self, pattern):
        until = time.monotonic() + PATIENCE_S
        while not (match := re.search(pattern, self.said, flags=re.S)):
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.end], [], [], left)[0]:
                raise TimeoutError(f"the shell said only {self.said!r}")
            self.said += os.read(self.end, 65536)
        self.said = self.said[match.end():]
        return match

    def complete(self, line):
        """The words of the line after all that fits was put at its end."""
        os.write(self.end, line.encode() + ALL_THAT_FITS + b"\n")
        text = self.wait_for(rb"\r?\n(<[^>]*)>\r?\n").group(1).decode()
        return [word.strip("\r<") for word in text.split("\n<")]

    def close(self):
        os.close(self.end)
        os.kill(self.child, 9)
        os.waitpid(self.child, 0)


class Fish:
    """The same of fish."""

    def __init__(self, folder):
        self.folder = folder

    def complete(self, line):
        run = subprocess.run(["fish", "--no-config", "-c",
                              "source troupe.fish; complete -C $argv[1]", line],
                             cwd=self.folder, env={**os.environ, "HOME": "/nowhere"}, text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
        found = [row.split("\t")[0] for row in run.stdout.splitlines()]
        return line.split()[1:None if line.endswith(" ") else -1] + found

    def close(self):
        pass


def offers(shell, line):
    """What is offered for the last word of a line that begins with `troupe`."""
    whole = line.endswith(" ")
    known = len(line.split()) - (1 if whole else 2)
    return sorted({re.sub(r"^--\w+=(?=.)", "", word).rstrip("/")
                   for word in shell.complete(line)[known:]} - {""})


def faults_of(shell):
    for command in commands():
        known = options(command)
        found = {word.strip("-").rstrip("=") for word in offers(shell, f"troupe {command} --")}
        if found != set(known):
            yield f"{command} --: offered {sorted(found)}, has {sorted(known)}"
    rows = {
        "troupe st": ["stats", "stuck"],
        "troupe show --axis=": ["folded", "step", "time"],
        "troupe show -x ": ["folded", "step", "time"],
        "troupe export --to=s": ["speedscope"],
        "troupe lint --rule mail": ["mailbox-growing"],
        "troupe stats co": ["count.json", "count.rules"],
        "troupe cut -o ": ["count.json", "count.rules", "folder"],
        "troupe help gr": ["grade"],
        "troupe completion ": ["bash", "fish", "zsh"],
        "troupe run -o count.json troupe-program-of-the-te": ["troupe-program-of-the-test"],
    }
    for line, expected in rows.items():
        found = [word for word in offers(shell, line) if not word.startswith(("troupe.", "setup"))]
        if found != expected:
            yield f"{line!r}: offered {found}, expected {expected}"


def every_choice_is_taken(shell):
    """what is offered for an option is what the command accepts"""
    for command, option in (("show", "axis"), ("show", "color"), ("lint", "rule"),
                            ("merge", "clock"), ("export", "to")):
        found = offers(shell, f"troupe {command} --{option}=")
        if not found:
            yield f"nothing is offered for {command} --{option}"
        for choice in found:
            run = subprocess.run([TOOL, command, f"--{option}={choice}", "/nowhere", "/nowhere2"]
                                 [:5 if command == "merge" else 4], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, text=True, check=False)
            if f"--{option}" in run.stderr:
                yield f"{command} --{option}={choice}: {run.stderr.strip()}"


def prepared(folder):
    """Scripts, files to choose from, and a program on the path."""
    for shell in ("bash", "zsh", "fish"):
        Path(folder, f"troupe.{shell}").write_text(output("completion", shell), encoding="utf-8")
    for name in ("count.json", "count.rules"):
        Path(folder, name).touch()
    Path(folder, "folder").mkdir()
    program = Path(folder, "folder/troupe-program-of-the-test")
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    os.environ["PATH"] += f":{folder}/folder"


CASES = (
    ("bash", "bash completes", lambda f: Terminal(["bash", "--norc", "--noprofile"], BASH, f)),
    ("/usr/share/bash-completion/bash_completion", "bash with bash-completion completes",
     lambda f: Terminal(["bash", "--norc", "--noprofile"], BASH_FULL, f)),
    ("zsh", "zsh completes", lambda f: Terminal(["zsh", "-f"], ZSH, f)),
    ("fish", "fish completes", Fish),
)


def faults(start, folder):
    try:
        shell = start(folder)
        found = [*faults_of(shell), *every_choice_is_taken(shell)]
        shell.close()
        return found
    except (TimeoutError, OSError, subprocess.CalledProcessError) as error:
        return [str(error)]


def main():
    failed = 0
    print(f"1..{len(CASES)}")
    with tempfile.TemporaryDirectory() as folder:
        prepared(folder)
        for number, (needed, title, start) in enumerate(CASES, 1):
            if not (shutil.which(needed) or Path(needed).is_file()):
                print(f"ok {number} - {title} # SKIP {needed} is not installed")
                continue
            found = faults(start, folder)
            failed += bool(found)
            print(f"{'not ok' if found else 'ok'} {number} - {title}")
            for fault in found:
                print(f"# {fault}")
    return failed > 0


sys.exit(main())
