"""Three processes that compute: as many at the same time as there are cores.

prints: 3 sums
look at: P, and the peak; three lanes run side by side if there are three cores for them
"""

import multiprocessing


def burn(rounds=3_000_000):
    total = 0
    for number in range(rounds):
        total += number * number
    return total


if __name__ == "__main__":
    processes = [multiprocessing.Process(target=burn) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(len(processes), "sums")
