#!/usr/bin/env python3
"""The history store against VictoriaMetrics, side by side in one run on this machine: the same seeded
workload pushed by the same program through the same line protocol, then the same five questions. Our
answers are also held against a dull computation on the workload. Prints ours, theirs, the ratio and
the ratio we aim at.

The load is 4 machines for an hour (720,000 samples); SPINDLE_BENCH_MACHINES=20 SPINDLE_BENCH_HOURS=6
makes it the 21.6 million that the aims are stated for. Needs the Debian package victoria-metrics;
without it ours are measured alone.
"""

import contextlib
import datetime
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent / "tools"))
import harness  # noqa: E402

MACHINES = int(os.environ.get("SPINDLE_BENCH_MACHINES", "4"))
HOURS = float(os.environ.get("SPINDLE_BENCH_HOURS", "1"))
LOAD = str(harness.TOOLS / "history_load")
SIZE = ["--machines", str(MACHINES), "--hours", str(HOURS)]
SAMPLES = int(MACHINES * HOURS * 3600) * 50
START = 1795046400  # 2026-11-19T00:00:00Z, as history_load has it
END = START + int(HOURS * 3600)
NAMES = ([f"load{i}" for i in range(5)] + [f"axis{i}" for i in range(5)] +
         [f"temp{i}" for i in range(10)] + ["execution"] + [f"choice{i}" for i in range(1, 20)] +
         [f"count{i}" for i in range(5)] + [f"flag{i}" for i in range(5)])
