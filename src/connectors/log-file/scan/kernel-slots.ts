/** Which lines the kernel counts without asking, and whose they are: the slots that keys, their names and their routes have in it. */
import type { RecordNames } from '../aggregate/cell.ts';
import type { KeyState, Variant } from './key-table.ts';
import type { LineKernel } from './line-kernel.ts';

/** Whose lines are counted in a slot, and the names that they have. */
export interface Slot {
  readonly variant: Variant;
  readonly names: RecordNames;
}

export class KernelSlots {
  readonly #kernel: LineKernel;
  readonly #slots: Slot[] = [];
  readonly #routes: string[] = [];
  readonly #routeNumbers = new Map<string, number>();

  constructor(kernel: LineKernel) {
    this.#kernel = kernel;
  }

  at(slot: number): Slot | undefined {
    return this.#slots[slot];
  }

  /** By the numbers that the kernel has for them. */
  get routes(): readonly string[] {
    return this.#routes;
  }

  /** Lines in which nothing differs but the time, names and what a request is counted by are left to the kernel. `said`: of the key's lines. */
  leave(key: KeyState, said: string | null): void {
    const place = key.kind === 'fields' ? key.reader.countedPlace : 'none';
    key.isCounted = place !== 'none' && this.#assign(key, said);
    if (place !== 'none' && key.isCounted) this.#kernel.countKey(key.index, place);
    else this.#kernel.askForKey(key.index);
  }

  /** Call for the line at which the kernel stopped, once its key's reader has read it: lines like it need not be asked about again. */
  name({ isCounted, reader }: KeyState, variant: Variant): void {
    if (reader.route !== null && this.#kernel.lacksRoute) this.#nameRoute(reader.route);
    if (!isCounted || reader.textPlaces.length === 0) return;
    // lines of failures that name somebody are read one by one
    if (variant.isFailure && reader.hasIdentity) return;
    const slot = reader.isRequest ? this.#requestSlotOfTexts(variant) : this.#slotOfTexts();
    if (slot !== null) this.#slots[slot] = { variant, names: reader.names };
  }

  #slotOfTexts(): number | null {
    return this.#kernel.lacksTexts ? this.#kernel.slotOfTexts() : null;
  }

  #requestSlotOfTexts({ statusClass }: Variant): number | null {
    const kernel = this.#kernel;
    const number = kernel.lacksTexts ? kernel.numberOfTexts() : kernel.textsNumber;
    return number === null || number < 0 ? null : kernel.requestSlotOfTexts(number, statusClass);
  }

  #nameRoute(route: string): void {
    const known = this.#routeNumbers.get(route);
    const number = known ?? this.#routes.push(route) - 1;
    if (known === undefined) this.#routeNumbers.set(route, number);
    this.#kernel.nameRoute(number);
  }

  #assign(key: KeyState, said: string | null): boolean {
    const { index, reader, variants } = key;
    const isAsked = ({ isFailure }: Variant) => isFailure && reader.hasIdentity;
    const places = reader.textPlaces;
    if (!this.#kernel.countTexts(index, places, variants.some(isAsked))) return false;
    if (places.length > 0)
      return !reader.isRequest || this.#kernel.countRequests(index, reader.countedRequest);
    const counted = variants.filter((variant) => variant.said === said && !isAsked(variant));
    return reader.isRequest ? this.#assignRequests(key, counted, isAsked) : this.#assignOne(key, counted);
  }

  #assignOne({ index, reader }: KeyState, variants: readonly Variant[]): boolean {
    const variant = variants.find(({ statusClass }) => statusClass === 0);
    if (variant !== undefined) this.#slots[index] = { variant, names: reader.names };
    return variant !== undefined;
  }

  #assignRequests(
    { index, reader, variants }: KeyState,
    counted: readonly Variant[],
    isAsked: (variant: Variant) => boolean,
  ): boolean {
    for (const variant of variants)
      if (isAsked(variant)) this.#kernel.withholdSlot(index, variant.statusClass);
    if (!this.#kernel.countRequests(index, reader.countedRequest)) return false;
    for (const variant of counted) {
      const slot = this.#kernel.requestSlot(index, variant.statusClass);
      if (slot !== null) this.#slots[slot] = { variant, names: reader.names };
    }
    return true;
  }
}
