/** Turns what a schema objects to into an error that names the line, the key and the nearest known one. */
import type { z } from 'zod';
import { PlatformError } from '../domain/error.ts';
import { nearest } from './nearest.ts';
import type { Source } from './team-config.ts';

type Keys = readonly (string | number)[];

interface SchemaNode {
  readonly def: {
    readonly type: string;
    readonly shape?: Readonly<Record<string, SchemaNode>>;
    readonly valueType?: SchemaNode;
    readonly element?: SchemaNode;
    readonly innerType?: SchemaNode;
  };
}

/** The first objection in the order of the file. */
export function configProblem(error: z.ZodError, schema: z.ZodType, source: Source): PlatformError {
  const problems = error.issues
    .map((issue) => describe(issue, schema as unknown as SchemaNode, source))
    .sort((a, b) => a.line - b.line);
  const first = problems[0] ?? {
    line: 1,
    what: 'a value',
    why: 'it is not allowed',
    nextStep: 'Correct it.',
  };
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new PlatformError({
    code: 'config',
    what: `${source.path}, line ${first.line}: ${first.what}${more}`,
    why: first.why,
    nextStep: first.nextStep,
  });
}

interface Problem {
  readonly line: number;
  readonly what: string;
  readonly why: string;
  readonly nextStep: string;
}

function describe(issue: z.core.$ZodIssue, schema: SchemaNode, source: Source): Problem {
  const keys = issue.path.filter((key): key is string | number => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys') return unknownKey(issue.keys[0] ?? '', keys, schema, source);
  const line = source.lineOf(keys);
  const name = keys.length === 0 ? 'the file' : dotted(keys);
  const text = source.textOf(line).trim();
  const allowed = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const near = nearest(source.valueOf(keys) ?? '', allowed);
  const why = allowed.length > 0 ? `it must be one of ${allowed.join(', ')}` : issue.message;
  return {
    line,
    what: `${name} has a value that is not allowed`,
    why: text === '' ? why : `${why}; the line says ${JSON.stringify(text)}`,
    nextStep: near === null ? `Correct line ${line} of ${source.path}.` : `Did you mean ${near}?`,
  };
}

function unknownKey(key: string, parent: Keys, schema: SchemaNode, source: Source): Problem {
  const allowed = allowedKeys(schema, parent);
  const near = nearest(key, allowed);
  const place = parent.length === 0 ? 'at the top of the file' : `in ${dotted(parent)}`;
  return {
    line: source.lineOf([...parent, key]),
    what: `${dotted([...parent, key])} is not a setting`,
    why: `${place} these are known: ${allowed.join(', ')}`,
    nextStep: near === null ? `Remove ${key}, or use one of these.` : `Did you mean ${near}?`,
  };
}

function dotted(keys: Keys): string {
  return keys.join('.');
}

function allowedKeys(schema: SchemaNode, keys: Keys): readonly string[] {
  let node: SchemaNode | undefined = schema;
  for (const key of keys) {
    const def: SchemaNode['def'] | undefined = unwrapped(node)?.def;
    node = def?.shape?.[String(key)] ?? def?.valueType ?? def?.element;
  }
  return Object.keys(unwrapped(node)?.def.shape ?? {});
}

function unwrapped(node: SchemaNode | undefined): SchemaNode | undefined {
  let inner = node;
  while (inner?.def.innerType !== undefined) inner = inner.def.innerType;
  return inner;
}
