import { expect, it } from 'vitest';
import { assumedPlatform } from '../../../domain/decision.ts';
import { reportFixture } from './_testing/report-fixture.ts';
import { mainRisk } from './headline.ts';

const assumed = assumedPlatform('booking-api', 'Kubernetes');

function withAssumption(first: string) {
  const report = reportFixture('outage');
  const commands = report.rollback.commands.map((command) =>
    command.purpose === 'mitigate' ? { ...command, assumes: [first, ...command.assumes] } : command,
  );
  return { ...report, rollback: { ...report.rollback, commands } };
}

it('beside the risk stands that the command is for a platform which nothing shows', () => {
  const risk = mainRisk(reportFixture('outage'));
  expect(mainRisk(withAssumption(assumed))).toBe(`${risk}; ${assumed}`);
});

it('another assumption does not stand beside a risk', () => {
  const risk = mainRisk(reportFixture('outage'));
  expect(mainRisk(withAssumption('your kubectl context points at the affected cluster'))).toBe(risk);
});
