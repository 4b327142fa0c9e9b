"""The three counts: one thread, one loop, three tasks that take turns.

prints: One One One Two Two Two, one word a line, in about one second
look at: the three lanes that wait together, beside those of count.c
"""

import asyncio


async def count():
    print("One")
    await asyncio.sleep(1)
    print("Two")


async def main():
    await asyncio.gather(count(), count(), count())


asyncio.run(main())
