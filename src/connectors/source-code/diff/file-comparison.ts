/** One file on both sides of a difference: what changed in it, before locations and evidence are added. Pure. */
import type { FileCategory, InertReason } from '../../../domain/code.ts';
import { protoHazards } from '../hazards/proto.ts';
import { keyValueFormatOf, profileOf } from '../languages/detect.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { parseSource } from '../syntax/parser.ts';
import { codeEntries } from '../values/code-entries.ts';
import { entriesOf } from '../values/entries.ts';
import type { KeyEntry } from '../values/entry.ts';
import { contractNames } from './contract-names.ts';
import { type Beside, sameCourse } from './course/same-course.ts';
import { declaredTypes } from './declared-types.ts';
import { differsInDevelopmentOnly } from './development.ts';
import { factsOf } from './facts/extract.ts';
import { compareFacts, type Fact, type FactDifference } from './facts/fact.ts';
import type { FeatureDraft } from './feature-draft.ts';
import { ignoredFeatures, imageFeatures } from './image.ts';
import { migrationFeatures } from './migration.ts';
import { ownNamesIn } from './own-names.ts';
import { type PackageVersion, packagesOf } from './packages.ts';
import { plainEdit } from './plain-edit.ts';
import { stillMeant } from './relevance.ts';
import { renamedKeys } from './renamed-keys.ts';
import { isRephrased } from './rephrased.ts';
import { bareSdl } from './sdl.ts';
import { statementChanges } from './statements.ts';
import { templateFeatures } from './templates.ts';
import { inertReason } from './tokens.ts';
import { type ValueDraft, valueChanges } from './value-changes.ts';

export interface FileVersions {
  readonly path: string;
  readonly category: FileCategory;
  /** Null where the file does not exist on that side. */
  readonly oldText: string | null;
  readonly newText: string | null;
}

export interface FileComparison {
  readonly inert: InertReason;
  readonly values: readonly ValueDraft[];
  /** Features that need no facts: packages, migrations, settings. */
  readonly features: readonly FeatureDraft[];
  readonly before: readonly Fact[];
  readonly after: readonly Fact[];
  readonly difference: FactDifference;
  readonly newTree: SyntaxNode | null;
  readonly oldTree: SyntaxNode | null;
  /** Functions that do what they did, in other words or not. */
  readonly sameScopes: ReadonlySet<string>;
  /** What the only edit is, where it is small and no rule may say what it means. */
  readonly edit: FeatureDraft | null;
  /** Functions of files beside it that do what this one did. */
  readonly elsewhere: ReadonlySet<SyntaxNode>;
}

const NOTHING: FileComparison = {
  inert: 'none',
  values: [],
  features: [],
  before: [],
  after: [],
  difference: { removed: [], added: [] },
  newTree: null,
  oldTree: null,
  sameScopes: new Set(),
  edit: null,
  elsewhere: new Set(),
};

const BY_CATEGORY: Partial<Record<FileCategory, InertReason>> = {
  docs: 'docs',
  test: 'test',
  ci: 'ci',
  asset: 'asset',
};
/** What a new file can bring by itself; everything else in it acts only where it is called. */
const NEW_FILE_FACTS = new Set(['growth', 'loop-call', 'env', 'registration']);

