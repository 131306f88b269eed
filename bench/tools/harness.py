"""What the benchmark scripts share: programs and what they cost, a served plant, tables, JSON."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPINDLE = os.environ.get("SPINDLE", str(ROOT / "build/release/spindle"))
TOOLS = pathlib.Path(os.environ.get("SPINDLE_BENCH_TOOLS", ROOT / "build/bench/bench/tools"))
TICKS = os.sysconf("SC_CLK_TCK")


class Program:
    """A child process, with what it has used so far."""

    def __init__(self, *command, ready=None, seconds=60):
        self.process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.said = ""
        while ready is not None and ready not in self.said:
            self.said = self.process.stdout.readline()
            if not self.said:
                raise RuntimeError(f"{command[0]} ended before it said `{ready}`")

    def signal(self, number):
        self.process.send_signal(number)

    def line(self):
        return self.process.stdout.readline()

    def cpu_s(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def status(self, key):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise KeyError(key)

    def rss_mb(self):
        return self.status("VmRSS") / 1024

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


class Server(Program):
    """`spindle serve` (or `demo`) on a free port; `url` is where it listens."""

    def __init__(self, command, *arguments):
        super().__init__(SPINDLE, command, *arguments, "--listen", "127.0.0.1:0",
                         ready="listening on ")
        self.url = self.said.split("listening on ", 1)[1].split()[0].rstrip("/")

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return answer.read()

    def get_json(self, path):
        return json.loads(self.get(path))

    def post(self, path, document):
        request = urllib.request.Request(self.url + path, json.dumps(document).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()


@contextlib.contextmanager
def scratch():
    """A folder on the disk the build lives on (not a RAM disk: syncs must cost what they cost)."""
    parent = ROOT / "build" / "bench"
    parent.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="scratch-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise TimeoutError(f"waited {seconds} s for {what}")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def median(values):
    return statistics.median(values) if values else None


def show(value):
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def report(rows):
    """Prints rows (dicts with the same keys) as a table and writes them as JSON."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    cells = [keys] + [[show(row.get(key)) for key in keys] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(keys))]
    for line in cells:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths)))
    target = os.environ.get("SPINDLE_BENCH_JSON")
    if target:
        pathlib.Path(target).write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
