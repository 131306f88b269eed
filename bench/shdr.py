#!/usr/bin/env python3
"""An SHDR adapter that says everything at once: `spindle serve` takes lines of one item, and of ten,
through socket, parser, journal, engine, history and live table. CPU is user and system time of the
whole process, per observation.

Usage: shdr.py
"""

import pathlib
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "tools"))
import harness  # noqa: E402

OBSERVATIONS = 1_000_000
ITEMS = 50


def plant_text(port):
    signals = "\n".join(f"      - {{id: x{i}, type: float64}}" for i in range(ITEMS - 1))
    return f"""site: {{name: bench, timezone: Asia/Taipei}}
machines:
  - id: mill
    connection: {{protocol: shdr, host: 127.0.0.1, port: {port}}}
    signals:
      - {{id: execution, role: execution}}
{signals}
"""


def lines(items_a_line):
    """Stamps of now, a microsecond apart, so that the clock is plausible."""
    began = time.time()
    said, out = 0, []
    while said < OBSERVATIONS:
        t = began + said / 1e6
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t)) + f".{int(t % 1 * 1e6):06d}Z"
        pairs = []
        for _ in range(items_a_line):
            item = said % ITEMS
            value = ("ACTIVE", "READY")[said // 50_000 % 2] if item == 0 else f"{said % 9973 / 100}"
            pairs.append(f"{'execution' if item == 0 else f'x{item - 1}'}|{value}")
            said += 1
        out.append(stamp + "|" + "|".join(pairs) + "\n")
    return "".join(out).encode()


def adapter(listener, go, make):
    """One connection: everything when told to, then nothing, but it stays."""
    link, _ = listener.accept()
    go.wait()
    link.sendall(make())
    try:
        while link.recv(4096):
            pass
    except OSError:
        pass  # the other side is gone


def taken(server):
    for line in server.get("/metrics").decode().splitlines():
        if line.startswith("spindle_observations_total "):
            return float(line.split()[1])
    return 0


def measure(items_a_line):
    listener = socket.create_server(("127.0.0.1", 0))
    port, go = listener.getsockname()[1], threading.Event()
    prepared = {}
    threading.Thread(target=adapter, args=(listener, go, lambda: prepared["text"]), daemon=True).start()
    with harness.scratch() as folder:
        (folder / "plant.yaml").write_text(plant_text(port))
        with harness.Server("serve", "--plant", folder / "plant.yaml", "--data", folder / "data") as server:
            prepared["text"] = lines(items_a_line)
            before, began = server.cpu_s(), time.monotonic()
            go.set()
            harness.until(lambda: taken(server) >= OBSERVATIONS, 120, "every observation in the journal")
            wall, cpu = time.monotonic() - began, server.cpu_s() - before
            row = {"items_a_line": items_a_line, "observations": OBSERVATIONS,
                   "cpu_us_per_observation": cpu * 1e6 / OBSERVATIONS,
                   "observations_per_s": OBSERVATIONS / wall, "rss_mb": server.rss_mb()}
    listener.close()
    return row


if __name__ == "__main__":
    harness.report([measure(1), measure(10)])
