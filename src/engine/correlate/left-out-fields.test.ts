/** Fields that a release no longer gives, held against who fails over them. */
import { describe, expect, test } from 'vitest';
import { every, evidenceOf, patternAt, streamOf } from '../_testing/situations.ts';
import { oneLineDiff } from './_testing/one-line-diff.ts';
import { factsOf } from './_testing/verdict.ts';
import { leftOutMatches } from './left-out-fields.ts';

const LINE = evidenceOf('line');

function found(removed: string, added: string, message: string, line = '', service = 'baskets'): number {
  const diff = oneLineDiff('web/add.py', removed, added);
  const pattern = patternAt(message, service, every(5, 2000, 3590));
  const place = { repo: '.', revision: 'b', path: 'baskets/add.py', line: 7, endLine: 7 };
  const reached = {
    patternId: pattern.id,
    failing: place,
    function: 'add',
    location: place,
    steps: 0,
    via: 'add',
    evidence: LINE.ref,
  };
  const facts = factsOf({
    streams: [streamOf(service, 0, 3600)],
    patterns: [pattern],
    evidence: { [LINE.ref]: { ...LINE, excerpt: line } },
    probeAnswers: [{ kind: 'reached-code', probeId: 'r', reached: [reached], searched: '', evidence: [] }],
  });
  return leftOutMatches(diff, 'web', facts)[0]?.weight ?? 0;
}

describe('a field that is left out', () => {
  const OLD = 'post(url, { itemId: item.id, unitPrice: item.price })';
  const NEW = 'post(url, { id: item.id, unitPrice: item.price })';
  test('convicts where another service names it in its error, however it writes it', () => {
    const said = found(OLD, NEW, "KeyError: 'item_id'");
    expect(said).toBeGreaterThan(2);
    expect(found(OLD, NEW, 'TypeError: no', 'key = row.itemId.lower()')).toBeGreaterThan(0);
    expect(found(OLD, NEW, 'TypeError: no', 'key = row.itemId.lower()')).toBeLessThan(said);
  });
  test('convicts by the name of its setter', () =>
    expect(found('order.setItemId(id);', 'order.setPlace(id);', "KeyError: 'item_id'")).toBeGreaterThan(2));

  test.each([
    ['that is given still', OLD, 'send({ itemId: item.id })', "KeyError: 'item_id'"],
    ['over which nobody fails', OLD, NEW, "KeyError: 'unit_price'"],
    ['of one plain word', '{ total: sum }', '{ amount: sum }', "KeyError: 'total'"],
    ['and what is no value', OLD, NEW, 'item_id: read timed out'],
  ])('says nothing of one %s', (_name, removed, added, message) =>
    expect(found(removed, added, message)).toBe(0),
  );
  test('says nothing of the own failures of who left it out', () =>
    expect(found(OLD, NEW, "KeyError: 'item_id'", '', 'web')).toBe(0));
});
