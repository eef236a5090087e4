/** The evidence that the outage fixture cites. */
import type { Report } from '../../../../domain/report.ts';
import { piece } from './parts.ts';

export function outageEvidence(): Report['evidence'] {
  return {
    E1: piece('booking.log:180', '2024-03-02 10:05:00 INFO Deployment booking-api-v3.2.0 started'),
    E2: piece('booking.log:191', '2024-03-02 10:05:40 INFO Deployment booking-api-v3.2.0 completed'),
    E3: piece('booking.log:212', '2024-03-02 10:08:00 ERROR Ledger timeout for booking B-1001'),
    E4: piece('booking.log:340', '2024-03-02 10:10:00 ERROR Circuit breaker OPEN for ledger'),
    E5: piece(
      'services/booking-api/book.ts:31 @ 4f2a9c8',
      'throw new Error(`Ledger timeout for booking ` + id);',
    ),
    E6: piece(
      'services/booking-api/settings.ts:4 @ 4f2a9c8',
      '@@ -3,3 +3,3 @@\n   retries: 3,\n-  ledgerTimeoutMs: 4000,\n+  ledgerTimeoutMs: 400,\n };',
      { kind: 'diff-hunk', source: 'git' },
    ),
    E7: piece('metrics/ledger-latency.csv 10:00–10:25', 'p99 650 ms'),
    E8: piece('metrics/booking.csv 10:08–10:25', 'requests 2071, errors 1284'),
    E9: piece('ledger.log:1', '2024-03-02 09:40:00 INFO ledger v1.9.1 ready'),
    E10: piece('wicked-platform.yaml', 'activeUsers: 16000', { kind: 'catalog-entry' }),
    E11: piece('alerts.json /0', 'BookingErrorBudgetBurn firing', { kind: 'alert' }),
    E12: piece('commit 77aa88b', 'docs: describe the booking flow', { kind: 'commit', source: 'git' }),
  };
}
