/** What a structured record says of its error apart from its message. */
import type { LogPattern } from '../../domain/signal.ts';

const ERROR_FIELD = /^(err|error|exception|cause|reason)(\.?(message|msg|detail))?$/i;

/** Values of the fields in which loggers keep an error, in the order of the record; empty where there is none. */
export function errorFieldsOf({ attributes }: LogPattern): readonly string[] {
  return Object.entries(attributes).flatMap(([key, value]) => (ERROR_FIELD.test(key) ? [value] : []));
}
