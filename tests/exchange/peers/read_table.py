"""Reads an exported table with libraries that know nothing of ours.

usage: read_table.py csv|xlsx|jsonl|json FILE OUT
Writes its rows as fields that end with 0x1E in rows that end with 0x1D, numbers as Python prints
them (the shortest decimal that gives the double back). A formula ends it with an error.
"""
import csv
import json
import math
import sys

kind, source, target = sys.argv[1:]


def words(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "INF" if value > 0 else "-INF"
        return repr(value)
    return str(value)


def documents():
    with open(source, encoding="utf-8") as file:
        found = json.load(file) if kind == "json" else [json.loads(line) for line in file]
    names = ["machine", "signal", "t", "value", "quality", "unit", "type", "exact"]
    yield names
    for each in found:
        yield [words(each.get(name)) for name in names]


def sheet():
    import openpyxl

    with open(source, "rb") as file:
        book = openpyxl.load_workbook(file)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.data_type == "f":
                sys.exit("a formula: %r" % cell.value)
        yield [words(cell.value) for cell in row]


def table():
    with open(source, encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file, strict=True):
            # What a spreadsheet would compute, unless it is a number.
            for field in row:
                if field[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number(field):
                    sys.exit("a formula: %r" % field)
            yield row


def is_number(field):
    try:
        return math.isfinite(float(field))
    except ValueError:
        return False


rows = {"csv": table, "xlsx": sheet}.get(kind, documents)()
with open(target, "w", encoding="utf-8", newline="") as out:
    for row in rows:
        out.write("".join(field + "\x1e" for field in row) + "\x1d")
