/** Things that are still there in other words: arguments, members, results. Paired by what stayed the same about them. */
import type { Fact, FactDifference } from './facts/fact.ts';
import { became, draft, type FeatureDraft, inScope } from './feature-draft.ts';
import { keyOfMessages } from './partition-keys.ts';
import { isStatementNamed } from './statements.ts';

const MAX_OF_A_KIND = 6;

/** Same callee in the same function with other arguments, same object with another member, one result that became another. */
export function rewritten(difference: FactDifference): FeatureDraft[] {
  return [
    ...paired(difference, 'arguments', (before, after) => {
      if (saysOtherwise(before, after)) return null;
      const [old, now] = [argumentsIn(before.key), argumentsIn(after.key)];
      if (withoutLastCommas(before.key) === withoutLastCommas(after.key)) return null;
      if (onlyNamesStatement(old, now)) return null;
      // How long is waited is told as a wait: it is no value that anybody is given.
      if (WAITS.test(after.symbols[0] ?? '')) return null;
      const key = keyOfMessages(before, after, old, now);
      if (key !== null) return key;
      const path = changedPath(before, after);
      if (path !== null) return path;
      const pattern = changedPattern(before, after);
      if (pattern !== null) return pattern;
      const switched = turnedSwitch(before, after);
      if (switched !== null) return switched;
      if (isBound(before.key, after.key))
        return draft(
          'bound-changed',
          after,
          `${became(before, after)}${inScope(after)}`,
          false,
          after.symbols.slice(1),
        );
      const left = leftOut(before, after, difference);
      if (left !== null) return left;
      const emptied = emptiedArgument(before, after);
      if (emptied !== null) return emptied;
      const otherText = changedText(before, after);
      if (otherText !== null) return otherText;
      const swapped = inOtherOrder(before.key, after.key);
      return draft(
        kindOfChange(before, after, swapped),
        after,
        `${became(before, after)}${swapped ? ': the same arguments in another order' : ''}${inScope(after)}`,
        false,
        [...differingNames(before.key, after.key), ...after.symbols.slice(1)],
      );
    }),
    ...paired(difference, 'member', (before, after) =>
      draft('field-renamed', after, `${before.label} became ${after.label}${inScope(after)}`, false, [
        after.symbols[1] ?? '',
        before.symbols[1] ?? '',
      ]),
    ),
    ...paired(
      difference,
      'given-field',
      (before, after) =>
        keyOfMessages(before, after, [], []) ??
        draft(
          'field-given-otherwise',
          after,
          `field "${after.symbols[0] ?? ''}" is given ${after.label} instead of ${before.label}${inScope(after)}`,
          false,
          after.symbols,
        ),
    ),
    ...results(difference),
  ];
}

const WAITS = /(^|[._:>])(sleep|usleep|nanosleep|sleep_ms|delay)$/i;

/** A comma before a closing bracket is one of style. */
function withoutLastCommas(key: string): string {
  return key.replace(/\s+/g, '').replace(/,(?=[)\]}])/g, '');
}

function paired(
  difference: FactDifference,
  kind: Fact['kind'],
  make: (before: Fact, after: Fact) => FeatureDraft | null,
): FeatureDraft[] {
  const taken = new Set<Fact>();
  const features: FeatureDraft[] = [];
  for (const before of difference.removed) {
    if (before.kind !== kind || features.length >= MAX_OF_A_KIND) continue;
    const after = difference.added.find(
      (fact) =>
        fact.kind === kind &&
        fact.scope === before.scope &&
        !taken.has(fact) &&
        fact.symbols[0] === before.symbols[0],
    );
    if (after === undefined) continue;
    taken.add(after);
    const feature = make(before, after);
    if (feature !== null) features.push(feature);
  }
  return features;
}

