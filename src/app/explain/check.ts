/**
 * Whether a sentence says what a fact says. A sentence passes only where one fact carries all of it: its names in the fact's order, its
 * numbers and times complete, its words among the fact's own, its negations and conditions alike. What cannot be shown to be true is not told.
 */
import type { Fact, FactKind } from './facts.ts';
import { type Reading, type Token, tokenise } from './tokens.ts';
import {
  ACTION,
  CAUSAL,
  CLEARING,
  COMMANDS,
  DIRECTIONS,
  DOING,
  DOUBT,
  DOWNWARD,
  isSynonym,
  NEUTRAL,
  POLARITY,
  PRONOUNS,
  SAFETY,
  UPWARD,
} from './vocabulary.ts';

const MAX_SENTENCE = 400;
/** Any other character could say what is not looked at: a sign of comparison, a question, markup. */
const READABLE = /^[\p{L}\p{N}\s.,;:%()'’"“”/_+→–—…$€£-]*$/u;

/** A fact, or a clause of it with its subject, ready to be compared. */
interface Unit {
  readonly kind: FactKind;
  readonly tokens: readonly Token[];
  readonly words: ReadonlySet<string>;
  readonly polarity: string;
}

/** Kinds whose facts are atomic: a part of them would be another claim. */
const WHOLE: ReadonlySet<FactKind> = new Set(['standing', 'cause', 'cleared', 'decision', 'safety']);
/** Kinds that a pronoun could turn on somebody else. */
const VERDICTS: ReadonlySet<FactKind> = new Set(['cause', 'no-cause', 'cleared', 'decision', 'safety']);

/** `roll back` is one word, and a verdict of several words is one name. */
function joinPhrases(text: string): string {
  return text
    .replaceAll(/\broll(?:ed|ing|s)?[ -]forward\b/gi, 'ROLL_FORWARD')
    .replaceAll(/\broll(?:ed|ing|s)?[ -]?backs?\b/gi, 'rollback')
    .replaceAll(/\bsafe[ _]with[ _]steps\b/gi, 'SAFE_WITH_STEPS')
    .replaceAll(/\bdisabl(?:e|es|ed|ing) (?:the |a )?flag\b/gi, 'DISABLE_FLAG')
    .replaceAll(/\bmitigat(?:e|es|ed|ing) (?:the |a )?dependency\b/gi, 'MITIGATE_DEPENDENCY')
    .replaceAll(/\bcan ?not\b/gi, 'not');
}

function stem(word: string): string {
  const bare = word.replace(/(?:ing|ed|es|s|d|e)$/, '');
  return bare.length >= 3 ? bare : word;
}

const stems = (words: ReadonlySet<string>): ReadonlySet<string> => new Set([...words].map(stem));
const CAUSAL_STEMS = stems(CAUSAL);
const CLEARING_STEMS = stems(CLEARING);
const SAFETY_STEMS = stems(SAFETY);

/** Each word that turns or binds a claim, with what it binds: `no failing` is not `not cleared`. */
function polarityOf(tokens: readonly Token[]): string {
  const weighty = tokens.filter((token) => token.kind !== 'word' || !NEUTRAL.has(token.key));
  return weighty
    .flatMap((token, index) => {
      if (token.kind !== 'word' || !POLARITY.has(token.key)) return [];
      const said = token.key === 'no' || token.key === 'none' ? 'not' : token.key;
      const bound = weighty[index + 1];
      if (DOUBT.has(token.key) || bound === undefined) return [said];
      return [`${said} ${bound.kind === 'word' ? stem(bound.key) : bound.key}`];
    })
    .sort()
    .join(', ');
}

const wordsOf = (tokens: readonly Token[]) =>
  tokens.flatMap((token) => (token.kind === 'word' ? [token.key] : []));

function unitOf({ kind, also, text: whole }: Fact, text: string, reading: Reading): Unit {
  const tokens = tokenise(joinPhrases(text), reading);
  const plain = wordsOf(tokens);
  return {
    kind,
    tokens,
    words: new Set([
      ...plain,
      ...plain.map(stem),
      ...wordsOf(tokenise(joinPhrases(also), reading)).flatMap((word) => [word, stem(word)]),
    ]),
    // A clause may not lose what the rest of the fact says against it.
    polarity: polarityOf(text === whole ? tokens : tokenise(joinPhrases(whole), reading)),
  };
}

/** The fact as it is and, where its kind allows, each clause with what stands before the first colon. */
function unitsOf(fact: Fact, reading: Reading): readonly Unit[] {
  const whole = unitOf(fact, fact.text, reading);
  if (WHOLE.has(fact.kind)) return [whole];
  const clauses = splitOutsideQuotes(fact.text, /;|\(|\)|—|: |, /);
  if (clauses.length < 2) return [whole];
  const [subject = '', ...rest] = clauses;
  return [
    whole,
    unitOf(fact, subject, reading),
    ...rest.map((clause) => unitOf(fact, `${subject} ${clause}`, reading)),
  ];
}

function splitOutsideQuotes(text: string, at: RegExp): readonly string[] {
  const parts: string[] = [''];
  for (const [piece] of text.matchAll(/"[^"]*"|[^"]+|"/g)) {
    const [first = '', ...rest] = piece.startsWith('"') ? [piece] : piece.split(at);
    parts.push(`${parts.pop() ?? ''}${first}`, ...rest);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

export type Check = (sentence: string) => boolean;

export function checkerOf(facts: readonly Fact[], reading: Reading): Check {
  const units = facts.flatMap((fact) => unitsOf(fact, reading));
  const carried = (text: string) => {
    const tokens = tokenise(joinPhrases(text), reading);
    return units.some((unit) => carries(unit, tokens));
  };
  return (sentence) => {
    if (sentence.length > MAX_SENTENCE || !READABLE.test(sentence.replaceAll(/"[^"]*"/g, '_'))) return false;
    if (carried(sentence)) return true;
    const clauses = splitOutsideQuotes(sentence, /; |, and /);
    return clauses.length > 1 && clauses.every(carried);
  };
}

function carries(unit: Unit, tokens: readonly Token[]): boolean {
  const words = wordsOf(tokens);
  return (
    saysSomething(unit, tokens, words) &&
    keepsNames(unit, tokens) &&
    keepsNumbers(unit, tokens) &&
    keepsTimes(unit, tokens) &&
    keepsQuotes(unit, tokens) &&
    keepsDirections(unit, tokens) &&
    polarityOf(tokens) === unit.polarity &&
    words.every((word) => isSaid(word, unit, tokens)) &&
    keepsItsKind(unit, tokens, words)
  );
}

/** A sentence of neutral words could mean anything after another one, and one without the fact's subject anything at all. */
function saysSomething(unit: Unit, tokens: readonly Token[], words: readonly string[]): boolean {
  const holds = (list: readonly Token[], ...kinds: readonly Token['kind'][]) =>
    list.some(({ kind }) => kinds.includes(kind));
  if (holds(unit.tokens, 'quote') && !holds(tokens, 'quote') && !WHOLE.has(unit.kind)) return false;
  if (holds(unit.tokens, 'name', 'quote') && !holds(tokens, 'name', 'quote')) return false;
  if (holds(tokens, 'name', 'quote', 'number', 'time', 'date')) return true;
  const own = words.filter((word) => !NEUTRAL.has(word) && unit.words.has(word)).length;
  return own >= (VERDICTS.has(unit.kind) ? 1 : 2);
}

const namesOf = (tokens: readonly Token[]) =>
  tokens.flatMap((token) => (token.kind === 'name' ? [token.key] : []));

/** In the fact's order, each as often as one likes. */
function keepsNames(unit: Unit, tokens: readonly Token[]): boolean {
  const said = [...new Set(namesOf(tokens))];
  let at = 0;
  for (const name of namesOf(unit.tokens)) if (name === said[at]) at += 1;
  return at === said.length;
}

/** All or none, in the fact's order: half of a pair is another claim. A number may lose its unit, never gain or change one. */
function keepsNumbers(unit: Unit, tokens: readonly Token[]): boolean {
  const numbers = (list: readonly Token[]) =>
    list.flatMap((token) => (token.kind === 'number' ? [token] : []));
  const said = numbers(tokens);
  const held = numbers(unit.tokens);
  if (said.length === 0) return true;
  if (said.length !== held.length) return false;
  return said.every(({ value, unit: named }, index) => {
    const fact = held[index];
    return fact !== undefined && fact.value === value && (named === null || named === fact.unit);
  });
}

function keepsTimes(unit: Unit, tokens: readonly Token[]): boolean {
  const keys = (list: readonly Token[], kind: 'time' | 'date') => [
    ...new Set(list.flatMap((token) => (token.kind === kind ? [token.key] : []))),
  ];
  const said = keys(tokens, 'time');
  const held = keys(unit.tokens, 'time');
  const isSame = (short: string, long: string | undefined) =>
    long !== undefined && (long === short || long.startsWith(`${short}:`));
  const times =
    said.length === 0 ||
    (said.length === held.length && said.every((time, index) => isSame(time, held[index])));
  const days = keys(unit.tokens, 'date');
  return (
    times &&
    keys(tokens, 'date').every((date) => days.some((day) => day === date || day.endsWith(`-${date}`)))
  );
}

/** Word for word, and never a quotation that gives orders or blames. */
function keepsQuotes(unit: Unit, tokens: readonly Token[]): boolean {
  const quotes = (list: readonly Token[]) =>
    list.flatMap((token) => (token.kind === 'quote' ? [token.key] : []));
  const held = new Set(quotes(unit.tokens));
  return quotes(tokens).every((quote) => held.has(quote));
}

/** `from 5000`, `to v2.4.0`, `before 14:20`: the word before a name, number or time decides what is said of it. */
function keepsDirections(unit: Unit, tokens: readonly Token[]): boolean {
  const pairs = (list: readonly Token[]) =>
    list.flatMap((token, index) => {
      // `since 2024-01-15 14:20` says since of both.
      const before = list[index - 1]?.kind === 'date' ? list[index - 2] : list[index - 1];
      if (token.kind === 'word' || before?.kind !== 'word' || !DIRECTIONS.has(before.key)) return [];
      const key = token.kind === 'number' ? String(token.value) : token.key;
      return [{ word: before.key, key }];
    });
  const held = pairs(unit.tokens);
  return pairs(tokens).every(({ word, key }) =>
    held.some((pair) => pair.word === word && (pair.key === key || pair.key.startsWith(`${key}:`))),
  );
}

function isSaid(word: string, unit: Unit, tokens: readonly Token[]): boolean {
  if (NEUTRAL.has(word) || POLARITY.has(word)) return true;
  if (unit.words.has(word) || unit.words.has(stem(word)) || isSynonym(word, unit.words)) return true;
  return (DOWNWARD.has(word) && goes(tokens, -1)) || (UPWARD.has(word) && goes(tokens, 1));
}

/** Whether exactly two numbers are said as from … to …, and which way they go. */
function goes(tokens: readonly Token[], way: 1 | -1): boolean {
  const values = tokens.flatMap((token, index) => {
    const before = tokens[index - 1];
    const isPaired = before?.kind === 'word' && /^(from|to)$/.test(before.key);
    return token.kind === 'number' && isPaired ? [{ word: before.key, value: token.value }] : [];
  });
  const [from, to] = values;
  if (values.length !== 2 || from?.word !== 'from' || to?.word !== 'to') return false;
  return Math.sign(to.value - from.value) === way;
}

/** Blame, orders, acquittals and verdicts on safety belong to the facts that are about them. */
function keepsItsKind(unit: Unit, tokens: readonly Token[], words: readonly string[]): boolean {
  const { kind } = unit;
  const has = (set: ReadonlySet<string>) => words.some((word) => set.has(stem(word)));
  const orders = words.some((word) => ACTION.has(word));
  const causal = words.filter((word) => CAUSAL_STEMS.has(stem(word)));
  if (causal.length > 0 && !mayBlame(kind, causal)) return false;
  if (orders && kind !== 'decision' && kind !== 'safety') return false;
  if (kind !== 'decision' && tokens[0]?.kind === 'word' && COMMANDS.has(tokens[0].key)) return false;
  if (has(CLEARING_STEMS) && kind !== 'cleared') return false;
  if (has(SAFETY_STEMS) && kind !== 'safety') return false;
  if (VERDICTS.has(kind) && hasPronoun(tokens)) return false;
  if (quotesGiveOrders(tokens)) return kind === 'decision';
  switch (kind) {
    case 'cause':
      return namesTheAgent(unit, tokens, words) && pointsTheRightWay(tokens);
    case 'decision':
      return (
        !orders ||
        namesOf(tokens).length > 0 ||
        words.some((word) => /^(decision|decided|recommend)/.test(word))
      );
    case 'cleared':
      return namesOf(tokens).length > 0;
    case 'safety':
      return endsAlike(unit, tokens);
    case 'standing':
    case 'symptom':
    case 'event':
    case 'no-cause':
    case 'support':
    case 'impact':
    case 'verification':
    case 'unknown':
      return true;
  }
}

/** `that` before a name begins a clause. */
function hasPronoun(tokens: readonly Token[]): boolean {
  return tokens.some((token, index) => {
    const isPronoun = token.kind === 'word' && PRONOUNS.has(token.key);
    return isPronoun && !(token.key === 'that' && tokens[index + 1]?.kind === 'name');
  });
}

/** The verdict is the last word of its fact. */
function endsAlike(unit: Unit, tokens: readonly Token[]): boolean {
  const verdict = unit.tokens.at(-1);
  return (
    verdict !== undefined && tokens.some(({ kind, key }) => kind === verdict.kind && key === verdict.key)
  );
}

function mayBlame(kind: FactKind, causal: readonly string[]): boolean {
  if (kind === 'cause' || kind === 'no-cause') return true;
  return kind === 'cleared' && causal.every((word) => word === 'because' || word === 'reason');
}

/** A blame without a name falls on whoever was named last. */
function namesTheAgent(unit: Unit, tokens: readonly Token[], words: readonly string[]): boolean {
  if (words.includes('confidence') && namesOf(tokens).length === 0)
    return words.every((word) => !/^(caus(ed|es|ing)|blame)/.test(word));
  const agent = namesOf(unit.tokens)[0];
  if (agent !== undefined) return namesOf(tokens).includes(agent);
  const own = words.filter(
    (word) => !NEUTRAL.has(word) && !CAUSAL_STEMS.has(stem(word)) && unit.words.has(word),
  );
  return own.length >= 3;
}

/** Who did it stands before the verb, or after by, because and due: never the other way round. */
function pointsTheRightWay(tokens: readonly Token[]): boolean {
  const isWord = (token: Token | undefined, pattern: RegExp) =>
    token?.kind === 'word' && pattern.test(token.key);
  return tokens.every((token, index) => {
    const later = namesOf(tokens.slice(index + 1)).length;
    if (isWord(token, /^(because|due)$/)) return later > 0;
    if (token.kind !== 'word' || !DOING.has(token.key)) return true;
    return isWord(tokens[index + 1], /^by$/) ? later > 0 : later === 0;
  });
}

function quotesGiveOrders(tokens: readonly Token[]): boolean {
  const inside = tokens.flatMap((token) =>
    token.kind === 'quote' ? token.key.toLowerCase().split(/[^\p{L}_]+/u) : [],
  );
  return inside.some(
    (word) =>
      word !== '' && (CAUSAL_STEMS.has(stem(word)) || ACTION.has(word) || SAFETY_STEMS.has(stem(word))),
  );
}
