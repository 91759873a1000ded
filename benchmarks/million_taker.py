"""`python -m benchmarks.million_taker EMPLOYER MONTH FILE`: takes one file as the web server does; prints its seconds and peak memory as JSON."""

import importlib
import json
import sys
import time
from pathlib import Path

import django

from benchmarks import reading
from benchmarks.reading_worker import peak_mib
from kwsp_portal.common.periods import WageMonth


def main() -> None:
    django.setup()
    employers, identity = importlib.import_module("employers.models"), importlib.import_module("members.identity.models")
    firm, maker = employers.Employer.objects.get(number=sys.argv[1]), identity.User.objects.get(user_id="penandaaras")
    cpu = time.process_time()
    content = Path(sys.argv[3]).read_bytes()
    reading.send(firm, maker, WageMonth.parse(sys.argv[2]), content)
    print(json.dumps({"cpu": time.process_time() - cpu, "mib": peak_mib(), "size": len(content)}))


if __name__ == "__main__":
    main()
