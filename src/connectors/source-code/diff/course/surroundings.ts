/** What stands outside of the functions of a file, leaf by leaf, and the one-line functions of Ruby that are used there. */
import { descend, type SyntaxNode } from '../../syntax/node.ts';
import { givenValue, nameOf, qualifiedFunctionName } from '../../syntax/shape.ts';
import { parametersOf } from './functions.ts';

export function isNoStep(node: SyntaxNode): boolean {
  return node.role === 'comment' || node.role === 'import' || NO_STEP.test(node.type);
}

const NO_STEP = /^(package_|namespace_use|php_tag|using_|import_)/;

/** Functions without parameters that answer with one expression, by their bare names. */
export type OneLiners = ReadonlyMap<string, SyntaxNode>;

/** Ruby calls them without parentheses; none that a variable of the file may be called like. */
export function oneLinersOf(root: SyntaxNode, fns: readonly SyntaxNode[]): OneLiners {
  if (root.source.languageId !== 'ruby') return new Map();
  const found = fns.flatMap((fn): (readonly [string, SyntaxNode])[] => {
    const name = fn.child('name')?.text ?? '';
    const body = fn.child('body') ?? fn.children.find(({ type }) => type === 'body_statement');
    const [only, ...more] = body?.namedChildren ?? [];
    const isPlain =
      fn.source === root.source &&
      only !== undefined &&
      more.length === 0 &&
      /^[a-z_]\w*$/.test(name) &&
      parametersOf(fn).length === 0 &&
      !/^(assign|declare|if|return|throw|try|loop)$/.test(only.role) &&
      !new RegExp(
        `\\b${name}\\s*(?:[-+*/|&]{0,2}=(?![=~>])|:(?!:))|\\|[^|\\n]*\\b${name}\\b[^|\\n]*\\|`,
      ).test(root.text);
    return isPlain ? [[name, only]] : [];
  });
  return new Map(found);
}

/** What stands outside of the functions, without imports, layout and the constants given: leaf by leaf. */
export function surroundings(
  root: SyntaxNode,
  without: ReadonlyMap<string, SyntaxNode>,
  written: OneLiners = new Map(),
): string {
  const words: string[] = [];
  const visit = (node: SyntaxNode): void => {
    if (isNoStep(node) || isForReaders(node) || holdsHelpersAlone(node)) return;
    const body = isBareCall(node) ? written.get(node.text) : undefined;
    if (body !== undefined) {
      visit(body);
      return;
    }
    if (node.role === 'function' && qualifiedFunctionName(node) !== null) return;
    if (
      (node.role === 'declare' || node.role === 'field') &&
      without.get(nameOf(node) ?? '') === givenValue(node) &&
      givenValue(node) !== null
    )
      return;
    if (node.children.length === 0) {
      if (!/^[;,{}]?$/.test(node.text.trim()) && !DECLARING.test(node.text)) words.push(node.text);
      return;
    }
    for (const child of node.children) visit(child);
  };
  visit(root);
  return words.join(' ');
}

/** Types that nothing is made of, and private fields that are given nothing where they stand. */
export function isForReaders(node: SyntaxNode): boolean {
  if (/^(interface|type_alias)_declaration$/.test(node.type))
    return /typescript|tsx/.test(node.source.languageId);
  if (node.role === 'class' && node.source.languageId === 'python')
    return /^class\s+\w+\((typing\.)?(TypedDict|Protocol)\b/.test(node.text);
  return (
    /^(property_declaration|public_field_definition)$/.test(node.type) &&
    /^(php|typescript|tsx)$/.test(node.source.languageId) &&
    /^(private|protected)\b[^=@#[]*;?$/.test(node.text)
  );
}

const DECLARING = /^(const|let|var|val|private|final|readonly|export|public|protected|internal)$/;

/** Sinatra: `helpers do … end` around functions that routes may call. */
function holdsHelpersAlone(node: SyntaxNode): boolean {
  if (node.source.languageId !== 'ruby' || node.role !== 'call' || !/^helpers\s+do\b/.test(node.text))
    return false;
  const inside = descend(node).find(({ type }) => type === 'body_statement')?.namedChildren ?? [];
  return inside.length > 0 && inside.every(({ role }) => role === 'function' || role === 'comment');
}

/** Stands for itself: neither behind a dot nor the name of what it defines. */
function isBareCall(node: SyntaxNode): boolean {
  const named = node.field === 'method' || node.field === 'name';
  return node.role === 'identifier' && node.source.languageId === 'ruby' && !named;
}
