/** What each thing between two revisions means for going back: nothing, a step to take, or a reason not to. */
import type { RollbackHazard, SymbolUse } from '../../domain/code.ts';
import type { SafetyFinding } from '../../domain/decision.ts';
import type { Probe } from '../../domain/probe.ts';
import type { Platform } from '../../domain/service.ts';
import { answerTo, type GoingBack, isInFolders } from './going-back.ts';

/** Kinds whose weight hangs on whether the earlier code names what they concern. */
const ASKED = new Set<RollbackHazard['kind']>([
  'data-destroyed',
  'schema-narrowed',
  'schema-constrained',
  'setting-removed',
]);
const MAX_NAMES = 16;
/** An answer with this many uses was cut off: that a name is not among them shows nothing. */
const CUT_OFF = 200;
const MIGRATION_PATH =
  /(^|\/)(migrations?|migrate|alembic|flyway|liquibase|changelogs?)\/|\.sql$|(^|\/)schema\.(rb|prisma)$|\.snap$/i;

/** `unit_price` is `unitPrice` and `UnitPrice` in code. */
function spellings(name: string): readonly string[] {
  const words = name.split(/[_-]+|(?<=[a-z0-9])(?=[A-Z])/).filter((word) => word !== '');
  const camel = words.map((word, index) => (index === 0 ? word.toLowerCase() : capital(word))).join('');
  return [...new Set([name, words.join('_').toLowerCase(), camel, words.map(capital).join('')])];
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}

function namesOf(hazard: RollbackHazard): readonly string[] {
  const [first] = hazard.symbols;
  if (first === undefined) return [];
  return hazard.kind === 'setting-removed' ? [first] : spellings(first);
}

/** Where the earlier revision names what was dropped, required or no longer set. Null where nothing needs to be asked. */
export function earlierUsesProbe(hazards: readonly RollbackHazard[], back: GoingBack): Probe | null {
  const names = [...new Set(hazards.filter(({ kind }) => ASKED.has(kind)).flatMap(namesOf))]
    .sort()
    .slice(0, MAX_NAMES);
  if (names.length === 0 || back.from === null) return null;
  return {
    kind: 'symbol-uses',
    id: `symbol-uses:${back.from}:${names.join(',')}`,
    repo: back.release.repo ?? '.',
    revision: back.from,
    names,
  };
}

type Use = 'used' | 'unused' | 'unknown';

interface Told {
  readonly use: Use;
  readonly at: SymbolUse | null;
}

function usesOf(hazard: RollbackHazard, hazards: readonly RollbackHazard[], back: GoingBack): Told {
  const answer = answerTo(earlierUsesProbe(hazards, back), 'symbol-uses', back.situation);
  const names = namesOf(hazard).filter((name) => answer?.names.includes(name) === true);
  if (answer === null || names.length === 0) return { use: 'unknown', at: null };
  const found = answer.uses.find(
    ({ name, location }) =>
      names.includes(name) &&
      !MIGRATION_PATH.test(location.path) &&
      // Data is gone for every service that shares the store, whoever is taken back.
      (hazard.kind === 'data-destroyed' ||
        isInFolders(location.path, back.release.service, back.situation)) &&
      // Where it was set is not where it is read.
      location.path !== hazard.location.path,
  );
  if (found !== undefined) return { use: 'used', at: found };
  return { use: answer.uses.length >= CUT_OFF ? 'unknown' : 'unused', at: null };
}

/** Platforms whose rollback brings the earlier manifests back too, stores and settings included. */
const REVERTS_MANIFESTS = new Set<Platform>(['git', 'flux', 'argo-cd', 'helm', 'compose']);
/** Platforms whose rollback touches the workload's own template alone. */
const TEMPLATE_ONLY = new Set<Platform>(['kubernetes', 'argo-rollouts']);

function place({ location }: { readonly location: RollbackHazard['location'] }): string {
  return `${location.path}:${location.line}`;
}

function finding(
  verdict: SafetyFinding['verdict'],
  hazard: RollbackHazard,
  meaning: string,
  told?: Told,
): SafetyFinding {
  const also = told?.at === null || told === undefined ? [] : [told.at.evidence];
  return {
    verdict,
    statement: `${place(hazard)}: ${hazard.detail}; ${meaning}`,
    evidence: [hazard.evidence, ...also],
  };
}

function namedAt({ at }: Told): string {
  return at === null
    ? 'the earlier code expects it'
    : `the earlier code names it (${at.location.path}:${at.location.line})`;
}

