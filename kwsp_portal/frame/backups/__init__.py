"""Backups: whole or not at all, verified before they count, and restored beside what lives (docs/operations.md).

Two kinds. A *dump* (`pg_dump`) is one database at one moment. A *base* (`pg_basebackup`) is a whole cluster, which goes on through the
archived WAL up to the last acknowledged commit. `trouble` is what an operator is told, in both languages.
"""
