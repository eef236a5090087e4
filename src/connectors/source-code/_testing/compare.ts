/** Compares two texts as `revision-diff` would, for tests. */
import type { DiffFeatureKind, InertReason } from '../../../domain/code.ts';
import { categoryOf } from '../diff/category.ts';
import { featuresOf } from '../diff/features.ts';
import { compareFile } from '../diff/file-comparison.ts';

export interface Case {
  readonly name: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Kinds that must be among the features. */
  readonly want?: readonly DiffFeatureKind[];
  /** Kinds that must not. */
  readonly not?: readonly DiffFeatureKind[];
  readonly inert?: InertReason;
}

export async function kindsOf({ path, before, after }: Case) {
  const comparison = await compareFile({ path, category: categoryOf(path), oldText: before, newText: after });
  const features = [
    ...comparison.features,
    ...featuresOf(comparison.difference, comparison.before, comparison.after),
  ];
  return { inert: comparison.inert, kinds: new Set(features.map((feature) => feature.kind)), features };
}

export const ts = (body: string) =>
  `export function f(a: any, b: any) {\n  ${body.replaceAll('\n', '\n  ')}\n}\n`;
export const py = (body: string) => `def f(a, b):\n    ${body.replaceAll('\n', '\n    ')}\n`;
export const go = (body: string) =>
  `package p\n\nfunc (s *S) F(a *A, b int) error {\n\t${body.replaceAll('\n', '\n\t')}\n}\n`;
export const java = (body: string) =>
  `class C {\n  void f(A a, int b) {\n    ${body.replaceAll('\n', '\n    ')}\n  }\n}\n`;
