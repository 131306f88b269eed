#!/usr/bin/env python3
"""A small cached answer over HTTP: one machine's document from `spindle serve`, against nginx with a
file of the same size, with the same wrk, in the same run. Needs wrk; nginx when there is one.
"""

import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "tools"))
import harness  # noqa: E402

PLANT = """\
site: {name: page, timezone: Asia/Taipei}
machines:
  - id: press
    name: press
    connection: {protocol: push}
    signals:
      - {id: running, address: running, type: bool, role: run}
"""
PORT = 21999
SECONDS = 5
CONNECTIONS = 32

NGINX = """\
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  open_file_cache max=10; keepalive_requests 100000000;
  server {{ listen 127.0.0.1:{port}; root {folder}; default_type application/json; }}
}}
"""


def load(url):
    said = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", url],
                          capture_output=True, text=True, check=True).stdout
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    unit = {"us": 1e-3, "ms": 1.0, "s": 1e3}[p99.group(2)]
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return {"answers_per_s": float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)),
            "ms_p99": float(p99.group(1)) * unit, "refused": int(errors.group(1)) if errors else 0}


def main():
    if not shutil.which("wrk"):
        sys.exit("http_answers.py: wrk is missing: apt-get install wrk")
    rows = []
    with harness.scratch() as folder:
        (folder / "plant.yaml").write_text(PLANT)
        with harness.Server("serve", "--plant", folder / "plant.yaml", "--data",
                            folder / "data") as server:
            pages = {"cached": "/", "computed": "/api/v1/machines/press"}
            bodies = {kind: server.get(path) for kind, path in pages.items()}
            for kind, path in pages.items():
                rows.append({"server": "spindle", "answer": kind, "bytes": len(bodies[kind]),
                             **load(server.url + path)})
        nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
        if nginx:
            folder.chmod(0o755)
            for kind, body in bodies.items():
                (folder / kind).write_bytes(body)
            (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=PORT))
            with harness.Program(nginx, "-c", folder / "nginx.conf", "-e", folder / "error.log"):
                for row, kind in zip(list(rows), bodies):
                    url = f"http://127.0.0.1:{PORT}/{kind}"
                    harness.until(lambda: answers(url), 10, "nginx")
                    file = {"server": "nginx", "answer": "a file of the same size",
                            "bytes": len(bodies[kind]), **load(url)}
                    row["of_nginx"] = row["answers_per_s"] / file["answers_per_s"]
                    rows.append(file)
        else:
            print("nginx is not installed: no comparison (apt-get install nginx-light)")
    harness.report(rows)


def answers(url):
    return subprocess.run(["curl", "-fsS", "--noproxy", "*", "-o", "/dev/null", url],
                          capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()
