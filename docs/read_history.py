#!/usr/bin/env python3
"""Reads a binary history file (spindle export --format bin) with nothing but Python.

    python3 read_history.py FILE            prints it as CSV
    from read_history import read_history   for (machine, signal, unit, us, quality, value) in …

What the bytes mean stands in docs/formats.md. This is the whole reader: some 200 lines, meant to be
read, and to be translated into another language.
"""

import csv
import datetime
import json
import struct
import sys
import zlib

QUALITIES = ("good", "uncertain", "bad", "unavailable")
NONE, BOOL, INT, UINT, REAL, TEXT = range(6)
MASK = (1 << 64) - 1


class Bytes:
    """Bytes that are read from the front."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        piece = self.data[self.at:self.at + count]
        if len(piece) != count:
            raise ValueError("the block ends too early")
        self.at += count
        return piece

    def u8(self):
        return self.take(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def zigzag(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)


def unfold(value):
    return value >> 1 ^ -(value & 1)


def unpack(data, width, count):
    """`count` numbers: the least, low bits side by side, and those that need more bits."""
    least, exceptions = data.zigzag(), data.u8()
    bits = int.from_bytes(data.take((count * width + 7) // 8), "little")
    mask = (1 << width) - 1
    numbers = [least + (bits >> i * width & mask) for i in range(count)]
    for _ in range(exceptions):
        place = data.u8()
        numbers[place] += data.varint() << width
    return numbers


def unpack_groups(data, count):
    numbers = []
    while len(numbers) < count:
        width = data.u8()
        numbers += unpack(data, width, min(128, count - len(numbers)))
    return numbers


def integers(data, count):
    """Whole numbers of 64 bits, unsigned."""
    if count == 0:
        return []
    form, out = data.u8(), []
    if form == 0:  # runs
        value = 0
        while len(out) < count:
            token = data.varint()
            run = data.varint() + 1 if token == 0 else 1
            value += unfold(token)
            out += [value & MASK] * run
    elif form == 1:  # packed
        value, unit = data.zigzag(), data.varint()
        out.append(value & MASK)
        while len(out) < count:
            head = data.u8()
            slope = data.zigzag() if head & 128 else 0
            group = unpack(data, head & 127, min(128, count - len(out)))
            line = value
            for number in group:
                line += slope * unit
                value = line + number * unit if head & 128 else value + number * unit
                out.append(value & MASK)
    elif form == 2:  # changes
        value, unit, changes = data.zigzag(), data.varint(), data.varint()
        stood = unpack_groups(data, changes)
        moved = unpack_groups(data, changes)
        for still, step in zip(stood, moved):
            out += [value & MASK] * (still + 1)
            value += unfold(step + 1 & MASK) * unit
        out += [value & MASK] * (count - len(out))
    else:
        raise ValueError("whole numbers in a form of a later version")
    if len(out) != count:
        raise ValueError("whole numbers do not add up")
    return out


def signed(number):
    return number - (1 << 64) if number >> 63 else number


def double(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def values_of(data, kind, decimals, count):
    if kind == NONE:
        return []
    if kind == BOOL:
        out, present = [], False
        while True:
            out += [present] * data.varint()
            present = not present
            if len(out) >= count:
                return out
    if kind == INT:
        return [signed(n) for n in integers(data, count)]
    if kind == UINT:
        return integers(data, count)
    if kind == REAL and decimals:
        return [signed(n) / 10 ** (decimals - 1) for n in integers(data, count)]
    if kind == REAL:
        out, before = [], 0
        while len(out) < count:
            control = data.u8()
            if control == 0:
                out += [double(before)] * (data.varint() + 1)
                continue
            kept = int.from_bytes(data.take(control & 15), "little")
            before ^= kept << 8 * (control >> 4)
            out.append(double(before))
        return out
    texts = texts_of(data)
    return [texts[n] for n in integers(data, count)]


def texts_of(data):
    return [data.take(data.varint()).decode("utf-8", "backslashreplace")
            for _ in range(data.varint())]


def part_of(head):
    """Bytes inside the head, or how many lie behind it."""
    size = head.varint()
    if size <= 32:
        return head.take(size)
    head.take(4)  # a checksum; the record's own covers these bytes as well
    return size


def read_column(head, before, rows, ordered):
    """What the head says of a column: signal, kind, decimals, plain, constant value, part."""
    signal = before + head.zigzag()
    kind_bits, flags = head.u8(), head.u8()
    kind, decimals = kind_bits & 7, kind_bits >> 4
    if kind_bits & 8:
        raise ValueError("a column is packed with zstd, which exported files are not")
    plain, constant, summed = flags & 1, flags & 2, flags & 4
    floating = kind == REAL and decimals == 0
    said = rows if plain else head.varint()
    if not plain:
        head.varint(), head.varint()  # usable and good values
    value = None
    if constant and kind != TEXT:
        value = double(int.from_bytes(head.take(8), "little")) if floating else head.zigzag()
        value = {BOOL: bool, UINT: lambda n: n & MASK}.get(kind, lambda n: n)(value)
        if kind == REAL and decimals:
            value /= 10 ** (decimals - 1)
    if summed:  # passed over
        finite = head.varint() if floating else said
        if not (plain and ordered) or finite != said:
            head.varint()
        if not constant and floating:
            head.take(48)
        elif not constant:
            for _ in range(6):
                head.varint()
    return signal, kind, decimals, plain, constant, value, part_of(head)


def read_block(content):
    """(times, [(signal, cells)]); a cell is None, or (quality, value)."""
    front = Bytes(content)
    if front.u8() != 3:
        raise ValueError("a block of a version this reader does not know")
    front.u8()  # level
    size = front.varint()
    head = Bytes(front.take(size))
    front.take(4)  # checksum of the head
    head.varint(), head.varint(), head.varint()  # machine, group, signal
    rows, flags = head.varint(), head.u8()
    ordered = flags & 8
    head.zigzag(), head.varint()  # earliest, and how much later the latest
    time_part = part_of(head)
    columns, signal = [], 0
    for _ in range(head.varint()):
        columns.append(read_column(head, signal, rows, ordered))
        signal = columns[-1][0]

    def content_of(part):
        return Bytes(part if isinstance(part, bytes) else front.take(part))

    times = [signed(n) for n in integers(content_of(time_part), rows)]
    out = []
    for signal, kind, decimals, plain, constant, value, part in columns:
        data = content_of(part)
        cells = [1] * rows if plain else []
        while len(cells) < rows:
            cell = data.u8()
            cells += [cell] * (data.varint() + 1)
        count = sum(1 <= cell <= 4 for cell in cells)
        if constant:
            values = [texts_of(data)[0] if kind == TEXT else value] * count
        else:
            values = values_of(data, kind, decimals, count)
        values = iter(values)
        out.append((signal, [None if cell == 0 else
                             (QUALITIES[cell - 1 & 3], next(values) if cell <= 4 else None)
                             for cell in cells]))
    return times, out


def records(file):
    if file.read(8) != b"SPINDLE\x01":
        raise ValueError("this is no binary history file")
    while True:
        head = file.read(9)
        if len(head) != 9:
            raise ValueError("the file was cut off")
        what, size, checksum = struct.unpack("<cII", head)
        content = file.read(size)
        if len(content) != size:
            raise ValueError("the file was cut off")
        if zlib.crc32(content) != checksum:
            raise ValueError("a record is damaged")
        if what == b"E":
            return
        yield what, content


def read_history(file):
    """Yields (machine, signal, unit, µs since 1970 in UTC, quality, value) of an open file."""
    machines, signals = {}, {}
    for what, content in records(file):
        if what == b"N":
            names = json.loads(content)
            machines.update(names.get("machines", {}))
            signals.update(names.get("signals", {}))
        elif what == b"B":
            times, columns = read_block(content)
            columns.sort(key=lambda column: column[0])
            for row, time in enumerate(times):
                for signal, cells in columns:
                    if cells[row] is None:
                        continue
                    about = signals[str(signal)]
                    quality, value = cells[row]
                    yield (machines[str(about["machine"])], about["id"], about.get("unit", ""),
                           time, quality, value)


def words(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: read_history.py FILE")
    epoch = datetime.datetime(1970, 1, 1)
    table = csv.writer(sys.stdout)
    table.writerow(["machine", "signal", "t", "value", "quality", "unit"])
    with open(sys.argv[1], "rb") as file:
        for machine, signal, unit, us, quality, value in read_history(file):
            t = (epoch + datetime.timedelta(microseconds=us)).isoformat(timespec="microseconds")
            table.writerow([machine, signal, t + "Z", words(value), quality, unit])


if __name__ == "__main__":
    main()