/** Gone or refused: grave unless a way back exists or the earlier code does not name it. */
function schemaFinding(hazard: RollbackHazard, told: Told): SafetyFinding {
  const { undoneBy, losesData, kind } = hazard;
  if (undoneBy !== null && !losesData)
    return finding('step', hazard, `take it back first with ${place({ location: undoneBy })}`, told);
  if (kind === 'data-destroyed' && told.use === 'unused')
    return finding(
      'step',
      hazard,
      'the earlier code does not name it: going back works without it, as long as nothing reads it indirectly',
      told,
    );
  if (undoneBy !== null)
    return finding(
      'danger',
      hazard,
      `${namedAt(told)}; ${place({ location: undoneBy })} makes it again, but empty: the data is gone`,
      told,
    );
  return finding(
    'danger',
    hazard,
    `${kind === 'data-destroyed' ? namedAt(told) : 'the earlier code does not know of it, and its writes are refused'}; no way back is in the repository`,
    told,
  );
}

const APPLIED = new Set<RollbackHazard['kind']>([
  'data-destroyed',
  'data-rewritten',
  'schema-narrowed',
  'schema-constrained',
]);

/** What a migration did is what fails: the code of the earlier release has no part in it. */
export function isTheCause({ kind, location }: RollbackHazard, { accusedFile }: GoingBack): boolean {
  return APPLIED.has(kind) && location.path === accusedFile;
}

function causeFinding(hazard: RollbackHazard): SafetyFinding {
  const { undoneBy, losesData } = hazard;
  if (undoneBy !== null && !losesData)
    return finding(
      'step',
      hazard,
      `it is the cause itself and stays applied: take it back with ${place({ location: undoneBy })} first`,
    );
  const again =
    undoneBy === null
      ? 'no way back is in the repository'
      : `${place({ location: undoneBy })} makes it again, but empty`;
  return finding(
    'danger',
    hazard,
    `it is the cause itself, and going back to the earlier code leaves it applied; ${again}`,
  );
}

/** Null where it means nothing to a rollback on this platform. */
export function hazardFinding(
  hazard: RollbackHazard,
  hazards: readonly RollbackHazard[],
  back: GoingBack,
): SafetyFinding | null {
  const told = usesOf(hazard, hazards, back);
  const { undoneBy } = hazard;
  if (isTheCause(hazard, back)) return causeFinding(hazard);
  switch (hazard.kind) {
    case 'data-destroyed':
    case 'schema-narrowed':
      return schemaFinding(hazard, told);
    case 'data-rewritten':
      return undoneBy !== null && !hazard.losesData
        ? finding('step', hazard, `run its reverse first (${place({ location: undoneBy })})`)
        : finding('danger', hazard, 'the earlier values are not kept anywhere in the repository');
    case 'schema-constrained':
      return finding(
        'step',
        hazard,
        undoneBy === null
          ? 'check that the earlier code satisfies it'
          : `take it back first with ${place({ location: undoneBy })}`,
      );
    case 'schema-loosened':
      return finding('step', hazard, 'check that the earlier code copes with it');
    case 'contract-unreadable':
      // The others still speak the earlier contract: that is the failure, and going back ends it.
      return hazard.location.path === back.accusedFile
        ? finding(
            'step',
            hazard,
            'it is the cause itself: whoever has the earlier contract is understood again; set aside what was written since',
          )
        : finding('danger', hazard, 'what was written or sent since cannot be read by the earlier code');
    case 'contract-lossy':
      return finding('step', hazard, 'check what the earlier code makes of it');
    case 'contract-tightened':
      return finding('step', hazard, 'callers that follow the new contract are refused');
    case 'setting-removed':
      return settingFinding(hazard, told);
    case 'unversioned-config':
      return TEMPLATE_ONLY.has(back.platform)
        ? finding(
            'step',
            hazard,
            'a rollback of the workload does not bring it back: apply the earlier one by hand',
          )
        : null;
    case 'state-moved':
    case 'state-removed':
    case 'state-added':
      return stateFinding(hazard, back);
    case 'package-major':
      return finding('step', hazard, 'the earlier major must be able to read what this one wrote');
    case 'schema-added':
    case 'contract-added':
      return null;
  }
}

function settingFinding(hazard: RollbackHazard, told: Told): SafetyFinding | null {
  if (told.use === 'unused') return null;
  return finding(
    'step',
    hazard,
    told.use === 'used'
      ? `${namedAt(told)}: set it again first`
      : 'check that the earlier code does not need it',
    told,
  );
}

function stateFinding(hazard: RollbackHazard, back: GoingBack): SafetyFinding | null {
  const reverts = REVERTS_MANIFESTS.has(back.platform);
  const isOwnStore = hazard.symbols.some((symbol) => symbol.toLowerCase() === back.release.service);
  if (hazard.kind === 'state-removed')
    return finding(
      'danger',
      hazard,
      'the earlier release relies on it, and defining it again brings it back empty',
    );
  if (hazard.kind === 'state-added')
    return reverts ? finding('step', hazard, 'keep it: reverting its definition would delete it') : null;
  if (reverts || isOwnStore) return finding('danger', hazard, 'a store does not go back with a release');
  return finding(
    'step',
    hazard,
    'take back the release alone, not this file; check that the earlier code works with it',
  );
}
