/** TypeScript, TSX and JavaScript: one family of grammars that share their node types. */
import { type LanguageProfile, roleTable } from './profile.ts';

const roles = roleTable({
  function:
    'function_declaration function_expression generator_function generator_function_declaration arrow_function method_definition',
  class: 'class_declaration class abstract_class_declaration interface_declaration enum_declaration',
  call: 'call_expression',
  new: 'new_expression',
  string: 'string template_string',
  member: 'member_expression',
  index: 'subscript_expression',
  identifier:
    'identifier property_identifier shorthand_property_identifier private_property_identifier this super shorthand_property_identifier_pattern',
  number: 'number',
  boolean: 'true false',
  null: 'null undefined',
  comment: 'comment html_comment',
  if: 'if_statement',
  ternary: 'ternary_expression',
  switch: 'switch_statement',
  case: 'switch_case switch_default',
  loop: 'for_statement for_in_statement while_statement do_statement',
  try: 'try_statement',
  catch: 'catch_clause',
  finally: 'finally_clause',
  throw: 'throw_statement',
  return: 'return_statement',
  assign: 'assignment_expression augmented_assignment_expression',
  declare: 'variable_declarator',
  field: 'public_field_definition field_definition property_signature',
  pair: 'pair enum_assignment',
  object: 'object',
  array: 'array',
  binary: 'binary_expression',
  unary: 'unary_expression update_expression',
  await: 'await_expression',
  import: 'import_statement',
  parameter: 'required_parameter optional_parameter',
  arguments: 'arguments',
  block: 'statement_block class_body switch_body',
  annotation: 'decorator',
  interpolation: 'template_substitution',
  cast: 'parenthesized_expression as_expression satisfies_expression non_null_expression type_assertion',
  type: 'type_annotation type_arguments',
});

export const TYPESCRIPT: LanguageProfile = {
  id: 'typescript',
  grammar: 'typescript',
  roles,
  layoutMatters: false,
};
export const TSX: LanguageProfile = { ...TYPESCRIPT, id: 'tsx', grammar: 'tsx' };
export const JAVASCRIPT: LanguageProfile = { ...TYPESCRIPT, id: 'javascript', grammar: 'javascript' };
