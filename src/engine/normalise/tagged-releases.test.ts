import { describe, expect, it } from 'vitest';
import type { Deployment, ReleaseTag } from '../../domain/change.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import { epochMs } from '../../domain/time.ts';
import { taggedReleases } from './tagged-releases.ts';

const AT = epochMs(Date.parse('2025-03-11T14:26:10Z'));
const TAG: ReleaseTag = {
  repo: 'shop',
  tag: 'cart/v1.4.0',
  sha: 'a'.repeat(40),
  service: canonicalServiceName('cart'),
  version: 'v1.4.0',
  annotated: true,
  at: AT,
  message: 'cart 1.4.0',
  evidence: [],
};
const NO_SERVICE = { service: null, tag: 'v1.4.0' };

const CASES: readonly {
  readonly name: string;
  readonly tag: Partial<ReleaseTag>;
  readonly recorded?: readonly string[];
  readonly want: readonly string[];
}[] = [
  { name: 'an annotated tag of a service is a rollout at its time', tag: {}, want: ['cart v1.4.0'] },
  { name: 'a lightweight one has no time', tag: { annotated: false }, want: [] },
  { name: 'what is recorded elsewhere needs no tag', tag: {}, recorded: ['cart'], want: [] },
  { name: 'records of others do not matter', tag: {}, recorded: ['mail'], want: ['cart v1.4.0'] },
  { name: 'a name that nothing vouches for is no service', tag: { service: 'charts' }, want: [] },
  {
    name: 'one without a name is of its repository',
    tag: { ...NO_SERVICE, repo: 'src/cart' },
    want: ['cart v1.4.0'],
  },
  { name: 'a repository that is no service has none', tag: NO_SERVICE, want: [] },
  { name: 'a tag without a version is a mark', tag: { version: 'before-the-move' }, want: [] },
];

describe('taggedReleases', () => {
  it.each(CASES)('$name', ({ tag, recorded = [], want }) => {
    const told = recorded.map((service) => ({ service }) as Deployment);
    const known = new Set(['cart', 'mail']);
    const found = taggedReleases([{ ...TAG, ...tag }], told, (name) => known.has(name), canonicalServiceName);
    expect(found.map(({ service, version }) => `${service} ${version}`)).toEqual(want);
    expect(found.every(({ at, commit }) => at === AT && commit === TAG.sha)).toBe(true);
  });
});
