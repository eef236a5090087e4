/** The one error that is shown to a person: what, why, next step. Anything else that is thrown is a bug. */

/** Codes are stable; wording is free. */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'no-evidence'
  | 'unreadable'
  | 'store'
  | 'auth'
  | 'not-found'
  | 'rate-limited'
  | 'timed-out'
  | 'unavailable'
  | 'malformed'
  | 'interrupted';

export class PlatformError extends Error {
  readonly code: ErrorCode;
  readonly what: string;
  readonly why: string;
  readonly nextStep: string;

  constructor(fields: { code: ErrorCode; what: string; why: string; nextStep: string; cause?: unknown }) {
    super(`${fields.what}: ${fields.why}`, fields.cause === undefined ? {} : { cause: fields.cause });
    this.name = 'PlatformError';
    this.code = fields.code;
    this.what = fields.what;
    this.why = fields.why;
    this.nextStep = fields.nextStep;
  }
}

/** Thrown by connectors when they cannot ask at all; `app/collect` turns it into a gap. */
export class ConnectorError extends PlatformError {
  override readonly name = 'ConnectorError';
}
