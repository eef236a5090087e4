/** What all deployment sources share: words for states, versions without their prefix, images, evidence places. It reads no file. */
import type { Deployment } from '../../domain/change.ts';
import type { Locator } from '../../domain/evidence.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import type { EpochMs } from '../../domain/time.ts';
import { plainKey } from './fields.ts';
import type { RecordPlace } from './records.ts';

const STATES: Readonly<Record<Deployment['status'], readonly string[]>> = {
  succeeded:
    'success succeeded successful complete completed deployed done ok finished passed healthy active live inactive superseded rolledback reverted released up true'.split(
      ' ',
    ),
  failed: 'fail failed failure error errored crashed degraded unhealthy timedout false'.split(' '),
  cancelled: 'cancel cancelled canceled aborted skipped rejected stopped'.split(' '),
  started:
    'start started starting inprogress progressing running pending queued waiting deploying created rollout rollingout'.split(
      ' ',
    ),
  unknown: [],
};

/** The state that a word means in any usual tool; `unknown` for other words and for none. */
export function deploymentStatus(word: string | null): Deployment['status'] {
  const plain = word === null ? '' : plainKey(word);
  for (const status of ['succeeded', 'failed', 'cancelled', 'started'] as const)
    if (STATES[status].includes(plain)) return status;
  return 'unknown';
}

/** `registry/shop/cart:v1.2@sha256:…` → tag `v1.2`; null without a tag. */
export function imageTag(image: string): string | null {
  const name = image.split('@')[0] ?? '';
  return /:([A-Za-z0-9_][\w.-]*)$/.exec(name.split('/').at(-1) ?? '')?.[1] ?? null;
}

/** Version as written without the service in front: `cart-v1.2` of `cart` → `v1.2`; an image gives its tag. */
export function plainVersion(version: string, service: string): string {
  const tag = version.includes('/') && version.includes(':') ? imageTag(version) : null;
  const text = tag ?? version;
  const match = /^(.+?)[-_/@: ](v?\d.*)$/.exec(text);
  if (match?.[1] !== undefined && match[2] !== undefined && canonicalServiceName(match[1]) === service)
    return match[2];
  const prefix = `${service}-`;
  return text.toLowerCase().startsWith(prefix) ? text.slice(prefix.length) || text : text;
}

export function isCommitId(text: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(text) && /\d/.test(text);
}

/** The share that a canary weight means: below 1 a ratio, else percent; null where it covers all or nothing. */
export function shareOfWeight(weight: number | null): number | null {
  if (weight === null || weight <= 0) return null;
  const share = weight >= 1 ? weight / 100 : weight;
  return share < 1 ? share : null;
}

/** Locator of a record, and what names it within its file or its server. */
export function placeOf(
  path: string,
  place: RecordPlace,
): { readonly locator: Locator; readonly name: string } {
  if (place.kind === 'pointer')
    return {
      locator: { kind: 'json-pointer', path, pointer: place.pointer },
      name: `${path}#${place.pointer}`,
    };
  if (place.kind === 'answer') {
    const { url, pointer } = place;
    const locator = { kind: 'query', url, query: pointer, from: null, to: null } as const;
    return { locator, name: pointer === '' ? url : `${url}#${pointer}` };
  }
  const { line, byteOffset } = place;
  return { locator: { kind: 'file-line', path, line, byteOffset }, name: `${path}:${line}` };
}

/**
 * The deployment as it looked at `asOf` (null: no limit): null when it began later; what ended later is still running.
 * An end before the beginning is dropped.
 */
export function asSeenAt(deployment: Deployment, asOf: EpochMs | null): Deployment | null {
  const { at, finishedAt } = deployment;
  if (asOf !== null && at !== null && at > asOf) return null;
  if (finishedAt === null) return deployment;
  if (at !== null && finishedAt < at) return { ...deployment, finishedAt: null };
  if (asOf === null || finishedAt <= asOf) return deployment;
  return { ...deployment, finishedAt: null, status: 'started' };
}
