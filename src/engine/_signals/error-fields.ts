/** What a structured record says of its error apart from its message. */
import type { LogPattern } from '../../domain/signal.ts';

const ERROR_FIELD = /^(err|error|exception|cause|reason)(\.?(message|msg|detail))?$/i;

/** The number of the system, by its name: loggers that write an error as an object keep no more of it than `err: { errno: -28, code: "ENOSPC" }`. */
const CODE_FIELD = /^(err|error|exception|cause|reason)\.(code|errno)$/i;
const CODE_NAME = /^(?:E[A-Z]{3,}[A-Z0-9_]*|ERR_[A-Z0-9_]+|UND_ERR_[A-Z_]+)$/;

/** What an error was raised for: `err.cause`, `error.cause.message`, `exception.innerException.message`. */
const CAUSE_FIELD =
  /(^|\.)(caused?[-_.]?by|(root[-_]?)?cause|inner[-_]?exception)(\.(message|msg|detail|code))?$/i;

/** Values of the fields that tell the reason of the error, in the order of the record. */
export function causeFieldsOf({ attributes }: LogPattern): readonly string[] {
  return Object.entries(attributes).flatMap(([key, value]) => (CAUSE_FIELD.test(key) ? [value] : []));
}

/** Values of the fields in which loggers keep an error, in the order of the record; empty where there is none. */
export function errorFieldsOf({ attributes }: LogPattern): readonly string[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    ERROR_FIELD.test(key) || CAUSE_FIELD.test(key) || (CODE_FIELD.test(key) && CODE_NAME.test(value))
      ? [value]
      : [],
  );
}

/** What the other side answered, where a record keeps it beside its message. */
const ANSWER_FIELD =
  /^(res(ponse)?[-_.]?)?(body|answer|text|details?)$|^(upstream|remote)[-_.]?(error|message|body)$/i;
/** A longer one is a document. */
const MAX_ANSWER = 2000;

/** Values of the fields in which an answer of the other side is kept; empty where there is none. */
export function answerFieldsOf({ attributes }: LogPattern): readonly string[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    ANSWER_FIELD.test(key) && value.length <= MAX_ANSWER ? [value] : [],
  );
}
