# Makes peers.txt: what R's forecast package says of five public or made-up series, for the tests of the models.
#   apt-get install r-cran-forecast && Rscript peers.R > peers.txt
# Series: AirPassengers, Nile and lynx (package datasets), and two made by formula.
suppressMessages(library(forecast))
say <- function(name, x) cat(name, format(as.numeric(x), digits = 15), "\n")
t <- 0:279
weekly <- round(c(80, 60, 50, 50, 40, 20, 10)[t %% 7 + 1] * (1 + 0.2 * sin(t / 40)) + 6 * sin(t * t))
hourly <- round(50 + 30 * sin(2 * pi * (0:1343) / 24) + 15 * sin(2 * pi * (0:1343) / 168) + 4 * sin((0:1343)^2), 3)
sparse <- ifelse((t * t) %% 11 < 3, (t %% 5) + 1, 0)
cat("#", R.version.string, "forecast", as.character(packageVersion("forecast")), "\n")
say("air", AirPassengers); say("nile", Nile); say("lynx", lynx)
say("weekly", weekly); say("hourly", hourly); say("sparse", sparse)

etsfix <- function(name, y, model, damped, h) {
  f <- ets(y, model = model, damped = damped)
  p <- f$par
  say(paste0("ets.", name, ".likelihood"), -2 * f$loglik); say(paste0("ets.", name, ".aicc"), f$aicc)
  get <- function(n, d) if (n %in% names(p)) p[[n]] else d
  say(paste0("ets.", name, ".constants"), c(get("alpha", 0), get("beta", 0), get("gamma", 0), get("phi", 1)))
  say(paste0("ets.", name, ".states"), f$initstate)
  say(paste0("ets.", name, ".forecast"), forecast(f, h = h)$mean)
}
etsfix("air.MAM", AirPassengers, "MAM", FALSE, 24)
etsfix("air.AAA", AirPassengers, "AAA", TRUE, 24)
etsfix("nile.ANN", Nile, "ANN", FALSE, 5)
etsfix("nile.MAN", Nile, "MAN", TRUE, 5)
etsfix("weekly.ANA", ts(weekly, frequency = 7), "ANA", FALSE, 14)
for (n in c("air", "nile", "weekly")) {
  y <- list(air = AirPassengers, nile = Nile, weekly = ts(weekly, frequency = 7))[[n]]
  f <- ets(y); cat(paste0("ets.", n, ".choice"), f$method, "\n"); say(paste0("ets.", n, ".aicc"), f$aicc)
  say(paste0("ets.", n, ".forecast"), forecast(f, h = 14)$mean)
  say(paste0("theta.", n), thetaf(y, h = 14)$mean)
}
d <- mstl(ts(weekly, frequency = 7))
say("mstl.weekly.trend", d[, "Trend"]); say("mstl.weekly.season", d[, "Seasonal7"])
d <- mstl(msts(hourly, c(24, 168)))
say("mstl.hourly.trend", d[, "Trend"]); say("mstl.hourly.24", d[, "Seasonal24"]); say("mstl.hourly.168", d[, "Seasonal168"])
for (n in c("nile", "lynx")) {
  y <- list(nile = Nile, lynx = log(lynx))[[n]]
  f <- auto.arima(y, seasonal = FALSE, approximation = FALSE)
  o <- arimaorder(f)
  say(paste0("arima.", n, ".order"), o); say(paste0("arima.", n, ".coef"), coef(f)); cat(paste0("arima.", n, ".names"), names(coef(f)), "\n")
  say(paste0("arima.", n, ".loglik"), f$loglik); say(paste0("arima.", n, ".aicc"), f$aicc)
  say(paste0("arima.", n, ".forecast"), forecast(f, h = 10)$mean)
  say(paste0("arima.", n, ".upper95"), forecast(f, h = 10)$upper[, 2])
}
say("croston.sparse", croston(sparse, alpha = 0.1, h = 1)$mean)
