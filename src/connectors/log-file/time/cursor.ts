/** Reading digits and words out of a string by position, without building substrings where it can be helped. */

export function isDigitAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

/** Letters of any script that month names use: ASCII and Latin-1 letters. */
export function isLetterAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 0xc0 && code <= 0x17f);
}

export function isSpaceAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code === 32 || code === 9;
}

/** Number of consecutive digits at `index`, at most 32. */
export function digitRun(text: string, index: number): number {
  let end = index;
  while (end - index < 32 && isDigitAt(text, end)) end++;
  return end - index;
}

/** The value of exactly `count` digits at `index`; −1 where one of them is not a digit. */
export function digitsAt(text: string, index: number, count: number): number {
  let value = 0;
  for (let at = index; at < index + count; at++) {
    if (!isDigitAt(text, at)) return -1;
    value = value * 10 + text.charCodeAt(at) - 48;
  }
  return value;
}

/** Index of the first character at or after `index` that is neither a space nor a tab. */
export function skipSpaces(text: string, index: number): number {
  let at = index;
  while (isSpaceAt(text, at)) at++;
  return at;
}

/** The letters at `index`, at most 12. */
export function wordAt(text: string, index: number): string {
  let end = index;
  while (end - index < 12 && isLetterAt(text, end)) end++;
  return text.slice(index, end);
}
