/** The messages API and what imitates it. */
import type { Shape } from './shape.ts';

export const anthropic: Shape = {
  path: 'messages',
  request: (model, { instructions, material }, key) => ({
    headers: { 'anthropic-version': '2023-06-01', ...(key === null ? {} : { 'x-api-key': key }) },
    body: {
      model,
      max_tokens: 1024,
      system: instructions,
      messages: [{ role: 'user', content: material }],
    },
  }),
  textOf: (answer) => {
    const parts = Reflect.get(answer, 'content');
    if (!Array.isArray(parts)) return null;
    const texts = parts.flatMap((part: unknown) => {
      const isText = typeof part === 'object' && part !== null && Reflect.get(part, 'type') === 'text';
      const text: unknown = isText ? Reflect.get(part, 'text') : null;
      return typeof text === 'string' ? [text] : [];
    });
    return texts.length === 0 ? null : texts.join('\n');
  },
};
