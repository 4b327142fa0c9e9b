//! The workloads of bench_runtime on tokio, with tasks and channels.
//!
//!     peer_tokio WORKLOAD      prints figures as bench_runtime does
//!     peer_tokio echo PORT     serves the port for ever
//!
//! The runtime has one thread; workloads between two, whose names begin with x, have two.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{channel, Sender};
use tokio::task::yield_now;

fn figure(name: &str, value: f64, unit: &str) {
    println!("{} {:.6} {}", name, value, unit);
}

fn status_kib(key: &str) -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with(key)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn cpu_seconds() -> f64 {
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) };
    (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) as f64
        + 1e-6 * (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) as f64
}

fn ns_each(took: Duration, count: usize) -> f64 {
    took.as_nanos() as f64 / count as f64
}

thread_local! { static STOP: Cell<bool> = Cell::new(false); }

async fn bench_switch(name: &str) {
    let rounds = 5_000_000;
    tokio::spawn(async {
        while !STOP.with(|stop| stop.get()) {
            yield_now().await
        }
    });
    yield_now().await;
    let start = Instant::now();
    for _ in 0..rounds {
        yield_now().await
    }
    figure(name, ns_each(start.elapsed(), 2 * rounds), "ns");
    STOP.with(|stop| stop.set(true));
}

async fn bench_spawn() {
    let rounds = 2_000_000;
    let start = Instant::now();
    for _ in 0..rounds {
        tokio::spawn(async {}).await.unwrap();
    }
    figure("spawn_seq", ns_each(start.elapsed(), rounds), "ns");
}

async fn bench_spawn100k() {
    let count = 100_000;
    let start = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..count {
        let (to, mut from) = channel::<i64>(1);
        tasks.push((to, tokio::spawn(async move { from.recv().await })));
    }
    yield_now().await;
    for (to, _) in &tasks {
        to.try_send(1).unwrap();
    }
    for (_, task) in tasks {
        task.await.unwrap();
    }
    figure("spawn_conc", ns_each(start.elapsed(), count), "ns");
}

async fn bench_yield100k(name: &str) {
    let count = 100_000;
    let yield_20 = || async {
        for _ in 0..20 {
            yield_now().await
        }
    };
    let tasks: Vec<_> = (0..count).map(|_| tokio::spawn(yield_20())).collect();
    yield_now().await;
    let start = Instant::now();
    for task in tasks {
        task.await.unwrap();
    }
    figure(name, ns_each(start.elapsed(), 19 * count), "ns");
}

async fn bench_pingpong(name: &str, rounds: usize) {
    let (there, mut asked) = channel::<usize>(1);
    let (back, mut answered) = channel::<usize>(1);
    tokio::spawn(async move {
        while let Some(value) = asked.recv().await {
            back.send(value + 1).await.ok();
        }
    });
    let start = Instant::now();
    for round in 0..rounds {
        there.send(round).await.unwrap();
        answered.recv().await;
    }
    figure(name, ns_each(start.elapsed(), rounds), "ns/rt");
}

async fn bench_ring(name: &str) {
    let (size, hops) = (10_000, 1_000_000);
    let (done, mut ended) = channel::<()>(1);
    let (to, from): (Vec<_>, Vec<_>) = (0..size).map(|_| channel::<usize>(1)).unzip();
    for (place, mut from) in from.into_iter().enumerate() {
        let (next, done) = (to[(place + 1) % size].clone(), done.clone());
        tokio::spawn(async move {
            while let Some(value) = from.recv().await {
                if value == 0 {
                    done.send(()).await.ok();
                    return;
                }
                next.send(value - 1).await.ok();
            }
        });
    }
    yield_now().await;
    let start = Instant::now();
    to[0].send(hops).await.unwrap();
    ended.recv().await;
    figure(name, ns_each(start.elapsed(), hops), "ns/hop");
}

async fn bench_fanin(name: &str) {
    let (senders, each) = (1000, 1000);
    let start = Instant::now();
    let (to, mut from) = channel::<usize>(1024);
    for _ in 0..senders {
        let to = to.clone();
        tokio::spawn(async move {
            for value in 0..each {
                to.send(value).await.ok();
            }
        });
    }
    for _ in 0..senders * each {
        from.recv().await;
    }
    figure(name, 1e9 / ns_each(start.elapsed(), senders * each), "msg/s");
}

