import { describe, expect, test } from 'vitest';
import type { DiffFeatureKind } from '../../domain/code.ts';
import { evidenceOf } from '../_testing/situations.ts';
import { missingThing } from './what-is-missing.ts';

function missing(kind: DiffFeatureKind, symbol: string, message: string): string | null {
  const location = { repo: '.', revision: 'b', path: 'a.py', line: 1, endLine: 1 };
  const feature = { kind, detail: '', symbols: [symbol], location, evidence: evidenceOf('diff').ref };
  return missingThing(feature, message.toLowerCase());
}

describe('what the error says is missing', () => {
  test.each([
    ['assign_number', 'upstream answered 422: invoice number must not be empty'],
    ['order.setCustomerEmail', 'customer email is required'],
    ['registerBillingAddress', "missing field 'billing_address'"],
    ['loadExchangeRate', 'exchange rate was not set'],
    ['with_tenant', 'query without tenant'],
  ])('%s gave it: "%s"', (symbol, message) => {
    expect(missing('call-removed', symbol, message)).not.toBeNull();
  });

  test.each([
    ['another thing', 'assign_number', 'customer email must not be empty'],
    ['only a part of it', 'assignCustomerNumber', 'invoice number must not be empty'],
    ['a verb alone', 'update', 'update must not be empty'],
    ['nothing that is missing', 'assign_number', 'invoice number 17 was issued twice'],
  ])('is not given by what names %s', (_what, symbol, message) => {
    expect(missing('call-removed', symbol, message)).toBeNull();
  });

  test('a call that came gives it, and takes nothing away', () => {
    expect(missing('call-added', 'assign_number', 'invoice number must not be empty')).toBeNull();
  });
});
