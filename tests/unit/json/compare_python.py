# SPDX-License-Identifier: Apache-2.0
#
# usage: compare_python.py JSON_FILTER DESCRIPTOR_SET
# Random messages of fixture.proto go through our JSON mapping and Google's (python3-protobuf), both ways: bytes and
# values must agree. Exits with 77 (skipped) where python3-protobuf is missing.
import json
import math
import random
import subprocess
import sys

try:
    from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
except ImportError:
    sys.exit(77)

random.seed(20261123)
INT_BITS = {1: 0, 3: 64, 4: 64, 5: 32, 6: 64, 7: 32, 13: 32, 15: 32, 16: 64, 17: 32, 18: 64}
UNSIGNED = {4, 6, 7, 13}
TEXTS = ["", "a", "Grüße", "\u20ac \U0001f600", 'quote " back \\ slash', "line\nfeed\ttab\x7f", "x" * 300]


def scalar(field):
    kind = field.type
    if kind == field.TYPE_DOUBLE:
        return random.choice([0.0, -0.0, 0.1, 1 / 3, 1e308, 5e-324, 1e22, -2.5, math.inf, -math.inf,
                              random.uniform(-1e6, 1e6)])
    if kind == field.TYPE_FLOAT:
        return random.choice([0.0, 0.5, -1.25, 16777216.0, 1e-30, 3e38, 0.1])
    if kind == field.TYPE_BOOL:
        return random.random() < 0.5
    if kind == field.TYPE_STRING:
        return random.choice(TEXTS)
    if kind == field.TYPE_BYTES:
        return random.randbytes(random.choice([0, 1, 2, 3, 4, 50]))
    if kind == field.TYPE_ENUM:
        return random.choice(field.enum_type.values).number
    bits = INT_BITS[kind]
    low, high = (0, 2**bits - 1) if kind in UNSIGNED else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return random.choice([0, 1, low, high, random.randint(low, high)])


def fill(message, depth):
    if message.DESCRIPTOR.full_name == "google.protobuf.Timestamp":
        message.seconds = random.choice([0, 1, -1, -62135596800, 253402300799, random.randint(-10**10, 10**10)])
        message.nanos = random.choice([0, 1, 1000, 123000000, 999999999])
        return
    for field in message.DESCRIPTOR.fields:
        if random.random() < 0.4:
            continue
        is_map = field.message_type and field.message_type.GetOptions().map_entry
        if is_map:
            key, value = field.message_type.fields
            for _ in range(random.randint(0, 2)):
                if value.message_type:
                    if depth > 0:
                        fill(getattr(message, field.name)[scalar(key)], depth - 1)
                else:
                    getattr(message, field.name)[scalar(key)] = scalar(value)
        elif field.message_type:
            if depth == 0:
                continue
            if field.label == field.LABEL_REPEATED:
                for _ in range(random.randint(0, 3)):
                    fill(getattr(message, field.name).add(), depth - 1)
            else:
                child = getattr(message, field.name)
                child.SetInParent()
                fill(child, depth - 1)
        elif field.label == field.LABEL_REPEATED:
            getattr(message, field.name).extend(scalar(field) for _ in range(random.randint(0, 4)))
        else:
            setattr(message, field.name, scalar(field))


def main():
    filter_path, set_path = sys.argv[1:]
    descriptors = descriptor_pb2.FileDescriptorSet()
    with open(set_path, "rb") as file:
        descriptors.ParseFromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for file in descriptors.file:
        pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    node = factory.GetPrototype(pool.FindMessageTypeByName("fixture.Node"))
    process = subprocess.Popen([filter_path, set_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(verb, text):
        process.stdin.write(f"{verb} fixture.Node {text}\n".encode())
        process.stdin.flush()
        answer = process.stdout.readline().decode().rstrip("\n")
        assert answer.startswith("ok "), f"{verb} {text}: {answer}"
        return answer[3:]

    for round_number in range(400):
        message = node()
        fill(message, 3)
        theirs = json_format.MessageToJson(message, preserving_proto_field_name=round_number % 2 == 0, indent=None)
        encoded = node()
        encoded.ParseFromString(bytes.fromhex(ask("encode", theirs)))
        assert encoded == message, f"encode: {theirs}\n{encoded}\nis not\n{message}"
        if not has_map(message):  # Python writes maps in no particular order
            assert bytes.fromhex(ask("encode", theirs)) == message.SerializeToString(deterministic=True), theirs
        ours = ask("decode", message.SerializeToString().hex())
        assert json_format.Parse(ours, node()) == message, f"decode: {ours}"
        same_names = json.loads(json_format.MessageToJson(message, preserving_proto_field_name=True))
        assert json.loads(ours) == same_names, f"decode: {ours}\nis not\n{theirs}"
    process.stdin.close()
    assert process.wait() == 0
    print("400 messages agree")


def has_map(message):
    return any(
        (field.message_type and field.message_type.GetOptions().map_entry)
        or (field.message_type and field.message_type.full_name == "fixture.Node")
        for field, _ in message.ListFields())


main()
