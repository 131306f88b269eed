#!/usr/bin/env python3
"""How long a month of one machine takes to answer: its timeline and its figures, over HTTP."""

import datetime
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "tools"))
import harness  # noqa: E402

PLANT = """\
site: {name: month, timezone: Asia/Taipei}
calendar:
  shifts:
    - {name: 日班, days: mon-fri, start: "08:00", end: "17:00", breaks: ["12:00-13:00"]}
machines:
  - id: press
    name: press
    ideal_cycle_s: 30
    connection: {protocol: push}
    signals:
      - {id: running, address: running, type: bool, role: run}
      - {id: parts, address: parts, type: uint32, role: part_count}
"""
DAYS = 30
STEP_S = 120      # a change of state every two minutes
BATCH = 2_000
REPEATS = 30


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def observations(start, end):
    moment, i = start, 0
    while moment < end:
        yield {"signal": "running", "t": stamp(moment), "value": i % 3 != 0, "quality": "good"}
        yield {"signal": "parts", "t": stamp(moment), "value": i, "quality": "good"}
        moment += datetime.timedelta(seconds=STEP_S)
        i += 1


def main():
    end = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    start = end - datetime.timedelta(days=DAYS)
    rows = []
    with harness.scratch() as folder:
        (folder / "plant.yaml").write_text(PLANT)
        with harness.Server("serve", "--plant", folder / "plant.yaml", "--data",
                            folder / "data") as server:
            said = list(observations(start, end))
            for at in range(0, len(said), BATCH):
                server.post("/api/v1/ingest", {"machine": "press", "observations": said[at:at + BATCH]})
            span = f"from={stamp(start)}&to={stamp(end)}"
            harness.until(lambda: len(server.get_json(
                f"/api/v1/machines/press/timeline?{span}")["items"]) > 1000, 60, "the month to be derived")
            for what in ("timeline", "kpi"):
                path = f"/api/v1/machines/press/{what}?{span}"
                times = []
                for _ in range(REPEATS):
                    began = time.monotonic()
                    size = len(server.get(path))
                    times.append((time.monotonic() - began) * 1000)
                rows.append({"call": what, "days": DAYS, "observations": len(said), "bytes": size,
                             "ms_p50": harness.percentile(times, 0.5),
                             "ms_p99": harness.percentile(times, 0.99)})
    harness.report(rows)


if __name__ == "__main__":
    main()
