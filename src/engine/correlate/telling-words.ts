/** Which names tell something where an error holds them. */

/** Words that stand in whatever a gateway says of any request: `client: 10.0.0.1, server: shop, request: "POST /carts", upstream: …`. */
const OF_REQUESTS = /^(?:client|delete|head|host|http|https|options|patch|post|server|upstream)$/i;

/** Words that any sentence may hold: that a field is called `from` does not make `response header from upstream` about it. */
const OF_PROSE =
  /^(?:about|after|again|also|because|been|before|being|between|cannot|could|does|done|during|each|from|have|here|into|last|less|more|most|next|only|onto|other|over|same|should|since|some|such|than|that|them|then|there|these|they|this|those|through|under|until|upon|were|when|where|which|while|will|with|within|without|would|your)$/i;

/** A word that is in every second message names nothing. */
export function isTelling(name: string): boolean {
  return (
    name.length >= 4 &&
    !OF_PROSE.test(name) &&
    !OF_REQUESTS.test(name) &&
    !/^(null|true|false|undefined|none|error|errors|data|value|values|result|request|response|service|config|string|number|message|payload|item|items|name|list|order|user|status|code)$/i.test(
      name,
    )
  );
}

/** Without the names of hosts, which are called after the house and its services: `host: "www.shop-tickets.example"`. */
export function withoutHosts(message: string): string {
  return message.replace(/\b(?:host|server): "?[\w.:-]+"?|\b(?:https?|fastcgi|wss?):\/\/[\w.:-]+/g, ' ');
}
