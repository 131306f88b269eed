#!/usr/bin/env python3
"""How long the shift view of 200 machines over 12 hours takes to answer, over HTTP."""

import datetime
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "tools"))
import harness  # noqa: E402

MACHINES = 200
HOURS = 12
CYCLE_S = 40      # 35 s of run, 5 s of idle, a part
BATCH = 5_000
REPEATS = 7

SITE = """\
site: {name: shift, timezone: Asia/Taipei}
calendar:
  shifts:
    - {name: 日班, days: daily, start: "08:00", end: "20:00", breaks: ["12:00-13:00"]}
    - {name: 夜班, days: daily, start: "20:00", end: "08:00", breaks: ["00:00-01:00"]}
machines:
"""
MACHINE = """\
  - id: m{0}
    group: 廠/L{1}
    ideal_cycle_s: 38
    connection: {{protocol: push}}
    signals:
      - {{id: running, address: running, type: bool, role: run}}
      - {{id: parts, address: parts, type: uint32, role: part_count}}
"""


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def observations(start, end):
    moment, i = start, 0
    while moment < end:
        idle = moment + datetime.timedelta(seconds=CYCLE_S - 5)
        yield {"signal": "running", "t": stamp(moment), "value": True}
        yield {"signal": "running", "t": stamp(idle), "value": False}
        yield {"signal": "parts", "t": stamp(idle), "value": i}
        moment += datetime.timedelta(seconds=CYCLE_S)
        i += 1


def main():
    end = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    start = end - datetime.timedelta(hours=HOURS)
    rows = []
    with harness.scratch() as folder:
        machines = "".join(MACHINE.format(n, n % 10) for n in range(MACHINES))
        (folder / "plant.yaml").write_text(SITE + machines)
        with harness.Server("serve", "--plant", folder / "plant.yaml", "--data",
                            folder / "data") as server:
            said = list(observations(start, end))
            for n in range(MACHINES):
                for at in range(0, len(said), BATCH):
                    server.post("/api/v1/ingest",
                                {"machine": f"m{n}", "observations": said[at:at + BATCH]})
            span = f"from={stamp(start)}&to={stamp(end)}"

            def all_there():
                rows = server.get_json(f"/api/v1/overview?{span}&points=50")["machines"]
                return all(row["parts"]["total"] for row in rows)

            harness.until(all_there, 120, "every machine's shift to be derived")
            for what, more in (("1440 steps", "&points=1440"), ("each interval", ""),
                               ("one group of 20", "&points=1440&group=%E5%BB%A0/L3")):
                times = []
                for _ in range(REPEATS):
                    began = time.monotonic()
                    size = len(server.get(f"/api/v1/overview?{span}{more}"))
                    times.append((time.monotonic() - began) * 1000)
                rows.append({"states": what, "machines": MACHINES, "hours": HOURS, "bytes": size,
                             "ms_p50": harness.percentile(times, 0.5),
                             "ms_worst": max(times)})
    harness.report(rows)


if __name__ == "__main__":
    main()
