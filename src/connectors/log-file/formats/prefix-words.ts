/** What one word or one bracket in the prefix of a text line stands for, told from its shape alone. */

/** Where a name stops being one: exceptions belong to the message. */
const EXCEPTION = /(?:Error|Exception|Throwable|Fault)$/;

/** Lower-case words before a colon that begin a sentence rather than name a logger. */
const PROSE = new Set(
  (
    'error errors warning warn failed failure failures fail fatal caused cause reason note notice status request requests response ' +
    'message messages starting started start stopping stopped stop received receiving sending sent connection connected connecting ' +
    'using found loading loaded processing processed returning returned unable cannot could details detail result results query ' +
    'exception panic info debug trace timeout retry retrying skipping ignoring creating created deleting deleted updating updated ' +
    'connect getaddrinfo listen bind socket fetch spawn open read write accept ' +
    'reading writing opening closing url path user version usage example hint default total summary unexpected unknown invalid missing'
  ).split(' '),
);

/** Dotted, `::`, kebab, snake or camel: a name that prose does not contain by chance. */
export function isStrongName(word: string): boolean {
  if (!/^[A-Za-z_$][\w$]*(?:(?:[.$/#@+-]|::)[\w$<>*@#-]+){0,20}$/.test(word) || EXCEPTION.test(word))
    return false;
  return /[.$_#@]|::|[a-z]-[a-z0-9]|[a-z][A-Z]|[A-Z]{2}[a-z]|\d$/.test(word);
}

/** A name directly before `: `: a strong one, or one lower-case word that does not begin a sentence. */
export function isNameBeforeColon(word: string): boolean {
  return (
    isStrongName(word) ||
    /^[a-z][a-z0-9]{2,30}\/[a-z][a-z0-9_-]{2,40}$/.test(word) ||
    (/^[a-z][a-z0-9]{2,30}$/.test(word) && !PROSE.has(word) && !/(?:ed|ing)$/.test(word))
  );
}

/** A single name between ` - ` or ` : ` marks. */
export function isNameBeforeMark(word: string): boolean {
  return (
    /^#?[A-Za-z_$][\w$.:/@#+<>*-]{0,200}(?:\[[\w.-]{0,80}\])?$/.test(word) &&
    !EXCEPTION.test(word) &&
    !/[:.-]$/.test(word)
  );
}

/** English words with a hyphen that often begin a message. */
const HYPHENED =
  /^(?:re|pre|non|un|de|co|multi|auto|in|out|self|cross|post|anti|well|up|on|off|no|long|high|low|max|min|rate|client|server|end|time|read|write|back|roll|fall|shut|clean|check|one|two|hard|soft|full)-/;

/**
 * A service name in the place between level and message: kebab-case (`checkout-api`), or one lower-case word before a word
 * with a capital (`payments Charge declined`). `known` are names that the caller knows to be services.
 */
export function isServiceWord(word: string, next: string, known: ReadonlySet<string> | undefined): boolean {
  if (known?.has(word) === true) return true;
  if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(word))
    return !HYPHENED.test(word) || /-(?:api|service|svc|worker|gateway|web|server|app|job)$/.test(word);
  // `order BO-1042 placed`: an identifier belongs to the word before it
  return /^[a-z][a-z0-9_]{2,40}$/.test(word) && /^[A-Z]\D*$/.test(next) && !PROSE.has(word);
}

export type BracketMeaning =
  | { readonly kind: 'process' }
  | { readonly kind: 'thread'; readonly value: string }
  | { readonly kind: 'logger'; readonly value: string }
  | { readonly kind: 'source'; readonly value: string }
  | { readonly kind: 'request-id'; readonly value: string }
  | { readonly kind: 'pairs'; readonly value: string }
  | { readonly kind: 'code'; readonly value: string }
  | { readonly kind: 'name'; readonly value: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'text' };

const PROCESS =
  /^(?:(?:pid|tid|thread|process|proc)?[:=# ]{0,2}\d{1,12}(?:[:#/ ]?(?:tid)?[ :=]?\d{1,20})?|0x[0-9a-f]{4,16}|T\d{1,6}|P\d{1,6})$/i;
const SOURCE =
  /^[\w./\\@+-]{1,200}\.(?:py|[cm]?[jt]sx?|go|rs|rb|java|kt|scala|groovy|cc|cpp|cxx|c|hh|hpp|h|cs|php|exs?|erl|swift|m|pl|lua|clj):(?:\w{1,60}[:(])?\d{1,7}\)?(?::\d{1,5}|:[A-Za-z_]\w{0,60})?$/;
const THREAD =
  /^(?:main|MainThread|MainProcess|qtp\d{1,12}-\d{1,6}|[A-Za-z]{2,30}(?:Stage|Executor|Worker|Thread)-\d{1,4}|(?:[\w.]{0,40}[-_ ])?(?:thread|exec|pool|worker|http|nio|executor|background|task|scheduler|scheduling|timer|async|dispatcher|ForkPool|ForkJoin|reactor|eventloop|grpc|consumer|io|cluster|startStop|Catalina)[\w .:/-]{0,60}\d*)$/i;
const ID =
  /^(?:req-)?[0-9a-f]{8}(?:-?[0-9a-f]{4}){2,6}[0-9a-f]*(?: \S{1,40})?$|^req-[\w-]{4,60}(?: .{1,60})?$|^[0-9a-f]{16,64}$/i;

/** What the text between brackets is; `text` when it is part of a message. */
export function meaningOfBracket(content: string): BracketMeaning {
  const value = content.trim().replace(/^([\w.]{1,60}) {1,40}:(?=\d{1,7}$)/, '$1:');
  if (value === '' || value === '-' || value === '(null)') return { kind: 'empty' };
  if (value.length > 400) return { kind: 'text' };
  if (PROCESS.test(value)) return { kind: 'process' };
  if (SOURCE.test(value) || /^\w{1,60} @ [\w.-]{1,100}$/.test(value)) return { kind: 'source', value };
  const method = /^([A-Za-z_$][\w$.]{1,120})\(\):\d{1,7}$/.exec(value);
  if (method !== null) return { kind: 'logger', value: method[1] ?? value };
  if (/^[\w.-]{1,80}\|\d{1,12}$/.test(value)) return { kind: 'thread', value };
  if (/^(?=.{0,80}\w=)(?:[\w.-]{0,60}=\S{0,120}(?:[ ,] ?|$)){1,16}$/.test(value))
    return { kind: 'pairs', value };
  if (ID.test(value)) return { kind: 'request-id', value: value.split(' ')[0] ?? value };
  if (/^(?:\w{1,20}:[^\s:]{1,80}(?: |$)){2,8}$/.test(value)) return { kind: 'empty' };
  if (/^[a-z]{2,20}(?:,[a-z]{2,20}){1,5}$/.test(value)) return { kind: 'name', value };
  if (
    /^[A-Z]{2,6}-?\d{2,8}$/.test(value) ||
    /^[A-Z]{3,8}: \d{2,10}$/.test(value) ||
    /^client [\w.:]{2,80}$/.test(value)
  )
    return { kind: 'code', value };
  const threadAndLogger =
    /^.{0,119}[^:]:((?:[\w$]{1,80}\.){0,20}[\w$]{1,80}@\d{1,7}|(?:[\w$]{1,80}\.){1,20}[\w$]{1,80})$/.exec(
      value,
    );
  if (threadAndLogger !== null) return { kind: 'logger', value: threadAndLogger[1] ?? value };
  if (/^\w{1,20}:$/.test(value)) return { kind: 'empty' };
  if (/^[A-Za-z_$][\w$]*(?:(?:\.[\w$]+)+|(?:\.[\w$]+){2,}-[\w$]+)$/.test(value))
    return { kind: 'logger', value };
  if (THREAD.test(value)) return { kind: 'thread', value };
  const isName = /^[A-Za-z_$][\w$.:/@#-]{0,80}(?:\(\d{1,10}\))?$/.test(value);
  return isName ? { kind: 'name', value: value.replace(/:\d{1,7}$|\(\d{1,10}\)$/, '') } : { kind: 'text' };
}
