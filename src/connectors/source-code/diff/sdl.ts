/** The definition language of GraphQL, in a file of its own or as a text within code: what a description says is for readers alone. */

const IS_SDL =
  /(?:^|[\s"])(?:type|input|enum|interface|extend type|schema)\s+(?:\w+\s*)?(?:implements [\w &]+)?\{|\btype \w+ (?:@\w+ ?)*\{/;
const DEFINES = /\b(?:Query|Mutation|Subscription)\b|[:[] ?[A-Z]\w*!/;
const DESCRIPTION = /"{3}[\s\S]*?"{3}|(?<=^|[{\n,])[ \t]*"(?:[^"\\\n]|\\.)*"(?=\s*(?:\n|\w))|#[^\n]*/g;

export function isSdl(text: string): boolean {
  return IS_SDL.test(text) && DEFINES.test(text);
}

/** Without descriptions, comments and white space. A default value (`= "EUR"`) and the reason of a directive stay. */
export function bareSdl(text: string): string {
  return text.replace(DESCRIPTION, ' ').replace(/\s+/g, ' ').trim();
}