async function compareCode(file: FileVersions, beside: Beside | undefined): Promise<FileComparison> {
  const profile = profileOf(file.path);
  if (profile === null) return NOTHING;
  const [oldTree, newTree] = [
    file.oldText === null ? null : await parseSource(profile, file.oldText),
    file.newText === null ? null : await parseSource(profile, file.newText),
  ];
  const edited = oldTree === null || newTree === null ? null : plainEdit(oldTree, newTree);
  if (oldTree !== null && newTree !== null) {
    const inert = inertReason(oldTree, newTree);
    const isSame = inert !== 'none' && !(edited !== null && /^re/.test(inert));
    if (isSame) return { ...NOTHING, inert, oldTree, newTree };
  }
  const before = oldTree === null ? [] : factsOf(oldTree);
  const after = newTree === null ? [] : factsOf(newTree);
  const values =
    oldTree === null || newTree === null ? [] : valueChanges(codeEntries(oldTree), codeEntries(newTree));
  const course = oldTree === null || newTree === null ? null : sameCourse(oldTree, newTree, beside);
  const declared = oldTree === null || newTree === null ? [] : declaredTypes(oldTree, newTree);
  if (
    course?.whole === true &&
    edited === null &&
    declared.length === 0 &&
    values.every(({ direction }) => /^(added|removed)$/.test(direction))
  )
    return { ...NOTHING, inert: 'rephrased', oldTree, newTree, elsewhere: course.elsewhere };
  const sameScopes = new Set([...(course?.scopes ?? [])].filter((name) => edited?.scopes.has(name) !== true));
  // What moved from one function into another is still there.
  const moved = edited === null ? (course?.together ?? NOTHING.sameScopes) : NOTHING.sameScopes;
  const others = (facts: readonly Fact[]) =>
    facts.filter(({ scope }) => !sameScopes.has(scope) || moved.has(scope));
  const compared = compareFacts(others(before), others(after));
  const changed = (facts: readonly Fact[]) => facts.filter(({ scope }) => !moved.has(scope));
  const difference = { removed: changed(compared.removed), added: changed(compared.added) };
  const statements =
    oldTree === null || newTree === null
      ? { features: [], difference }
      : statementChanges(difference, oldTree, newTree);
  const kept =
    oldTree === null || newTree === null
      ? { removed: [], added: difference.added.filter((fact) => NEW_FILE_FACTS.has(fact.kind)) }
      : stillMeant(statements.difference, oldTree, newTree, after);
  if (
    oldTree !== null &&
    newTree !== null &&
    values.length === 0 &&
    declared.length === 0 &&
    statements.features.length === 0 &&
    edited === null &&
    isRephrased(kept, oldTree, newTree, ownNamesIn(oldTree), ownNamesIn(newTree))
  )
    return { ...NOTHING, inert: 'rephrased', oldTree, newTree };
  return {
    ...NOTHING,
    values,
    before,
    after,
    difference: kept,
    oldTree,
    newTree,
    sameScopes,
    edit: edited?.feature ?? null,
    elsewhere: course?.elsewhere ?? NOTHING.elsewhere,
    features: [
      ...(file.category === 'migration' ? migrationFeatures(file.path, file.newText ?? '') : []),
      ...(oldTree === null || newTree === null ? [] : contractNames(oldTree, newTree)),
      ...declared,
      ...statements.features,
    ],
  };
}

function comparePackages(file: FileVersions): Pick<FileComparison, 'values' | 'features'> {
  const before = packagesOf(file.path, file.oldText ?? '');
  const after = packagesOf(file.path, file.newText ?? '');
  const values: ValueDraft[] = [];
  const features: FeatureDraft[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(name), after.get(name)];
    if (old?.version === now?.version) continue;
    const value = (version: string | undefined) =>
      version === undefined ? null : ({ raw: version, number: null, unit: 'none', kind: 'string' } as const);
    const line = now?.line ?? old?.line ?? 1;
    const removed = now === undefined;
    const direction = directionOfPackage(old, now);
    values.push({
      key: name,
      oldValue: value(old?.version),
      newValue: value(now?.version),
      ratio: null,
      direction,
      line,
      old: removed,
      entryKind: 'config-value',
      env: null,
    });
    features.push({
      kind: 'package-changed',
      detail: packageDetail(name, old?.version, now?.version),
      symbols: packageSymbols(name),
      line,
      old: removed,
    });
  }
  return { values, features };
}

function directionOfPackage(
  before: PackageVersion | undefined,
  after: PackageVersion | undefined,
): ValueDraft['direction'] {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}

function packageDetail(name: string, before: string | undefined, after: string | undefined): string {
  if (before === undefined) return `package ${name} ${after ?? ''} was added`;
  if (after === undefined) return `package ${name} ${before} was removed`;
  return `package ${name} went from ${before} to ${after}`;
}

/** The name and its last part, which code and stack traces use: `jackson-databind` of `com.fasterxml.jackson.core:jackson-databind`. */
function packageSymbols(name: string): string[] {
  return [...new Set([name, ...name.split(/[:/]/).filter((part) => part.length > 2)])];
}

