// Command bench measures the engine: on forecasting tasks, and against R's forecast package.
//
//	go run ./bench tasks --data DIR [--task NAME ...] [--out DIR] [--validate BACK,...] [--algorithm NAME]
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
