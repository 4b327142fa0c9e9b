"""The three counts, each awaited before the next one begins.

prints: One Two One Two One Two, one word a line, in about three seconds
look at: the staircase; the same coroutines, and never two in progress
"""

import asyncio


async def count():
    print("One")
    await asyncio.sleep(1)
    print("Two")


async def main():
    for _ in range(3):
        await asyncio.create_task(count())


asyncio.run(main())
