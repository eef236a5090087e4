/** Protocol buffers: what the earlier side cannot read of what the new side writes. Fields are compared by number, as on the wire. */
import { type HazardDraft, plainHazard } from './hazard-draft.ts';

interface Field {
  readonly owner: string;
  readonly label: string;
  readonly type: string;
  readonly name: string;
  readonly number: number;
  readonly line: number;
}

interface Rpc {
  readonly name: string;
  readonly line: number;
}

interface ProtoFile {
  /** By `Message#number`. */
  readonly fields: ReadonlyMap<string, Field>;
  readonly values: ReadonlyMap<string, { readonly name: string; readonly line: number }>;
  readonly rpcs: ReadonlyMap<string, Rpc>;
}

const FIELD = /^(?:(repeated|optional|required)\s+)?((?:map\s*<[^>]+>)|[\w.]+)\s+(\w+)\s*=\s*(\d+)/;
const VALUE = /^(\w+)\s*=\s*(-?\d+|0x[\da-f]+)/i;

function parseProto(text: string): ProtoFile {
  const bare = text
    .replace(/\/\*[\s\S]*?\*\//g, (part) => part.replace(/[^\n]/g, ' '))
    .replace(/\/\/.*$/gm, '');
  const [fields, values, rpcs] = [
    new Map<string, Field>(),
    new Map<string, { name: string; line: number }>(),
    new Map<string, Rpc>(),
  ];
  const owners: { kind: string; name: string }[] = [];
  let line = 1;
  for (const token of bare.split(/([{};\n])/)) {
    if (token === '\n') line += 1;
    const words = token.trim();
    if (token === '}') owners.pop();
    else if (token !== '{' && token !== ';' && words !== '')
      readWords(words, line, owners, fields, values, rpcs);
    if (token === '{' && owners.at(-1)?.kind !== 'open') owners.push({ kind: 'open', name: '' });
    const last = owners.at(-1);
    if (token === '{' && last !== undefined) owners.splice(-2, 2, ...joined(owners.slice(-2)));
  }
  return { fields, values, rpcs };
}

/** `message X` waits for its brace: the pending name and the brace become one scope. */
function joined(pair: readonly { kind: string; name: string }[]): { kind: string; name: string }[] {
  const [pending, open] = pair;
  if (pending !== undefined && open !== undefined && pending.kind.startsWith('pending-'))
    return [{ kind: pending.kind.slice('pending-'.length), name: pending.name }];
  return [...pair];
}

function readWords(
  words: string,
  line: number,
  owners: { kind: string; name: string }[],
  fields: Map<string, Field>,
  values: Map<string, { name: string; line: number }>,
  rpcs: Map<string, Rpc>,
): void {
  const scope = /^(message|enum|service|oneof|extend)\s+([\w.]+)/.exec(words);
  const owner = owners
    .filter(({ kind }) => kind === 'message' || kind === 'enum' || kind === 'service')
    .map(({ name }) => name)
    .join('.');
  if (scope !== null) {
    owners.push({ kind: `pending-${scope[1] ?? ''}`, name: scope[2] ?? '' });
    return;
  }
  const rpc = /^rpc\s+(\w+)/.exec(words);
  if (rpc !== null) {
    rpcs.set(`${owner}.${rpc[1] ?? ''}`, { name: rpc[1] ?? '', line });
    return;
  }
  const inEnum = owners.findLast(({ kind }) => kind !== 'open' && kind !== 'oneof')?.kind === 'enum';
  const value = inEnum ? VALUE.exec(words) : null;
  if (value !== null) values.set(`${owner}#${value[2] ?? ''}`, { name: value[1] ?? '', line });
  const field =
    inEnum || /^(option|syntax|import|package|reserved|returns)\b/.test(words) ? null : FIELD.exec(words);
  if (field === null) return;
  const number = Number(field[4]);
  const type = (field[2] ?? '').replace(/\s+/g, '');
  fields.set(`${owner}#${number}`, {
    owner,
    label: field[1] ?? '',
    type,
    name: field[3] ?? '',
    number,
    line,
  });
}

/** Types that share one wire form and range; from a wider to a narrower one of a group a value may be cut. */
const COMPATIBLE: readonly ReadonlySet<string>[] = [
  new Set(['int32', 'uint32', 'int64', 'uint64', 'bool']),
  new Set(['sint32', 'sint64']),
  new Set(['string', 'bytes']),
  new Set(['fixed32', 'sfixed32']),
  new Set(['fixed64', 'sfixed64']),
];

function wireCompatible(a: string, b: string): boolean {
  return a === b || COMPATIBLE.some((group) => group.has(a) && group.has(b));
}

export function protoHazards(before: string, after: string): readonly HazardDraft[] {
  const [old, now] = [parseProto(before), parseProto(after)];
  const hazards: HazardDraft[] = [];
  const movedTo = (field: Field) =>
    [...now.fields.values()].find(({ owner, name }) => owner === field.owner && name === field.name);
  for (const [key, field] of old.fields) {
    const same = now.fields.get(key);
    const label = `${field.owner}.${field.name}`;
    const moved = movedTo(field);
    if (same === undefined && moved !== undefined)
      hazards.push(
        plainHazard(
          'contract-unreadable',
          `${label} moved from number ${field.number} to ${moved.number}`,
          [field.name],
          moved.line,
        ),
      );
    else if (same === undefined) hazards.push(lostField(field, label));
    else if (same.name !== field.name && !wireCompatible(field.type, same.type))
      hazards.push(
        plainHazard(
          'contract-unreadable',
          `number ${field.number} of ${field.owner} was ${field.name} and is now ${same.name}`,
          [field.name, same.name],
          same.line,
        ),
      );
    else if (same.name !== field.name && moved !== undefined)
      hazards.push(
        plainHazard(
          'contract-unreadable',
          `number ${field.number} of ${field.owner} was ${field.name} and is now ${same.name}`,
          [field.name, same.name],
          same.line,
        ),
      );
    else if (
      !wireCompatible(field.type, same.type) ||
      (field.label === 'repeated') !== (same.label === 'repeated')
    )
      hazards.push(
        plainHazard(
          'contract-unreadable',
          `${label} changed from ${field.label} ${field.type} to ${same.label} ${same.type}`.replace(
            / {2}/g,
            ' ',
          ),
          [field.name],
          same.line,
        ),
      );
    else if (same.name !== field.name)
      hazards.push(
        plainHazard(
          'contract-lossy',
          `${label} is now called ${same.name} (JSON callers see the name)`,
          [field.name, same.name],
          same.line,
        ),
      );
  }
  for (const [key, field] of now.fields)
    if (
      !old.fields.has(key) &&
      ![...old.fields.values()].some(({ owner, name }) => owner === field.owner && name === field.name)
    )
      hazards.push(
        plainHazard('contract-added', `field ${field.owner}.${field.name} is new`, [field.name], field.line),
      );
  for (const [key, value] of now.values)
    if (!old.values.has(key))
      hazards.push(
        plainHazard(
          'contract-lossy',
          `enum value ${value.name} is new: the earlier side does not know it`,
          [value.name],
          value.line,
        ),
      );
  for (const [key, rpc] of now.rpcs)
    if (!old.rpcs.has(key))
      hazards.push(plainHazard('contract-added', `rpc ${rpc.name} is new`, [rpc.name], rpc.line));
  return hazards;
}

function lostField(field: Field, label: string): HazardDraft {
  const required = field.label === 'required';
  return plainHazard(
    required ? 'contract-unreadable' : 'contract-lossy',
    required
      ? `required field ${label} is no longer written: the earlier side refuses such messages`
      : `field ${label} (${field.number}) is no longer written: the earlier side reads its default`,
    [field.name],
    field.line,
    true,
  );
}
