/** Rules of access that were taken away, and those that were not. */
import { describe, expect, test } from 'vitest';
import type { FileDiff, ValueChange } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { accessMatches, listMatches } from './access.ts';
import { gatherFacts } from './facts.ts';

const REF = evidenceRef('test', 'diff');
const LOCATION = { repo: '.', revision: 'b', path: 'ops/rules.yaml', line: 7, endLine: 7 };

const gone = (key: string, direction: ValueChange['direction'] = 'removed'): ValueChange => ({
  key,
  oldValue: direction === 'added' ? null : { raw: 'fleet', number: null, unit: 'none', kind: 'string' },
  newValue: direction === 'removed' ? null : { raw: 'ops', number: null, unit: 'none', kind: 'string' },
  ratio: null,
  direction,
  location: LOCATION,
  evidence: REF,
});

function diffOf(
  values: readonly ValueChange[],
  removed: readonly string[] = [],
  added: readonly string[] = [],
): FileDiff {
  return {
    path: 'ops/rules.yaml',
    oldPath: null,
    status: 'modified',
    category: 'config',
    language: 'yaml',
    inert: 'none',
    values,
    features: [],
    hunks: [
      { oldStart: 7, oldLines: 1, newStart: 7, newLines: 1, scopes: [], removed, added, evidence: REF },
    ],
  };
}

function matches(message: string, family: SymptomClass, file: FileDiff) {
  const situation = normalise(
    snapshotOf({
      streams: [streamOf('dispatch', 0, 3600)],
      patterns: [patternAt(message, 'dispatch', every(5, 2000, 3590))],
    }),
  );
  const [item] = gatherFacts(situation, detect(situation)).failing;
  expect(item?.symptom.class).toBe(family);
  return item === undefined ? [] : accessMatches(file, item).map(({ name }) => name);
}

describe('who may come through', () => {
  const refused = (file: FileDiff) => matches('connect ECONNREFUSED vans:8080', 'connection-refused', file);

  test.each([
    ['spec.ingress[0].from[1].podSelector.matchLabels.app', 'removed'],
    ['resource.aws_security_group.vans.ingress[0].cidr_blocks[1]', 'removed'],
    ['resource.google_compute_firewall.vans.source_ranges[0]', 'changed'],
    ['spec.rules[0].from[0].source.principals[0]', 'removed'],
  ] as const)('%s is %s: callers are refused', (key, direction) => {
    expect(refused(diffOf([gone(key, direction)]))).toEqual(['accessTaken']);
  });

  test.each([
    ['spec.ingress[0].from[1].podSelector.matchLabels.app', 'added'],
    ['spec.replicas', 'removed'],
    ['metadata.labels.team', 'removed'],
  ] as const)('%s is %s: nobody is shut out by that', (key, direction) => {
    expect(refused(diffOf([gone(key, direction)]))).toEqual([]);
  });

  test('nobody is shut out where a record cannot be read', () => {
    const file = diffOf([gone('spec.ingress[0].from[0].ipBlock.cidr')]);
    expect(matches('cannot parse manifest', 'serialization', file)).toEqual([]);
  });
});

describe('who may do what', () => {
  const denied = (file: FileDiff) =>
    matches('AccessDenied: not authorized to perform: sqs:SendMessage on vans', 'credentials', file);

  test('the permission that is missed stood in what was taken away', () => {
    const file = diffOf(
      [],
      ['actions = ["sqs:SendMessage", "sqs:GetQueueUrl"]'],
      ['actions = ["sqs:GetQueueUrl"]'],
    );
    expect(denied(file)).toEqual(['symbolInError']);
  });

  test.each([
    { name: 'another permission went', removed: ['"sqs:PurgeQueue"'], added: [] },
    { name: 'the line was only moved', removed: ['"sqs:SendMessage"'], added: ['  "sqs:SendMessage"'] },
    { name: 'it was given', removed: [], added: ['"sqs:SendMessage"'] },
  ])('$name: not that', ({ removed, added }) => {
    expect(denied(diffOf([], removed, added))).toEqual([]);
  });
});

describe('a list of those who may be reached', () => {
  const failing = (message: string) => {
    const situation = normalise(
      snapshotOf({
        streams: [streamOf('dispatch', 0, 3600)],
        patterns: [patternAt(message, 'dispatch', every(5, 2000, 3590))],
      }),
    );
    return gatherFacts(situation, detect(situation)).failing;
  };
  const list = (removed: readonly string[], added: readonly string[] = [], path = 'egress/allowed.txt') => ({
    ...diffOf([], removed, added),
    path,
  });
  const refused = failing('Server returned HTTP response code: 403 for URL: http://rates.bank.example/eur');

  test('from which the host of the failing calls was taken shuts it out', () => {
    expect(listMatches(list(['rates.bank.example']), refused).map(({ name }) => name)).toEqual([
      'accessTaken',
    ]);
  });

  test.each([
    { name: 'another host', file: list(['maps.example']), items: refused },
    {
      name: 'the host, which was only moved',
      file: list(['rates.bank.example'], ['rates.bank.example']),
      items: refused,
    },
    {
      name: 'the host in a file of another kind',
      file: list(['rates.bank.example'], [], 'docs/hosts.txt'),
      items: refused,
    },
    {
      name: 'the host, where a record cannot be read',
      file: list(['rates.bank.example']),
      items: failing('cannot parse record of rates.bank.example'),
    },
  ])('from which $name was taken does not', ({ file, items }) => {
    expect(items.length).toBeGreaterThan(0);
    expect(listMatches(file, items)).toEqual([]);
  });
});
