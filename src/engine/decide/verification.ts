/** How one will know that the mitigation worked: the same criteria, measured again. */
import type { VerificationStep } from '../../domain/decision.ts';
import type { Assessment } from '../../domain/impact.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import { kubectlScope, workloadResource } from './kubectl.ts';
import type { Workload } from './workload.ts';

export function verificationSteps(
  situation: Situation,
  detection: Detection,
  assessment: Assessment,
  { workload, rollsOut }: { readonly workload: Workload; readonly rollsOut: boolean },
): readonly VerificationStep[] {
  const steps: VerificationStep[] = [];
  const { direct: failing } = assessment.blastRadius;
  const direct = failing.find(({ failureRate }) => failureRate.value !== null) ?? failing[0];
  const target = direct?.baselineRate.value ?? null;
  if (rollsOut && (workload.platform === 'kubernetes' || workload.platform === 'helm'))
    steps.push({
      statement: 'The rollout completes',
      command: `kubectl rollout status ${workloadResource(workload)}${kubectlScope(workload)} --timeout=5m`,
    });
  const goal =
    target === null
      ? 'falls to what is normal'
      : `returns to its baseline of ${Number((target * 100).toFixed(2))} %`;
  steps.push({
    statement: `Monitor for 5 minutes: the failing share of ${direct?.service ?? 'the service'} ${goal}`,
    command: null,
  });
  const pattern = detection.primary?.pattern ?? null;
  if (pattern !== null) steps.push({ statement: `No new line like "${pattern}" appears`, command: null });
  for (const symptom of detection.symptoms.filter((item) => item.class === 'breaker-open'))
    steps.push({
      statement: `The circuit breaker closes${symptom.peer === null ? '' : ` (${symptom.service} → ${symptom.peer})`}`,
      command: null,
    });
  const hit = assessment.blastRadius.cascade.filter((item) => item.since !== null);
  if (hit.length > 0)
    steps.push({
      statement: `What followed recovers too: ${hit.map((item) => item.service).join(', ')}`,
      command: null,
    });
  if (situation.services.get(direct?.service ?? '')?.journey != null)
    steps.push({
      statement: `The success rate of the journey ${situation.services.get(direct?.service ?? '')?.journey} returns to normal`,
      command: null,
    });
  return steps;
}
