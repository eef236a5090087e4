/** Conducts a verification over one snapshot. Pure: same snapshot, same request, same answer. */
import type { VerificationReport } from '../domain/report.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { normalise } from './normalise/normalise.ts';
import { buildVerification } from './report/build-verification.ts';
import { type VerificationRequest, verifyRecovery } from './verify/verify-recovery.ts';

export function verify(snapshot: Snapshot, request: VerificationRequest): VerificationReport {
  const situation = normalise(snapshot);
  const verification = verifyRecovery(situation, request);
  return buildVerification(situation, request.report, request.onsetAt, verification);
}
