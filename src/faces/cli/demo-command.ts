/** `wicked-platform demo`: the demo incident in a store of its own that ends with it. */
import { runOperation } from '../../app/operation.ts';
import { openedEvent } from '../../app/record.ts';
import type { ReportFormat } from '../../app/render.ts';
import { toIso } from '../../domain/time.ts';
import { EXIT } from './exit-code.ts';
import { printReport } from './print.ts';
import { withSession } from './session.ts';
import { tuneForShortRun } from './short-run.ts';

export interface DemoFlags {
  readonly format?: ReportFormat;
  readonly out?: string;
}

export function demoCommand(flags: DemoFlags): Promise<number> {
  return withSession({ store: { kind: 'memory' } }, async (session) => {
    await tuneForShortRun();
    const [{ runDemo }, { operation }] = await Promise.all([
      import('./demo.ts'),
      import('../../app/operations/incident.ts'),
    ]);
    const { platform } = session;
    const store = await platform.openStore();
    return runDemo({
      open: async (symptom, dir, at, actor) => {
        const workspace = await platform.workspaceOf(dir);
        const [opened] = await store.open([{ ...openedEvent(symptom, workspace, at), actor }]);
        return opened?.incidentId ?? '';
      },
      record: async (incidentId, at, actor, body) => {
        await store.append(incidentId, [{ at, actor, body }]);
      },
      triage: async (_incidentId, symptom, dir, at) => {
        const report = await runOperation(operation, { symptom, dir, now: toIso(at) }, platform);
        // The time that it took is no part of a demonstration that is the same for everybody.
        await printReport(
          { ...report, durationMs: 0 },
          'full',
          { format: flags.format ?? null, out: flags.out ?? null },
          session,
        );
        return EXIT.ok;
      },
    });
  });
}
