/** Does the formula of a quantity give its value? The numbers of a formula are printed rounded, so each stands for an interval, and the value must lie in what follows. */

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

const NUMBER = /^(\d[\d,]*(?:\.\d+)?)(\s*%)?/;
/** What stands between numbers: units and nouns, no digit. */
const WORDS = /^[\p{L}/€$£_-]+/u;

/**
 * `2269 failed of 2669 requests`, `9420 attempts/h × 85 % failing × 22.5 USD`, `2369 ÷ 16000 active users`: a chain of numbers
 * joined by ×, ÷ or "of", from left to right, a remark in brackets at the end. Null for anything else.
 */
export function boundsOfFormula(formula: string): Bounds | null {
  let rest = formula.replace(/\s*\([^()]*\)\s*$/, '').trim();
  let result: Bounds | null = null;
  let operator: '×' | '÷' | null = null;
  while (rest !== '') {
    const number = NUMBER.exec(rest);
    const word = WORDS.exec(rest);
    const sign = rest[0];
    if (number !== null) {
      if (result !== null && operator === null) return null;
      result = combine(result, operator, boundsOfNumber(number[1] ?? '', number[2] !== undefined));
      operator = null;
      rest = rest.slice(number[0].length).trim();
    } else if (sign === '×' || sign === '÷') {
      if (result === null || operator !== null) return null;
      operator = sign;
      rest = rest.slice(1).trim();
    } else if (word !== null && result !== null) {
      if (/^(of|on)$/.test(word[0])) operator = '÷';
      rest = rest.slice(word[0].length).trim();
    } else return null;
  }
  return operator === null ? result : null;
}

/** Half a unit of the last digit to both sides. */
function boundsOfNumber(text: string, isPercent: boolean): Bounds {
  const decimals = text.split('.')[1]?.length ?? 0;
  const value = Number(text.replaceAll(',', ''));
  const half = 0.5 * 10 ** -decimals;
  const scale = isPercent ? 0.01 : 1;
  return { low: Math.max(0, value - half) * scale, high: (value + half) * scale };
}

function combine(left: Bounds | null, operator: '×' | '÷' | null, right: Bounds): Bounds {
  if (left === null) return right;
  if (operator === '×') return { low: left.low * right.low, high: left.high * right.high };
  return {
    low: left.low / right.high,
    high: right.low === 0 ? Number.POSITIVE_INFINITY : left.high / right.low,
  };
}
