package forecast

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// inParallel calls do(worker, i) for every i below n on at most workers goroutines, and returns the error of the
// lowest i that failed, or ctx's. Every call writes its own place only, so the order of work can't be seen.
func inParallel(ctx context.Context, n, workers int, do func(worker, i int) error) error {
	workers = max(1, min(workers, n))
	errs := make([]error, n)
	var next atomic.Int64
	var broke atomic.Pointer[string]
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					text := fmt.Sprintf("%v\n%s", p, debug.Stack())
					broke.Store(&text)
				}
			}()
			for broke.Load() == nil {
				i := int(next.Add(1)) - 1
				if i >= n || ctx.Err() != nil {
					return
				}
				errs[i] = do(w, i)
			}
		})
	}
	all.Wait()
	if text := broke.Load(); text != nil {
		panic(*text) // where whoever called can catch it
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
