/**
 * What log messages say of rollouts, in general wording: `Deployment checkout-api-v2.4.1 started`, `Rolled back cart to v1.9.0`,
 * `Starting rollout of api v3`. A message counts when it names a rollout and either a version or a state of it; transactions that are
 * rolled back, locks that are released and protocols that are upgraded do not.
 */
import { canonicalServiceName } from '../../../domain/service.ts';
import { readDeployTool, speaksOfDeployTool } from './deploy-commands.ts';

export interface RolloutWording {
  readonly service: string | null;
  /** As written, without the service's name: `v2.4.1`, `3.6.10`. */
  readonly version: string | null;
  /** For a rollback the version that was left, where the message names both. */
  readonly leftVersion: string | null;
  readonly state: 'started' | 'succeeded' | 'failed' | 'cancelled';
  readonly isRollback: boolean;
  readonly commit: string | null;
  readonly environment: string | null;
  /** 0…1 where the message gives a percentage. */
  readonly share: number | null;
}

const NOUN =
  /\b(?:deployments?|deploys?|rollouts?|roll-outs?|rollbacks?|roll-backs?|releases?|manifests?)\b/i;
const VERB =
  /\b(?:deploying|deployed|redeployed|rolling out|rolled out|rolling back|rolled back|released|releasing|promoting|promoted|reverting|reverted|appl(?:ied|ying) (?:the |new )?(?:manifests?|kustomization|chart|terraform|plan|[\w./-]+\.(?:ya?ml|tf|json|hcl)))\b/i;
const ROLLBACK = /\b(?:roll(?:ed|ing)?[ -]?backs?|revert(?:ed|ing)?|undone|undoing)\b/i;

const FAILED = /\b(?:failed|failure|fails|aborted|timed out|unsuccessful)\b/i;
const CANCELLED = /\b(?:cancell?ed|superseded|skipped|rejected)\b/i;
const FINISHED =
  /\b(?:completed?|finished|succeeded|successful(?:ly)?|done|deployed|rolled out|rolled back|released|promoted|reverted|applied|live|healthy|available)\b/i;
