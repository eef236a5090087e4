/** Replaces secrets and personal data in text by a mark. It keeps ids of orders, requests and commits: without them nothing can be found again. */
import { PlatformError } from '../../domain/error.ts';

export type Redact = (text: string) => string;

interface Rule {
  /** A cheap test that must hold before the pattern is tried. */
  readonly hint: RegExp;
  readonly pattern: RegExp;
  readonly replace: (match: string, ...groups: readonly (string | undefined)[]) => string;
}

const mark = (what: string) => `[redacted ${what}]`;
const whole = (what: string) => () => mark(what);

/** Value of a secret key: what refers to a secret, or is no secret at all, stays readable. */
const HARMLESS_VALUE =
  /^(true|false|null|undefined|none|nil|empty|required|missing|invalid|expired|<.*|\[.*|\*+|\$[\w{(].*|process\.env.*|os\.(environ|getenv).*|env[.[(].*|config[.[].*|[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)+\(?.*|[A-Za-z_$][\w$.]*\(.*)$/i;
const SECRET_KEY =
  'pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|client[_-]?secret|private[_-]?key|auth[_-]?token|access[_-]?token|refresh[_-]?token|session[_-]?(?:id|token)|credentials?';
/** nginx passes requests on by directives of that name. */
const PASSES_ON = '(?!(?<=\\b(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_)pass$)';
/** sudo writes where somebody was as he gave a command: no password, though drivers of databases call one so. */
const WORKING_FOLDER = '(?!PWD=\\/\\S* ; USER=)';
const SECRET_NAME = new RegExp(`(?:^|[\\W_]|[a-z](?=[A-Z]))${PASSES_ON}(?:${SECRET_KEY})$`, 'i');

const RULES: readonly Rule[] = [
  {
    hint: /-----BEGIN/,
    pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    replace: whole('private key'),
  },
  {
    hint: /:\/\/[^\s/]*@/,
    pattern: /\b([a-z][a-z0-9+.-]*:\/\/)([^\s:/@]*):([^\s/@]+)@/gi,
    replace: (_match, scheme, user) => `${scheme ?? ''}${user ?? ''}:${mark('password')}@`,
  },
  {
    hint: /eyJ/,
    pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
    replace: whole('token'),
  },
  {
    hint: /bearer|basic|authorization/i,
    pattern: /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)?\b(bearer|basic)\s+([\w.~+/-]{8,}={0,2})/gi,
    replace: (match, header, scheme, value) =>
      header === undefined && !/\d/.test(value ?? '')
        ? match
        : `${header ?? ''}${scheme ?? ''} ${mark('token')}`,
  },
  {
    hint: /cookie/i,
    pattern: /\b((?:set-)?cookie["']?\s*:\s*["']?)([^"'\r\n]{4,})/gi,
    replace: (_match, header) => `${header ?? ''}${mark('cookie')}`,
  },
  {
    hint: /A(?:KI|SI|RO|ID)A/,
    pattern: /\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\b/g,
    replace: whole('AWS key'),
  },
  { hint: /AIza|ya29\./, pattern: /\bAIza[\w-]{35}|\bya29\.[\w-]{20,}/g, replace: whole('GCP key') },
  {
    hint: /[sr]k_(?:live|test)_|whsec_/,
    pattern: /\b(?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{10,}/g,
    replace: whole('Stripe key'),
  },
  {
    hint: /gh[pousr]_|github_pat_|glpat-|npm_/,
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{30,})/g,
    replace: whole('access token'),
  },
  { hint: /xox[abeprs]-/, pattern: /\bxox[abeprs]-[\w-]{10,}/g, replace: whole('Slack token') },
  {
    hint: /pass|pwd|secret|token|key|credential|session/i,
    pattern: new RegExp(
      `(?<![A-Za-z0-9])${WORKING_FOLDER}((?:[A-Za-z0-9]+[_.-])*(?:[a-z]+(?=[A-Z]))?(?:${SECRET_KEY})["']?\\s*(?:=>|[:=])\\s*)("[^"\\r\\n]*"|'[^'\\r\\n]*'|[^\\s,;&"'})\\]]+)`,
      'gi',
    ),
    replace: (match, key = '', value = '') => (looksSecret(key, value) ? `${key}${mark('secret')}` : match),
  },
  {
    hint: /\d[\d -]{11,}\d/,
    pattern: /(?<![\w.-])(?:\d[ -]?){12,18}\d(?![\w-])/g,
    replace: (match) => (isCardNumber(match.replaceAll(/\D/g, '')) ? mark('card number') : match),
  },
  {
    hint: /@/,
    pattern: /(?<![\w.%+-])[\w.%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}\b(?!:)/g,
    replace: whole('e-mail'),
  },
];

/** A word after a colon may be prose (`token: expired`); after `=` or in quotes it is a value. */
function looksSecret(key: string, value: string): boolean {
  const quoted = /^["']/.test(value);
  const bare = quoted ? value.slice(1, -1) : value;
  if (bare.length < 3 || HARMLESS_VALUE.test(bare)) return false;
  if (quoted || /=\s*$/.test(key)) return true;
  return bare.length >= 6 && /\d/.test(bare) && /[A-Za-z]/.test(bare);
}

/** Visa, Mastercard, American Express, Discover and JCB by prefix and length, with the check digit of ISO/IEC 7812. */
function isCardNumber(digits: string): boolean {
  const brands =
    /^(?:4\d{12}(?:\d{3})?|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}|3[47]\d{13}|6(?:011|5\d{2})\d{12}|35\d{14})$/;
  if (!brands.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Whether a key, such as one of a configuration file, names a secret: `DB_PASSWORD`, `stripe.apiKey`; not `tokenTimeout`. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The team's own patterns come first; what they match is replaced whole. Throws PlatformError `config` for one that is no regular expression. */
export function createRedactor(patterns: readonly string[]): Redact {
  const own = patterns.map(compile);
  return (text) => {
    let result = text;
    for (const pattern of own) result = result.replaceAll(pattern, mark('by policy'));
    for (const { hint, pattern, replace } of RULES) {
      if (hint.test(result)) result = result.replaceAll(pattern, replace);
    }
    return result;
  };
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'gu');
  } catch (cause) {
    throw new PlatformError({
      code: 'config',
      what: `policy.redact holds ${JSON.stringify(pattern)}`,
      why: 'it is not a regular expression',
      nextStep: 'Correct the pattern in wicked-platform.yaml.',
      cause,
    });
  }
}
