#!/usr/bin/env python3
"""A long past of one machine (50 signals, once a second) behind the pages: how long the program takes
to start on it, what it reads for that, and what a chart of it costs that nobody asked for before.

The past is a month (130 million samples, some 50 MB); SPINDLE_BENCH_DAYS=365 makes it the year that
the aims are stated for: 1.6 billion samples, some minutes to make, 600 MB. With
SPINDLE_BENCH_FOLDER=… it is made there once and used again by later runs.

Every question goes to a program that was just started, after the data folder was taken out of the
system's cache; asked again it is warm.
"""

import contextlib
import ctypes
import datetime
import http.client
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent / "tools"))
import harness  # noqa: E402

DAYS = float(os.environ.get("SPINDLE_BENCH_DAYS", "30"))
KEPT = os.environ.get("SPINDLE_BENCH_FOLDER")
END = 1795046400  # 2026-11-19T00:00:00Z
START = END - int(DAYS * 86400)
# What the machine says, as bench/tools/shop_floor.hpp has it.
FIELDS = ([f"load{i}=1.5" for i in range(5)] + [f"axis{i}=1.5" for i in range(5)] +
          [f"temp{i}=1.5" for i in range(10)] + ["execution=1i"] +
          [f"choice{i}=1i" for i in range(1, 20)] +
          [f"count{i}=1.5" if i == 1 else f"count{i}=1i" for i in range(5)] +
          [f"flag{i}=t" for i in range(5)])
SIGNALS = ["load0", "axis1", "temp2", "count1", "execution"]
PLANT = """site:
  name: bench
  timezone: UTC
  accept_new_machines: true
storage: {keep: {state_days: 3650, counter_days: 3650, analog_days: 3650, energy_days: 3650}}
machines: []
"""
WINDOWS = {"year": 365, "month": 30, "week": 7, "day": 1, "hour": 1 / 24}
POINTS = (1000, 2000)


def rfc3339(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def make_past(data):
    """A plant that knows the machine, then the machine's past."""
    plant = data.parent / "plant.yaml"
    plant.write_text(PLANT)
    with harness.Server("serve", "--plant", plant, "--data", data) as server:
        line = f"m,machine=m000 {','.join(FIELDS)} {(START - 1) * 1000}\n"
        connection = http.client.HTTPConnection(urllib.parse.urlparse(server.url).netloc)
        connection.request("POST", "/write?precision=ms", line)
        answer = connection.getresponse()
        if answer.status != 204:
            sys.exit(f"/write: {answer.status} {answer.read()[:300]!r}")
    said = subprocess.run([harness.TOOLS / "history_year", "--data", data, "--days", str(DAYS),
                           "--from", str(START * 1000)], capture_output=True, text=True, check=False)
    if said.returncode != 0:
        sys.exit(said.stderr)
    made = json.loads(said.stdout)
    size = sum(file.stat().st_size for file in data.rglob("*") if file.is_file())
    made["bytes_per_sample"] = size / made["samples"]
    made["ns_per_sample"] = made["cpu_s"] * 1e9 / made["samples"]
    (data.parent / "made.json").write_text(json.dumps(made))


def make_cold(data):
    """Takes the folder's files out of the system's cache, and says how much is in it after all."""
    os.sync()
    page = os.sysconf("SC_PAGE_SIZE")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int,
                          ctypes.c_int, ctypes.c_long]
    libc.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]
    libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    left = 0
    for path in data.rglob("*"):
        if not path.is_file() or path.stat().st_size == 0 or path.name.endswith("-shm"):
            continue
        size = path.stat().st_size
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        mapped = libc.mmap(None, size, 1, 1, descriptor, 0)
        there = ctypes.create_string_buffer((size + page - 1) // page)
        if libc.mincore(mapped, size, there) == 0:
            left += page * sum(byte & 1 for byte in there.raw[:-1])
        libc.munmap(mapped, size)
        os.close(descriptor)
    return left


def bytes_read(pid):
    """From the disk, not from the system's cache."""
    for line in pathlib.Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("read_bytes:"):
            return int(line.split()[1])
    return 0


def cpu_ms(pid):
    """Of all threads; the ticks of /proc/PID/stat are too coarse for one question."""
    return sum(int((task / "schedstat").read_text().split()[0])
               for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e6


def ask(server, days, points, names):
    end = END - (3600 if days < 1 else 0)  # an hour in the middle of nowhere in particular
    pairs = [("signal", f"m000/{name}") for name in names]
    pairs += [("from", rfc3339(end - int(days * 86400))), ("to", rfc3339(end)), ("points", points)]
    path = "/api/v1/history"
    if len(names) > 1:
        path += "/table"
        pairs.append(("value", "avg"))
    began = time.monotonic()
    body = server.get(path + "?" + urllib.parse.urlencode(pairs))
    return (time.monotonic() - began) * 1e3, json.loads(body)


def start(data):
    """A program that was just started; how long that took, and what it read."""
    left = make_cold(data)
    began = time.monotonic()
    server = harness.Server("serve", "--data", data)
    took = time.monotonic() - began
    return server, {"work": "start", "cold_ms": took * 1e3,
                    "read_MB": bytes_read(server.process.pid) / 1e6, "cpu_ms": cpu_ms(server.process.pid),
                    "rss_MB": server.rss_mb(), "cached_before_MB": left / 1e6}


def measure(data):
    server, started = start(data)
    with server:
        time.sleep(5)  # what it does beside, once it serves
        started["read_after_MB"] = bytes_read(server.process.pid) / 1e6
        started["cpu_after_ms"] = cpu_ms(server.process.pid)
    rows = [started]
    for window, days in WINDOWS.items():
        if days > DAYS:
            continue
        for points in POINTS:
            for names in (SIGNALS[:1], SIGNALS):
                server, _ = start(data)
                with server:
                    left = make_cold(data)
                    read, cpu = bytes_read(server.process.pid), cpu_ms(server.process.pid)
                    cold, answer = ask(server, days, points, names)
                    row = {"work": f"{window}, {points} points, {len(names)} signals",
                           "cold_ms": cold,
                           "read_MB": (bytes_read(server.process.pid) - read) / 1e6,
                           "cpu_ms": cpu_ms(server.process.pid) - cpu,
                           "rss_MB": server.rss_mb(), "cached_before_MB": left / 1e6,
                           "warm_ms": harness.median([ask(server, days, points, names)[0]
                                                      for _ in range(9)]),
                           "rows": len(answer["rows"])}
                    rows.append(row)
    return rows


def main():
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(KEPT) if KEPT else stack.enter_context(harness.scratch())
        folder.mkdir(parents=True, exist_ok=True)
        data = folder / "data"
        if not (folder / "made.json").exists():
            make_past(data)
        made = {"work": f"{DAYS:g} days made", **json.loads((folder / "made.json").read_text())}
        harness.report([made])
        harness.report([made, *measure(data)])


if __name__ == "__main__":
    main()
