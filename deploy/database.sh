#!/usr/bin/env bash
# Saves the database of a server that may be running, and restores it elsewhere.
#
#   deploy/database.sh backup FILE     writes FILE, which must not exist
#   deploy/database.sh restore FILE    fills a database that is empty, or a file that does not exist
#
# DATABASE_URL, or the file that DATABASE_URL_FILE names, is the database, as the server reads it.
# SQLite needs sqlite3 (3.27 or later). PostgreSQL needs pg_dump and pg_restore, not older than it.
set -euo pipefail
umask 077

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

backup_sqlite() {
  [ -f "$1" ] || fail "There is no file $1: set DATABASE_URL to the one of the server."
  # One snapshot, however much the server writes meanwhile; deleted rows do not come along.
  sqlite3 -readonly "$1" '.timeout 10000' "VACUUM INTO '${2//\'/\'\'}'"
  check_sqlite "$2"
}

restore_sqlite() {
  local file
  for file in "$1" "$1-wal" "$1-shm"; do
    [ ! -e "$file" ] || fail "$file exists: stop the server and move the file away."
  done
  cp "$2" "$1.partial"
  check_sqlite "$1.partial"
  sync "$1.partial"
  mv "$1.partial" "$1"
}

check_sqlite() {
  local found
  # sqlite3 3.40, of Debian 12, finds NULL in each table WITHOUT ROWID: no such line counts.
  found=$(sqlite3 -readonly "$1" 'PRAGMA integrity_check(1000000000)' 2>&1 |
    grep -v '^NULL value in' | head -n 3) || true
  [[ $found =~ ^(ok)?$ ]] || fail "$1 is no sound SQLite database: $found"
}

backup_postgres() {
  pg_dump --dbname="$1" --format=custom --no-owner --no-privileges --file="$2"
  pg_restore --list "$2" >/dev/null
}

# In one transaction: a database that has tables already stays as it is.
restore_postgres() {
  pg_restore --dbname="$1" --single-transaction --exit-on-error --no-owner --no-privileges "$2"
}

# The list of processes shows arguments: the password goes by the environment.
take_password() {
  if [[ $target =~ ^([a-z]+://[^:/@]*):([^/@]*)@(.*)$ ]]; then
    printf -v PGPASSWORD '%b' "${BASH_REMATCH[2]//%/\\x}"
    export PGPASSWORD
    target=${BASH_REMATCH[1]}@${BASH_REMATCH[3]}
  fi
}

verb=${1:-} file=${2:-}
[[ $verb =~ ^(backup|restore)$ && $file ]] || fail "Usage: $0 backup FILE, or $0 restore FILE"
url=${DATABASE_URL:-}
[ -n "$url" ] || [ -z "${DATABASE_URL_FILE:-}" ] || url=$(<"$DATABASE_URL_FILE")
case $url in
  sqlite:*) engine=sqlite target=${url#sqlite:} ;;
  postgres://* | postgresql://*) engine=postgres target=$url && take_password ;;
  *) fail 'Set DATABASE_URL to sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE.' ;;
esac

if [ "$verb" = restore ]; then
  [ -f "$file" ] || fail "There is no backup $file."
  "restore_$engine" "$target" "$file"
else
  [ ! -e "$file" ] || fail "$file exists: name another file."
  # A backup that broke off never bears the name of a whole one.
  rm -f "$file.partial"
  "backup_$engine" "$target" "$file.partial"
  sync "$file.partial"
  mv "$file.partial" "$file"
fi
