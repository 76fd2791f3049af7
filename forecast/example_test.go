package forecast_test

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// tenWeeks of a code: 30 contacts on weekdays, 10 on Saturdays, none on Sundays.
func tenWeeks() []float64 {
	var y []float64
	for range 10 {
		y = append(y, 30, 30, 30, 30, 30, 10, 0)
	}
	return y
}

func ExampleRun() {
	history := forecast.Series{
		ID: "Billing", Values: tenWeeks(),
		Start: time.Date(2026, 9, 14, 0, 0, 0, 0, time.UTC), Step: 24 * time.Hour,
	}
	history.Values[16] = math.NaN() // a masked outage: it keeps its place in the week
	results, err := forecast.Run(context.Background(), []forecast.Series{history}, forecast.Options{Horizon: 7})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range results[0].Mean {
		fmt.Printf("%.0f ", v)
	}
	// Output: 30 30 30 30 30 10 0
}

func ExampleScore() {
	said := forecast.Result{Mean: []float64{30, 10},
		Bands: []forecast.Band{{Level: 0.8, Lower: []float64{25, 5}, Upper: []float64{35, 15}}}}
	a := forecast.Score(said, tenWeeks(), []float64{27, 16}, 7)
	fmt.Printf("WAPE %.3f, inside 80 %%: %.1f\n", a.WAPE, a.Levels[0].Coverage)
	// Output: WAPE 0.209, inside 80 %: 0.5
}

func ExampleBacktest() {
	panel := []forecast.Series{{ID: "Billing", Values: tenWeeks()}}
	report, err := forecast.Backtest(context.Background(), panel, forecast.BacktestOptions{
		Options: forecast.Options{Horizon: 7, Seasons: []float64{7}, Algorithm: "naive"}, Origins: 2,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("WAPE %.2f over %d values\n", report.Overall.WAPE, report.Overall.Cells)
	// Output: WAPE 1.00 over 14 values
}

func ExampleRoundToSum() {
	fmt.Println(forecast.RoundToSum([]float64{1.4, 1.4, 1.4, 0.8}))
	// Output: [2 1 1 1]
}

func ExampleReconcile() {
	leaves := []forecast.Leaf{{Mean: []float64{10}, Variance: 4}, {Mean: []float64{20}, Variance: 4}}
	total := forecast.Node{Leaves: []int{0, 1}, Mean: []float64{36}, Variance: 1e-9}
	moved, err := forecast.Reconcile(context.Background(), leaves, []forecast.Node{total})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f %.1f\n", moved[0][0], moved[1][0])
	// Output: 13.0 23.0
}

func ExampleHandleTime() {
	volumes, seconds := []float64{100, 120}, []float64{30_000, 36_000}
	fmt.Printf("%.0f s\n", forecast.HandleTime(volumes, seconds, 240, forecast.HandleTimeOptions{}))
	// Output: 293 s
}
