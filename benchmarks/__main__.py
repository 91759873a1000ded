"""`python -m benchmarks [names]`: run the listed benchmarks, or those named, and print one table. Exit 1 if a goal is missed."""

import importlib
import sys

from benchmarks import harness

MODULES = (
    "shares",
    "reading",
    "files",
    "million",
    "crediting",
    "dividends",
    "incentives",
    "ages",
    "lateness",
    "elections",
    "checking",
    "posting",
    "pages",
    "searching",
    "statement",
    "years",
    "tac",
    "sealing",
    "population",
    "withdrawals",
    "khas",
    "recurring",
    "applying",
)


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(MODULES))
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(MODULES)}")
        return 2
    figures = []
    for name in names or MODULES:
        figures += importlib.import_module(f"benchmarks.{name}").measure()
    return harness.report(figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
