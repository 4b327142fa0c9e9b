"""What is handed out: the archive of the sources, what others make of it, and Debian's packages."""

import hashlib
import os
import shutil
import subprocess
import tarfile

import run_tests

# Both have to make the same packages, to the byte.
PLACES = ("one", "another/longer/place")
# There is no bug that asks for the package, since it is in no archive yet.
LINTIAN = ["lintian", "--fail-on", "error,warning", "--allow-root", "--suppress-tags",
           "initial-upload-closes-no-bugs"]
PROJECT = """project('other', 'c')
executable('count', 'count.c', dependencies: dependency('troupe'))
"""
WRAP = """[wrap-file]
directory = {directory}
source_filename = {archive}
source_hash = {hash}

[provide]
dependency_names = troupe, troupe-record
"""


def hash_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def release(tally, source, folder, place):
    """The archive, or None; what is in it is what is committed."""
    hashes = []
    for _ in range(2):
        made = run_tests.run([source / "run", "release"], BUILD_DIR=str(folder))
        if not tally.check("the archive of the sources is made", made):
            return None
        archive = max((folder / "meson-dist").glob("troupe-*.tar.xz"), key=os.path.getmtime)
        hashes.append(hash_of(archive))
    if hashes[0] == hashes[1]:
        tally.pass_case()
    else:
        tally.fail_case("the archive is the same to the byte each time", hashes)
    with tarfile.open(archive) as content:
        content.extractall(place)
        names = {name.partition("/")[2] for name in content.getnames()}
    listed = subprocess.run(["git", "-C", str(source), "ls-files"], text=True, check=True,
                            stdout=subprocess.PIPE).stdout.splitlines()
    missing = sorted(set(listed) - names)
    if missing:
        tally.fail_case("the archive has every file", missing)
    else:
        tally.pass_case()
    return archive


def wrapped(tally, source, archive, place):
    """A project of somebody else's takes the archive by a wrap file and builds a program."""
    files = place / "subprojects" / "packagefiles"
    files.mkdir(parents=True)
    shutil.copy(archive, files)
    shutil.copy(source / "examples" / "count.c", place)
    (place / "meson.build").write_text(PROJECT, encoding="utf-8")
    (place / "subprojects" / "troupe.wrap").write_text(WRAP.format(
        directory=archive.name.removesuffix(".tar.xz"), archive=archive.name,
        hash=hash_of(archive)), encoding="utf-8")
    process = run_tests.run(["meson", "setup", "--wrap-mode=forcefallback", place / "b", place])
    if process.returncode == 0:
        process = run_tests.run(["meson", "compile", "-C", place / "b"])
    if tally.check("a project has the archive as a subproject, by a wrap file", process):
        run_tests.printed_counts(tally, "its program runs", [place / "b" / "count"])


def packages(tally, tree, place):
    """Builds Debian's packages of the unpacked archive there: name to hash, nothing if it fails."""
    place.mkdir(parents=True)
    shutil.copytree(tree, place / tree.name, symlinks=True)
    process = run_tests.run(["sh", "-c", 'cd "$0" && dpkg-buildpackage -us -uc -b',
                             place / tree.name],
                            DEB_BUILD_OPTIONS=f"nocheck parallel={os.cpu_count()}")
    if not tally.check(f"Debian's packages are built in {place.name}", process):
        return {}
    return {path.name: hash_of(path) for path in sorted(place.glob("*.deb"))}


def stage(tally, source, folder):
    run_tests.say("the archive of the sources, and packages")
    place = folder / "variants" / "packages"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    archive = release(tally, source, folder, place)
    if archive is None:
        return
    wrapped(tally, source, archive, place / "wrapped")
    if not shutil.which("dpkg-buildpackage"):
        tally.skip_case("Debian's packages", "dpkg-dev and debhelper are not installed")
        return
    tree = place / archive.name.removesuffix(".tar.xz")
    first, second = [packages(tally, tree, place / name) for name in PLACES]
    differing = [name for name in first if first[name] != second.get(name)]
    if differing or not first:
        tally.fail_case("packages are the same to the byte wherever they are built", differing)
    else:
        tally.pass_case()
    if not shutil.which("lintian"):
        tally.skip_case("the packages please lintian", "it is not installed")
        return
    changes = next((place / PLACES[0]).glob("*.changes"), place)
    tally.check("the packages please lintian", run_tests.run([*LINTIAN, changes]))
