/** The nearest of some known words to a mistyped one. It knows no language. */

/** Edits, a swap of neighbours counting as one. */
function distance(a: string, b: string): number {
  const rows: number[][] = [[...Array(b.length + 1).keys()]];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const above = rows[i - 1]?.[j] ?? 0;
      const left = row[j - 1] ?? 0;
      const diagonal = rows[i - 1]?.[j - 1] ?? 0;
      let best = Math.min(above + 1, left + 1, diagonal + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/** Null where nothing is near: more than two fifths of the longer word would have to change. Ties go to the first in order. */
export function nearest(word: string, known: readonly string[]): string | null {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s_-]/g, '');
  let best: { word: string; edits: number } | null = null;
  for (const candidate of known) {
    const edits = distance(plain(word).slice(0, 60), plain(candidate));
    const limit = Math.max(1, Math.floor(Math.max(word.length, candidate.length) * 0.4));
    if (edits <= limit && (best === null || edits < best.edits)) best = { word: candidate, edits };
  }
  return best?.word ?? null;
}
