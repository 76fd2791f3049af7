#!/bin/sh
# Makes the role wrapcast works as, which owns nothing; runs once, when the database is made.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$(cat /run/secrets/worker-password)" \
	--username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE wrapcast LOGIN PASSWORD :'password';
SQL
