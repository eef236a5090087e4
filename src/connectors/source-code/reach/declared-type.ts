/** What a field of a class or struct is declared as: what is handed to an object when it is made is called by its field, not by its type. */
import { descend, type SyntaxNode } from '../syntax/node.ts';

/** Declarations of fields, and parameters of constructors that become fields. */
const DECLARATION =
  /^(field_declaration|property_declaration|property_promotion_parameter|public_field_definition|required_parameter|optional_parameter|class_parameter|parameter|typed_parameter|typed_default_parameter|assignment|assignment_expression)$/;
/** The type stands before the name. */
const TYPE_FIRST = new Set(['java', 'csharp', 'php']);
const MAX_LENGTH = 400;

interface DeclaredType {
  /** The package before the type, `lookup` of `*lookup.Lookup`; null where the file knows the type by its own name. */
  readonly module: string | null;
  readonly type: string;
}

const declarations = new WeakMap<SyntaxNode, readonly string[]>();

function declarationsOf(root: SyntaxNode): readonly string[] {
  let known = declarations.get(root);
  if (known === undefined) {
    known = descend(root)
      .filter((node) => DECLARATION.test(node.type))
      .map((node) => node.text.slice(0, MAX_LENGTH));
    declarations.set(root, known);
  }
  return known;
}

/** The one thing that the declarations say; null where they say nothing or two things. */
function saidBy(root: SyntaxNode, pattern: RegExp): DeclaredType | null {
  const found = new Map<string, DeclaredType>();
  for (const text of declarationsOf(root)) {
    const [, module = null, type = ''] = pattern.exec(text) ?? [];
    if (type !== '') found.set(`${module}.${type}`, { module, type });
  }
  const [only] = found.values();
  return found.size === 1 ? (only ?? null) : null;
}

function declaredAs(root: SyntaxNode, name: string): DeclaredType | null {
  return saidBy(
    root,
    TYPE_FIRST.has(root.source.languageId)
      ? new RegExp(`(?:^|[\\s(])(?:(\\w+)\\.)?([A-Z]\\w*)(?:<[^;=()]*>)?\\??\\s+\\$?${name}\\b`)
      : new RegExp(
          `\\b${name}\\b\\s*[?!]?\\s*:?\\s*[*&]*(?:(?:mut|dyn) |(?:Box|Arc|Rc)<)*(?:(\\w+)\\.)?([A-Z]\\w*)`,
        ),
  );
}

/** `self.mailer = Mailer(…)`, `this.mailer = new Mailer(…)`. */
function madeAs(root: SyntaxNode, name: string): DeclaredType | null {
  return saidBy(root, new RegExp(`^(?:self|this)\\.${name}\\s*=\\s*(?:new )?(?:(\\w+)\\.)?([A-Z]\\w*)\\(`));
}

/** `self._mailer = mailer`, where the parameter tells what it is. */
function handedOver(root: SyntaxNode, name: string): DeclaredType | null {
  const pattern = new RegExp(`^(?:self|this)\\.${name}\\s*=\\s*(\\w+);?$`);
  const parameter = declarationsOf(root)
    .flatMap((text) => pattern.exec(text)?.[1] ?? [])
    .at(0);
  return parameter === undefined || parameter === name ? null : declaredAs(root, parameter);
}

/** Null where no field of that name is declared with the type of an object, or two are declared otherwise. */
export function declaredType(root: SyntaxNode, name: string): DeclaredType | null {
  if (!/^\w+$/.test(name)) return null;
  return declaredAs(root, name) ?? madeAs(root, name) ?? handedOver(root, name);
}
