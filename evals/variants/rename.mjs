/**
 * A case in other words: services, files, folders, flags and the words of the business in them get names that mean nothing, in all spellings
 * (kebab, snake, camel, capitals, joined), in history, evidence, symptom and truth alike. Words of languages and operations stay.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rewriteFile, rewriteHistory, untrackedIn } from './folder.mjs';
import { gitNames, hasHistory } from './history.mjs';
import { serviceOf } from './places.mjs';
import { randomFrom } from './random.mjs';
import { rewriteTruth } from './truth.mjs';
import { KEPT_WORDS } from './words.mjs';

const SUBWORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;
const LETTERS = /(?<![A-Za-z])[A-Za-z]{3,}(?![A-Za-z])/g;
const SHORTEST_WORD = 3;
/** A shorter word is no stem: too many others begin with it by chance. */
const SHORTEST_STEM = 5;
/** Such a word may be part of a hexadecimal id. */
const HEX_ONLY = /^[a-f]+$/;
const ONSETS = [
  'b',
  'br',
  'd',
  'dr',
  'f',
  'fl',
  'g',
  'gr',
  'j',
  'k',
  'kl',
  'm',
  'n',
  'p',
  'pl',
  'r',
  't',
  'tr',
  'v',
  'z',
];
const VOWELS = ['a', 'e', 'i', 'o', 'u'];
const CODAS = ['k', 'l', 'm', 'n', 'p', 'rb', 'rk', 'rt', 'st', 'x'];

/** @param {string} name @returns {readonly string[]} its words in small letters */
const wordsOf = (name) => (name.match(SUBWORD) ?? []).map((word) => word.toLowerCase());
/** @param {string} word */
const capital = (word) => word.slice(0, 1).toUpperCase() + word.slice(1);
/** @param {string} word small letters; a plural is its singular */
const singular = (word) => (word.length > 4 && /[^su]s$/.test(word) ? word.slice(0, -1) : word);

/** Makes words that are not among those taken, the same for the same word. */
class Lexicon {
  constructor() {
    /** @type {Map<string, string>} */
    this.renamed = new Map();
    /** @type {Set<string>} */
    this.taken = new Set(KEPT_WORDS);
  }

  /** @param {string} word */
  of(word) {
    const known = this.renamed.get(word);
    if (known !== undefined) return known;
    const random = randomFrom(word);
    const pick = (/** @type {readonly string[]} */ list) => list[Math.floor(random() * list.length)] ?? '';
    let made = '';
    while (made === '' || this.taken.has(made)) {
      made = `${pick(ONSETS)}${pick(VOWELS)}${pick(ONSETS)}${pick(VOWELS)}${pick(CODAS)}`;
    }
    this.taken.add(made);
    this.renamed.set(word, made);
    return made;
  }
}

/** The spellings of a compound. @type {readonly ((words: readonly string[]) => string)[]} */
const SPELLINGS = [
  (words) => words.join('-'),
  (words) => words.join('_'),
  (words) => words.join('_').toUpperCase(),
  (words) => words.map((word, index) => (index === 0 ? word : capital(word))).join(''),
  (words) => words.map(capital).join(''),
  (words) => words.join(''),
  (words) => words.join('').toUpperCase(),
];

/** @param {string} text */
const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * The word of the business that a word is, or begins with (`purchased`, `googleapis`), where it is no kept one.
 * @param {string} word small letters @param {ReadonlySet<string>} words
 * @returns {string | null}
 */
function stemOf(word, words) {
  if (KEPT_WORDS.has(word)) return null;
  if (words.has(word)) return word;
  for (let length = word.length - 1; length >= SHORTEST_STEM; length--) {
    if (words.has(word.slice(0, length))) return word.slice(0, length);
  }
  return words.has(singular(word)) ? singular(word) : null;
}

/**
 * @param {readonly string[]} services compounds that are renamed as a whole, whatever words they are of
 * @param {ReadonlySet<string>} words
 * @returns {(text: string) => string}
 */
