import { expect, test } from 'vitest';
import { fileOf } from './_testing/fakes.ts';
import { looksLikeEvidence } from './collect.ts';

test.each([
  { path: 'audit.json', text: '{"at":"2024-01-15T14:20:00Z"}', want: true },
  { path: 'events.yaml', text: 'at: 2024-01-15 14:20', want: true },
  { path: 'jenkins.json', text: '{"timestamp":1705328400000}', want: true },
  { path: 'nanoseconds.txt', text: 'x 1705328400000000000', want: true },
  { path: 'describe.txt', text: 'Started: Mon, 15 Jan 2024 14:21:00 +0000', want: true },
  { path: 'history.txt', text: 'REVISION  CHANGE-CAUSE\n41        <none>\n', want: true },
  { path: 'NAMES.txt', text: 'ALICE and BOB', want: false },
  { path: 'package.json', text: '{"version":"1.2.3","port":14200}', want: false },
  { path: 'values.yaml', text: 'account: 140012345678901234567', want: false },
  { path: 'tests/recorded.json', text: '{"at":"2024-01-15T14:20:00Z"}', want: false },
  { path: 'pom.xml', text: '<project><version>1.0</version></project>', want: false },
  { path: 'logs.tar.gz', text: '', want: true },
  { path: 'evidence.zip', text: '', want: true },
  { path: 'metrics.csv', text: '', want: true },
  { path: 'table.parquet', text: '', want: true },
  { path: 'README', text: 'since 2024', want: false },
])('$path with $text is named where nobody reads it: $want', ({ path, text, want }) => {
  expect(looksLikeEvidence(fileOf(path, text))).toBe(want);
});
