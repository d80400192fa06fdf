"""`make bench`: every number in one run, as a table. `python -m bench pages` runs a part."""

from __future__ import annotations

import sys

from bench import agreements, identity, inbox, load, pages, referrals, seal, search_quality, search_speed, selfchecks

PARTS = {
    "search": (search_quality.main, search_speed.main),
    "pages": (pages.throughput, pages.start, pages.memory),
    "identity": (identity.main,),
    "selfchecks": (selfchecks.main,),
    "inbox": (inbox.main,),
    "referrals": (referrals.submits, referrals.messages),
    "seal": (seal.main,),
    "agreements": (agreements.main,),
    "load": (load.main,),
    "lighthouse": (pages.lighthouse,),
}


def main() -> None:
    """Run the parts that are named, or all."""
    names = sys.argv[1:] or list(PARTS)
    sys.argv[1:] = []  # what a part reads from the command line is its own
    for name in names:
        for part in PARTS[name]:
            part()


if __name__ == "__main__":
    main()
