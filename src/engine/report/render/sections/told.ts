/** What a language model made of the report. It stands below everything that the engine says, and says what it is. */
import { paragraph, type Section, strong, text } from '../document.ts';

/** Sentences that were held against the report; `dropped` counts those that did not agree with it. */
export interface Told {
  readonly sentences: readonly string[];
  readonly dropped: number;
}

export function toldSection({ sentences, dropped }: Told): Section {
  const left =
    dropped === 0
      ? 'Every sentence was checked against the report.'
      : `${dropped} of its ${dropped + sentences.length} sentences did not agree with the report and ${dropped === 1 ? 'was' : 'were'} left out.`;
  return {
    title: 'Told by a Language Model',
    blocks: [
      paragraph(
        strong('Not evidence.', 'warn'),
        text(` A model retold the report above; cause and decision are the engine's. ${left}`),
      ),
      paragraph(text(sentences.join(' '))),
    ],
  };
}
