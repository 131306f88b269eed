#!/usr/bin/env python3
"""Many Modbus TCP devices of 100 registers: `spindle serve`, keeping journal, history and states,
against a bare libmodbus loop that keeps nothing, on the same field of devices in the same run.

Missed polls are counted by the devices. CPU is user and system time of the whole process in the
window, per register read. The latency is from the device's answer to the live event in a client.

Usage: fleet.py [DEVICES×INTERVAL_MS …]      (default: 100×1000 500×1000 100×100 500×100 500×33)
"""

import json
import pathlib
import signal
import sys
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent / "tools"))
import harness  # noqa: E402

BASE_PORT = 21000
WINDOW_S = 10
REGISTERS = 100
WATCHED = 20


def plant_text(devices, interval_ms):
    lines = ["site: {name: field, timezone: Asia/Taipei}", "machines:"]
    for i in range(devices):
        lines.append(f"  - id: plc-{i}")
        lines.append(f"    name: PLC {i}")
        lines.append(f"    connection: {{protocol: modbus-tcp, host: 127.0.0.1, port: {BASE_PORT + i}, "
                     f"unit: 1, poll_ms: {interval_ms}}}")
        lines.append("    signals:")
        lines.append('      - {id: stamp, address: "hr:0", type: uint64}')
        for n in range(4, REGISTERS):
            lines.append(f'      - {{id: r{n}, address: "hr:{n}", type: uint16}}')
    return "\n".join(lines) + "\n"


def window(field, program, devices, interval_ms):
    """Counts what happens in WINDOW_S seconds."""
    field.signal(signal.SIGUSR1)
    before, began = program.cpu_s(), time.monotonic()
    time.sleep(WINDOW_S)
    cpu, seconds = program.cpu_s() - before, time.monotonic() - began
    field.signal(signal.SIGUSR2)
    counted = json.loads(field.line())
    planned = counted["seconds"] * 1000 / interval_ms
    return {
        "polls_per_s": counted["polls"] / counted["seconds"],
        "polls_of_plan": counted["polls"] / (planned * devices),
        "slowest_of_plan": counted["device_polls_min"] / planned,
        "gap_ms_max": counted["gap_ms_max"],
        "cpu_share": cpu / seconds,
        "cpu_us_per_register": cpu * 1e6 / max(1, counted["polls"] * REGISTERS),
        "rss_mb": program.rss_mb(),
        "threads": program.status("Threads"),
    }


def latencies(server, devices, seconds):
    """Milliseconds from a device's answer to its live event here."""
    found = []

    def listen(answer):
        for raw in answer:
            if raw.startswith(b"data:") and b'"stamp"' in raw:
                now_us = time.time_ns() // 1000
                stamp = json.loads(raw[5:])["values"].get("stamp", {}).get("v")
                if stamp:
                    found.append((now_us - stamp) / 1000)

    # Some of the machines, as a page shows them: a listener in Python keeps up with no more.
    watched = ",".join(f"plc-{i}" for i in range(0, devices, max(1, devices // WATCHED)))
    answer = urllib.request.urlopen(f"{server.url}/api/v1/live?machines={watched}",
                                    timeout=seconds + 10)
    listener = threading.Thread(target=lambda: quiet(listen, answer), daemon=True)
    listener.start()
    time.sleep(seconds)
    return found[len(found) // 5:]  # without the replay of what was before


def quiet(function, argument):
    try:
        function(argument)
    except (OSError, ValueError, AttributeError):
        pass  # the server went away, as it should at the end


def measure(devices, interval_ms):
    rows = []
    with harness.Program(harness.TOOLS / "modbus_field", BASE_PORT, devices, ready="ready") as field:
        with harness.Program(harness.TOOLS / "libmodbus_loop", BASE_PORT, devices, interval_ms,
                             ready="ready") as loop:
            time.sleep(2)
            floor = window(field, loop, devices, interval_ms)
        rows.append({"devices": devices, "interval_ms": interval_ms, "program": "libmodbus loop", **floor})
        with harness.scratch() as folder:
            (folder / "plant.yaml").write_text(plant_text(devices, interval_ms))
            with harness.Server("serve", "--plant", folder / "plant.yaml", "--data",
                                folder / "data") as server:
                harness.until(lambda: all(m["connection"]["status"] == "ok"
                                          for m in machines(server)), 60, "every device to be heard")
                time.sleep(3)
                ours = window(field, server, devices, interval_ms)
                if interval_ms >= 100:
                    waits = latencies(server, devices, 10)
                    ours["live_ms_p50"] = harness.percentile(waits, 0.50)
                    ours["live_ms_p99"] = harness.percentile(waits, 0.99)
    ours["cpu_ratio"] = ours["cpu_us_per_register"] / max(1e-9, floor["cpu_us_per_register"])
    rows.append({"devices": devices, "interval_ms": interval_ms, "program": "spindle", **ours})
    return rows


def machines(server):
    items, cursor = [], ""
    while cursor is not None:
        page = server.get_json("/api/v1/machines?limit=500" + (f"&cursor={cursor}" if cursor else ""))
        items += page["items"]
        cursor = page.get("next_cursor")
    return items


def main():
    cases = sys.argv[1:] or ["100×1000", "500×1000", "100×100", "500×100", "500×33"]
    rows = []
    for case in cases:
        devices, interval_ms = (int(word) for word in case.replace("x", "×").split("×"))
        rows += measure(devices, interval_ms)
    harness.report(rows)


if __name__ == "__main__":
    main()