ASKED = NAMES[:20]
PLANT = "site: {name: bench, timezone: UTC, accept_new_machines: true}\nmachines: []\n"
QUERY_SECONDS = 3


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def rfc3339(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def micros(text):
    """Of an RFC 3339 time."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (moment - epoch) // datetime.timedelta(microseconds=1)


def bytes_in(*paths):
    total = 0
    for path in paths:
        if path.is_file():
            total += path.stat().st_size
        elif path.is_dir():
            total += sum(f.stat().st_size for f in path.rglob("*") if f.is_file())
    return total


def pick(i):
    """The machine, signal and hour of the i-th question."""
    hour = START + (i % max(1, int(HOURS))) * 3600
    return f"m{i % MACHINES:03d}", ASKED[i * 7 % len(ASKED)], hour


class Store:
    """A server under test: what it uses, and a kept connection to it."""

    def __init__(self, program, port):
        self.program = program
        self.pid = program.process.pid
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def close(self):
        self.connection.close()
        self.program.end()

    def get(self, path, *pairs):
        query = urllib.parse.urlencode(pairs)
        self.connection.request("GET", path + ("?" + query if query else ""))
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
        return body

    def cpu_s(self):
        """Of all threads, in ns: the ticks of /proc/PID/stat are too coarse for one question."""
        total = 0
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return max(total / 1e9, self.program.cpu_s())

    def written(self):
        for line in pathlib.Path(f"/proc/{self.pid}/io").read_text().splitlines():
            if line.startswith("write_bytes:"):
                return int(line.split()[1])
        return 0

    def peak_mb(self):
        return self.program.status("VmHWM") / 1024


class Ours(Store):
    name = "spindle"

    def __init__(self, folder):
        (folder / "plant.yaml").write_text(PLANT)
        self.data = folder / "data"
        self.earlier = {"cpu_s": 0.0, "written": 0, "peak_kb": 0}
        self.serve("--plant", folder / "plant.yaml")

    def serve(self, *arguments):
        server = harness.Server("serve", *arguments, "--data", self.data)
        super().__init__(server, urllib.parse.urlparse(server.url).port)

    def settle(self):
        """Stops it, so that all that was pushed is in blocks, and goes on from the disk: the history
        is written every ten minutes, and nobody wants to wait for that."""
        process = self.program.process
        process.terminate()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        self.earlier["cpu_s"] += used.ru_utime + used.ru_stime
        self.earlier["written"] += used.ru_oublock * 512
        self.earlier["peak_kb"] = used.ru_maxrss
        self.serve()
        # What is still owed, such as roll-ups, is part of the cost of storing.
        seen, since = self.cpu_s(), time.monotonic()
        while time.monotonic() - since < 5:
            time.sleep(0.5)
            if self.cpu_s() - seen > 0.02:
                seen, since = self.cpu_s(), time.monotonic()

    def cpu_s(self):
        return self.earlier["cpu_s"] + super().cpu_s()

    def written(self):
        return self.earlier["written"] + super().written()

    def peak_mb(self):
        return max(self.earlier["peak_kb"] / 1024, super().peak_mb())

    def sizes(self):
        return {"bytes": bytes_in(self.data / "history.db", self.data / "history"),
                "bytes_all": bytes_in(self.data)}

    def ask(self, kind, i):
        machine, signal, hour = pick(i)
        whole = (("from", rfc3339(START)), ("to", rfc3339(END)))
        name = f"{machine}/{signal}"
        if kind == "a":
            return self.get("/api/v1/values")
        if kind == "b":
            return self.get("/api/v1/history", ("signal", name), ("from", rfc3339(hour)),
                            ("to", rfc3339(hour + 3600)))
        if kind == "c":
            return self.get("/api/v1/history", ("signal", name), *whole, ("step", 60))
        if kind == "d":
            return self.get("/api/v1/history/table", *[("signal", f"{machine}/{s}") for s in NAMES],
                            *whole, ("points", 1000), ("value", "avg"))
        return self.get("/api/v1/history/durations",
                        *[("signal", f"m{m:03d}/execution") for m in range(MACHINES)], *whole,
                        ("by", "hour"))


class Rival(Store):
    name = "victoria-metrics"

    def __init__(self, folder):
        port = free_port()
        self.data = folder / "rival"
        program = harness.Program(
            self.name, f"-storageDataPath={self.data}", "-retentionPeriod=100y",
            f"-httpListenAddr=127.0.0.1:{port}", "-search.disableCache",
            "-search.maxUniqueTimeseries=1000000", "-loggerLevel=ERROR")
        super().__init__(program, port)
        harness.until(self.answers, 30, self.name)

    def answers(self):
        try:
            return bool(self.get("/health"))
        except OSError:
            self.connection.close()
            return False

    def settle(self):
        self.get("/internal/force_flush")
        self.get("/internal/force_merge")
        seen, since = None, time.monotonic()
        while time.monotonic() - since < 12:
            now = bytes_in(self.data)
            if now != seen:
                seen, since = now, time.monotonic()
            time.sleep(0.5)

    def sizes(self):
        return {"bytes": bytes_in(self.data / "data"), "bytes_all": bytes_in(self.data)}

    def ask(self, kind, i):
        machine, signal, hour = pick(i)
        of_machine = f'{{machine="{machine}"}}'
        step = f"{int(HOURS * 3600)}ms"
        if kind == "a":
            return self.get("/api/v1/query", ("query", '{__name__=~"m_.+"}'), ("time", END),
                            ("nocache", 1))
        if kind == "b":
            return self.get("/api/v1/export", ("match[]", f"m_{signal}{of_machine}"),
                            ("start", hour), ("end", hour + 3599.999))
        if kind == "c":
            query, start, step = f"rollup(m_{signal}{of_machine}[1m])", START + 60, "60s"
        elif kind == "d":
            query, start = f"avg_over_time({of_machine}[{step}])", START + HOURS * 3.6
        else:
            parts = (f'label_set(count_eq_over_time(m_execution[1h],{k}),"state","{k}")'
                     for k in range(5))
            query, start, step = f"union({','.join(parts)})", START + 3600, "1h"
        return self.get("/api/v1/query_range", ("query", query), ("start", start), ("end", END),
                        ("step", step), ("nocache", 1))


def measure(store):
    """Pushes everything, waits until it rests, asks everything."""
    before = store.cpu_s()
    written = store.written()
    said = subprocess.run([LOAD, "push", "--port", str(store.port), "--path",
                           "/write?precision=ms", *SIZE], capture_output=True, text=True,
                          check=False)
    if said.returncode != 0:
        sys.exit(f"{store.name}: {said.stderr}")
    out = {"store": store.name, **json.loads(said.stdout)}
    out["push_cpu_s_per_million"] = (store.cpu_s() - before) / SAMPLES * 1e6
    store.settle()
    out["cpu_s_per_million"] = (store.cpu_s() - before) / SAMPLES * 1e6
    out["written_per_sample"] = (store.written() - written) / SAMPLES
    for key, size in store.sizes().items():
        out[f"{key}_per_sample"] = size / SAMPLES
    out["rss_peak_mb"] = store.peak_mb()
    for kind in "abcde":
        out.update(measure_question(store, kind))
    return out


def measure_question(store, kind):
    try:
        answer = store.ask(kind, 0)
    except RuntimeError as error:
        print(f"{store.name} {kind}: {error}", file=sys.stderr)
        return {}
    took = []
    before, begin = store.cpu_s(), time.monotonic()
    while time.monotonic() - begin < QUERY_SECONDS and len(took) < 500:
        started = time.perf_counter()
        answer = store.ask(kind, len(took) + 1)
        took.append((time.perf_counter() - started) * 1e3)
    return {f"{kind}_cpu_ms": (store.cpu_s() - before) * 1e3 / len(took),
            f"{kind}_ms_p50": harness.percentile(took, 0.5),
            f"{kind}_ms_p99": harness.percentile(took, 0.99), f"{kind}_bytes": len(answer)}


# ---- values against the workload itself ----

class Checks:
    def __init__(self, store):
        self.store = store
        self.compared = 0
        self.wrong = []

    def equal(self, what, ours, dull, tolerance=0.0):
        self.compared += 1
        close = ours == dull or (tolerance and ours is not None and
                                 abs(ours - dull) <= tolerance * max(1.0, abs(dull)))
        if not close:
            self.wrong.append(f"{what}: {ours!r} instead of {dull!r}")

    def signal(self, machine, signal):
        said = subprocess.run([LOAD, "truth", *SIZE, "--machine", str(machine), "--signal", signal],
                              capture_output=True, text=True, check=True).stdout
        samples, minutes = (part.split("\n") for part in said.split("minutes\n"))
        samples = [line.split() for line in samples if line]
        minutes = [line.split() for line in minutes if line]
        name = f"m{machine:03d}/{signal}"
        hour = START + (int(HOURS) - 1) * 3600 if HOURS >= 1 else START
        rows = json.loads(self.store.get(
            "/api/v1/history", ("signal", name), ("from", rfc3339(hour)), ("to", rfc3339(END))))
        expected = [(int(t) * 1000, float(v)) for t, v in samples if int(t) >= hour * 1000]
        self.equal(f"{name}: raw rows", len(rows["rows"]), len(expected))
        for row, (t, v) in zip(rows["rows"], expected):
            self.equal(f"{name} {row[0]}: time", micros(row[0]), t)
            self.equal(f"{name} {row[0]}: value", float(row[1]), v)
        buckets = json.loads(self.store.get(
            "/api/v1/history", ("signal", name), ("from", rfc3339(START)), ("to", rfc3339(END)),
            ("step", 60)))
        column = {key: n for n, key in enumerate(buckets["columns"])}
        by_minute = {micros(row[column["t"]]) // 1000: row for row in buckets["rows"]}
        # What the last sample holds for is not the workload's to say.
        for t, least, most, last, count, average in minutes[:-1]:
            row = by_minute.get(int(t))
            if row is None:
                self.equal(f"{name}: minute {t}", None, "a row")
                continue
            self.equal(f"{name} {row[0]}: min", row[column["min"]], float(least))
            self.equal(f"{name} {row[0]}: max", row[column["max"]], float(most))
            self.equal(f"{name} {row[0]}: last", row[column["last"]], float(last))
            self.equal(f"{name} {row[0]}: count", row[column["count"]], int(count))
            self.equal(f"{name} {row[0]}: avg", row[column["avg"]], float(average), 1e-12)

    def states(self):
        said = subprocess.run([LOAD, "states", *SIZE], capture_output=True, text=True,
                              check=True).stdout
        rows = json.loads(self.store.ask("e", 0))["rows"]
        ours = {}
        for signal, t, held in rows:
            for value, seconds in held.items():
                hour = (micros(t) // 1_000_000 - START) // 3600
                ours[signal.split("/")[0], hour, str(int(float(value)))] = seconds
        for line in said.splitlines():
            machine, hour, state, seconds = line.split()
            got = ours.get((machine, int(hour), state))
            # The last word of a machine may be taken to hold a little longer.
            slack = 0 if int(hour) + 1 < HOURS else 1.0
            close = got is not None and abs(got - float(seconds)) <= 1e-6 + slack
            self.equal(f"{machine} hour {hour} state {state}", True if close else got, True)


def check(store):
    checks = Checks(store)
    try:
        for machine in sorted({0, MACHINES - 1}):
            for signal in ("load0", "axis1", "temp3", "count1", "execution", "flag2"):
                if signal != "flag2":
                    checks.signal(machine, signal)
        checks.states()
    except RuntimeError as error:
        checks.wrong.append(str(error))
    print(f"\n{checks.compared:,} values compared with a dull computation on the workload: "
          f"{len(checks.wrong)} differ")
    for line in checks.wrong[:10]:
        print("  " + line)
    return {"values_compared": checks.compared, "values_wrong": len(checks.wrong)}


AIMS = [("CPU s per million samples, pushed and stored", "cpu_s_per_million", 0.5),
        ("bytes a sample on disk", "bytes_per_sample", 0.4),
        ("bytes a sample on disk, journal and all", "bytes_all_per_sample", None),
        ("bytes a sample written", "written_per_sample", 0.5),
        ("peak memory, MB", "rss_peak_mb", None),
        ("a  last value of every signal, CPU ms", "a_cpu_ms", 0.03),
        ("b  an hour of one signal, raw, CPU ms", "b_cpu_ms", 0.5),
        ("c  one signal by the minute, CPU ms", "c_cpu_ms", 0.5),
        ("d  50 signals in 1,000 slices, CPU ms", "d_cpu_ms", 0.4),
        ("e  seconds per state and hour, CPU ms", "e_cpu_ms", 0.1)]


def table(ours, rival):
    rows = []
    for words, key, aim in AIMS:
        row = {"work": words, "ours": ours.get(key), "rival": rival.get(key) if rival else None,
               "ratio": None, "aim": aim, "met": None}
        if row["ours"] is not None and row["rival"]:
            row["ratio"] = row["ours"] / row["rival"]
            row["met"] = None if aim is None else "yes" if row["ratio"] <= aim else "no"
        rows.append(row)
    return rows


def main():
    rival = None
    with harness.scratch() as folder:
        store = Ours(folder)
        with contextlib.closing(store):
            ours = measure(store)
            ours.update(check(store))
    if shutil.which(Rival.name):
        with harness.scratch() as folder:
            store = Rival(folder)
            with contextlib.closing(store):
                rival = measure(store)
    else:
        print(f"{Rival.name} is not installed: ours alone (apt-get install {Rival.name})")
    print(f"\n{SAMPLES:,} samples: {MACHINES} machines x 50 signals x {HOURS:g} h at 1 Hz\n")
    harness.report(table(ours, rival))
    target = os.environ.get("SPINDLE_BENCH_JSON")
    if target:
        document = {"samples": SAMPLES, "ours": ours, "rival": rival, "table": table(ours, rival)}
        pathlib.Path(target).write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
