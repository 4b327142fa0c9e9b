#!/usr/bin/env python3
"""pack_corpus.py FOLDER... > data/corpus.gz - packs what a fuzzer has found worth keeping.

The smallest files come first and are taken until ROOM bytes are full.  Each is its length in four
bytes, the lowest first, and then its content; gzip packs the whole."""

import gzip
import sys
from pathlib import Path

ROOM = 200_000

files = sorted({path.read_bytes() for folder in sys.argv[1:] for path in Path(folder).iterdir()},
               key=lambda content: (len(content), content))
packed = b""
for content in files:
    if len(packed) + len(content) > ROOM:
        break
    packed += len(content).to_bytes(4, "little") + content
sys.stdout.buffer.write(gzip.compress(packed, mtime=0))
