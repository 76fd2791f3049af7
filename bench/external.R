# Makes forecasting tasks out of public data sets that no constant of the engine was chosen on:
#
#   Rscript bench/external.R OUT RDA [BOSTON.csv.gz]
#
# RDA is a directory with the .rda files of R packages (fpp3, fpp2, tsibble, tsibbledata, tscompdata, expsmooth, Mcomp) that are
# to be used; what is missing is skipped. The series of R's forecast and datasets packages need no file. BOSTON is a list of requests
# with columns opened_at_local, department, case_type, source. Every task is written as OUT/NAME.json and OUT/NAME.train.csv.gz with
# the steps to be forecast at the end of each series: measure with `bench tasks --data OUT --task NAME --validate HORIZON`.
a <- commandArgs(TRUE); out <- a[1]; rda <- a[2]
dir.create(out, showWarnings = FALSE)
suppressWarnings(suppressMessages(library(forecast)))

have <- function(name) file.exists(file.path(rda, paste0(name, ".rda")))
get1 <- function(name) { e <- new.env(); load(file.path(rda, paste0(name, ".rda")), e); get(ls(e)[1], e) }

stamps <- function(freq, start, n) switch(freq,
  step = seq_len(n),
  D = format(as.Date(start) + seq_len(n) - 1),
  W = format(as.Date(start) + 7 * (seq_len(n) - 1)),
  { by <- c(h = 3600, "30min" = 1800, "15min" = 900)[[freq]]
    format(as.POSIXct(start, tz = "UTC") + by * (seq_len(n) - 1), "%Y-%m-%dT%H:%M:%S") })

# task writes series (a named list of values, all beginning at start) as they were at each of `origins` pasts, `stride` steps apart.
task <- function(name, series, freq, start, horizon, season, seasons, origins = 1, stride = horizon, keep = Inf) {
  rows <- list()
  for (k in rev(seq_len(origins)) - 1) for (id in names(series)) {
    y <- series[[id]]; n <- length(y) - k * stride
    if (n < horizon + 4) next
    from <- max(1, n - keep + 1)
    rows[[length(rows) + 1]] <- data.frame(series_id = gsub(",", " ", paste0(id, "@", k)), timestamp = stamps(freq, start, n)[from:n],
                                           value = ifelse(is.na(y[from:n]), "", format(y[from:n], digits = 10, trim = TRUE, scientific = FALSE)))
  }
  g <- gzfile(file.path(out, paste0(name, ".train.csv.gz")), "w")
  write.csv(do.call(rbind, rows), g, row.names = FALSE, quote = FALSE); close(g)
  cat(sprintf('{"task":"%s","horizon":%d,"season":%d,"seasons":[%s],"freq":"%s","alone":%s}\n', name, horizon, season,
              paste(seasons, collapse = ","), freq, if (freq == "step" && origins > 1) "true" else "false"), file = file.path(out, paste0(name, ".json")))
  cat(name, length(rows), "series\n")
}
block <- function(y, k) colSums(matrix(y[seq_len(length(y) %/% k * k)], k))
every <- function(x, most) if (length(x) <= most) x else x[round(seq(1, length(x), length.out = most))]

