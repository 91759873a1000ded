"""`manage.py routes [--json]`: every address, who may use it, and whose things it shows."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kwsp_portal.frame.routes import routes


class Command(BaseCommand):
    help = "Lists every URL: name, pattern, methods, roles, owner"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [route.as_dict() for route in routes()]
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=1))
            return
        for row in found:
            self.stdout.write(f"{row['pattern']}  {row['name']}  {','.join(row['methods'])}  {row['owner']}  {','.join(row['roles'])}")
