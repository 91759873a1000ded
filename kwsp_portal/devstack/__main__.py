"""`python -m kwsp_portal.devstack COMMAND`: what the Makefile calls. See `cli.main`."""

import sys

from kwsp_portal.devstack import cli

if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[1:]))
