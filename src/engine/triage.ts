/** Conducts the stages over one snapshot. Pure: same snapshot, same report, same probes. */
import type { Probe } from '../domain/probe.ts';
import type { Report } from '../domain/report.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { assess } from './assess/assess.ts';
import { correlate } from './correlate/correlate.ts';
import { decide } from './decide/decide.ts';
import { perceive } from './perceive.ts';
import { buildReport } from './report/build-report.ts';

/** `probes` are the questions that would improve the report and have no answer in the snapshot yet. */
export function triage(snapshot: Snapshot): { readonly report: Report; readonly probes: readonly Probe[] } {
  const { situation, detection } = perceive(snapshot);
  const { verdict, probes } = correlate(situation, detection);
  const assessment = assess(situation, detection, verdict);
  const { decision, probes: further } = decide(situation, detection, verdict, assessment);
  const answered = new Set(snapshot.probeAnswers.map((answer) => answer.probeId));
  const open = (list: readonly Probe[]) => list.filter((probe) => !answered.has(probe.id));
  // How to take a release back is asked once it is settled which one.
  const asked = open(probes).length > 0 ? probes : further;
  return {
    report: buildReport(situation, detection, verdict, assessment, decision),
    probes: open([...new Map(asked.map((probe) => [probe.id, probe])).values()]),
  };
}
