"""The three counts as three threads: the same picture, with a thread for each.

prints: One One One Two Two Two, one word a line, in about one second
look at: the number of threads; sleeping in parallel is no faster than taking turns
"""

import threading
import time


def count():
    print("One")
    time.sleep(1)
    print("Two")


threads = [threading.Thread(target=count) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