# Contact centres first: five-minute calls of a bank's call centre, 7:00 to 21:05 on working days.
if (have("bank_calls")) {
  d <- get1("bank_calls"); day <- as.Date(d$DateTime, tz = attr(d$DateTime, "tzone"))
  per <- split(d$Calls, day); full <- sapply(per, length) == 169
  short <- do.call(cbind, lapply(per, function(v) c(v, rep(0, 169))[1:168]))           # drop 21:00
  q <- apply(short, 2, block, 3); h <- apply(short, 2, block, 6)
  task("calls15_open", list(calls = as.vector(q)), "step", 0, 112, 56, c(56, 280), 8, 112)   # the open hours alone
  task("calls30_open", list(calls = as.vector(h)), "step", 0, 56, 28, c(28, 140), 8, 56)
  days <- seq(min(day), max(day), 1); week <- matrix(0, 96, length(days)); week[29:84, match(as.Date(names(per)), days)] <- q
  task("calls15", list(calls = as.vector(week)), "15min", format(days[1]), 192, 96, c(96, 672), 8, 288)
  task("calls15_week", list(calls = as.vector(week)), "15min", format(days[1]), 672, 96, c(96, 672), 6, 672)
  task("calls30", list(calls = block(as.vector(week), 2)), "30min", format(days[1]), 96, 48, c(48, 336), 8, 144)
  task("calls60", list(calls = block(as.vector(week), 4)), "h", format(days[1]), 72, 24, c(24, 168), 8, 72)
  task("calls_daily", list(calls = colSums(week)), "D", days[1], 14, 7, 7, 6, 14)
}
if (length(a) > 2) {
  d <- read.csv(gzfile(a[3]), stringsAsFactors = FALSE); t0 <- as.POSIXct("2015-01-01", tz = "UTC")
  s <- as.numeric(difftime(as.POSIXct(d$opened_at_local, format = "%Y-%m-%dT%H:%M:%S", tz = "UTC"), t0, units = "secs"))
  counts <- function(key, step) { n <- 363 * 86400 / step; lapply(split(s, key), function(v) tabulate(floor(v[v < n * step] / step) + 1, n)) }
  top <- function(x, k) x[order(-sapply(x, sum))[seq_len(min(k, length(x)))]]
  begin <- "2015-01-01"
  task("boston15_department", top(counts(d$department, 900), 6), "15min", begin, 192, 96, c(96, 672), 3, 2016, 96 * 200)
  task("boston30_source", top(counts(d$source, 1800), 5), "30min", begin, 96, 48, c(48, 336), 4, 1008)
  task("boston60_department", top(counts(d$department, 3600), 8), "h", begin, 72, 24, c(24, 168), 4, 504)
  task("boston60_total", list(all = counts(rep("all", length(s)), 3600)[[1]]), "h", begin, 72, 24, c(24, 168), 8, 312)
  task("boston_day_department", top(counts(d$department, 86400), 12), "D", begin, 28, 7, 7, 4, 28)
  task("boston_day_source", top(counts(d$source, 86400), 6), "D", begin, 28, 7, 7, 4, 28)
  task("boston_day_pair", top(counts(paste(d$department, d$source), 86400), 40), "D", begin, 28, 7, 7, 3, 28)
}

# Half-hours and hours from elsewhere.
task("taylor", list(demand = as.numeric(taylor)), "step", 0, 96, 48, c(48, 336), 8, 96)
if (have("elecdemand")) task("elecdemand", list(demand = as.numeric(get1("elecdemand")[, 1])), "30min", "2014-01-01", 96, 48, c(48, 336), 8, 1008, 48 * 150)
if (have("vic_elec")) task("vic_elec", list(demand = get1("vic_elec")$Demand), "30min", "2012-01-01", 96, 48, c(48, 336), 8, 2016, 48 * 200)
if (have("pedestrian")) {
  d <- get1("pedestrian"); all <- seq(min(d$Date_Time), max(d$Date_Time), 3600)
  s <- lapply(split(d, d$Sensor), function(x) x$Count[match(all, x$Date_Time)])
  task("pedestrian", s, "h", "2015-01-01", 48, 24, c(24, 168), 4, 504, 24 * 250)
}
if (have("gefcom2012_load")) {
  l <- lapply(get1("gefcom2012_load")[1:20], function(z) { z <- if (is.data.frame(z)) as.numeric(t(as.matrix(z[, sapply(z, is.numeric)]))) else as.numeric(z); z[seq_len(24 * 365 * 2)] })
  names(l) <- paste0("zone", seq_along(l))
  task("gefcom", l, "h", "2004-01-01", 48, 24, c(24, 168), 3, 1008, 24 * 200)
}

