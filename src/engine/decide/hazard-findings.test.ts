/** What a contract that the earlier side cannot read means for going back: it depends on whether it is what fails. */
import { expect, test } from 'vitest';
import type { RollbackHazard } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import type { GoingBack } from './going-back.ts';
import { hazardFinding } from './hazard-findings.ts';

const hazard: RollbackHazard = {
  kind: 'contract-unreadable',
  detail: 'number 3 of Ask was a and is now b',
  symbols: ['a', 'b'],
  location: { repo: '.', revision: 'f'.repeat(40), path: 'contracts/ask.proto', line: 4, endLine: 4 },
  undoneBy: null,
  losesData: false,
  evidence: evidenceRef('source-code', 'contracts/ask.proto:4'),
};

test.each([
  { name: 'the cause itself is understood again', accusedFile: 'contracts/ask.proto', want: 'step' },
  { name: 'beside the cause it is a danger', accusedFile: 'src/price.js', want: 'danger' },
  { name: 'and so it is where no file is accused', accusedFile: null, want: 'danger' },
])('$name', ({ accusedFile, want }) => {
  const back = { accusedFile, platform: 'unknown' } as unknown as GoingBack;
  expect(hazardFinding(hazard, [hazard], back)?.verdict).toBe(want);
});
