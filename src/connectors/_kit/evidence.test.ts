import { describe, expect, it } from 'vitest';
import { epochMs } from '../../domain/time.ts';
import { makeEvidence, shorten } from './evidence.ts';

const locator = { kind: 'file-line', path: 'a.log', line: 3, byteOffset: 10 } as const;

function evidenceOf(text: string) {
  return makeEvidence({
    source: 'log-file',
    kind: 'log-line',
    locator,
    refLocator: 'a.log:3',
    text,
    observedAt: epochMs(1),
  });
}

describe('makeEvidence', () => {
  it('names the piece by source and locator and keeps short text as it is', () => {
    expect(evidenceOf('boom')).toMatchObject({ ref: 'log-file:a.log:3', excerpt: 'boom', locator });
  });

  it('cuts the excerpt at 400 characters but hashes the whole text', () => {
    const long = 'x'.repeat(500);
    expect(evidenceOf(long).excerpt).toBe(`${'x'.repeat(399)}…`);
    expect(evidenceOf(long).sha256).not.toBe(evidenceOf(`${long}y`).sha256);
  });

  it('takes the same line with CR LF and LF for the same text', () => {
    expect(evidenceOf('boom\r\n').sha256).toBe(evidenceOf('boom\n').sha256);
  });
});

describe('shorten', () => {
  it('does not split a surrogate pair', () => {
    expect(shorten(`ab${'😀'.repeat(4)}`, 4)).toBe('ab…');
    expect(shorten('abcd', 4)).toBe('abcd');
  });
});
