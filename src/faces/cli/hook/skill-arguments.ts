/** The words after a skill as arguments of `wicked-platform incident`. They come from a prompt: no shell ever sees them, and not every option is for them. */
import { isAbsolute, relative, resolve } from 'node:path';
import { nearest } from '../../../app/nearest.ts';

/** What a triage may be asked for from a prompt: reading, never writing a file. */
const ALLOWED = new Set([
  '--answer',
  '--as-of',
  '--blast-radius',
  '--dir',
  '--incident',
  '--logs',
  '--now',
  '--patch',
  '--postmortem',
  '--repo',
  '--report',
  '--rollback-decision',
  '--root-cause',
  '--service',
  '--since',
  '--snapshot',
  '--status-update',
  '--timeline',
  '--until',
  '--verify',
  '--zone',
]);
const PLACES = new Set(['--dir', '--logs', '--repo', '--snapshot']);
const MAX_LENGTH = 20_000;

/** An option of the command line, as its parser describes it. */
export interface KnownOption {
  readonly long: string;
  readonly takesValue: boolean;
}

export interface SkillWords {
  readonly text: string;
  /** A model may look at what lies below the working directory; a person at anything. */
  readonly by: 'person' | 'agent';
  readonly cwd: string;
}

export type SkillArguments =
  | { readonly kind: 'run'; readonly argv: readonly string[]; readonly isTriage: boolean }
  | { readonly kind: 'empty' }
  | { readonly kind: 'refused'; readonly why: string };

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”', '„': '“', '«': '»' };

/** A quote that opens in the middle of a word (don't) or never closes is a character like any other. */
export function splitWords(text: string): readonly Word[] {
  const words: Word[] = [];
  let rest = text.slice(0, MAX_LENGTH).trimStart();
  while (rest !== '') {
    const quoted = quotedWord(rest);
    const plain = /^\S+/.exec(rest)?.[0] ?? '';
    words.push(quoted === null ? { text: plain, quoted: false } : { text: quoted.text, quoted: true });
    rest = rest.slice(quoted?.length ?? plain.length).trimStart();
  }
  return words;
}

function quotedWord(rest: string): { readonly text: string; readonly length: number } | null {
  const closing = CLOSING[rest[0] ?? ''];
  if (closing === undefined) return null;
  for (let at = 1; at < rest.length; at += 1) {
    if (rest[at] === '\\' && rest[0] === '"') at += 1;
    else if (rest[at] === closing && /^(\s|$)/.test(rest.slice(at + 1, at + 2))) {
      const inner = rest.slice(1, at);
      return { text: rest[0] === '"' ? inner.replaceAll(/\\(["\\])/g, '$1') : inner, length: at + 1 };
    }
  }
  return null;
}

/** @param view the view that the skill stands for; null where the words say it */
export function readSkillArguments(
  words: SkillWords,
  view: string | null,
  options: readonly KnownOption[],
): SkillArguments {
  const known = new Map(options.map((option) => [option.long, option]));
  const argv: string[] = [];
  const spoken: string[] = [];
  let asked = view !== null;
  const queue = [...splitWords(words.text)];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word.quoted || !/^--[a-z]/.test(word.text)) {
      spoken.push(word.text);
      continue;
    }
    const [, name = '', given] = /^(--[\w-]+)(?:=(.*))?$/s.exec(word.text) ?? [];
    const option = known.get(name);
    if (option === undefined || !ALLOWED.has(name)) return refusal(word.text, name, option !== undefined);
    if (!option.takesValue) {
      asked = true;
      if (name !== view) argv.push(name);
      continue;
    }
    const value = given ?? queue.shift()?.text;
    if (value === undefined) return { kind: 'refused', why: `${name} needs a value after it` };
    if (PLACES.has(name) && words.by === 'agent' && isOutside(value, words.cwd))
      return {
        kind: 'refused',
        why: `${name} ${JSON.stringify(value)} lies outside the working directory: a person has to ask for that`,
      };
    asked ||= name === '--snapshot';
    argv.push(name, value);
  }
  return assemble(argv, spoken, view, asked);
}

function assemble(
  argv: readonly string[],
  spoken: readonly string[],
  view: string | null,
  asked: boolean,
): SkillArguments {
  const named = spoken.length === 1 && /^INC-\d+$/i.test(spoken[0] ?? '') ? spoken[0] : undefined;
  const views = view === null ? [] : [view];
  if (named !== undefined) {
    const report = asked ? views : ['--report'];
    return { kind: 'run', argv: [...argv, ...report, '--incident', named], isTriage: false };
  }
  const symptom = spoken.join(' ').trim();
  if (symptom === '' && !asked) return { kind: 'empty' };
  const said = symptom === '' ? [] : ['--', symptom];
  return {
    kind: 'run',
    argv: [...argv, ...views, ...said],
    isTriage: symptom !== '' || argv.includes('--snapshot'),
  };
}

function refusal(text: string, name: string, exists: boolean): SkillArguments {
  const near = exists ? null : nearest(name, [...ALLOWED]);
  const why = exists
    ? `${name} is not for a prompt: run it in a terminal`
    : `${JSON.stringify(text.slice(0, 80))} is no option${near === null ? '' : `; did you mean ${near}?`}`;
  return { kind: 'refused', why };
}

function isOutside(place: string, cwd: string): boolean {
  const path = relative(cwd, resolve(cwd, place));
  return place === '-' || /^\.\.([\\/]|$)/.test(path) || isAbsolute(path);
}
