/** The one boundary for hostile text: every string of what a source delivered loses its control characters and its secrets. It changes nothing else. */

export interface TextPolicy {
  /** Must be pure: equal text in, equal text out. */
  redact(text: string): string;
  /** Whether a key names a secret, so that its value is one whatever it looks like. */
  isSecretName(name: string): boolean;
}

/** Keys that hold references and places; redacting them would tear them apart from what they point to. */
const STRUCTURAL_KEYS = new Set([
  'ref',
  'evidence',
  'locator',
  'sha256',
  'id',
  'patternId',
  'probeId',
  'path',
  'oldPath',
  'repo',
  'sha',
  'commit',
  'parents',
  'revision',
  'files',
  'location',
]);
const REDACTED_VALUE = '[redacted secret]';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/;
const TERMINAL_SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes begin with a control character
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;
const UNSAFE_CHARACTERS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Drops terminal sequences whole, other control characters (tab and line feed aside) and marks that turn the reading direction. */
export function stripControls(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return text.replaceAll(TERMINAL_SEQUENCES, '').replaceAll(UNSAFE_CHARACTERS, '');
}

/** Returns the very same object where nothing had to change. */
export function sanitise<T>(value: T, policy: TextPolicy): T {
  return clean(value, policy, false) as T;
}

function clean(value: unknown, policy: TextPolicy, structural: boolean): unknown {
  if (typeof value === 'string') {
    const stripped = stripControls(value);
    return structural ? stripped : policy.redact(stripped);
  }
  if (Array.isArray(value)) return cleanList(value, policy, structural);
  if (typeof value === 'object' && value !== null) return cleanObject(value, policy);
  return value;
}

function cleanList(values: readonly unknown[], policy: TextPolicy, structural: boolean): readonly unknown[] {
  if (typeof values[0] === 'number') return values;
  let next: unknown[] | null = null;
  for (const [index, value] of values.entries()) {
    const result = clean(value, policy, structural);
    if (result === value) continue;
    next ??= [...values];
    next[index] = result;
  }
  return next ?? values;
}

function cleanObject(value: object, policy: TextPolicy): object {
  const fields = value as Readonly<Record<string, unknown>>;
  let next: Record<string, unknown> | null = null;
  for (const key of Object.keys(fields)) {
    const before = fields[key];
    const after = clean(before, policy, STRUCTURAL_KEYS.has(key));
    if (after === before) continue;
    next ??= { ...fields };
    next[key] = after;
  }
  const result: object = next ?? value;
  return 'key' in result && typeof result.key === 'string' && policy.isSecretName(result.key)
    ? withoutValues(result)
    : result;
}

/** A configuration value whose key names a secret. Numbers and booleans are settings, not secrets. */
function withoutValues(value: object): object {
  const entries = Object.entries(value).map(([key, part]: [string, unknown]) => [
    key,
    isTextValue(part) ? { ...part, raw: REDACTED_VALUE } : part,
  ]);
  return Object.fromEntries(entries) as object;
}

function isTextValue(part: unknown): part is { raw: string } {
  return (
    typeof part === 'object' && part !== null && 'raw' in part && 'kind' in part && part.kind === 'string'
  );
}