/** Arguments of `f(a, g(b, c), { d })`: what stands between the commas of the outermost parentheses. */
function argumentsIn(key: string): string[] {
  const given = key.slice(key.indexOf('(') + 1, -1);
  const parts: string[] = [''];
  let depth = 0;
  let quote = '';
  for (const char of given) {
    if (quote === '' && /["'`]/.test(char)) quote = char;
    else if (char === quote) quote = '';
    if (quote === '' && /[([{]/.test(char)) depth += 1;
    if (quote === '' && /[)\]}]/.test(char)) depth -= 1;
    if (char === ',' && depth === 0 && quote === '') parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Nothing differs but that a statement stands elsewhere and is given by its name. */
function onlyNamesStatement(old: readonly string[], now: readonly string[]): boolean {
  const differing = old.flatMap((was, index) =>
    was === now[index] ? [] : [[was, now[index] ?? ''] as const],
  );
  return (
    old.length === now.length &&
    differing.length > 0 &&
    differing.every(([was, is]) => isStatementNamed(was, is) || isStatementNamed(is, was))
  );
}

/** The same places filled otherwise, one of them with another thing; more places say explicitly what was left to a default. */
function kindOfChange(before: Fact, after: Fact, swapped: boolean): FeatureDraft['kind'] {
  if (swapped) return 'arguments-swapped';
  const isCall = before.key.endsWith(')') && after.key.endsWith(')');
  return isCall && argumentsIn(before.key).length === argumentsIn(after.key).length
    ? 'argument-replaced'
    : 'arguments-changed';
}

/** No value, or one of no content. */
const EMPTY =
  /^(null|nil|None|undefined|""|''|``|\[\]|\{\}|0|0L|0\.0|(?:Optional|List|Map|Set|Collections)\.(?:of|empty\w*)\(\)|new ArrayList(<>)?\(\)|string\.Empty|String::new\(\)|vec!\[\]|Vec::new\(\)|emptyList\(\)|&?[\w.]+\{\})$/;

/** One argument is nothing where it was something. */
function emptiedArgument(before: Fact, after: Fact): FeatureDraft | null {
  if (!before.key.endsWith(')') || !after.key.endsWith(')')) return null;
  const [old, now] = [argumentsIn(before.key), argumentsIn(after.key)];
  const differing = old.flatMap((argument, index) => (argument === now[index] ? [] : [index]));
  const [at] = differing;
  if (old.length !== now.length || at === undefined || differing.length > 1) return null;
  const [was, is] = [old[at] ?? '', now[at] ?? ''];
  if (!EMPTY.test(is) || EMPTY.test(was)) return null;
  const detail = `${after.symbols[0] ?? 'the call'} is given ${is} instead of ${was.slice(0, 60)}${inScope(after)}`;
  return draft('value-emptied', after, detail, false, [
    ...(was.match(/[A-Za-z_]\w{2,}/g) ?? []),
    ...after.symbols.slice(1),
  ]);
}

/** How much is asked for at most. */
const SIZING = /limit|page|size|count|max|top|take|first|batch|rows/i;

/** The same is called with fewer arguments: a default stands in for what is no longer given, or nothing does. */
function leftOut(before: Fact, after: Fact, { removed }: FactDifference): FeatureDraft | null {
  if (!before.key.endsWith(')') || !after.key.endsWith(')')) return null;
  const [old, now] = [argumentsIn(before.key), argumentsIn(after.key)];
  const gone = old.filter((argument) => !now.includes(argument));
  if (now.length >= old.length) return null;
  const words = new Set(now.flatMap((argument) => argument.match(/\w+/g) ?? []));
  const lost = gone.filter((argument) => !(argument.match(/\w+/g) ?? []).some((word) => words.has(word)));
  // A parameter of that name went too: both ends were changed together.
  const together = removed.some(({ kind, key }) => kind === 'type' && lost.includes(key.split(':')[0] ?? ''));
  if (lost.length === 0 || together) return null;
  const detail = `"${lost.join(', ').slice(0, 60)}" is no longer given to ${after.symbols[0] ?? 'the call'}${inScope(after)}`;
  const kind = lost.some((argument) => SIZING.test(argument)) ? 'limit-removed' : 'argument-dropped';
  return draft(kind, after, detail, false, [
    ...lost.flatMap((argument) => argument.match(/[A-Za-z_]\w{2,}/g) ?? []),
    ...after.symbols.slice(1),
  ]);
}

const QUOTED = /"([^"\s]{1,120})"|'([^'\s]{1,120})'|`([^`\s]{1,120})`/g;

function textsIn(key: string): string[] {
  return [...key.matchAll(QUOTED)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** Nothing but one text differs, and it is a path: something else is asked for, and nothing else. */
function changedPath(before: Fact, after: Fact): FeatureDraft | null {
  const [old, now] = [textsIn(before.key), textsIn(after.key)];
  const differing = old.flatMap((text, index) => (text === now[index] ? [] : [index]));
  const [at] = differing;
  if (old.length !== now.length || at === undefined || differing.length > 1) return null;
  const [was, is] = [old[at] ?? '', now[at] ?? ''];
  const isPath = [was, is].some((text) => text.includes('/')) && /^[\w./:{}$?=&#-]+$/.test(was + is);
  if (!isPath || before.key.replace(was, is) !== after.key) return null;
  const words = (text: string) => text.split(/[/?=&]/).filter((part) => /^[a-z][\w.-]{2,}$/i.test(part));
  const symbols = [is, was, ...words(is), ...words(was)];
  return draft('route-changed', after, `the path "${was}" became "${is}"${inScope(after)}`, false, symbols);
}

/** Names that stand on one side alone: what went and what came says more than what stayed. */
function differingNames(before: string, after: string): string[] {
  const names = (text: string) => text.match(/[A-Za-z_][\w-]{2,}/g) ?? [];
  const [old, now] = [new Set(names(before)), new Set(names(after))];
  return [...[...old].filter((name) => !now.has(name)), ...[...now].filter((name) => !old.has(name))].slice(
    0,
    6,
  );
}

const SWITCH = /\b([Tt]rue|[Ff]alse)\b/g;

const MAKES_PATTERN =
  /regex|RegExp|Pattern\.compile|\bre\.(compile|match|fullmatch|search|sub)|MustCompile|preg_/i;

/** Nothing but what a pattern takes differs: some of what matched no longer does, or the reverse. */
function changedPattern(before: Fact, after: Fact): FeatureDraft | null {
  const name = after.symbols[0] ?? '';
  const [old, now] = [argumentsIn(before.key), argumentsIn(after.key)];
  if (!MAKES_PATTERN.test(name) || old.length !== now.length) return null;
  const at = old.findIndex((argument, index) => argument !== now[index]);
  const [was, is] = [old[at] ?? '', now[at] ?? ''];
  if (!/["'`/]/.test(was) || !/["'`/]/.test(is)) return null;
  return draft('condition-changed', after, `the pattern ${was} became ${is}${inScope(after)}`, false, []);
}

/** Nothing but a yes became a no, or a no a yes: other code runs from here on, whatever it is. */
function turnedSwitch(before: Fact, after: Fact): FeatureDraft | null {
  const blank = (text: string) => text.replace(SWITCH, '?');
  if (before.key === after.key || blank(before.key) !== blank(after.key)) return null;
  const names = textsIn(after.key).filter((text) => /^[\w.-]{3,}$/.test(text));
  return draft('switch-turned', after, `${before.label} became ${after.label}${inScope(after)}`, false, [
    ...names,
    ...after.symbols.slice(1),
  ]);
}

const BOUNDED =
  /time.?out|deadline|delay|interval|backoff|ttl|expir|max.?age|keep.?alive|wait|retr(y|ies)|attempts|pool|connections|concurren|permits|limit|batch.?size|page.?size|timedelta|\b(of|from_?)(nanos|millis|secs|seconds|minutes|hours|milliseconds)\b/i;
const NUMBER = /\d[\d_.]*/g;

/** Nothing but numbers differ, and what they are given to is a time, a count or a size. */
function isBound(before: string, after: string): boolean {
  return before.replace(NUMBER, '0') === after.replace(NUMBER, '0') && BOUNDED.test(after);
}

/** The same words, and not one after the other as they were: where only signs between them differ, nothing was swapped. */
function inOtherOrder(left: string, right: string): boolean {
  const words = (text: string): readonly string[] => text.match(/[\w.$]+/g) ?? [];
  const sorted = (text: string) => [...words(text)].sort().join(' ');
  return words(left).join(' ') !== words(right).join(' ') && sorted(left) === sorted(right);
}

const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g;
/** What a person reads: words with spaces between them, and no statement, address or pattern that a machine reads. */
const READ_BY_MACHINES = /[\\<>]|:\/\/|\b(select|insert|update|delete|from|where|create|alter)\b|^.\S*.$/i;
const PLACEHOLDERS = /%[-+#0]?\d*(?:\.\d+)?[a-z]|\$?\{[^}]*\}/gi;

/** Nothing but what a person reads is worded otherwise, with the same things put into it: only who reads such words may trip over them. */
function changedText(before: Fact, after: Fact): FeatureDraft | null {
  const [old, now] = [before.key.match(TEXT) ?? [], after.key.match(TEXT) ?? []];
  const blank = (key: string) => key.replace(TEXT, '""');
  if (before.key === after.key || blank(before.key) !== blank(after.key)) return null;
  const fills = (text: string) => (text.match(PLACEHOLDERS) ?? []).join(' ');
  const isRead = old.every((text, index) => {
    const other = now[index] ?? '';
    return (
      text === other ||
      (![text, other].some((side) => READ_BY_MACHINES.test(side)) && fills(text) === fills(other))
    );
  });
  return isRead
    ? draft('logic-changed', after, `${became(before, after)}: other words${inScope(after)}`, false)
    : null;
}

/** An error as the answer of a function. */
const ANSWERS_ERROR =
  /\b(Errorf|errors\.(New|Wrap\w*|WithStack)|status\.Errorf?|Err\()|^Err\(|\bnew \w*(Error|Exception)\(|\bPromise\.reject\(|\b(BadRequest|NotFound|Conflict|Problem|Unauthorized|Forbid\w*)\(|,err$/;

const MAKES_ERROR =
  /\b(?:Errorf|errors\.(?:New|Wrapf?)|(?:\w*(?:Error|Exception|Fault)|panic|raise|fail|bail|anyhow)!?)\(/;
const SENTENCE = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g;

/** Nothing differs but the sentence that an error says: a word alone may be a code that somebody looks for. */
function saysOtherwise(before: Fact, after: Fact): boolean {
  if (!MAKES_ERROR.test(after.key)) return false;
  const unsaid = (key: string) => key.replace(SENTENCE, (text) => (/\S\s+\S/.test(text) ? '""' : text));
  return before.key !== after.key && unsaid(before.key) === unsaid(after.key);
}

/** Only where a function has one result that went and one that came: with more, it is another function. */
function results(difference: FactDifference): FeatureDraft[] {
  const scopes = new Set(
    difference.removed.filter((fact) => fact.kind === 'return').map((fact) => fact.scope),
  );
  return [...scopes].flatMap((scope) => {
    const went = difference.removed.filter((fact) => fact.kind === 'return' && fact.scope === scope);
    const came = difference.added.filter((fact) => fact.kind === 'return' && fact.scope === scope);
    const told = went.filter(({ key }) => ANSWERS_ERROR.test(key));
    if (told.length > came.filter(({ key }) => ANSWERS_ERROR.test(key)).length && came.length >= went.length)
      return told
        .slice(0, 1)
        .map((fact) =>
          draft('error-swallowed', fact, `${fact.label} is no longer answered${inScope(fact)}`, true),
        );
    const [before] = went;
    const [after] = came;
    if (before === undefined || after === undefined || went.length > 1 || came.length > 1) return [];
    if (saysOtherwise(before, after)) return [];
    const detail = `${became(before, after)}${inScope(after)}`;
    const answer = (fact: Fact) => fact.key.replace(/,(nil|None|null)$/, '');
    const isEmptied = EMPTY.test(answer(after)) && !EMPTY.test(answer(before));
    // How much is asked for at most is a limit, also where what comes of it is answered at once.
    const limited = isBound(before.key, after.key) ? 'bound-changed' : 'return-changed';
    const kind = isEmptied ? 'value-emptied' : limited;
    const differing = differingNames(before.key, after.key);
    const all = [...after.symbols, ...before.symbols];
    return [draft(kind, after, detail, false, differing.length > 0 ? differing : all)];
  });
}
