#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_reset.sh ROWCALL ENGINE_PROTO_DIR
# migrate reset, db execute, db seed and db drop: what goes, what stays, and what they refuse without being told twice.
set -eu
. "$(dirname "$0")/lib.sh"
make_project
mkdir .rowcall
"$rowcall" cluster start "$project/.rowcall/pg" >/dev/null
server="host=$project/.rowcall/pg&user=postgres"
CLI_SHOP_URL="postgresql:///shop?$server"
CLI_DEPOT_URL="postgresql:///depot?$server"
export CLI_SHOP_URL CLI_DEPOT_URL

# sql DATABASE SCRIPT
sql() {
    psql -qAtX -v ON_ERROR_STOP=1 "postgresql:///$1?$server" -c "$2"
}

# ---- reset makes a database that is not there, and needs to be told

expect 2 migrate reset --db shop
err_has 'it would empty the database shop (CLI_SHOP_URL): --force says that this is meant'
expect 0 migrate reset --db shop --force
out_has '  created database shop'
out_has '  applied 20260101000000_init'

# ---- what is ours goes, whatever it is; what is not stays

sql shop "create extension citext; create schema hosts; create table hosts.users(id int primary key);
create table extra(id serial, c citext, t int references hosts.users); create view v as select id from extra;
create type colour as enum ('red'); create domain d as int; create sequence s; create table p(i int) partition by range (i);
create table p1 partition of p for values from (1) to (2); create materialized view m as select 1 as one;
create function f(int, text) returns int language sql as 'select 1'; create procedure q() language sql as 'select 1';
create aggregate total(int) (sfunc = int4pl, stype = int); create operator === (leftarg = int, rightarg = int, function = int4eq);
create collation c (locale = 'C'); create text search configuration t (copy = simple);
create statistics st on id, t from extra; create table \"Odd \"\"name\"(i int generated always as identity);
grant usage on schema public to pg_monitor; create view hosts.seen as select id from extra"
expect 0 migrate reset --db shop --force
out_has '  dropped table public.extra'
out_has '  dropped table public."Odd ""name"'
out_has '  dropped operator public.===(integer,integer)'
[ "$(sql shop "select count(*) from hosts.users")" = 0 ] || fail 'a schema of somebody else is gone'
[ "$(sql shop "select extname from pg_extension where extname = 'citext'")" = citext ] || fail 'the extension is gone'
[ "$(sql shop "select has_schema_privilege('pg_monitor', 'public', 'usage')")" = t ] || fail 'rights of the schema are gone'
expect 0 check --db shop --strict
expect 0 migrate status --db shop

# ---- a folder in disorder stops it before anything is dropped

sql shop 'create table precious()'
mkdir migrations/shop/20260102000000_none
expect 1 migrate reset --db shop --force
err_has 'P3015'
[ "$(sql shop "select to_regclass('precious')")" = precious ] || fail 'it was dropped all the same'
rmdir migrations/shop/20260102000000_none

# ---- execute

printf 'create table cups(i int primary key);\ninsert into cups values (1);\n' >cups.sql
expect 0 db execute --db shop --file cups.sql
printf 'insert into cups values (2);\ninsert into cups\n  values (1);\n' >cups.sql
expect 1 db execute --db shop --file cups.sql
err_has 'rowcall db execute: cups.sql:2: ERROR 23505'
err_has '(statement 2 of 2: insert into cups values (1)); it was rolled back: nothing of it stays'
out_has 'detail: Key (i)=(1) already exists.'
[ "$(sql shop 'select count(*) from cups')" = 1 ] || fail 'it was not rolled back'
echo 'create index concurrently cups_i on cups (i); select 1/0' | "$rowcall" db execute --db shop --stdin >"$work/out" 2>"$work/err" &&
    fail 'a division by zero'
err_has 'standard input:1: ERROR 22012'
err_has 'what the statements before it did (1) stays'
expect 2 db execute --db shop
err_has 'needs --file FILE or --stdin'
expect 2 db execute --db shop --file nowhere.sql
err_has 'nowhere.sql'
expect 1 db execute --db depot --file cups.sql
err_has '`rowcall migrate deploy --db depot` creates it'

# ---- seeds

expect 1 db seed --db shop
err_has 'nothing to run: there is neither seeds/shop.sql nor a program seeds/shop'
mkdir seeds
echo 'create table if not exists seeded(by text); insert into seeded values ($$sql$$);' >seeds/shop.sql
cat >seeds/shop <<'EOS'
#!/bin/sh
exec psql -qX "$CLI_SHOP_URL" -c "insert into seeded values ('program')"
EOS
chmod +x seeds/shop
expect 0 db seed --db shop
[ "$(sql shop "select string_agg(by, ',') from seeded")" = sql,program ] || fail 'not seeded'
expect 0 migrate reset --db shop --force
out_has '  ran seeds/shop.sql'
out_has '  ran seeds/shop'
[ "$(sql shop "select string_agg(by, ',') from seeded")" = sql,program ] || fail 'reset did not seed'
expect 0 migrate reset --db shop --force --skip-seed
[ -z "$(sql shop "select to_regclass('seeded')")" ] || fail 'reset seeded all the same'
printf '#!/bin/sh\nexit 7\n' >seeds/shop
expect 1 db seed --db shop
err_has 'seeds/shop ended with exit code 7'

# ---- drop

expect 2 db drop --db shop
err_has 'it would drop the database shop (CLI_SHOP_URL): --force says that this is meant'
expect 0 db drop --db shop --force
[ -z "$(sql postgres "select 1 from pg_database where datname = 'shop'")" ] || fail 'it is still there'
expect 0 db drop --db shop --force
CLI_SHOP_URL="postgresql:///postgres?$server" expect 1 db drop --db shop --force
err_has 'P3004'
expect 0 migrate deploy --db shop
out_has '  created database shop'
