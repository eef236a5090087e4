/** Configuration text to a typed value. */
import type { ConfigValue } from '../../../domain/code.ts';
import { quantityOfText, unitOfName } from './unit.ts';

/** Reads a bare or quoted text as key/value files hold it; `quoted` texts are numbers only where they look like one. */
export function textValue(text: string, key: string, quoted = false): ConfigValue {
  const raw = text.trim();
  if (/^(true|false|yes|no|on|off)$/i.test(raw) && !quoted)
    return { raw, number: null, unit: 'none', kind: 'boolean' };
  if (/^(null|~|nil|none)?$/i.test(raw) && !quoted) return { raw, number: null, unit: 'none', kind: 'null' };
  const number = plainNumber(raw);
  if (number !== null) return { raw, number, unit: unitOfName(key), kind: quoted ? 'string' : 'number' };
  const quantity = quantityOfText(raw, key);
  if (quantity !== null) return { raw, ...quantity, kind: 'string' };
  return { raw, number: null, unit: 'none', kind: 'string' };
}

/** Decimal, hexadecimal, octal and binary numbers with `_` between digits; null for other text. */
function plainNumber(text: string): number | null {
  const plain = text.replace(/(?<=\d)_(?=\d)/g, '');
  if (/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(plain)) return Number(plain);
  return /^0[xX][\da-fA-F]+$|^0[oO][0-7]+$|^0[bB][01]+$/.test(plain) ? Number(plain) : null;
}

/** A number as source code writes it: with a type suffix too, `5_000L`, `2.5f`, `10u64`. */
export function parseNumber(text: string): number | null {
  const plain = plainNumber(text);
  if (plain !== null) return plain;
  const suffixed = /^([+-]?\d+(?:\.\d+)?)(?:[lLfFdDmMnuU]|[ui](?:8|16|32|64|128|size)|f32|f64|UL|ul)$/.exec(
    text.replace(/(?<=\d)_(?=\d)/g, ''),
  );
  return suffixed === null ? null : Number(suffixed[1]);
}
