/** Word of a provider about itself, as opposed to an alarm about ours. */
import type { Alert } from '../../domain/signal.ts';

export function isOfStatusPage({ id }: Alert): boolean {
  return /(^|:)statuspage:/.test(id);
}
