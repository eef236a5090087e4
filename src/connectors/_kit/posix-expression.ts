/** POSIX extended expressions as JavaScript ones, as far as both mean the same. It runs none. */

const CLASSES: Readonly<Record<string, string>> = {
  space: ' \\t\\n\\v\\f\\r',
  digit: '0-9',
  alpha: 'A-Za-z',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
};
/** One part of an expression: a bracket, an escaped sign, a quantifier, or any other character that stands for itself or groups. */
const PART =
  /\[(\^?)((?:\[:[a-z]+:\]|[\w\-./:"' ()|+*?,=<>@#%&~`!;{}])+)\]|(\\[.*+?^${}()|[\]\\/])|([*+?])|([\w\-./:"' ,=<>@#%&~`!;]|[()|^$])/y;

/** Null for what is not known to mean the same: intervals, back references, `\\w`, a quantifier that follows another or nothing. */
export function fromPosix(pattern: string): string | null {
  PART.lastIndex = 0;
  let source = '';
  let canRepeat = false;
  while (PART.lastIndex < pattern.length) {
    const match = PART.exec(pattern);
    if (match === null) return null;
    const [, negated, inside, sign, quantifier, plain = ''] = match;
    if (inside !== undefined) {
      const members = bracketMembers(inside);
      if (members === null) return null;
      source += `[${negated}${members}]`;
      canRepeat = true;
    } else if (sign !== undefined) {
      source += sign;
      canRepeat = true;
    } else if (quantifier !== undefined) {
      if (!canRepeat) return null;
      source += quantifier;
      canRepeat = false;
    } else {
      source += plain === '/' || plain === '-' ? `\\${plain}` : plain;
      canRepeat = !'(|^$'.includes(plain);
    }
  }
  return isValid(source) ? source : null;
}

function bracketMembers(inside: string): string | null {
  let unknown = false;
  const members = inside.replace(/\[:([a-z]+):\]/g, (_whole, name: string) => {
    const known = CLASSES[name];
    if (known === undefined) unknown = true;
    return known ?? '';
  });
  return unknown ? null : members;
}

function isValid(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}