export function renamer(services, words) {
  const lexicon = new Lexicon();
  /** @type {Map<string, string>} */
  const compounds = new Map();
  const byLength = [...services].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  for (const service of byLength) {
    const from = wordsOf(service);
    const to = from.map((word) => lexicon.of(words.has(singular(word)) ? singular(word) : word));
    for (const spell of SPELLINGS) {
      const spelled = spell(from);
      if (from.length > 1 && !compounds.has(spelled)) compounds.set(spelled, spell(to));
    }
  }
  const longest = [...compounds.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const compound =
    longest.length === 0
      ? null
      : new RegExp(`(?<![A-Za-z])(?:${longest.map(escaped).join('|')})(?![a-z])`, 'g');

  const inWords = (/** @type {string} */ subword) => {
    const small = subword.toLowerCase();
    const stem = stemOf(small, words);
    if (stem === null) return subword;
    const made = `${lexicon.of(stem)}${small.slice(stem.length)}`;
    if (subword === small) return made;
    return subword === subword.toUpperCase() ? made.toUpperCase() : capital(made);
  };
  return (text) => {
    const named =
      compound === null ? text : text.replaceAll(compound, (found) => compounds.get(found) ?? found);
    return named.replaceAll(LETTERS, (letters) => letters.replaceAll(SUBWORD, inWords));
  };
}

/** @param {string} file @returns {readonly string[]} names of flags in an audit log of them */
function flagsIn(file) {
  return [
    ...readFileSync(file, 'utf8').matchAll(/"(?:flag|flagKey|featureName|key|name)"\s*:\s*"([^"]+)"/g),
  ].map(([, name]) => name ?? '');
}

/** @param {import('./take-away.mjs').KnownCase} one */
export function namesIn({ dir, truth }) {
  const tracked = hasHistory(dir) ? gitNames(dir, ['log', '--all', '--name-only', '--format=', '-z']) : [];
  const paths = [...tracked, ...untrackedIn(dir)];
  const { aliases, service, change } = truth.cause;
  const { direct, cascade, optional = [] } = truth.affectedServices;
  const told = [
    service,
    ...aliases,
    ...[direct, cascade, optional].flat().map((item) => /** @type {any} */ (item)?.service ?? item),
  ];
  const folders = tracked.map(serviceOf).filter((name) => name !== null);
  const services = [...new Set([...told, ...folders])].filter((name) => /^[a-z][\w-]*$/i.test(name));
  const bases = paths.flatMap((path) => path.split('/').map((segment) => segment.replace(/\..*$/, '')));
  const flags = untrackedIn(dir)
    .filter((path) => path.startsWith('flags'))
    .flatMap((path) => flagsIn(join(dir, path)));
  return { services, names: [...services, ...bases, ...flags, change?.flag ?? ''] };
}

/** @param {readonly string[]} names @returns {ReadonlySet<string>} their words that are of the business, in the singular */
export function vocabulary(names) {
  const words = names.flatMap(wordsOf).filter((word) => word.length >= SHORTEST_WORD && !HEX_ONLY.test(word));
  const open = words.filter((word) => !KEPT_WORDS.has(word)).map(singular);
  return new Set(open.filter((word) => !KEPT_WORDS.has(word)));
}

/** @type {import('./take-away.mjs').Variant} */
export function renamedCase(one) {
  const { services, names } = namesIn(one);
  const words = vocabulary(names);
  const rename = renamer(services, words);
  const ids = rewriteHistory(one.dir, (entries) => entries.map((entry) => renamedEntry(entry, rename)), {
    rewrite: rename,
    rename: renamedPath(rename),
  });
  if (ids.size === 0) {
    for (const path of untrackedIn(one.dir)) rewriteFile(one.dir, path, rename, renamedPath(rename));
  }
  return { ...one, symptom: rename(one.symptom), truth: rewriteTruth(one.truth, ids, rename) };
}

/** The product's own file keeps its name. @param {(text: string) => string} rename @returns {(path: string) => string} */
const renamedPath = (rename) => (path) => (path.startsWith('wicked-platform.') ? path : rename(path));

/** @param {Buffer} data @param {(text: string) => string} rename */
function renamedBlob(data, rename) {
  return data.includes(0) ? data : Buffer.from(rename(data.toString('utf8')));
}

/** @param {import('./history.mjs').Entry} entry @param {(text: string) => string} rename @returns {import('./history.mjs').Entry} */
function renamedEntry(entry, rename) {
  const path = renamedPath(rename);
  const op = (/** @type {string} */ line) =>
    line.replace(/^(M \d+ \S+ |D )(.*)$/, (_, head, name) => `${head}${path(name)}`);
  switch (entry.kind) {
    case 'blob':
      return { ...entry, data: renamedBlob(entry.data, rename) };
    case 'commit':
      return { ...entry, ref: rename(entry.ref), message: rename(entry.message), ops: entry.ops.map(op) };
    case 'tag':
      return { ...entry, name: rename(entry.name), message: rename(entry.message) };
    case 'reset':
      return { ...entry, ref: rename(entry.ref) };
  }
}