/** Settings whose name tells what they are: variables, topics, routes. */
function settingFeatures(values: readonly ValueDraft[], isEnvironment: boolean): FeatureDraft[] {
  const features: FeatureDraft[] = [];
  const removed = values.filter((value) => value.direction === 'removed');
  for (const value of values) {
    const last =
      value.key
        .split(/[.[\]]/)
        .filter((part) => part !== '')
        .at(-1) ?? '';
    const twin =
      value.direction === 'added'
        ? removed.find((old) => old.oldValue?.raw === value.newValue?.raw && old.oldValue?.raw !== '')
        : undefined;
    if (twin !== undefined && (isEnvironment || /^[A-Z][A-Z0-9_]+$/.test(last)))
      features.push({
        kind: 'env-renamed',
        detail: `the variable ${twin.key} became ${value.key}`,
        symbols: [twin.key, value.key],
        line: value.line,
        old: false,
      });
    if (value.direction !== 'changed' || value.oldValue === null || value.newValue === null) continue;
    const symbols = [value.key, value.oldValue.raw, value.newValue.raw];
    if (/topic|queue|channel|exchange|routing/i.test(last))
      features.push({
        kind: 'topic-changed',
        detail: `${value.key} changed from ${value.oldValue.raw} to ${value.newValue.raw}`,
        symbols,
        line: value.line,
        old: false,
      });
    else if (/^\/[\w/{}:.-]*$/.test(value.newValue.raw))
      features.push({
        kind: 'route-changed',
        detail: `${value.key} changed from ${value.oldValue.raw} to ${value.newValue.raw}`,
        symbols,
        line: value.line,
        old: false,
      });
  }
  return features;
}

/** Same keys and values in the same files, whatever stands around them. */
function sameEntries(before: readonly KeyEntry[], after: readonly KeyEntry[]): boolean {
  const text = (entries: readonly KeyEntry[]) =>
    JSON.stringify(entries.map((entry) => [entry.key, entry.value.raw, entry.env]));
  return before.length > 0 && text(before) === text(after);
}

async function compareSettings(file: FileVersions): Promise<FileComparison> {
  const before = file.oldText === null ? [] : await entriesOf(file.path, file.oldText);
  const after = file.newText === null ? [] : await entriesOf(file.path, file.newText);
  if (
    file.oldText !== null &&
    file.newText !== null &&
    sameEntries(before, after) &&
    keyValueFormatOf(file.path) !== 'dockerfile'
  ) {
    const comments = (entries: readonly KeyEntry[]) =>
      JSON.stringify(entries.map((entry) => entry.comments.map((comment) => comment.text)));
    const inert =
      comments(before) === comments(after) && stripped(file.oldText) === stripped(file.newText)
        ? 'formatting'
        : 'comment-only';
    return { ...NOTHING, inert };
  }
  const values = valueChanges(before, after);
  const format = keyValueFormatOf(file.path);
  const image = format === 'dockerfile' ? imageFeatures(file.oldText ?? '', file.newText ?? '') : [];
  return { ...NOTHING, values, features: [...settingFeatures(values, format === 'env'), ...image] };
}

function stripped(text: string): string {
  return text.replace(/\s+/g, '');
}

/** Compares SQL without comments and layout. */
function compareSql(file: FileVersions): FileComparison {
  const bare = (text: string | null) =>
    (text ?? '')
      .replace(/--.*$/gm, '')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .trim();
  if (file.oldText !== null && file.newText !== null && bare(file.oldText) === bare(file.newText))
    return { ...NOTHING, inert: 'comment-only' };
  return { ...NOTHING, features: migrationFeatures(file.path, file.newText ?? '') };
}

/** Languages without a grammar here that write comments as C does. */
const C_COMMENTS = /\.(scala|swift|c|h|cc|cpp|hpp|dart|groovy|gradle|m|mm|proto)$/i;
/** A text in quotes, or a comment; whichever begins first wins. */
const C_LEXEMES = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

function withoutComments(text: string): string {
  return text.replace(C_LEXEMES, (lexeme) => (lexeme.startsWith('/') ? ' ' : lexeme));
}

