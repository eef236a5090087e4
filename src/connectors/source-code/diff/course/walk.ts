/** How values and statements of a function call each other while it is followed. */
import type { SyntaxNode } from '../../syntax/node.ts';
import type { Course, Frame } from './state.ts';

/** What a list of statements comes to: the value that it answers (null: it goes on to what follows), and whether every way through it ends in an error. */
export interface Outcome {
  readonly value: string | null;
  readonly fails: boolean;
}

export interface Walk {
  readonly course: Course;
  readonly value: (node: SyntaxNode, frame: Frame) => string;
  /** `tail`: what the last statement comes to is the answer, as in Ruby and Rust. */
  readonly run: (statements: readonly SyntaxNode[], frame: Frame, tail: boolean) => Outcome;
  /** The function with its parameters standing for the values; null where none are given. */
  readonly enter: (fn: SyntaxNode, given: readonly string[] | null, frame: Frame) => Outcome;
}

/** A frame in which something more holds. */
export function under(frame: Frame, conditions: readonly string[]): Frame {
  return { ...frame, names: new Map(frame.names), conditions: [...frame.conditions, ...conditions] };
}
