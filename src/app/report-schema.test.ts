/** The schema is the contract: same type as the model, publishable, and it refuses what the contract forbids. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { Report } from '../domain/report.ts';
import { type FixtureName, reportFixture } from '../engine/report/render/_testing/report-fixture.ts';
import { reportSchema } from './report-schema.ts';

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

describe('reportSchema', () => {
  it('has the type of the model, apart from readonly', () => {
    expectTypeOf<Mutable<z.output<typeof reportSchema>>>().toEqualTypeOf<Mutable<Report>>();
  });

  it.each<FixtureName>(['outage', 'quiet', 'undetermined', 'flag'])('keeps the %s report whole', (name) => {
    expect(reportSchema.parse(reportFixture(name))).toEqual(reportFixture(name));
  });

  it('is publishable as JSON Schema and names every part of the contract', () => {
    const published = z.toJSONSchema(reportSchema);
    expect(Object.keys(published.properties ?? {})).toEqual([
      'schemaVersion',
      'durationMs',
      'incident',
      'summary',
      'symptoms',
      'timeline',
      'hypotheses',
      'rootCause',
      'rootCauseReason',
      'cleared',
      'blastRadius',
      'rollback',
      'followUps',
      'lessons',
      'questions',
      'notes',
      'gaps',
      'coverage',
      'evidence',
    ]);
    expect(published.required).toEqual(Object.keys(published.properties ?? {}));
  });

  const outage = reportFixture('outage');
  const users = outage.blastRadius.users;
  const withUsers = (more: object) => ({
    ...outage,
    blastRadius: { ...outage.blastRadius, users: { ...users, ...more } },
  });

  it.each<{ name: string; report: unknown }>([
    { name: 'a number with an unknown basis', report: withUsers({ basis: 'unknown' }) },
    { name: 'no number with a known basis', report: withUsers({ value: null }) },
    {
      name: 'a time without a zone',
      report: { ...outage, incident: { ...outage.incident, asOf: '2024-03-02T10:00:00' } },
    },
    {
      name: 'a severity of another scale',
      report: { ...outage, incident: { ...outage.incident, severity: 'P1' } },
    },
    {
      name: 'a citation that is no evidence id',
      report: { ...outage, lessons: [{ text: 'x', evidence: ['log:3'] }] },
    },
    { name: 'a missing part', report: { ...outage, cleared: undefined } },
    { name: 'another schema version', report: { ...outage, schemaVersion: 2 } },
  ])('refuses $name', ({ report }) => {
    expect(reportSchema.safeParse(report).success).toBe(false);
  });
});
