// The workloads of bench_runtime in Go, with goroutines and channels.
//
//	peer_go WORKLOAD      prints figures as bench_runtime does
//	peer_go echo PORT     serves the port for ever
//
// With GO_TRACE=FILE the execution tracer writes what happens there.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/trace"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

func figure(name string, value float64, unit string) {
	fmt.Printf("%s %.6g %s\n", name, value, unit)
}

func statusKiB(key string) float64 {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), key+":") {
			value, _ := strconv.ParseFloat(strings.Fields(lines.Text())[1], 64)
			return value
		}
	}
	return 0
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(0, &usage)
	return float64(usage.Utime.Sec+usage.Stime.Sec) +
		1e-6*float64(usage.Utime.Usec+usage.Stime.Usec)
}

func nsEach(start time.Time, count int) float64 {
	return float64(time.Since(start).Nanoseconds()) / float64(count)
}

func countOf(name string) int {
	if strings.HasSuffix(name, "1m") {
		return 1000000
	}
	return 100000
}

func benchSwitch(name string) {
	const rounds = 10000000
	stop := false
	go func() {
		for !stop {
			runtime.Gosched()
		}
	}()
	runtime.Gosched()
	start := time.Now()
	for i := 0; i < rounds; i++ {
		runtime.Gosched()
	}
	figure(name, nsEach(start, 2*rounds), "ns")
	stop = true
}

func benchSpawn(name string) {
	const rounds = 2000000
	count := 0
	start := time.Now()
	for i := 0; i < rounds; i++ {
		go func() { count++ }()
		runtime.Gosched()
	}
	figure(name+"_seq", nsEach(start, rounds), "ns")
}

func benchSpawn100k(string) {
	const routines = 100000
	for _, name := range []string{"spawn_conc", "spawn_conc_warm"} {
		var ended sync.WaitGroup
		ended.Add(routines)
		start := time.Now()
		channels := make([]chan int, routines)
		for i := range channels {
			channel := make(chan int, 1)
			channels[i] = channel
			go func() {
				<-channel
				ended.Done()
			}()
		}
		runtime.Gosched()
		for i := range channels {
			channels[i] <- i
		}
		ended.Wait()
		figure(name, nsEach(start, routines), "ns")
	}
}

func benchYield100k(name string) {
	const routines = 100000
	var ended sync.WaitGroup
	ended.Add(routines)
	for i := 0; i < routines; i++ {
		go func() {
			for k := 0; k < 20; k++ {
				runtime.Gosched()
			}
			ended.Done()
		}()
	}
	runtime.Gosched()
	start := time.Now()
	ended.Wait()
	figure(name, nsEach(start, 19*routines), "ns")
}

// pin keeps a goroutine on a thread of its own, if the two are to be on different ones.
func pin(apart bool) {
	if apart {
		runtime.LockOSThread()
	}
}

func exchange(name string, rounds int, apart bool) {
	there, back := make(chan int), make(chan int)
	go func() {
		pin(apart)
		for value := range there {
			back <- value + 1
		}
	}()
	pin(apart)
	start := time.Now()
	for i := 0; i < rounds; i++ {
		there <- i
		<-back
	}
	figure(name, nsEach(start, rounds), "ns/rt")
}

func benchThroughput(name string) {
	const messages = 5000000
	channel := make(chan int, 1024)
	go func() {
		pin(true)
		for i := 0; i < messages; i++ {
			channel <- i
		}
	}()
	pin(true)
	start := time.Now()
	for i := 0; i < messages; i++ {
		<-channel
	}
	figure(name, 1e9/nsEach(start, messages), "msg/s")
}

func benchRing(name string) {
	const size, hops = 10000, 1000000
	ring := make([]chan int, size)
	for i := range ring {
		ring[i] = make(chan int, 1)
	}
	done := make(chan bool)
	for i := range ring {
		in, next := ring[i], ring[(i+1)%size]
		go func() {
			for {
				value := <-in
				if value == 0 {
					done <- true
					return
				}
				next <- value - 1
			}
		}()
	}
	runtime.Gosched()
	start := time.Now()
	ring[0] <- hops
	<-done
	figure(name, nsEach(start, hops), "ns/hop")
}

