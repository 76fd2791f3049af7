// Command bench measures the engine: on forecasting tasks, and against R's forecast package.
//
//	go run ./bench peers [--data DIR --task NAME,...] [--series N] [--methods snaive,thetaf,ets,mstl_ets,mstl_arima] [--yardsticks sba,tsb]
//	go run ./bench tasks --data DIR [--task NAME,...] [--out DIR] [--validate BACK,...] [--members] [--algorithm NAME]
//	go run ./bench leaveout [--data DIR] [--task NAME,...] [--series N] [--origins N] [--constants NAME,...]
//	go run ./bench sums [--data DIR] [--contacts FILE] [--test] [--leaveout] [--task NAME,...]
//	go run ./bench staff [--data DIR] [--contacts FILE] [--test] [--task NAME,...]
//	go run ./bench draws [--only NAME,...] [--draws N]
//	go run ./bench growth [--leaves N,...] [--days N] [--shard N]
//	go run ./bench pictures [--out docs/img]
//
// peers needs no data: without a directory it makes a panel up. A directory of tasks holds TASK.json (task, horizon,
// season, seasons, freq) and TASK.train.csv.gz (series_id,timestamp,value).
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
