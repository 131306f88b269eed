"""An independent Modbus server (pymodbus) for the interop tests.

usage: modbus_server.py tcp | rtu DEVICE
Prints `ready PORT` (tcp) or `ready` (rtu) once it serves. Unit 1 holds known values in all tables;
unit 2 has no holding register 6; other units are silent.
"""
import asyncio
import struct
import sys

from pymodbus.datastore import (
    ModbusSequentialDataBlock,
    ModbusServerContext,
    ModbusSlaveContext,
    ModbusSparseDataBlock,
)
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer


def registers(layout, *values):
    data = struct.pack(layout, *values)
    return list(struct.unpack(f">{len(data) // 2}H", data))


def known_values():
    words = [0] * 200
    words[0:3] = [1234, 16712, 3]
    words[10:12] = registers(">I", 123456)
    words[12:14] = registers(">f", 12.5)
    low, high = registers(">I", 0xFFFE1DC0)[::-1]
    words[14:16] = [low, high]  # int32 -123456, low register first
    words[16:20] = registers(">d", -0.125)
    words[20:24] = registers(">8s", b"O1234\0\0\0")
    return words


def context():
    bits = [address % 3 == 0 for address in range(100)]
    one = ModbusSlaveContext(
        co=ModbusSequentialDataBlock(0, bits),
        di=ModbusSequentialDataBlock(0, [not bit for bit in bits]),
        hr=ModbusSequentialDataBlock(0, known_values()),
        ir=ModbusSequentialDataBlock(0, [address * 2 for address in range(200)]),
        zero_mode=True,
    )
    sparse = {address: address for address in range(10) if address != 6}
    two = ModbusSlaveContext(hr=ModbusSparseDataBlock(sparse), zero_mode=True)
    return ModbusServerContext(slaves={1: one, 2: two}, single=False)


async def serve_tcp():
    server = ModbusTcpServer(context(), address=("127.0.0.1", 0), ignore_missing_slaves=True)
    task = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print("ready", server.server.sockets[0].getsockname()[1], flush=True)
    await task


async def serve_rtu(device):
    server = ModbusSerialServer(
        context(), port=device, baudrate=19200, parity="N", ignore_missing_slaves=True
    )
    await server.start()
    print("ready", flush=True)
    await server.serve_forever()


if sys.argv[1] == "tcp":
    asyncio.run(serve_tcp())
else:
    asyncio.run(serve_rtu(sys.argv[2]))
