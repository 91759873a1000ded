#!/bin/sh
# Run once by the postgres image on an empty volume: the portal's roles and its database.
# The same as kwsp_portal/devstack/roles.py makes for `make run`.
set -eu
# The receiver of WAL and pg_basebackup come from another container; the image lets in everybody but for replication.
if [ -n "${PGDATA:-}" ]; then
    echo "host replication kwsp_backup all scram-sha-256" >> "$PGDATA/pg_hba.conf"
fi
psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set owner_password="$KWSP_OWNER_PASSWORD" \
    --set app_password="$KWSP_APP_PASSWORD" \
    --set audit_password="$KWSP_AUDIT_PASSWORD" \
    --set backup_password="$KWSP_BACKUP_PASSWORD" <<'SQL'
-- Nothing here waits for the receiver of WAL, which signs in as a role made here.
SET synchronous_commit = local;
CREATE ROLE kwsp_owner LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION PASSWORD :'owner_password';
CREATE ROLE kwsp_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION PASSWORD :'app_password';
CREATE ROLE kwsp_audit LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION PASSWORD :'audit_password';
CREATE ROLE kwsp_backup LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB REPLICATION PASSWORD :'backup_password';
CREATE DATABASE kwsp OWNER kwsp_owner;
REVOKE ALL ON DATABASE kwsp FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE kwsp TO kwsp_app;
GRANT CONNECT ON DATABASE kwsp TO kwsp_audit;
SQL
