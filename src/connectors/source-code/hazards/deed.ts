/** What one step of a migration does to a store, however it is written. It does not judge. */

export type DeedKind =
  | 'drop-table'
  | 'drop-column'
  | 'drop-object'
  | 'rename-table'
  | 'rename-column'
  | 'empty-table'
  | 'delete-rows'
  | 'rewrite-rows'
  | 'change-type'
  | 'widen-type'
  | 'require'
  | 'constrain'
  | 'allow-empty'
  | 'drop-default'
  | 'drop-index'
  | 'add-table'
  | 'add-column'
  | 'add-required-column'
  | 'add-index'
  | 'relax'
  | 'add-value'
  | 'unknown-code';

export interface Deed {
  readonly kind: DeedKind;
  /** Lower-case, without quotes and schema; empty where the text does not say. */
  readonly table: string;
  /** Column, index, constraint, type or view; empty where the table itself is meant. */
  readonly name: string;
  /** New name or type; columns that are written, for `rewrite-rows`, separated by commas. */
  readonly to: string;
  /** 1-based. */
  readonly line: number;
}

/** `"public"."Orders"`, `[dbo].[orders]`, `` `orders` `` and `ORDERS` are one table. */
export function plainName(raw: string): string {
  const bare = raw.replace(/["'`[\]]/g, '').trim();
  return (bare.split('.').at(-1) ?? bare).replace(/^:/, '').toLowerCase();
}

/** Types that hold all that a shorter one held; earlier code reads them, though a value may be longer than it ever met. */
const WIDE_TYPE =
  /^(text|longtext|mediumtext|clob|bigint|bigserial|int8|double|float8|jsonb?|nvarchar\s*\(\s*max|varchar\s*\(\s*max|varchar\s*\(\s*(25[5-9]|2[6-9]\d|[3-9]\d\d|\d{4,})|varchar$|character varying$|string$|biginteger$)/i;

export function typeChange(table: string, name: string, type: string, line: number): Deed {
  return {
    kind: WIDE_TYPE.test(type.trim()) ? 'widen-type' : 'change-type',
    table,
    name,
    to: type.trim().toLowerCase(),
    line,
  };
}
