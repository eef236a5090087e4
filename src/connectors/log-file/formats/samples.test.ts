import { describe, expect, it } from 'vitest';
import type { ParsedLine } from '../format.ts';
import { parseLine } from './parse-line.ts';
import { LOG_FORMATS } from './registry.generated.ts';

const CONTEXT = { yearHint: 2024 };

/** Attributes are compared as a subset, everything else exactly. */
function expectParsed(parsed: ParsedLine | null, expected: Partial<ParsedLine>): void {
  expect(parsed).not.toBeNull();
  const { attributes, ...rest } = expected;
  expect(parsed).toMatchObject(rest);
  if (attributes !== undefined) expect(parsed?.attributes).toMatchObject(attributes);
}

const RECORD_SAMPLES = LOG_FORMATS.flatMap((format) =>
  format.samples.map((sample, index) => ({ name: `${format.id} ${index + 1}`, format, sample })),
);

describe('formats', () => {
  it('have ids that are unique and the name of their file', () => {
    const ids = LOG_FORMATS.map((format) => format.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...ids].sort());
  });

  it('each keep samples', () => {
    expect(LOG_FORMATS.filter((format) => format.samples.length === 0).map((format) => format.id)).toEqual(
      [],
    );
  });

  it.each(RECORD_SAMPLES)('$name parses its own sample', ({ format, sample }) => {
    expectParsed(format.parse(sample.line, CONTEXT), sample.expect);
  });

  it.each(RECORD_SAMPLES)('$name wins its own sample', ({ format, sample }) => {
    const head = sample.line.split('\n')[0] ?? '';
    const found = parseLine(sample.line, CONTEXT, null);
    if (format.role === 'record') expect(found.format?.id).toBe(format.id);
    else expect(format.sniff(head)).toBeGreaterThan(0.5);
  });
});
