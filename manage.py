#!/usr/bin/env python
"""Django's command line; `make run` sets the environment it needs."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kwsp_portal.settings.dev")
    execute_from_command_line(sys.argv)