async fn bench_throughput(name: &str) {
    let messages = 5_000_000;
    let (to, mut from) = channel::<usize>(1024);
    tokio::spawn(async move {
        for value in 0..messages {
            to.send(value).await.ok();
        }
    });
    let start = Instant::now();
    for _ in 0..messages {
        from.recv().await;
    }
    figure(name, 1e9 / ns_each(start.elapsed(), messages), "msg/s");
}

fn add_up(up: Sender<i64>, first: i64, leaves: i64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let mut sum = first;
        if leaves > 1 {
            let (to, mut from) = channel(10);
            let step = leaves / 10;
            for i in 0..10 {
                tokio::spawn(add_up(to.clone(), first + i * step, step));
            }
            sum = 0;
            for _ in 0..10 {
                sum += from.recv().await.unwrap();
            }
        }
        up.send(sum).await.ok();
    })
}

async fn bench_skynet(name: &str) {
    let (to, mut from) = channel(1);
    let start = Instant::now();
    tokio::spawn(add_up(to, 0, 1_000_000));
    assert_eq!(from.recv().await, Some(499_999_500_000));
    figure(name, start.elapsed().as_secs_f64(), "s");
    figure(&format!("{}_peak", name), status_kib("VmHWM") / 1024.0, "MiB");
}

async fn bench_sleep(name: &str, count: usize) {
    let (cpu, start) = (cpu_seconds(), Instant::now());
    let sleep = || tokio::spawn(tokio::time::sleep(Duration::from_secs(1)));
    let tasks: Vec<_> = (0..count).map(|_| sleep()).collect();
    let spawned = start.elapsed();
    for task in tasks {
        task.await.unwrap();
    }
    figure(name, start.elapsed().as_secs_f64(), "s");
    figure(&format!("{}_spawned", name), spawned.as_secs_f64(), "s");
    figure(&format!("{}_cpu", name), cpu_seconds() - cpu, "cpu_s");
    figure(&format!("{}_peak", name), status_kib("VmHWM") / 1024.0, "MiB");
}

async fn bench_park(name: &str, count: usize) {
    let (rss, pte) = (status_kib("VmRSS"), status_kib("VmPTE"));
    let mut senders = Vec::with_capacity(count);
    for _ in 0..count {
        let (to, mut from) = channel::<i64>(1);
        senders.push(to);
        tokio::spawn(async move { from.recv().await });
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let each = 1024.0 / count as f64;
    figure(&format!("{}_rss", name), (status_kib("VmRSS") - rss) * each, "B/each");
    figure(&format!("{}_pte", name), (status_kib("VmPTE") - pte) * each, "B/each");
    std::process::exit(0);
}

async fn serve() {
    let port = std::env::args().nth(2).unwrap();
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{}", port)).await.unwrap();
    loop {
        let (mut peer, _) = listener.accept().await.unwrap();
        peer.set_nodelay(true).ok();
        tokio::spawn(async move {
            let mut bytes = [0u8; 4096];
            while let Ok(count) = peer.read(&mut bytes).await {
                if count == 0 || peer.write_all(&bytes[..count]).await.is_err() {
                    return;
                }
            }
        });
    }
}

async fn run(name: String) {
    let count = if name.ends_with("1m") { 1_000_000 } else { 100_000 };
    match name.as_str() {
        "switch" => bench_switch(&name).await,
        "spawn" => bench_spawn().await,
        "spawn100k" => bench_spawn100k().await,
        "yield100k" => bench_yield100k(&name).await,
        "pingpong" => bench_pingpong(&name, 1_000_000).await,
        "xpingpong" => bench_pingpong(&name, 200_000).await,
        "ring" => bench_ring(&name).await,
        "fanin" => bench_fanin(&name).await,
        "xthroughput" => bench_throughput(&name).await,
        "skynet" => bench_skynet(&name).await,
        "sleep100k" | "sleep1m" => bench_sleep(&name, count).await,
        "park100k" | "park1m" => bench_park(&name, count).await,
        "echo" => serve().await,
        _ => std::process::exit(2),
    }
}

fn main() {
    let name = std::env::args().nth(1).unwrap();
    let runtime = if name.starts_with('x') {
        Builder::new_multi_thread().worker_threads(2).enable_all().build()
    } else {
        Builder::new_current_thread().enable_all().build()
    };
    runtime.unwrap().block_on(async { tokio::spawn(run(name)).await.unwrap() });
}
