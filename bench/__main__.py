"""`make bench`: every number in one run, as a table. `python -m bench pages` runs a part."""

from __future__ import annotations

import sys

from bench import pages, search_quality, search_speed

PARTS = {
    "search": (search_quality.main, search_speed.main),
    "pages": (pages.throughput, pages.start, pages.memory),
    "lighthouse": (pages.lighthouse,),
}


def main() -> None:
    """Run the parts that are named, or all."""
    for name in sys.argv[1:] or PARTS:
        for part in PARTS[name]:
            part()


if __name__ == "__main__":
    main()
