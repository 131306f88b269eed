#!/usr/bin/env python3
"""What the simulated factory costs while nobody looks: `spindle demo`, machines and box together."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "tools"))
import harness  # noqa: E402

SETTLE_S = 45  # The roll-ups of the week behind are made in that time.
WINDOW_S = 20


def main():
    with harness.scratch() as folder, harness.Server("demo", "--data", folder / "data") as demo:
        time.sleep(SETTLE_S)
        before, began = demo.cpu_s(), time.monotonic()
        time.sleep(WINDOW_S)
        share = (demo.cpu_s() - before) / (time.monotonic() - began)
        harness.report([{"seconds": WINDOW_S, "core_share": share, "rss_mb": demo.rss_mb(),
                         "threads": demo.status("Threads")}])


if __name__ == "__main__":
    main()
