import { describe, expect, it } from 'vitest';
import { kindsOf } from '../_testing/compare.ts';

const cs = (members: string) => `public enum State\n{\n    ${members}\n}\n`;
const rust = (attribute: string) =>
  `${attribute}\npub struct Reading {\n    pub meter_id: String,\n    pub kilowatt_hours: f64,\n}\n`;

describe('what a type is read by', () => {
  it.each([
    {
      name: 'a member between others',
      path: 'S.cs',
      before: cs('Draft,\n    Paid,'),
      after: cs('Draft,\n    Held,\n    Paid,'),
      says: 'State.Paid was 1 and is now 2',
    },
    {
      name: 'a member at the end',
      path: 'S.cs',
      before: cs('Draft,\n    Paid,'),
      after: cs('Draft,\n    Paid,\n    Held,'),
      says: null,
    },
    {
      name: 'members with numbers of their own',
      path: 'S.cs',
      before: cs('Draft = 1,\n    Paid = 2,'),
      after: cs('Draft = 1,\n    Held = 7,\n    Paid = 2,'),
      says: null,
    },
    {
      name: 'a member between others (typescript)',
      path: 's.ts',
      before: 'export enum State { Draft, Paid }\n',
      after: 'export enum State { Draft, Held, Paid }\n',
      says: 'State.Paid was 1 and is now 2',
    },
    {
      name: 'members with texts (typescript)',
      path: 's.ts',
      before: "export enum State { Draft = 'd', Paid = 'p' }\n",
      after: "export enum State { Draft = 'd', Held = 'h', Paid = 'p' }\n",
      says: null,
    },
    {
      name: 'a style of names',
      path: 'r.rs',
      before: rust('#[serde(rename_all = "camelCase")]'),
      after: rust('#[derive(Debug)]'),
      says: '"meterId" became "meter_id"',
    },
    {
      name: 'another derivation',
      path: 'r.rs',
      before: rust('#[derive(Clone)]'),
      after: rust('#[derive(Debug)]'),
      says: null,
    },
  ])('$name', async ({ path, before, after, says, name }) => {
    const { features } = await kindsOf({ name, path, before, after });
    const told = features
      .filter(({ kind }) => kind === 'field-renamed')
      .map(({ detail }) => detail)
      .join();
    expect(told).toContain(says ?? '');
    expect(told === '').toBe(says === null);
  });
});
