/** Service and version out of the name of a release tag. It does not know which services exist. */
import { canonicalServiceName } from '../../domain/service.ts';

/** Words in front of a version that say that it is a release, not of what. */
const GENERIC_PREFIX = /^(v|ver|version|rel|release|releases|prod|production|deploy|deployment|tag)$/i;
/** After `/` or `@` any number is a version, after `-` or `_` only `v41` or `1.2`: `k8s-2` is a name. */
const SPLIT_TAG =
  /^(?:(.+?)(?:[/@](?=v?\d)|[-_](?=v\d|\d+\.\d)))?(v?\d+(?:\.\d+)*(?:[-+.][0-9A-Za-z.+-]+)?)$/;

/**
 * `checkout-api/v1.2.3`, `checkout-api-v1.2.3`, `services/checkout-api@1.2.3` → service and version; `v1.2.3` and
 * `release-1.2.3` → no service. A tag without a version in it is its own version.
 */
export function splitTag(tag: string): { readonly service: string | null; readonly version: string } {
  const match = SPLIT_TAG.exec(tag);
  const version = match?.[2];
  if (version === undefined) return { service: null, version: tag };
  const name = match?.[1]?.split('/').at(-1) ?? '';
  const service = GENERIC_PREFIX.test(name) ? '' : canonicalServiceName(name);
  return { service: service === '' ? null : service, version };
}
