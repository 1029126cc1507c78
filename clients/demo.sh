#!/bin/sh
# The demo: a private PostgreSQL, two migrated databases, one server, and real calls on both, each shown with its
# answer. Everything lives in a temporary folder and is stopped and removed at the end, also after Ctrl-C.
#
#   clients/demo.sh BUILD_DIR        (./run demo builds and calls it)
set -eu
build=${1:?usage: clients/demo.sh BUILD_DIR}
cd "$(dirname "$0")/.."
rowcall=$build/bin/rowcall
PATH=$(cd "$build/bin" && pwd):$PATH

bold= dim= plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
fi
title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
say() { printf '%s\n' "$*"; }
show() { printf '%s$ %s%s\n' "$dim" "$*" "$plain"; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-demo.XXXXXX")
chmod 711 "$folder" # when we are root, PostgreSQL runs as somebody else and must reach its part
server=
finish() {
    status=$?
    trap - EXIT INT TERM
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    "$rowcall" cluster stop "$folder/pg" >/dev/null 2>&1 || true
    [ $status -eq 0 ] || [ ! -e "$folder/serve.log" ] || { say "The server's log:"; tail -n 20 "$folder/serve.log"; }
    rm -rf "$folder"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

title 'A private PostgreSQL'
show 'rowcall cluster start FOLDER'
"$rowcall" cluster start "$folder/pg" --fast
DATABASE_URL="postgresql:///core?host=$folder/pg&user=postgres"
BIBIKOS_DATABASE_URL="postgresql:///bibikos?host=$folder/pg&user=postgres"
ROWCALL_URL="ipc://$folder/rowcall.sock"
export DATABASE_URL BIBIKOS_DATABASE_URL ROWCALL_URL

title 'The schema of both databases, from the entities in proto/'
schema=$folder/generated/schema.binpb
show rowcall generate
"$rowcall" generate --no-c --out "$folder/generated" | sed "s|$folder/|build/|"

title 'Migrations of both databases'
show rowcall migrate deploy --all
"$rowcall" migrate deploy --all --schema "$schema"
show rowcall check --all --live
"$rowcall" check --all --live

title 'One server for both'
show "rowcall serve --allow-explain --listen $ROWCALL_URL"
"$rowcall" serve --allow-explain --schema "$schema" --listen "$ROWCALL_URL" >"$folder/serve.log" 2>&1 &
server=$!
tries=0
until "$rowcall" call core Health/Check '{}' >"$folder/health.json" 2>/dev/null && grep -q '"ready": *true' "$folder/health.json"; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] && kill -0 "$server" || { say 'The server did not become ready.'; exit 1; }
    sleep 0.1
done
cat "$folder/serve.log"

# call DATABASE METHOD JSON: shows the call and its answer. A refused call is an answer, too.
call() {
    show "rowcall call $1 $2 '$3'"
    "$rowcall" call "$1" "$2" "$3" 2>&1 || true
}

title 'core: create, find, filter, page'
call core AuthUser/CreateMany '{"rows": [{"username": "Ada", "email": "ada@example.com"}, {"username": "grace", "email": "grace@example.com", "timezone": "America/New_York"}, {"username": "linus", "email": "linus@example.com", "status": "USER_STATUS_DEACTIVATED"}]}'
call core AuthUser/FindUnique '{"key": {"email": "ada@example.com"}}'
call core AuthUser/FindUnique '{"key": {"username": "ADA"}, "select": {"id": true, "username": true}}'
call core AuthUser/FindMany '{"where": {"email": {"ends_with": "@example.com"}, "status": {"equals": "USER_STATUS_ACTIVE"}}, "order_by": [{"username": {"direction": "DESC"}}], "take": 1, "with_total": true, "select": {"username": true, "created_at": true}}'
call core Product/Create '{"data": {"stripe_id": "prod_1", "name": "Gold", "description": "All classes", "metadata": "{\"tier\": 1, \"features\": [\"sauna\"]}"}, "select": {}}'
call core Product/Update '{"key": {"name": "Gold"}, "data": {"hierarchy": {"increment": 5}}, "select": {"name": true, "hierarchy": true}}'
call core Product/FindMany '{"where": {"metadata": {"path": ["tier"], "gte": "1"}}, "select": {"name": true, "metadata": true}}'

title 'Related records: written and read in one round trip'
call core Product/Create '{"data": {"stripe_id": "prod_2", "name": "Silver", "description": "", "prices": {"create": [{"stripe_id": "price_1", "unit_amount": 2900, "currency": "eur", "interval": "month"}, {"stripe_id": "price_2", "unit_amount": 29000, "currency": "eur", "interval": "year"}]}}}'
call core AuthUser/Update '{"key": {"username": "ada"}, "data": {"roles": {"create": [{"role": {"create": {"name": "admin"}}}, {"role": {"create": {"name": "editor"}}}]}, "profiles": {"create": [{"first_name": "Ada", "provider": {"connect_or_create": {"key": {"name": "google"}, "create": {}}}}]}}}'
call core AuthUser/Update '{"key": {"username": "ada"}, "data": {"roles": {"delete_many": [{"role": {"is": {"name": {"equals": "editor"}}}}], "create": [{"role": {"create": {"name": "owner"}}}]}}}'
call core AuthUser/FindMany '{"where": {"roles": {"none": {"role": {"is": {"name": {"equals": "banned"}}}}}}, "select": {"username": true, "roles": {"select": {"role_id": true, "role": {"name": true}}}, "profiles": {"where": {"provider": {"is": {"name": {"equals": "google"}}}}, "select": {"first_name": true, "provider": {"name": true}}}, "counts": {"roles": {}}}, "order_by": [{"roles": {"direction": "DESC"}}], "take": 2, "with_total": true}'
call core Role/Upsert '{"key": {"name": "admin"}, "create": {}, "select": {"id": true}}'
call core Price/GroupBy '{"by": [{"product": {"field": "PRODUCT_FIELD_NAME"}}], "count_all": true, "sum": ["PRICE_FIELD_UNIT_AMOUNT"]}'
show "rowcall explain core Price/FindMany '{\"where\": ...}'"
"$rowcall" explain core Price/FindMany '{"where": {"product": {"is": {"name": {"equals": "Silver"}}}}, "select": {"unit_amount": true, "product": {"name": true}}}'

title 'A statement of your own, typed in proto/shared/reports.proto and called like any method'
call core Subscription/Create '{"data": {"status": "active", "current_period_start": "2026-01-01T00:00:00Z", "current_period_end": "2100-01-01T00:00:00Z", "price": {"connect": {"stripe_id": "price_1"}}, "payment_customer": {"create": {"stripe_customer_id": "cus_1", "user": {"connect": {"username": "ada"}}}}}}'
call core Report/Revenue '{"currency": "eur"}'

title 'What goes wrong is said precisely'
call core AuthUser/Create '{"data": {"username": "ada2", "email": "ada@example.com"}}'
call core AuthUser/DeleteMany '{}'
call core AuthUser/UpdateMany '{"where": {"timezone": {"not": ""}}, "data": {"timezone": {"set": "UTC"}}, "max_affected": 1}'

title 'bibikos: the same shared entities, and its own'
call bibikos AuthUser/Create '{"data": {"username": "nikos", "email": "nikos@example.com"}, "select": {"id": true}}'
call bibikos GymMember/Create '{"data": {"user_id": 1, "membership_type": "gold"}, "select": {"id": true, "user_id": true, "membership_type": true}}'
call bibikos GymMember/Count '{"where": {"membership_type": {"in": {"values": ["gold", "silver"]}}}}'

title 'Two C programs, one notification library written against what all databases share'
for app in core_app bibikos_app; do
    show "$app"
    "$build/bin/$app"
done

if command -v nngcat >/dev/null; then
    title "nng's own tool is a client"
    show "rowcall encode core AuthUser/Count '{}' > call.bin"
    "$rowcall" encode core AuthUser/Count '{}' --schema "$schema" >"$folder/call.bin"
    show 'nngcat --req0 --dial $ROWCALL_URL --file call.bin --raw | rowcall decode core AuthUser/Count'
    nngcat --req0 --dial "$ROWCALL_URL" --file "$folder/call.bin" --raw --recv-timeout 5 |
        "$rowcall" decode core AuthUser/Count --schema "$schema"
fi

title 'Going on'
say './run dev              keeps a server running on a PostgreSQL of its own; it prints how to call it'
say 'rowcall ls             lists databases, entities and methods; rowcall ls core AuthUser its fields'
say 'clients/c/README.md    the same calls in C, beside Prisma'
say 'What the demo started is stopped now, and its data removed.'
