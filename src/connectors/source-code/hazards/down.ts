/** Which part of a migration runs forward, and where its way back stands: a section of the file, or a file beside it. */

export interface Halves {
  /** The whole text with everything that does not run forward blanked, so that lines stay where they are. */
  readonly forward: string;
  /** Line of a way back in the same file that does something; null without one. */
  readonly backLine: number | null;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** Markers of sections in SQL files: goose, dbmate, sql-migrate, sqitch, Liquibase formatted SQL. */
const SQL_DOWN =
  /^--\s*(?:\+goose\s+down|\+migrate\s+down|migrate:down|\/\/\s*@undo|@undo|rollback\b|down\b).*$/im;
const SQL_UP = /^--\s*(?:\+goose\s+up|\+migrate\s+up|migrate:up|changeset\b|up\b).*$/gim;

function sqlHalves(text: string): Halves {
  const down = SQL_DOWN.exec(text);
  if (down === null) return { forward: text, backLine: null };
  // `--rollback DROP TABLE x;` of Liquibase is one line each; sections run to the next up marker.
  if (/^--\s*rollback\s+\S/i.test(down[0]))
    return {
      forward: text,
      backLine: /rollback\s+(empty|not required)/i.test(down[0]) ? null : lineOf(text, down.index),
    };
  const start = down.index;
  const after = start + down[0].length;
  SQL_UP.lastIndex = after;
  const up = SQL_UP.exec(text);
  SQL_UP.lastIndex = 0;
  const end = up?.index ?? text.length;
  const body = text
    .slice(after, end)
    .replace(/--.*$/gm, '')
    .replace(/select\s+1\s*;?/gi, '');
  return {
    forward: text.slice(0, start) + blank(text.slice(start, end)) + text.slice(end),
    backLine: body.trim() === '' ? null : lineOf(text, start),
  };
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** Where the way back begins in code: `def downgrade`, `exports.down =`, `protected override void Down(`. */
const CODE_DOWN =
  /^[ \t]*(?:def[ \t]+(?:downgrade|down)\b|(?:export[ \t]+)?(?:default[ \t]+)?(?:async[ \t]+)?function\*?[ \t]+down\b|(?:exports|module\.exports)\.down\b|(?:export[ \t]+)?const[ \t]+down\b|(?:(?:public|protected|private|override|static|async)[ \t]+)+(?:function[ \t]+|void[ \t]+)?[dD]own\b|(?:async[ \t]+)?down[ \t]*(?:\(|:))/m;
const CODE_UP =
  /^[ \t]*(?:def[ \t]+(?:upgrade|up)\b|(?:exports|module\.exports)\.up\b|(?:(?:public|protected|private|override|static|async)[ \t]+)+(?:function[ \t]+|void[ \t]+)?[uU]p\b|(?:async[ \t]+)?up[ \t]*(?:\(|:))/m;
/** A way back that refuses or does nothing is none. */
const REFUSES =
  /\b(pass|raise|throw|IrreversibleMigration|NotImplemented\w*|NotSupported\w*|notImplemented|irreversible|noop)\b/i;
const ACTS =
  /\b(op|migrations|migrationBuilder|queryRunner|queryInterface|knex|schema|table|batch_op|t|Schema|db|execute|add_\w+|create_\w+|rename_\w+|change_\w+|drop_\w+|remove_\w+)\b[\s.(:]/;

function codeHalves(text: string): Halves {
  const down = CODE_DOWN.exec(text);
  if (down === null) return { forward: text, backLine: null };
  const up = CODE_UP.exec(text);
  const end = up !== null && up.index > down.index ? up.index : text.length;
  const body = text.slice(down.index + down[0].length, end);
  const acts =
    ACTS.test(body.replace(/(#|\/\/).*$/gm, '')) &&
    !(REFUSES.test(body) && !/\b(op|queryRunner|queryInterface|migrationBuilder|knex)\b\s*\./.test(body));
  return {
    forward: text.slice(0, down.index) + blank(text.slice(down.index, end)) + text.slice(end),
    backLine: acts ? lineOf(text, down.index + down[0].search(/\S/)) : null,
  };
}

export function halvesOf(path: string, text: string): Halves {
  return /\.sql$/i.test(path) ? sqlHalves(text) : codeHalves(text);
}

/** True for a file that only runs to go back: `0007_x.down.sql`, `U7__x.sql`, `revert/x.sql`. */
export function isBackward(path: string): boolean {
  return (
    /[._-](down|rollback|undo)\.\w+$/i.test(path) ||
    /(^|\/)U\d[\w.]*__[^/]*\.sql$/.test(path) ||
    /(^|\/)revert\/[^/]+\.sql$/.test(path)
  );
}

/** Files beside a migration that may undo it, by the habits of golang-migrate, Flyway and sqitch. */
export function backwardCandidates(path: string): readonly string[] {
  return [
    path.replace(/([._-])up(\.\w+)$/i, '$1down$2'),
    path.replace(/(^|\/)V(\d[^/]*__[^/]*\.sql)$/, '$1U$2'),
    path.replace(/(^|\/)deploy\/([^/]+\.sql)$/, '$1revert/$2'),
    path.replace(/(^|\/)(?:migrate|up)\/([^/]+\.sql)$/, '$1down/$2'),
    path.replace(/(^|\/)migration\.sql$/, '$1down.sql'),
  ].filter((candidate) => candidate !== path);
}
