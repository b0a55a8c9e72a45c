#!/bin/sh
# Makes the secrets of sqlite.yaml and cluster.yaml, once: `sh make-secrets.sh`. What is there stays.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
key() { openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\n'; }
keep() { [ -s "secrets/$1" ] || printf '%s\n' "$2" > "secrets/$1"; }
keep keys_key "$(key)"
keep template_key "$(key)"
keep postgres_password "$(key)"
keep redis_password "$(key)"
keep database_url "postgres://mien:$(cat secrets/postgres_password)@postgres/mien?sslmode=disable"
keep redis_url "redis://mien:$(cat secrets/redis_password)@valkey:6379"
[ -s secrets/valkey_acl ] || printf 'user default off\nuser mien on >%s ~mien:* +@all -@dangerous +info\n' \
  "$(cat secrets/redis_password)" > secrets/valkey_acl
# The containers read them as users of their own; on this machine only the owner of the folder gets to them.
chmod 700 secrets
chmod 644 secrets/*
chmod 600 secrets/redis_password
[ -e clients.yaml ] || printf '# docs/clients.md says what goes here.\n[]\n' > clients.yaml