const STARTED =
  /\b(?:start(?:ed|ing)?|begin(?:ning)?|began|begun|initiated|initiating|triggered|requested|in progress|progressing|status[=: ]"?running|deploying|rolling out|rolling back|releasing|promoting|reverting|applying)\b/i;

/** What else is rolled back, released, reverted, deployed and promoted. */
const OTHER_OBJECT =
  /\b(?:transactions?|tx|txn|savepoints?|statements?|sessions?|locks?|connections?|mutex|lease|semaphore|memory|buffers?|hold|holds|stock|seats?|funds?|orders?|reservations?|messages?|leader|replica|primary|users?|role|websocket|protocol|database changes|model)\b/i;

const VERSION = 'v?\\d+\\.\\d+(?:\\.\\d+){0,2}(?:[-+][0-9A-Za-z][\\w.]*)?|v\\d+';
const NAMED_VERSION = new RegExp(
  `\\b([A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z][A-Za-z0-9_]*)*)[-@:/ ](?:version )?(${VERSION})(?![\\w.]*[/\\\\])(?!\\w)`,
  'g',
);
const BARE_VERSION = new RegExp(`(?:^|[\\s(=:"'@])(${VERSION})(?![\\w.]*[/\\\\])(?!\\w)`);
const TO_VERSION = new RegExp(`\\bto (?:version |revision )?"?(?:[A-Za-z][\\w-]*?[-@:])?(${VERSION})(?!\\w)`);
const FROM_VERSION = new RegExp(
  `\\bfrom (?:version |revision )?"?(?:[A-Za-z][\\w-]*?[-@:])?(${VERSION})(?!\\w)`,
);

/** A release that is a mere number stands right behind the word that says so: `Deployment edge-9 started`, `deploying uploads-r19`. */
const COUNTED = /\b(?:deploying|deployed)\s+[\w-]+\s+\(?(?:release|build)\s+#?(\d{1,6})\b/i;
const NUMBERED =
  /\b(?:deployment|rollout|release|rollback|deploying|deployed|releasing|released)\s+(?:of\s+)?["']?([a-z][a-z_]*(?:-[a-z][a-z_]*)*)[-@:/](r?\d{1,6}|(?:build|rev)-?\d{1,6})(?![\w.-])/i;

/** Words that stand before a version without naming a service. */
const NO_SERVICE =
  /^(?:deployment|deploy|deployed|deploying|redeployed|rollout|rolled|rolling|out|back|rollback|release|released|releasing|version|to|from|of|for|revision|image|tag|build|started|completed|starting|new|in|on|at|the|manifest|manifests|applied|applying|promoted|promoting|reverted|reverting|failed|chart|app|service|with|as)$/i;

const OBJECT_OF =
  /\b(?:deploy|deployment|rollout|release|rollback)\[([A-Za-z][\w-]{1,60})\]|\b(?:deployment|deploy|rollout|roll-out|rollback|roll-back|release|manifests?)\s+(?:of|for)\s+(?:service |deployment[/ ])?["']?([A-Za-z][\w-]{1,60})|\b(?:deploying|deployed|redeployed|rolling out|rolled out|rolling back|rolled back|reverting|reverted|promoting|promoted)\s+(?:service |deployment[/ ])?["']?([A-Za-z][\w]*(?:-[\w]+)+)|\b(?:deployment|deploy|rollout|release)\s+["']?([a-z][\w]*(?:-[a-z][\w]*)+)["']?\s|\b(?:deploying|deployed)\s+([a-z]\w*)(?=\s+\(?(?:release|version|revision|rev|build)\b)/i;

export function speaksOfRollout(message: string): boolean {
  if (message.length >= 2_000) return false;
  return NOUN.test(message) || VERB.test(message) || IS_LIVE.test(message) || speaksOfDeployTool(message);
}

/** What scripts echo as they begin and people tell a bot, without a word that it begins: `deploy: cart at 1a2b3c4`, `!deploy cart 1a2b3c4`. */
const PLACED =
  /^\W*(?:[\w.-]{1,30}[>:\]] )?\W*deploy(?:ing)?:? ([a-z][\w-]{1,60})(?: (?:at |@ ?|from |to )?|@|:)([0-9a-f]{7,40})\b/i;
/** `cart: rolling out 1a2b3c4`, `cart: rollout of 1a2b3c4 complete`: whose log or section it is stands before the colon. */
const OF_SECTION =
  /^\W*([a-z][\w-]{1,60}): (?:deploying|rolling out|releasing|(?:deployment|rollout|release) of)(?: (?:commit|revision|rev|sha))? ([0-9a-f]{7,40})\b/i;
/** `ana: deploying cart@1a2b3c4 to prod`, `rolled out cart 1a2b3c4`, `cart@1a2b3c4 is live`. */
const NAMED_COMMIT =
  /\b(?:deploying|deployed|rolling out|rolled out)\s+([a-z][\w-]{1,60})(?:[@: ]| at )([0-9a-f]{7,40})\b|(?:^|\s)([a-z][\w-]{1,60})@([0-9a-f]{7,40}) is (?:now )?live\b/i;
const IS_LIVE = /@[0-9a-f]{7,40} is (?:now )?live\b/;

/** Service and commit where a message names both in one breath. A word before a number is no service at a commit. */
function placedIn(text: string): { readonly service: string; readonly commit: string } | null {
  for (const pattern of [PLACED, OF_SECTION, NAMED_COMMIT]) {
    const found = pattern.exec(text);
    const [service, commit] = [found?.[1] ?? found?.[3], found?.[2] ?? found?.[4]];
    if (service !== undefined && commit !== undefined && !NO_SERVICE.test(service) && isCommit(commit))
      return { service, commit };
  }
  return null;
}

/** Hexadecimal with letters and digits can be nothing else. */
function isCommit(text: string): boolean {
  return /[a-f]/.test(text) && /\d/.test(text);
}

/** Null where the message does not report a rollout. Never throws. */
export function readRollout(message: string): RolloutWording | null {
  const text = message.slice(0, 500);
  if (!speaksOfRollout(text)) return null;
  const command = speaksOfDeployTool(text) ? readDeployTool(text) : null;
  if (command !== null)
    return {
      ...command,
      leftVersion: null,
      commit: commitIn(text),
      environment: null,
      share: null,
    };
  const named = [...text.matchAll(NAMED_VERSION)].find((match) => !NO_SERVICE.test(match[1] ?? ''));
  const numbered = NUMBERED.exec(text);
  const version =
    TO_VERSION.exec(text)?.[1] ??
    named?.[2] ??
    numbered?.[2] ??
    COUNTED.exec(text)?.[1] ??
    BARE_VERSION.exec(text)?.[1] ??
    null;
  const placed = placedIn(text);
  const state = stateOf(text) ?? (placed === null ? null : 'started');
  if (state === null || (version === null && placed === null && !isPlainRollout(text))) return null;
  const isRollback = ROLLBACK.test(text);
  const left = FROM_VERSION.exec(text)?.[1] ?? null;
  const rolledBack = isRollback && TO_VERSION.exec(text) === null;
  const object = named?.[1] ?? numbered?.[1] ?? placed?.service ?? objectOf(text);
  return {
    service: object === null ? null : canonicalServiceName(object),
    version: rolledBack ? null : version,
    leftVersion: rolledBack ? version : left,
    state,
    isRollback,
    commit: placed?.commit ?? commitIn(text),
    environment:
      /\b(production|prod|staging|stage|canary|preview|development|qa)\b/i.exec(text)?.[1]?.toLowerCase() ??
      null,
    share: shareOf(text),
  };
}

/** After a word that says so, or after `at`, `@`, `from` where it can be nothing else: hexadecimal with letters and digits. */
function commitIn(text: string): string | null {
  const named = /\b(?:commit|sha|revision|rev)[ =:#]{1,2}([0-9a-f]{7,40})\b/i.exec(text)?.[1];
  if (named !== undefined) return named;
  const bare = /(?:\bat |@|\bfrom )([0-9a-f]{7,40})\b/.exec(text)?.[1];
  return bare !== undefined && isCommit(bare) ? bare : afterHash(text);
}

/** A revision that stands alone, or in brackets behind the version: `cart 2.4.1 (1a2b3c4) to prod`. */
function afterHash(text: string): string | null {
  const bare = /(?:#\s*|\()([0-9a-f]{7,40})\)?(?:\s|$)/.exec(text)?.[1];
  return bare !== undefined && isCommit(bare) ? bare : null;
}

/** `Deployment started`, `rollout of cart completed`: without a version only where nothing else can be meant. */
function isPlainRollout(text: string): boolean {
  if (OTHER_OBJECT.test(text) || text.length > 160) return false;
  return /^\W*(?:(?:the|starting|beginning|finished|completed)\s+)?(?:deployment|deploy|rollout|rollback|appl(?:ied|ying))\b/i.test(
    text,
  );
}

function stateOf(text: string): RolloutWording['state'] | null {
  if (FAILED.test(text)) return 'failed';
  if (CANCELLED.test(text)) return 'cancelled';
  const started = STARTED.exec(text);
  const finished = FINISHED.exec(text);
  if (finished !== null && (started === null || finished.index > started.index)) return 'succeeded';
  if (started === null) return null;
  return finished !== null && /^(?:completed?|finished|succeeded|done)$/i.test(finished[0])
    ? 'succeeded'
    : 'started';
}

function objectOf(text: string): string | null {
  const found = OBJECT_OF.exec(text);
  const name = found?.slice(1).find((part) => part !== undefined) ?? null;
  return name === null || NO_SERVICE.test(name) ? null : name;
}

function shareOf(text: string): number | null {
  const percent = /\b(\d{1,3}(?:\.\d+)?)\s?%/.exec(text);
  if (percent === null || !/\b(?:canary|traffic|weight|instances|pods|replicas|rollout)\b/i.test(text))
    return null;
  const share = Number(percent[1]) / 100;
  return share > 0 && share < 1 ? share : null;
}
