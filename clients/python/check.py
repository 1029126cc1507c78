# SPDX-License-Identifier: Apache-2.0
#
# usage: check.py PROTOC PROTO_DIR OUT_DIR
# The proto files are all that Python needs: every API file is compiled by plain protoc, imported beside all others, and
# every message is filled, written and read again. Leaves in OUT_DIR/contract.json what was seen (fields, methods, and
# messages with their bytes), for clients in other languages to be compared with. Exits with 77 (skipped) where
# python3-protobuf is missing.
import importlib
import json
import pathlib
import random
import shutil
import subprocess
import sys

try:
    from google.protobuf import timestamp_pb2  # noqa: F401  (is the runtime there?)
    from google.protobuf.descriptor import FieldDescriptor
    from google.protobuf.internal import api_implementation
except ImportError:
    print("python3-protobuf is not installed")
    sys.exit(77)

VERBS = ("FindUnique FindFirst FindMany Stream Count Exists Aggregate GroupBy Create CreateMany Update UpdateMany "
         "Upsert UpsertMany Delete DeleteMany").split()
READS = VERBS[:8]
INTEGERS = {FieldDescriptor.TYPE_INT32: (-2**31, 2**31 - 1), FieldDescriptor.TYPE_INT64: (-2**63, 2**63 - 1),
            FieldDescriptor.TYPE_UINT32: (0, 2**32 - 1), FieldDescriptor.TYPE_UINT64: (0, 2**64 - 1)}
random.seed(2)


def compile_all(protoc, proto_dir, out):
    files = sorted(str(path.relative_to(proto_dir)) for folder in ("api", "rowcall")
                   for path in (proto_dir / folder).rglob("*.proto"))
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    subprocess.run([protoc, f"-I{proto_dir}", f"--python_out={out}", *files], check=True)
    sys.path.insert(0, str(out))
    return {file: importlib.import_module(file[:-len(".proto")].replace("/", ".") + "_pb2") for file in files}


def scalar(field):
    if field.type in INTEGERS:
        low, high = INTEGERS[field.type]
        return random.choice([0, 1, low, high, random.randint(low, high)])
    if field.type == FieldDescriptor.TYPE_BOOL:
        return random.random() < 0.5
    if field.type == FieldDescriptor.TYPE_STRING:
        return random.choice(["", "tea", "Grüße", "\U0001f375", "100 %"])
    if field.type == FieldDescriptor.TYPE_BYTES:
        return random.choice([b"", b"\x00\xff", b"tea"])
    if field.type == FieldDescriptor.TYPE_ENUM:
        return random.choice(field.enum_type.values).number
    assert field.type in (FieldDescriptor.TYPE_FLOAT, FieldDescriptor.TYPE_DOUBLE), field.full_name
    return random.choice([0.0, 0.5, -1.25, 1e30])


def fill(message, depth, rate):
    """Sets some fields, all of those that the message has over time; one member of each oneof at most."""
    chosen = {oneof.name: random.choice(oneof.fields) for oneof in message.DESCRIPTOR.oneofs}
    for field in message.DESCRIPTOR.fields:
        if random.random() > rate or (field.containing_oneof and chosen[field.containing_oneof.name] != field):
            continue
        repeated = field.label == FieldDescriptor.LABEL_REPEATED
        if field.message_type and field.message_type.GetOptions().map_entry:
            getattr(message, field.name)["key"] = "value"
        elif field.message_type and depth > 0:
            children = [getattr(message, field.name).add() for _ in range(random.randint(1, 2))] if repeated \
                else [getattr(message, field.name)]
            for child in children:
                child.SetInParent()
                fill(child, depth - 1, rate)
        elif field.message_type:
            continue
        elif repeated:
            getattr(message, field.name).extend(scalar(field) for _ in range(random.randint(1, 3)))
        else:
            setattr(message, field.name, scalar(field))


def round_trip(made, depth, rate):
    message = made()
    fill(message, depth, rate)
    data = message.SerializeToString(deterministic=True)
    again = made()
    again.ParseFromString(data)
    assert again == message and again.SerializeToString(deterministic=True) == data, made.DESCRIPTOR.full_name
    return data


def describe(message):
    return [{"name": field.name, "number": field.number, "type": field.type,
             "repeated": field.label == FieldDescriptor.LABEL_REPEATED,
             "presence": field.has_presence,
             "of": (field.message_type or field.enum_type).full_name if field.message_type or field.enum_type else None,
             "oneof": field.containing_oneof.name if field.containing_oneof else None,
             "map": bool(field.message_type and field.message_type.GetOptions().map_entry)}
            for field in message.fields]


def check_service(file, service, messages):
    """Of an entity: the verbs. Of typed SQL, whose name no entity has: what was authored, answered in one of three ways."""
    entity = service.name[:-len("Service")]
    names = [method.name for method in service.methods]
    is_entity = f"{service.file.package}.{entity}Key" in messages
    assert not is_entity or names in (VERBS, READS), f"{file}: {service.name} has {names}"
    for method in service.methods:
        for kind, made in ("Request", method.input_type), ("Response", method.output_type):
            assert made.name == f"{entity}{method.name}{kind}", f"{file}: {method.full_name} has {made.full_name}"
        answer = [field.name for field in method.output_type.fields]
        assert is_entity or answer in (["rows"], ["row"], ["count"]), f"{file}: {method.full_name} answers {answer}"


def main():
    protoc, proto_dir, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    modules = compile_all(protoc, proto_dir, out / "python")
    messages = {message.full_name for module in modules.values()
                for message in module.DESCRIPTOR.message_types_by_name.values()}
    contract = {"files": [], "messages": {}, "enums": {}, "services": {}, "samples": []}
    for file, module in modules.items():
        if file == "rowcall/schema.proto":  # for authors of entities, not for clients
            continue
        contract["files"].append(file)
        descriptor = module.DESCRIPTOR
        for name, message in descriptor.message_types_by_name.items():
            contract["messages"][message.full_name] = describe(message)
            made = getattr(module, name)
            for rate in (1.0, 0.5, 0.2):
                data = round_trip(made, 2, rate if len(message.fields) < 8 else rate * 0.5)
                contract["samples"].append({"message": message.full_name, "bytes": data.hex()})
        for enum in descriptor.enum_types_by_name.values():
            contract["enums"][enum.full_name] = {value.name: value.number for value in enum.values}
        for service in descriptor.services_by_name.values():
            if file.startswith("api/"):
                check_service(file, service, messages)
            contract["services"][service.full_name] = {
                method.name: [method.input_type.full_name, method.output_type.full_name]
                for method in service.methods}
    assert any(file.startswith("api/") for file in contract["files"]), "no API files"
    (out / "contract.json").write_text(json.dumps(contract))
    print(f"{len(contract['files'])} files, {len(contract['messages'])} messages, {len(contract['services'])} services "
          f"({api_implementation.Type()})")


main()