# Days and weeks.
if (have("otexts_views")) task("otexts", list(views = get1("otexts_views")$Pageviews), "D", "2018-01-01", 28, 7, c(7, 365.25), 10, 28)
if (have("hyndsight")) task("hyndsight", list(views = as.numeric(get1("hyndsight"))), "D", "2014-04-30", 28, 7, 7, 6, 28)
task("stocks", as.list(as.data.frame(EuStockMarkets[1:1800, ])), "D", "1991-07-01", 28, 7, c(7, 365.25), 3, 56)
if (have("us_gasoline")) task("gasoline", list(barrels = get1("us_gasoline")$Barrels), "W", "1991-02-05", 13, 52, 52, 8, 26)
if (have("ansett")) {
  d <- get1("ansett"); w <- as.numeric(unclass(d$Week)); all <- seq(min(w), max(w), 7)
  s <- lapply(split(d, paste(d$Airports, d$Class)), function(x) x$Passengers[match(all, as.numeric(unclass(x$Week)))])
  s <- s[sapply(s, function(v) sum(!is.na(v)) > 200 && mean(v, na.rm = TRUE) > 50)]
  task("ansett", s, "W", "1989-07-10", 13, 52, 52, 2, 26)
}

# Months, quarters, years: no contact centre plans by them, but users bring them.
month <- list(AirPassengers, UKDriverDeaths, USAccDeaths, ldeaths, mdeaths, fdeaths, nottem, co2, wineind, gas, sunspots[2000:2820], Seatbelts[, "front"])
names(month) <- c("air", "ukdrivers", "accdeaths", "ldeaths", "mdeaths", "fdeaths", "nottem", "co2", "wineind", "gas", "sunspots", "front")
task("r_monthly", lapply(month, as.numeric), "step", 0, 18, 12, 12, 1)
flat <- list(lynx, Nile, LakeHuron, lh, WWWusage, BJsales, discoveries, nhtemp, uspop, treering[1:500], airmiles, sunspot.year, strikes = uspop)
names(flat) <- c("lynx", "nile", "huron", "lh", "www", "bjsales", "discoveries", "nhtemp", "uspop", "treering", "airmiles", "sunspot", "uspop2")
task("r_flat", lapply(flat[1:12], as.numeric), "step", 0, 6, 1, 1, 1)
quarter <- list(UKgas, JohnsonJohnson, austres, presidents, woolyrnq); names(quarter) <- c("ukgas", "jj", "austres", "presidents", "wool")
task("r_quarterly", lapply(quarter, function(y) as.numeric(zoo::na.approx(y))), "step", 0, 8, 4, 4, 1)
if (have("M3")) for (p in list(c("MONTHLY", 18, 12), c("QUARTERLY", 8, 4), c("YEARLY", 6, 1))) {
  m <- Filter(function(x) x$period == p[1], get1("M3")); m <- every(m, 150)
  s <- lapply(m, function(x) c(as.numeric(x$x), as.numeric(x$xx))); names(s) <- sapply(m, function(x) x$sn)
  task(paste0("m3_", tolower(p[1])), s, "step", 0, as.integer(p[2]), as.integer(p[3]), as.integer(p[3]), 1)
}
if (have("aus_retail")) {
  d <- get1("aus_retail"); s <- split(d$Turnover, d[["Series ID"]]); s <- every(Filter(function(v) length(v) == 441, s), 40)
  task("retail", s, "step", 0, 12, 12, 12, 1)
}
if (have("hospital")) { x <- get1("hospital"); s <- as.list(as.data.frame(x[, every(seq_len(ncol(x)), 120)])); task("hospital", s, "step", 0, 12, 12, 12, 1) }
if (have("carparts")) { x <- get1("carparts"); x <- x[, colSums(is.na(x)) == 0]; s <- as.list(as.data.frame(x[, every(seq_len(ncol(x)), 150)])); task("carparts", s, "step", 0, 12, 12, 12, 1) }
if (have("tourism")) { d <- get1("tourism"); s <- every(split(d$Trips, paste(d$Region, d$Purpose)), 80); task("tourism", s, "step", 0, 8, 4, 4, 1) }
