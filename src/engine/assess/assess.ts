/** Stage four: blast radius, severity, and what is still open. */
import type { Verdict } from '../../domain/hypothesis.ts';
import type { Assessment } from '../../domain/impact.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import { assessBlastRadius, incidentWindow } from './blast-radius.ts';
import { openQuestions } from './questions.ts';
import { assessSeverity } from './severity.ts';

export function assess(situation: Situation, detection: Detection, verdict: Verdict): Assessment {
  const blastRadius = assessBlastRadius(situation, detection, verdict);
  const { severity, reasons, wouldRise, wouldFall } = assessSeverity(
    situation,
    detection,
    blastRadius,
    incidentWindow(situation, detection),
  );
  return {
    severity,
    severityReasons: reasons,
    severityWouldRise: wouldRise,
    severityWouldFall: wouldFall,
    blastRadius,
    questions: detection.primary === null ? [] : openQuestions(situation, verdict, blastRadius),
  };
}
