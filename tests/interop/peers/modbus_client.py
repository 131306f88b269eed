"""An independent Modbus client (pymodbus) for the interop tests.

usage: modbus_client.py tcp PORT | rtu DEVICE
Speaks to unit 1 and prints one line an exchange: `what: result`.
"""
import sys

from pymodbus.client import ModbusSerialClient, ModbusTcpClient

if sys.argv[1] == "tcp":
    client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[2]), timeout=5)
else:
    client = ModbusSerialClient(sys.argv[2], baudrate=19200, parity="N", timeout=5)
if not client.connect():
    sys.exit("no connection")


def show(what, answer, part=None):
    if answer.isError():
        print(f"{what}: exception {getattr(answer, 'exception_code', answer)}")
    elif part is None:
        print(f"{what}: done")
    else:
        print(f"{what}: {[int(v) for v in part(answer)]}")


def words(answer):
    return answer.registers


def bits(count):
    return lambda answer: answer.bits[:count]


show("hr 0-2", client.read_holding_registers(0, 3, slave=1), words)
show("ir 5-6", client.read_input_registers(5, 2, slave=1), words)
show("co 0-9", client.read_coils(0, 10, slave=1), bits(10))
show("di 0-9", client.read_discrete_inputs(0, 10, slave=1), bits(10))
show("write hr 1", client.write_register(1, 77, slave=1))
show("write hr 2-3", client.write_registers(2, [8, 9], slave=1))
show("hr 0-3", client.read_holding_registers(0, 4, slave=1), words)
show("write co 1", client.write_coil(1, True, slave=1))
show("write co 2-11", client.write_coils(2, [True, False] * 5, slave=1))
show("co 0-12", client.read_coils(0, 13, slave=1), bits(13))
show("hr 0-124", client.read_holding_registers(0, 125, slave=1), lambda a: [len(a.registers)])
show("hr 199-200", client.read_holding_registers(199, 2, slave=1), words)
show("write hr 200", client.write_register(200, 1, slave=1))
client.close()
