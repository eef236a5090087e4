/** Chat completions, as most local servers speak them too. No limit or temperature is sent: newer models refuse the older names. */
import type { Shape } from './shape.ts';

export const openai: Shape = {
  path: 'chat/completions',
  request: (model, { instructions, material }, key) => ({
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
    body: {
      model,
      stream: false,
      messages: [
        { role: 'system', content: instructions },
        { role: 'user', content: material },
      ],
    },
  }),
  textOf: (answer) => {
    const choices = Reflect.get(answer, 'choices');
    const first: unknown = Array.isArray(choices) ? choices[0] : null;
    const message: unknown =
      typeof first === 'object' && first !== null ? Reflect.get(first, 'message') : null;
    const content: unknown =
      typeof message === 'object' && message !== null ? Reflect.get(message, 'content') : null;
    return typeof content === 'string' ? content : null;
  },
};
