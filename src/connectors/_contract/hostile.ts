/** Inputs that no source should fall over: generic ones, and damaged copies of a sample. Deterministic. */

/** Bytes of a fixed linear congruential generator (Numerical Recipes), so that every run sees the same noise. */
export function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  empty: '',
  'line ends only': '\n\r\n\n',
  'deep arrays': '['.repeat(50_000),
  'deep objects': '{"a":'.repeat(50_000),
  'an open string': '{"a":"',
  'a bare null': 'null',
  'an array of nulls': '[null,null]',
  'wrong types everywhere': '[{"service":{},"version":[],"time":{},"items":7,"metric":null,"status":[[]]}]',
  'control characters': '\u0000\u0001\u001b[2J\u007f\u009b',
  'a line without end': 'x'.repeat(70_000),
  'prototype keys': '[{"__proto__":{"a":1},"constructor":{"prototype":1},"toString":2}]',
  'a table of nothing': 'time,service,value\n,,\n',
  'an alias bomb': 'a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n',
  'other documents': '---\n---\n- 1\n---\nx: {',
};

export const INVALID_UTF8 = new Uint8Array([
  0x7b, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22, 0x3a, 0x80, 0x7d, 0x0a,
]);

/** The sample cut after a third, with every 50th byte replaced, and repeated without a separator. */
export function damaged(sample: Uint8Array): Readonly<Record<string, Uint8Array>> {
  const flipped = Uint8Array.from(sample);
  const garbage = noise(Math.ceil(sample.length / 50) + 1, 7);
  for (let index = 10; index < flipped.length; index += 50) flipped[index] = garbage[(index / 50) | 0] ?? 0;
  const twice = new Uint8Array(sample.length * 2);
  twice.set(sample, 0);
  twice.set(sample, sample.length);
  return {
    'cut off': sample.slice(0, Math.floor(sample.length / 3)),
    'bytes replaced': flipped,
    'there twice': twice,
  };
}
