// Generates the wire code from proto/graft.proto: `node scripts/generate-wire.mjs [folder]`, by default into
// src/drivers/wire. What it writes is committed; a test regenerates it and fails when the two differ. protobufjs reads
// the .proto here, and its reader and writer do the work there: what is generated is which field is where, and nothing
// that a message of ours cannot have, for which its own generator leaves room.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const target = process.argv[2] ?? join(project, 'src/drivers/wire');

const HEADER = `// Generated from proto/graft.proto by \`npm run generate\`: change that file, never this one.
import type { WireInteger, WireReader } from './reader.js';
import type { WireWriter } from './writer.js';
`;

/** What a field of each type is in TypeScript, what it is when it is absent, and the calls that read and write it. */
const SCALARS = {
  uint64: { type: 'WireInteger', absent: '0', read: 'integer', write: 'integer', wireType: 0 },
  uint32: { type: 'number', absent: '0', read: 'uint32', write: 'uint32', wireType: 0 },
  bool: { type: 'boolean', absent: 'false', read: 'bool', write: 'bool', wireType: 0 },
  string: { type: 'string', absent: "''", read: 'text', write: 'string', wireType: 2 },
  bytes: { type: 'Uint8Array | undefined', absent: 'undefined', read: 'bytes', write: 'bytes', wireType: 2 },
};
const LENGTH_DELIMITED = 2;

/** Everything about one field that the code below is made of. */
function describeField({ name, id, type, resolvedType, repeated, map, options, partOf, parent }) {
  const scalar = SCALARS[type];
  const isMessage = resolvedType instanceof protobuf.Type;
  // Messages stand in a oneof, which is all of its message, and nowhere else; nothing else does.
  const isChoice = isMessage && parent.fieldsArray.every((field) => field.partOf === partOf);
  if (repeated || map || options?.proto3_optional || !(partOf ? isChoice : scalar)) {
    throw new Error(`${parent.name}.${name}: teach scripts/generate-wire.mjs such a field first`);
  }
  const tag = (id << 3) | (isMessage ? LENGTH_DELIMITED : scalar.wireType);
  if (!isMessage) {
    return {
      ...scalar,
      name,
      tag,
      read: `fields.${name} = reader.${scalar.read}();`,
      // In proto3 a field that holds its default is not written: 0, false, nothing.
      isThere: type === 'bytes' ? `fields.${name}?.length` : `fields.${name}`,
      write: [`writer.tag(${tag}).${scalar.write}(fields.${name});`],
    };
  }
  return {
    name,
    tag,
    type: `${type} | undefined`,
    isMessage,
    absent: 'undefined',
    // The last choice alone holds; one that comes again is merged with what it was.
    read: `fields = { ...no${parent.name}(), ${name}: reader.nested(read${type}, fields.${name}) };`,
    isThere: `fields.${name} !== undefined`,
    write: [`writer.tag(${tag}).fork();`, `write${type}(writer, fields.${name});`, 'writer.ldelim();'],
  };
}

function generate({ name, fieldsArray }) {
  const fields = fieldsArray.map(describeField);
  return `
export interface ${name} {
${fields.map((field) => `  ${field.name}${field.isMessage ? '?' : ''}: ${field.type};`).join('\n')}
}

function no${name}(): ${name} {
  return { ${fields.map((field) => `${field.name}: ${field.absent}`).join(', ')} };
}

/** Fields that are there take the place of those of \`fields\`; whatever is unknown is skipped. */
export function read${name}(reader: WireReader, fields = no${name}()): ${name} {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    switch (tag) {
${fields.map((field) => `      case ${field.tag}:\n        ${field.read}\n        break;`).join('\n')}
      default:
        reader.skipType(tag & 7, 0, tag >>> 3);
    }
  }
  return fields;
}

export function write${name}(writer: WireWriter, fields: ${name}): void {
${fields.map((field) => `  if (${field.isThere}) {\n${field.write.map((line) => `    ${line}\n`).join('')}  }`).join('\n')}
}
`;
}

const source = readFileSync(join(project, 'proto/graft.proto'), 'utf8');
const { root } = protobuf.parse(source, { keepCase: true });
root.resolveAll();
writeFileSync(join(target, 'graft.pb.ts'), HEADER + root.lookup('graft').nestedArray.map(generate).join(''));
