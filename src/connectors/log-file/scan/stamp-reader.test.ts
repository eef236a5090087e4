import { describe, expect, it } from 'vitest';
import { layoutOf, StampReader } from './stamp-reader.ts';

const CASES: readonly { text: string; layout: string | null; wall: string | null; offset: number }[] = [
  { text: '2024-01-15T14:23:15Z x', layout: 'iso', wall: '2024-01-15T14:23:15.000Z', offset: 0 },
  {
    text: '2024-01-15 14:23:15,123 INFO',
    layout: 'iso',
    wall: '2024-01-15T14:23:15.123Z',
    offset: Number.NaN,
  },
  {
    text: '2024-01-15T14:23:15.123456789+02:00',
    layout: 'iso',
    wall: '2024-01-15T14:23:15.123Z',
    offset: 120,
  },
  { text: '2024-01-15T14:23:15-0330 x', layout: 'iso', wall: '2024-01-15T14:23:15.000Z', offset: -210 },
  { text: '2024-01-15 14:23:15 CET x', layout: 'text', wall: '2024-01-15T14:23:15.000Z', offset: 60 },
  { text: '1705328595', layout: 'epoch', wall: '2024-01-15T14:23:15.000Z', offset: 0 },
  { text: '1705328595123,', layout: 'epoch', wall: '2024-01-15T14:23:15.123Z', offset: 0 },
  { text: '1705328595.25}', layout: 'epoch', wall: '2024-01-15T14:23:15.250Z', offset: 0 },
  {
    text: '15/Jan/2024:14:23:15 -0700] "GET',
    layout: 'access',
    wall: '2024-01-15T14:23:15.000Z',
    offset: -420,
  },
  { text: 'Jan 15 14:23:15 host', layout: 'text', wall: '2024-01-15T14:23:15.000Z', offset: Number.NaN },
  { text: '2024-13-15T14:23:15Z', layout: null, wall: null, offset: 0 },
  { text: 'hello', layout: null, wall: null, offset: 0 },
];

describe('StampReader', () => {
  it.each(CASES)('$text is read as $layout', ({ text, layout, wall, offset }) => {
    const reader = new StampReader(2024);
    const bytes = Buffer.from(`${text}\n`);
    expect(layoutOf(reader, bytes, 0)).toBe(layout);
    if (layout === null || wall === null) return;
    expect(reader.read(layout as 'iso', bytes, 0)).toBe(true);
    expect(new Date(reader.wallMs).toISOString()).toBe(wall);
    expect(reader.offsetMinutes).toBe(offset);
  });

  it('does not look behind the bytes it was given', () => {
    const reader = new StampReader(2024);
    for (const layout of ['iso', 'epoch', 'access', 'text'] as const)
      for (const text of ['', '2', '2024-01-15', '15/Jan/2024', '170532859', 'Jan'])
        expect(reader.read(layout, Buffer.from(text), 0)).toBe(false);
  });
});
