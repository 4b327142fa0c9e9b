"""Three threads that compute: they are all in progress, and take turns at the interpreter.

prints: 3 sums
look at: P, which is at most 1 unless this Python has no global lock
"""

import threading


def burn(sums, rounds=3_000_000):
    total = 0
    for number in range(rounds):
        total += number * number
    sums.append(total)


sums = []
threads = [threading.Thread(target=burn, args=(sums,)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(sums), "sums")
