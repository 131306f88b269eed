#!/usr/bin/env python3
"""A million SHDR observations, one item a line, through `spindle replay`."""

import pathlib
import resource
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "tools"))
import harness  # noqa: E402

LINES = 1_000_000
PLANT = """\
site: {name: replay, timezone: Asia/Taipei}
machines:
  - id: mill
    name: mill
    ideal_cycle_s: 60
    connection: {protocol: shdr, host: 127.0.0.1, port: 7878}
    signals:
      - {id: avail, address: avail, type: text, role: availability}
      - {id: execution, address: execution, type: text, role: execution}
      - {id: mode, address: mode, type: text, role: mode}
      - {id: program, address: program, type: text, role: program}
      - {id: parts, address: parts, type: uint32, role: part_count}
      - {id: load, address: load, type: float64, role: spindle_load}
      - {id: x, address: x, type: float64, role: axis_position}
      - {id: y, address: y, type: float64, role: axis_position}
"""


def write_recording(file):
    """A day that repeats: positions mostly, a program run of a minute with a pause and a part."""
    base = 1_709_251_200_000  # 2024-03-01T00:00:00Z, ms
    with open(file, "w", encoding="ascii") as out:
        for i in range(LINES):
            at = base + i * 20
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at // 1000)) + f".{at % 1000:03d}Z"
            step = i % 3000
            if i == 0:
                item = "avail|AVAILABLE"
            elif i == 1:
                item = "mode|AUTOMATIC"
            elif step == 10:
                item = "execution|ACTIVE"
            elif step == 11:
                item = f"program|O{1000 + i // 300_000}"
            elif step == 2500:
                item = "execution|READY"
            elif step == 2501:
                item = f"parts|{i // 3000}"
            elif i % 3 == 0:
                item = f"load|{(i * 7) % 1000 / 10}"
            else:
                item = f"{'xy'[i % 2]}|{(i * 13) % 100_000 / 1000}"
            out.write(f"{stamp}|{item}\n")


def main():
    rows = []
    with harness.scratch() as folder:
        (folder / "plant.yaml").write_text(PLANT)
        write_recording(folder / "recording.shdr")
        for run in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.monotonic()
            subprocess.run([harness.SPINDLE, "replay", "--plant", folder / "plant.yaml", "--machine",
                            "mill", folder / "recording.shdr"], check=True, stdout=subprocess.DEVNULL)
            wall = time.monotonic() - began
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            rows.append({"run": run + 1, "observations": LINES, "wall_s": wall,
                         "cpu_us_per_observation": cpu * 1e6 / LINES,
                         "observations_per_s": LINES / wall, "rss_mb_max": after.ru_maxrss / 1024})
    harness.report(rows)


if __name__ == "__main__":
    main()
