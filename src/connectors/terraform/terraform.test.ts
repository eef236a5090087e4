import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OtherChange } from '../../domain/change.ts';
import { fileWithHead, runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';
import { readJsonOutput } from './output-json.ts';
import { readTextOutput } from './output-text.ts';

const fixtures = join(import.meta.dirname, 'fixtures');

async function collect(files: Readonly<Record<string, string>>) {
  return runOnFiles(connector, files);
}

const clock = (at: number | null) => (at === null ? null : new Date(at).toISOString().slice(8, 19));

test('what was applied is a change with what the plan says of it; what failed is none', async () => {
  const { changes, gaps } = await runConnector(connector, fixtures, {
    choose: ({ path }) => path !== 'apply.log',
  });
  expect(
    changes.map((change) => [
      change.type,
      change.summary,
      clock(change.at),
      clock((change as OtherChange).finishedAt),
    ]),
  ).toEqual([
    [
      'infrastructure',
      'Terraform changed aws_db_instance.berths: instance_class db.r6g.large → db.t4g.micro, password (sensitive) → (sensitive)',
      '04T09:05:02',
      '04T09:08:32',
    ],
  ]);
  expect(gaps.map(({ detail }) => detail)).toEqual([
    'plan.json says what was planned, not whether and when it was applied.',
  ]);
});

test('the log of a pipeline: steps with their stamps, attributes from the plan above', async () => {
  const { changes, evidence } = await runConnector(connector, fixtures, {
    choose: ({ path }) => path === 'apply.log',
  });
  expect(changes.map(({ type, service, summary, at }) => [type, service, summary, clock(at)])).toEqual([
    ['infrastructure', null, 'Terraform destroyed aws_security_group_rule.tide', '06T10:00:03'],
    ['infrastructure', null, 'Terraform created aws_security_group_rule.tide', '06T10:00:04'],
    [
      'scaling',
      'quay-api',
      'Terraform changed module.shop["eu"].aws_ecs_service.quay_api[0]: desired_count 6 → 2',
      '06T10:00:05',
    ],
  ]);
  expect(changes[2]).toMatchObject({ attributes: { key: 'desired_count', value: '2' } });
  expect(evidence[0]?.locator).toMatchObject({ kind: 'file-line' });
});

test('an apply without times says that it has none', async () => {
  const text =
    'aws_x.y: Modifying... [id=1]\naws_x.y: Modifications complete after 1s [id=1]\n\nApply complete! Resources: 0 added, 1 changed, 0 destroyed.\n';
  const { changes, gaps } = await collect({ 'apply.txt': text });
  expect(changes).toMatchObject([{ at: null, summary: 'Terraform changed aws_x.y' }]);
  expect(gaps).toMatchObject([{ reason: 'not-covered' }]);
});

test('a step that failed changed nothing', async () => {
  const text =
    'aws_x.y: Modifying... [id=1]\n╷\n│ Error: no such class\n│ \n│   with aws_x.y,\n│   on main.tf line 1\n╵\n';
  const { changes, coverage } = await collect({ 'apply.txt': text });
  expect(changes).toEqual([]);
  expect(coverage[0]?.notes).toEqual(['1 failed and changed nothing']);
});

test.each([
  ['x.log', '2024-03-04T09:00:00Z INFO service.api: Creating order\n', 0],
  ['state.json', '{"version":4,"terraform_version":"1.7.4","resources":[]}', 0],
  ['plan.json', '{"format_version":"1.2","terraform_version":"1.7.4"', 0.95],
  ['plan.txt', '\u001b[1mTerraform will perform the following actions:\u001b[0m\n', 0.95],
  ['x.tf', 'resource "a" "b" {}', 0],
])('%s %j is recognised as %d', (path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});

test.each([
  '',
  '{',
  '{"format_version":"1","resource_changes":[1,{"address":7},{"address":"a.b","change":[]}]}',
  '{"@module":"terraform.ui","type":"apply_start","hook":7}',
])('hostile JSON: %s', (text) => {
  expect(readJsonOutput(text).acts).toEqual([]);
});

test('hostile text', () => {
  const lines = [
    '# a.b will be updated in-place',
    '~ x = ',
    '~ = -> ',
    'a.b: Modifying...',
    'a.b: Creation complete after',
    `${'a.'.repeat(5_000)}b: Creating...`,
  ];
  expect(readTextOutput(lines.join('\n'), null).acts.length).toBeGreaterThan(0);
});
