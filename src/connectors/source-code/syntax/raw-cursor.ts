/**
 * A tree cursor on the functions that tree-sitter's WebAssembly exports. The cursor of web-tree-sitter 0.27.1 carries its four words
 * into WebAssembly and back at every question, which costs more than the parsing; here they stay where the functions look for them.
 * Nothing else of the library may be called while a walk is on: it uses the same place.
 */
import type { Tree } from 'web-tree-sitter';

interface RawFunctions {
  readonly HEAP32: Int32Array;
  _ts_init(): number;
  _ts_tree_cursor_goto_first_child_wasm(tree: number): number;
  _ts_tree_cursor_goto_next_sibling_wasm(tree: number): number;
  _ts_tree_cursor_goto_parent_wasm(tree: number): number;
  _ts_tree_cursor_current_node_type_id_wasm(tree: number): number;
  _ts_tree_cursor_current_field_id_wasm(tree: number): number;
  _ts_tree_cursor_start_index_wasm(tree: number): number;
  _ts_tree_cursor_end_index_wasm(tree: number): number;
}

/** The object that was given to `Parser.init`, which leaves the functions in it. */
export type RuntimeModule = object;

const NAMES = [
  '_ts_init',
  '_ts_tree_cursor_goto_first_child_wasm',
  '_ts_tree_cursor_goto_next_sibling_wasm',
  '_ts_tree_cursor_goto_parent_wasm',
  '_ts_tree_cursor_current_node_type_id_wasm',
  '_ts_tree_cursor_current_field_id_wasm',
  '_ts_tree_cursor_start_index_wasm',
  '_ts_tree_cursor_end_index_wasm',
] as const;

function isRaw(module: object): module is RawFunctions {
  return NAMES.every((name) => typeof Reflect.get(module, name) === 'function') && 'HEAP32' in module;
}

/** A position in a tree; it starts at the root. Offsets are UTF-16 units. */
export class RawCursor {
  readonly #raw: RawFunctions;
  readonly #tree: number;
  readonly #place: number;
  readonly #owner: object & { delete(): void };

  /** @throws when the library is another one than this was written for. */
  constructor(module: RuntimeModule, tree: Tree) {
    if (!isRaw(module)) throw new Error('web-tree-sitter does not export its cursor functions');
    this.#raw = module;
    this.#tree = Number(Reflect.get(tree, 0));
    this.#place = module._ts_init() >> 2;
    // makes the cursor and leaves its words in place
    this.#owner = tree.walk();
  }

  get typeId(): number {
    return this.#raw._ts_tree_cursor_current_node_type_id_wasm(this.#tree);
  }

  /** 0 where the grammar names no field. */
  get fieldId(): number {
    return this.#raw._ts_tree_cursor_current_field_id_wasm(this.#tree);
  }

  get start(): number {
    return this.#raw._ts_tree_cursor_start_index_wasm(this.#tree);
  }

  get end(): number {
    return this.#raw._ts_tree_cursor_end_index_wasm(this.#tree);
  }

  /** False where there is none; the cursor stays then. The same for the others. */
  toFirstChild(): boolean {
    return this.#raw._ts_tree_cursor_goto_first_child_wasm(this.#tree) !== 0;
  }

  toNextSibling(): boolean {
    return this.#raw._ts_tree_cursor_goto_next_sibling_wasm(this.#tree) !== 0;
  }

  toParent(): boolean {
    return this.#raw._ts_tree_cursor_goto_parent_wasm(this.#tree) !== 0;
  }

  /** Gives its memory back; call once, and nothing afterwards. */
  delete(): void {
    // the library frees what its own object points to
    for (let word = 0; word < 4; word++)
      Reflect.set(this.#owner, word, this.#raw.HEAP32[this.#place + word] ?? 0);
    this.#owner.delete();
  }
}
