/** `wicked-platform demo`: lays the demo scenario out, keeps the incident's record as the person on call did, and triages it. It knows no answer. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncidentEventBody } from '../../domain/incident.ts';
import { type EpochMs, epochMs } from '../../domain/time.ts';
import { buildScenario, scenarioFolder } from './scenario/build-scenario.ts';

/** What the demo needs of the platform; the incident should live in a store that ends with the demo. */
export interface DemoHost {
  /** Opens an incident at `at` and returns its id. */
  open(symptom: string, dir: string, at: EpochMs, actor: string): Promise<string>;
  /** Appends to the incident's record. */
  record(incidentId: string, at: EpochMs, actor: string, body: IncidentEventBody): Promise<void>;
  /** Triages `dir` as of `at` into that incident, prints the report and returns the exit code. */
  triage(incidentId: string, symptom: string, dir: string, at: EpochMs): Promise<number>;
}

const SYMPTOM = '500 errors spiking on checkout API, customers unable to complete purchases';
const ON_CALL = 'Dana Kim';

const at = (time: string) => epochMs(Date.parse(`2024-01-15T${time}Z`));

/** What people did and said during the incident, as they would have entered it. */
const OPENED_AT = at('14:30:00');
const RECORD: readonly { readonly at: EpochMs; readonly body: IncidentEventBody }[] = [
  {
    at: at('14:35:00'),
    body: {
      type: 'cause-identified',
      statement: 'paymentTimeout of checkout-api v2.4.1 is 500 ms; confirmed with Leo, who changed it',
    },
  },
  {
    at: at('14:36:00'),
    body: {
      type: 'decision-made',
      recommendation: 'ROLLBACK',
      statement: 'Roll checkout-api back to v2.4.0',
    },
  },
];
const TRIAGED_AT = at('14:41:00');

/** Runs the demo in a temporary folder that is removed again, and returns the exit code. Throws PlatformError. */
export async function runDemo(host: DemoHost): Promise<number> {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'wicked-platform-demo-')));
  const dir = join(parent, 'shop');
  try {
    await buildScenario(scenarioFolder('demo'), dir, { now: TRIAGED_AT });
    const incidentId = await host.open(SYMPTOM, dir, OPENED_AT, ON_CALL);
    for (const entry of RECORD) await host.record(incidentId, entry.at, ON_CALL, entry.body);
    return await host.triage(incidentId, SYMPTOM, dir, TRIAGED_AT);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}
