"""The stack of a developer's machine: embedded PostgreSQL and Valkey and one supervisor.

`make run`, `make test`, `make bench` and `make reset` come through here (`python -m
kwsp_portal.devstack`). Nothing in this package imports Django or any app of the portal, and no
app imports this package: the two agree through environment variables (see `environment`).
"""
