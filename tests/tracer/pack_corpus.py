#!/usr/bin/env python3
"""What a fuzzer has found worth keeping, packed; and unpacked for the next one to begin with.

    pack_corpus.py FOLDER... > data/corpus.gz
    pack_corpus.py unpack data/corpus.gz FOLDER

The smallest files come first and are taken until ROOM bytes are full.  Each is its length in four
bytes, the lowest first, and then its content; gzip packs the whole."""

import gzip
import sys
from pathlib import Path

ROOM = 200_000



def pack(folders):
    files = sorted({path.read_bytes() for folder in folders for path in Path(folder).iterdir()},
                   key=lambda content: (len(content), content))
    packed = b""
    for content in files:
        if len(packed) + len(content) > ROOM:
            break
        packed += len(content).to_bytes(4, "little") + content
    sys.stdout.buffer.write(gzip.compress(packed, mtime=0))


def unpack(corpus, folder):
    packed = gzip.decompress(Path(corpus).read_bytes())
    at = number = 0
    while at < len(packed):
        end = at + 4 + int.from_bytes(packed[at:at + 4], "little")
        (Path(folder) / f"kept_{number}").write_bytes(packed[at + 4:end])
        at, number = end, number + 1


if sys.argv[1:2] == ["unpack"]:
    unpack(*sys.argv[2:])
else:
    pack(sys.argv[1:])
