-- What joint paths of a forecast are drawn from: the errors of its test periods. NULL in forecasts made before.

ALTER TABLE forecast ADD COLUMN errors BLOB; -- packed
