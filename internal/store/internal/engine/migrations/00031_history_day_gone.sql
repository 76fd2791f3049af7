-- What was in these lies in history_block now; local days are summed where they are asked for.

DROP TABLE history;

DROP TABLE local_day;

DROP TABLE local_day_zone;
