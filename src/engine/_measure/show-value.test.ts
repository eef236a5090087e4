import { expect, test } from 'vitest';
import { showValue } from './show-value.ts';

test.each([
  [0, '1', '0'],
  [89, '1', '89'],
  [12, '{connection}', '12'],
  [0.836, 'ratio', '84 %'],
  [0.0004, 'ratio', '0.04 %'],
  [415_000_000, 'By', '415 MB'],
  [1_779_100_000, 'By', '1.78 GB'],
  [0, 'By', '0 B'],
  [76.5, 'ms', '76.5 ms'],
  [2645.6, 'ms', '2646 ms'],
  [12_345, 'ms', '12.3 s'],
  [60, '1/bucket', '60 per interval'],
  [0.3833, '1/s', '0.383 per second'],
  [3040, '', '3040'],
])('%d of %s is %s', (value, unit, want) => {
  expect(showValue(value, unit)).toBe(want);
});
