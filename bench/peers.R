# Forecasts every series of DIR/panel.csv (id,value) with models of R's forecast package.
# Arguments: DIR HORIZON SEASONS(by commas) METHOD. Writes DIR/METHOD.csv and prints the CPU seconds spent forecasting.
a <- commandArgs(TRUE)
if (!suppressWarnings(suppressMessages(require(forecast, quietly = TRUE)))) quit(status = 3)
h <- as.integer(a[2]); m <- as.numeric(strsplit(a[3], ",")[[1]]); method <- a[4]
x <- read.csv(file.path(a[1], "panel.csv"), stringsAsFactors = FALSE)
series <- split(x$value, factor(x$id, levels = unique(x$id)))
series <- lapply(series, as.numeric)
one <- function(y) {
  s <- m[m > 1 & 2 * m < length(y)]
  ts1 <- ts(y, frequency = if (length(s)) s[1] else 1)
  mts <- if (length(s) > 1) msts(y, s) else ts1
  switch(method,
    snaive = snaive(ts1, h = h, level = c(80, 95)),
    ets = forecast(ets(ts1), h = h, level = c(80, 95)),
    thetaf = thetaf(ts1, h = h, level = c(80, 95)),
    mstl_ets = if (length(s)) stlf(mts, h = h, level = c(80, 95), method = "ets") else forecast(ets(ts1), h = h, level = c(80, 95)),
    mstl_arima = if (length(s)) stlf(mts, h = h, level = c(80, 95), method = "arima") else forecast(auto.arima(ts1), h = h, level = c(80, 95)))
}
start <- proc.time()
fc <- lapply(series, function(y) tryCatch(one(y), error = function(e) naive(y, h = h, level = c(80, 95))))
spent <- proc.time() - start
rows <- do.call(rbind, lapply(seq_along(fc), function(i) data.frame(i = i, mean = as.numeric(fc[[i]]$mean),
  lo80 = as.numeric(fc[[i]]$lower[, 1]), hi80 = as.numeric(fc[[i]]$upper[, 1]),
  lo95 = as.numeric(fc[[i]]$lower[, 2]), hi95 = as.numeric(fc[[i]]$upper[, 2]))))
write.csv(rows, file.path(a[1], paste0(method, ".csv")), row.names = FALSE)
cat(spent[["user.self"]] + spent[["sys.self"]], "\n")
