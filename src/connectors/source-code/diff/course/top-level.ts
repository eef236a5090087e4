/** What a file does when it is read, outside of its functions: routes that are registered, things that are made. Followed like a function. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { givenValue, nameOf, qualifiedFunctionName } from '../../syntax/shape.ts';
import { TOP_FRAME } from './functions.ts';
import { CannotFollow, type Frame } from './state.ts';
import type { Walk } from './walk.ts';

/** Languages in which statements stand at the top of a file. */
const LANGUAGES = new Set(['typescript', 'tsx', 'javascript', 'python', 'ruby', 'php']);

function isFunction(node: SyntaxNode): boolean {
  if (node.role === 'function') return qualifiedFunctionName(node) !== null;
  if (node.type === 'decorated_definition') return true;
  const inner = node.namedChildren.filter(({ role }) => role === 'declare');
  return inner.length > 0 && inner.every((each) => givenValue(each)?.role === 'function');
}

/** `rest` says what classes and the like hold, letter for letter. Null where it cannot be followed. */
export function topCourse(
  root: SyntaxNode,
  walk: Walk,
  isLeftOut: (node: SyntaxNode) => boolean,
  rest: (node: SyntaxNode) => string,
): string | null {
  if (!LANGUAGES.has(root.source.languageId)) return null;
  const frame: Frame = { ...TOP_FRAME, names: new Map(), conditions: [] };
  const statements: SyntaxNode[] = [];
  const classes: string[] = [];
  const exported: string[] = [];
  for (const child of root.namedChildren) {
    const isExport = child.type === 'export_statement';
    const node = isExport ? (child.child('declaration') ?? child) : child;
    if (isLeftOut(node) || isFunction(node)) continue;
    // Decorators stand before the word.
    if (isExport && node !== child)
      classes.push(...child.namedChildren.filter((each) => each !== node).map(rest));
    if (isExport) exported.push(nameOf(node.namedChildren.at(0) ?? node) ?? node.text);
    if (node.role === 'class' || /^(enum|namespace|module)/.test(node.type)) classes.push(rest(node));
    else statements.push(node);
  }
  try {
    walk.run(statements, frame, false);
  } catch (error) {
    if (error instanceof CannotFollow || error instanceof RangeError) return null;
    throw error;
  }
  // Functions know these names.
  const names = [...frame.names]
    .filter(([name]) => !walk.course.constants.has(name))
    .map(([name, value]) => `${name} = ${value}`)
    .sort();
  return [...walk.course.ordered(), ...names, ...exported, ...classes].join('\n');
}
