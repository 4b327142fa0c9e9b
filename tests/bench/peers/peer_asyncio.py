"""The workloads of bench_runtime on asyncio, with tasks and queues, and the reading of a trace.

    peer_asyncio.py WORKLOAD     prints figures as bench_runtime does
    peer_asyncio.py echo PORT    serves the port for ever
    peer_asyncio.py load FILE    reads a trace with the module json

Counts are a tenth of the others', or less, so that it ends within the same time.
"""

import asyncio
import json
import os
import resource
import sys
import time


def figure(name, value, unit):
    print(f"{name} {value:.6g} {unit}", flush=True)


def status_kib(key):
    with open("/proc/self/status", encoding="utf-8") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(key + ":"))


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def ns_each(start, count):
    return (time.perf_counter() - start) * 1e9 / count


def count_of(name):
    return 1_000_000 if name.endswith("1m") else 100_000


async def bench_switch(name):
    rounds, stop = 300_000, False

    async def partner():
        while not stop:
            await asyncio.sleep(0)

    task = asyncio.create_task(partner())
    await asyncio.sleep(0)
    start = time.perf_counter()
    for _ in range(rounds):
        await asyncio.sleep(0)
    figure(name, ns_each(start, 2 * rounds), "ns")
    stop = True
    await task


async def bench_spawn(name):
    rounds = 100_000

    async def nothing():
        pass

    start = time.perf_counter()
    for _ in range(rounds):
        await asyncio.create_task(nothing())
    figure(f"{name}_seq", ns_each(start, rounds), "ns")


async def bench_spawn100k(_):
    tasks = 100_000
    start = time.perf_counter()
    queues = [asyncio.Queue() for _ in range(tasks)]
    waiting = [asyncio.create_task(queue.get()) for queue in queues]
    await asyncio.sleep(0)
    for queue in queues:
        queue.put_nowait(1)
    await asyncio.gather(*waiting)
    figure("spawn_conc", ns_each(start, tasks), "ns")


async def bench_pingpong(name):
    rounds, there, back = 100_000, asyncio.Queue(), asyncio.Queue()

    async def answer():
        for _ in range(rounds):
            back.put_nowait(await there.get() + 1)

    task = asyncio.create_task(answer())
    start = time.perf_counter()
    for number in range(rounds):
        there.put_nowait(number)
        await back.get()
    figure(name, ns_each(start, rounds), "ns/rt")
    await task


async def bench_ring(name):
    size, hops = 10_000, 100_000
    ring = [asyncio.Queue() for _ in range(size)]
    done = asyncio.get_running_loop().create_future()

    async def hand_on(place):
        while (number := await ring[place].get()) > 0:
            ring[(place + 1) % size].put_nowait(number - 1)
        done.set_result(None)

    tasks = [asyncio.create_task(hand_on(place)) for place in range(size)]
    await asyncio.sleep(0)
    start = time.perf_counter()
    ring[0].put_nowait(hops)
    await done
    figure(name, ns_each(start, hops), "ns/hop")
    for task in tasks:
        task.cancel()


async def bench_fanin(name):
    senders, each, queue = 1000, 100, asyncio.Queue(1024)

    async def send_many():
        for number in range(each):
            await queue.put(number)

    start = time.perf_counter()
    tasks = [asyncio.create_task(send_many()) for _ in range(senders)]
    for _ in range(senders * each):
        await queue.get()
    figure(name, 1e9 / ns_each(start, senders * each), "msg/s")
    await asyncio.gather(*tasks)


async def add_up(first, leaves):
    if leaves == 1:
        return first
    step = leaves // 10
    return sum(await asyncio.gather(*[asyncio.create_task(add_up(first + i * step, step))
                                      for i in range(10)]))


async def bench_skynet(name):
    leaves = 1_000_000
    start = time.perf_counter()
    assert await add_up(0, leaves) == leaves * (leaves - 1) // 2
    figure(name, time.perf_counter() - start, "s")
    figure(f"{name}_peak", status_kib("VmHWM") / 1024, "MiB")


async def bench_sleep(name):
    cpu, start = cpu_seconds(), time.perf_counter()
    tasks = [asyncio.create_task(asyncio.sleep(1)) for _ in range(count_of(name))]
    spawned = time.perf_counter() - start
    await asyncio.wait(tasks)
    figure(name, time.perf_counter() - start, "s")
    figure(f"{name}_spawned", spawned, "s")
    figure(f"{name}_cpu", cpu_seconds() - cpu, "cpu_s")
    figure(f"{name}_peak", status_kib("VmHWM") / 1024, "MiB")


async def bench_park(name):
    count, rss, pte = count_of(name), status_kib("VmRSS"), status_kib("VmPTE")
    queues = [asyncio.Queue() for _ in range(count)]
    tasks = [asyncio.create_task(queue.get()) for queue in queues]
    await asyncio.sleep(0.1)
    figure(f"{name}_rss", (status_kib("VmRSS") - rss) * 1024 / len(tasks), "B/each")
    figure(f"{name}_pte", (status_kib("VmPTE") - pte) * 1024 / len(tasks), "B/each")
    sys.stdout.flush()
    os._exit(0)  # ending a million tasks takes longer than making them


async def echo(reader, writer):
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()
    writer.close()


async def serve(port):
    server = await asyncio.start_server(echo, "127.0.0.1", int(port))
    await server.serve_forever()


def load(path):
    rss, start = status_kib("VmHWM"), time.perf_counter()
    with open(path, encoding="utf-8") as file:
        events = json.load(file)
    figure("load", time.perf_counter() - start, "s")
    figure("load_memory", (status_kib("VmHWM") - rss) * 1024 / len(events), "B/event")


WORKLOADS = {
    "switch": bench_switch, "spawn": bench_spawn, "spawn100k": bench_spawn100k,
    "pingpong": bench_pingpong, "traced": bench_pingpong, "ring": bench_ring,
    "fanin": bench_fanin, "skynet": bench_skynet, "sleep100k": bench_sleep,
    "sleep1m": bench_sleep, "park100k": bench_park, "park1m": bench_park,
}

if __name__ == "__main__":
    if sys.argv[1] == "load":
        load(sys.argv[2])
    elif sys.argv[1] == "echo":
        asyncio.run(serve(sys.argv[2]))
    else:
        asyncio.run(WORKLOADS[sys.argv[1]](sys.argv[1]))
