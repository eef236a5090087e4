/** Which attributes the records of a cell have in common: what only the first of them said would be told of all. */

interface Vote {
  value: string;
  /** Parsed records that had this value since it was taken up. */
  count: number;
  /** Lead over all other values; below zero another value is taken up (majority vote of Boyer and Moore). */
  lead: number;
}

/** Names that the first record of a cell did not have are not followed. */
export class AttributeVotes {
  #votes: Map<string, Vote> | null = null;
  #records = 0;

  hear(attributes: Readonly<Record<string, string>>): void {
    this.#records++;
    if (this.#votes === null) {
      this.#votes = new Map(
        Object.entries(attributes).map(([name, value]) => [name, { value, count: 1, lead: 1 }]),
      );
      return;
    }
    for (const [name, vote] of this.#votes) {
      const value = attributes[name];
      if (value === vote.value) {
        vote.count++;
        vote.lead++;
      } else if (--vote.lead < 0 && value !== undefined) {
        vote.value = value;
        vote.count = 1;
        vote.lead = 1;
      }
    }
  }

  /** Those that at least half of the records had, as they had them; of a single record all. */
  common(): Readonly<Record<string, string>> {
    const kept = [...(this.#votes ?? [])].filter(([, { count }]) => count * 2 >= this.#records);
    return Object.fromEntries(kept.map(([name, { value }]) => [name, value]));
  }
}
