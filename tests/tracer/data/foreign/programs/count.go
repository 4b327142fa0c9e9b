// The three counts in Go.
package main

import (
	"fmt"
	"os"
	"runtime/trace"
	"sync"
	"time"
)

func count(done *sync.WaitGroup) {
	defer done.Done()
	fmt.Println("One")
	time.Sleep(time.Second)
	fmt.Println("Two")
}

func main() {
	file, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	trace.Start(file)
	defer trace.Stop()
	var done sync.WaitGroup
	for i := 0; i < 3; i++ {
		done.Add(1)
		go count(&done)
	}
	done.Wait()
}
