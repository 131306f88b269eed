"""A collector built on a library that we did not write (python3-influxdb).

usage: influx_push.py URL_HOST URL_PORT FIRST_MS COUNT [deaf]
Pushes COUNT points of the machine `Lathe 1`, in batches and packed, then says `pushed`. With `deaf`
it does not hear the first answer to each batch: something between cuts the connection after the
box has taken it, and the library sends the batch again.
"""
import socket
import sys
import threading

from influxdb import InfluxDBClient

host, port, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])


def read_message(stream):
    """One HTTP message with a Content-Length, whole."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = stream.recv(65536)
        if not piece:
            return b""
        head += piece
    head, rest = head.split(b"\r\n\r\n", 1)
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, value = line.split(b":", 1)
        if name.lower() == b"content-length":
            length = int(value)
    while len(rest) < length:
        rest += stream.recv(65536)
    return head + b"\r\n\r\n" + rest


class DeafProxy:
    """Hands requests on; of each POST the answer is lost the first time its body is seen."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.seen = set()
        self.lost = 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            link, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(link,), daemon=True).start()

    def serve(self, link):
        box = socket.create_connection((host, port))
        while request := read_message(link):
            box.sendall(request)
            answer = read_message(box)
            body = request.split(b"\r\n\r\n", 1)[1]
            if request.startswith(b"POST /write") and body not in self.seen:
                self.seen.add(body)
                self.lost += 1
                break
            link.sendall(answer)
        link.close()
        box.close()


proxy = DeafProxy() if sys.argv[5:] == ["deaf"] else None
client = InfluxDBClient(
    host, proxy.port if proxy else port, database="shop", gzip=proxy is None, timeout=20, retries=3
)
client.create_database("shop")
if client.get_list_database() == []:
    sys.exit("no database")
points = [
    {
        "measurement": "metal",
        "tags": {"machine": "Lathe 1", "shop floor": "一廠, A"},
        "time": first + 1000 * i,
        "fields": {
            "load": i * 0.1,
            "parts": i,
            "run": i % 2 == 0,
            "program": 'O%04d "夾爪", \\ x=1' % (i % 7),
        },
    }
    for i in range(count)
]
if not client.write_points(points, time_precision="ms", batch_size=100):
    sys.exit("not written")
print("pushed", count, "lost", proxy.lost if proxy else 0)