/** Languages without a grammar here whose comments begin with `#`. One begins a line or stands behind the end of a statement: elsewhere it may be a part of a pattern. */
const HASH_COMMENTS = /\.(pl|pm|ex|exs)$/i;
/** A pattern (`m#…#`), a text of several lines and what is quoted by words (`q#…#`, heredocs) may hold a `#`: such a file is not judged. */
const OTHER_QUOTES = /\b(?:q[qwrx]?|m|s|tr|y)\s*#|<<[~"'A-Z]|"{3}|'{3}|~[a-zA-Z]["'([{<|/]|^=\w/m;
const HASH_LEXEMES = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?<=^[ \t]*|[;{},][ \t]+)#[^\n]*/gm;

function withoutHashComments(text: string): string {
  return text.replace(HASH_LEXEMES, (lexeme) => (lexeme.startsWith('#') ? ' ' : lexeme));
}

/** The text without comments, where its language is known well enough to tell them; null elsewhere. */
function uncommented(path: string, text: string): string | null {
  if (C_COMMENTS.test(path)) return withoutComments(text);
  if (/\.(graphqls?|gql)$/i.test(path)) return bareSdl(text);
  return HASH_COMMENTS.test(path) && !OTHER_QUOTES.test(text) ? withoutHashComments(text) : null;
}

/** Same text but for white space and comments, for files that nothing here understands. */
function compareText(file: FileVersions): FileComparison {
  if (file.oldText === null || file.newText === null) return NOTHING;
  if (stripped(file.oldText) === stripped(file.newText)) return { ...NOTHING, inert: 'formatting' };
  const [before, after] = [uncommented(file.path, file.oldText), uncommented(file.path, file.newText)];
  if (before !== null && after !== null && stripped(before) === stripped(after))
    return { ...NOTHING, inert: 'comment-only' };
  const features = [
    ...templateFeatures(file.path, file.oldText, file.newText),
    ...renamedKeys(file.path, file.oldText, file.newText),
  ];
  return { ...NOTHING, features };
}

/** Fields that whoever was built with the other contract reads under another number, or as something else. */
function compareProto(file: FileVersions): FileComparison {
  const text = compareText(file);
  if (text.inert !== 'none' || file.oldText === null || file.newText === null) return text;
  const unreadable = protoHazards(file.oldText, file.newText).filter(
    ({ kind }) => kind === 'contract-unreadable',
  );
  return {
    ...text,
    features: unreadable.map(
      ({ detail, symbols, line }): FeatureDraft => ({
        kind: 'field-renamed',
        detail,
        symbols,
        line,
        old: false,
      }),
    ),
  };
}

/** Never throws; a file that cannot be parsed on one side has no facts on that side. */
export async function compareFile(file: FileVersions, beside?: Beside): Promise<FileComparison> {
  const byCategory = BY_CATEGORY[file.category];
  if (byCategory !== undefined) return { ...NOTHING, inert: byCategory };
  if (file.category === 'dependency-manifest' || file.category === 'lockfile') {
    if (
      file.oldText !== null &&
      file.newText !== null &&
      file.oldText !== file.newText &&
      differsInDevelopmentOnly(file.path, file.oldText, file.newText)
    )
      return {
        ...NOTHING,
        inert: stripped(file.oldText) === stripped(file.newText) ? 'formatting' : 'development-packages',
      };
    const packages = comparePackages(file);
    if (packages.features.length > 0) return { ...NOTHING, ...packages };
    return keyValueFormatOf(file.path) === null || file.category === 'lockfile'
      ? compareText(file)
      : compareSettings(file);
  }
  if (/(^|\/)\.(docker|npm|gcloud)ignore$/.test(file.path))
    return { ...compareText(file), features: ignoredFeatures(file.oldText ?? '', file.newText ?? '') };
  if (profileOf(file.path) !== null) return compareCode(file, beside);
  if (/\.sql$/i.test(file.path)) return compareSql(file);
  if (/\.proto$/i.test(file.path)) return compareProto(file);
  return keyValueFormatOf(file.path) === null ? compareText(file) : compareSettings(file);
}
