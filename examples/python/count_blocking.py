"""The three counts, of which the second sleeps without letting the others run.

prints: One One Two One Two Two, one word a line, in about two seconds
look at: the hold of one second, and the third count, which is ready all that time
"""

import asyncio
import time


async def count(sleep):
    print("One")
    await sleep(1)
    print("Two")


async def blocking_sleep(seconds):
    time.sleep(seconds)


async def main():
    await asyncio.gather(count(asyncio.sleep), count(blocking_sleep), count(asyncio.sleep))


asyncio.run(main())
