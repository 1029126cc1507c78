// SPDX-License-Identifier: Apache-2.0
//
// usage: node check.mjs PROTO_DIR CONTRACT_JSON
// The proto files are all that Node needs: protobufjs reads every API file into one root, finds in it the fields, enums
// and methods that protoc found (contract.json, from clients/python/check.py), and turns the bytes of every sample into
// an object and back into the same bytes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";

const [protoDir, contractPath] = process.argv.slice(2);
const contract = JSON.parse(readFileSync(contractPath, "utf8"));

// FieldDescriptorProto.Type by number; messages and enums are compared by name.
const TYPES = { 1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 8: "bool", 9: "string", 12: "bytes", 13: "uint32" };

const root = new protobuf.Root();
root.resolvePath = (_, target) => (protobuf.common.get(target) ? target : join(protoDir, target));
root.loadSync(contract.files, { keepCase: true });
root.resolveAll();

const nameOf = (object) => object.fullName.slice(1);

function checkField(owner, expected) {
  const field = owner.fields[expected.name];
  const at = `${nameOf(owner)}.${expected.name}`;
  assert.ok(field, `${at} is missing`);
  assert.equal(field.id, expected.number, at);
  assert.equal(field.map, expected.map, at);
  assert.equal(field.repeated, expected.repeated && !expected.map, at);
  if (expected.of === null) {
    assert.equal(field.type, TYPES[expected.type], at);
  } else if (!expected.map) {
    assert.equal(nameOf(field.resolvedType), expected.of, at);
  }
  // protoc gives a proto3 `optional` field a oneof of its own, "_name"; protobufjs does the same.
  assert.equal(field.partOf ? field.partOf.name : null, expected.oneof, at);
  // A message is present or not by nature; protobufjs keeps the word for scalars.
  if (!expected.repeated && !(field.resolvedType instanceof protobuf.Type)) {
    assert.equal(Boolean(field.hasPresence), expected.presence, at);
  }
}

for (const [name, fields] of Object.entries(contract.messages)) {
  const type = root.lookupType(name);
  assert.equal(type.fieldsArray.length, fields.length, name);
  for (const field of fields) {
    checkField(type, field);
  }
}
for (const [name, values] of Object.entries(contract.enums)) {
  assert.deepEqual({ ...root.lookupEnum(name).values }, values, name);
}
for (const [name, methods] of Object.entries(contract.services)) {
  const found = root.lookupService(name).methodsArray.map((method) => [
    method.name,
    [nameOf(method.resolvedRequestType), nameOf(method.resolvedResponseType)],
  ]);
  assert.deepEqual(Object.fromEntries(found), methods, name);
}
for (const sample of contract.samples) {
  const type = root.lookupType(sample.message);
  const bytes = Buffer.from(sample.bytes, "hex");
  const plain = type.toObject(type.decode(bytes));
  assert.equal(type.verify(plain), null, sample.message);
  const again = type.encode(type.fromObject(plain)).finish();
  assert.equal(Buffer.from(again).toString("hex"), sample.bytes, sample.message);
}
const count = (object) => Object.keys(object).length;
console.log(`${contract.files.length} files, ${count(contract.messages)} messages, ${count(contract.services)} services, ` +
  `${contract.samples.length} samples (Node ${process.version})`);
