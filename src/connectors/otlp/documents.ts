/** Documents of an OTLP file: one JSON value, or one a line as the collector's file exporter writes them. */
import { isObject, type JsonObject, parseJson } from '../_kit/records.ts';

export interface OtlpDocument {
  readonly value: JsonObject;
  /** Null where the file is one document. */
  readonly line: { readonly line: number; readonly byteOffset: number } | null;
}

export interface OtlpDocuments {
  readonly documents: readonly OtlpDocument[];
  /** Lines that are no JSON object. */
  readonly rejected: number;
}

export function readDocuments(text: string): OtlpDocuments {
  const whole = parseJson(text);
  if (isObject(whole)) return { documents: [{ value: whole, line: null }], rejected: 0 };
  if (whole !== undefined) return { documents: [], rejected: 1 };
  const documents: OtlpDocument[] = [];
  let [rejected, line, byteOffset] = [0, 0, 0];
  for (const written of text.split('\n')) {
    line += 1;
    if (written.trim() !== '') {
      const value = parseJson(written);
      if (isObject(value)) documents.push({ value, line: { line, byteOffset } });
      else rejected += 1;
    }
    byteOffset += Buffer.byteLength(written) + 1;
  }
  return { documents, rejected };
}
