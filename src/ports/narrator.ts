/** A language model behind an address that the person named. It tells what it is given; nothing it says is believed unchecked. */

/** As a person wrote it into wicked-platform.yaml; the environment comes before it. */
export interface NarratorSettings {
  readonly url?: string | undefined;
  readonly shape?: 'anthropic' | 'openai' | undefined;
  readonly model?: string | undefined;
}

export interface NarratorRequest {
  /** How to tell; constant. */
  readonly instructions: string;
  /** What to tell: checked facts, one a line. */
  readonly material: string;
}

export interface Narrator {
  /** Where the material goes, without credentials: shown to the person. */
  readonly place: string;
  /** The answer's text as it came. Throws PlatformError: `auth`, `rate-limited`, `timed-out`, `unavailable`, `malformed`, `interrupted`. */
  tell(request: NarratorRequest, signal: AbortSignal): Promise<string>;
}
