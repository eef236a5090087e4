/** GraphQL: fields and arguments that callers may have come to rely on, or that the earlier schema asks for again. */
import { type HazardDraft, plainHazard } from './hazard-draft.ts';

interface Field {
  readonly type: string;
  readonly required: ReadonlySet<string>;
  readonly line: number;
}

const TYPE = /^\s*(?:extend\s+)?(type|interface|input|enum)\s+(\w+)/;
const FIELD = /^\s*(\w+)\s*(\([^)]*\))?\s*(?::\s*([\w![\]]+))?/;

/** By `Type.field`. Arguments on lines of their own are joined to their field first. */
function fieldsOf(
  text: string,
): ReadonlyMap<string, Field & { readonly owner: string; readonly kind: string }> {
  const bare = text
    .replace(/"""[\s\S]*?"""/g, (part) => part.replace(/[^\n]/g, ' '))
    .replace(/#.*$|"[^"\n]*"/gm, '');
  const flat = bare.replace(
    /\w+\s*\([^()]*\)/g,
    (part) => '\n'.repeat(part.split('\n').length - 1) + part.replace(/\s*\n\s*/g, ' '),
  );
  const found = new Map<string, Field & { owner: string; kind: string }>();
  let [owner, kind, inside] = ['', '', false];
  flat.split('\n').forEach((line, index) => {
    const header = TYPE.exec(line);
    if (header !== null) [kind, owner] = [header[1] ?? '', header[2] ?? ''];
    const body = header === null ? line : line.slice(line.indexOf('{') + 1 || line.length);
    if (line.includes('{')) inside = true;
    if (inside)
      for (const part of kind === 'enum' ? body.split(/[\s,{}]+/) : body.split(/[,{}](?![^(]*\))/)) {
        const match = FIELD.exec(part);
        if (match === null || owner === '' || (kind !== 'enum' && match[3] === undefined)) continue;
        const required = [...(match[2] ?? '').matchAll(/(\w+)\s*:\s*[\w[\]!]*!(?!\s*=)/g)].map(
          (each) => each[1] ?? '',
        );
        found.set(`${owner}.${match[1] ?? ''}`, {
          owner,
          kind,
          type: match[3] ?? '',
          required: new Set(required),
          line: index + 1,
        });
      }
    if (line.includes('}')) inside = false;
  });
  return found;
}

export function graphqlHazards(before: string, after: string): readonly HazardDraft[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const hazards: HazardDraft[] = [];
  for (const [name, field] of now) {
    const was = old.get(name);
    const own = name.slice(name.indexOf('.') + 1);
    if (was === undefined)
      hazards.push(
        plainHazard(
          'contract-added',
          `${field.kind === 'enum' ? 'value' : 'field'} ${name} is new`,
          [own],
          field.line,
        ),
      );
    else if (was.type.replace(/!/g, '') !== field.type.replace(/!/g, ''))
      hazards.push(
        plainHazard(
          'contract-tightened',
          `${name} goes back from ${field.type} to ${was.type}`,
          [own],
          field.line,
        ),
      );
    else if (field.kind === 'input' && was.type.endsWith('!') && !field.type.endsWith('!'))
      hazards.push(plainHazard('contract-tightened', `${name} is required again`, [own], field.line));
    for (const argument of was?.required ?? [])
      if (!field.required.has(argument))
        hazards.push(
          plainHazard(
            'contract-tightened',
            `${name} requires the argument ${argument} again`,
            [argument],
            field.line,
          ),
        );
  }
  return hazards;
}
