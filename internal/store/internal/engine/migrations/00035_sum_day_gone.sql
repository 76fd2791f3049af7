-- What was in it lies in sum_block now.

DROP TABLE history_sum;