func benchFanin(name string) {
	const senders, each = 1000, 1000
	channel := make(chan int, 1024)
	start := time.Now()
	for i := 0; i < senders; i++ {
		go func() {
			for k := 0; k < each; k++ {
				channel <- k
			}
		}()
	}
	for i := 0; i < senders*each; i++ {
		<-channel
	}
	figure(name, 1e9/nsEach(start, senders*each), "msg/s")
}

func addUp(up chan<- int, first, leaves int) {
	if leaves == 1 {
		up <- first
		return
	}
	in := make(chan int)
	for i := 0; i < 10; i++ {
		go addUp(in, first+i*(leaves/10), leaves/10)
	}
	sum := 0
	for i := 0; i < 10; i++ {
		sum += <-in
	}
	up <- sum
}

func benchSkynet(name string) {
	const leaves = 1000000
	result := make(chan int)
	start := time.Now()
	go addUp(result, 0, leaves)
	if <-result != leaves*(leaves-1)/2 {
		panic("a wrong sum")
	}
	figure(name, time.Since(start).Seconds(), "s")
	figure(name+"_peak", statusKiB("VmHWM")/1024, "MiB")
}

func benchSleep(name string) {
	count, cpu, start := countOf(name), cpuSeconds(), time.Now()
	var ended sync.WaitGroup
	ended.Add(count)
	for i := 0; i < count; i++ {
		go func() {
			time.Sleep(time.Second)
			ended.Done()
		}()
	}
	spawned := time.Since(start).Seconds()
	ended.Wait()
	figure(name, time.Since(start).Seconds(), "s")
	figure(name+"_spawned", spawned, "s")
	figure(name+"_cpu", cpuSeconds()-cpu, "cpu_s")
	figure(name+"_peak", statusKiB("VmHWM")/1024, "MiB")
}

func benchPark(name string) {
	count, rss, pte := countOf(name), statusKiB("VmRSS"), statusKiB("VmPTE")
	channels := make([]chan int, count)
	for i := range channels {
		channel := make(chan int)
		channels[i] = channel
		go func() { <-channel }()
	}
	time.Sleep(100 * time.Millisecond)
	figure(name+"_rss", (statusKiB("VmRSS")-rss)*1024/float64(count), "B/each")
	figure(name+"_pte", (statusKiB("VmPTE")-pte)*1024/float64(count), "B/each")
	runtime.KeepAlive(channels)
}

func echo(peer net.Conn) {
	bytes := make([]byte, 4096)
	for {
		count, err := peer.Read(bytes)
		if err == nil {
			_, err = peer.Write(bytes[:count])
		}
		if err != nil {
			peer.Close()
			return
		}
	}
}

func serve(port string) {
	listener, err := net.Listen("tcp4", "127.0.0.1:"+port)
	for err == nil {
		var peer net.Conn
		if peer, err = listener.Accept(); err == nil {
			go echo(peer)
		}
	}
	panic(err)
}

func startTrace() func() {
	path := os.Getenv("GO_TRACE")
	if path == "" {
		return func() {}
	}
	file, err := os.Create(path)
	if err != nil {
		panic(err)
	}
	trace.Start(file)
	return func() {
		trace.Stop()
		file.Close()
	}
}

func main() {
	workloads := map[string]func(string){
		"switch": benchSwitch, "spawn": benchSpawn, "spawn100k": benchSpawn100k,
		"yield100k": benchYield100k, "ring": benchRing, "fanin": benchFanin,
		"skynet": benchSkynet, "sleep100k": benchSleep, "sleep1m": benchSleep,
		"park100k": benchPark, "park1m": benchPark, "xthroughput": benchThroughput,
		"pingpong":  func(name string) { exchange(name, 1000000, false) },
		"traced":    func(name string) { exchange(name, 100000, false) },
		"xpingpong": func(name string) { exchange(name, 200000, true) },
	}
	if len(os.Args) == 3 && os.Args[1] == "echo" {
		serve(os.Args[2])
	}
	run := workloads[os.Args[1]]
	if run == nil {
		os.Exit(2)
	}
	endTrace := startTrace()
	run(os.Args[1])
	endTrace()
}
