import { expect, test } from 'vitest';
import { ownWordFor } from './own-words.ts';

const OURS = new Map([
  ['payment-service', 'payment-service'],
  ['ledger', 'ledger'],
]);

test.each([
  { text: 'HereRoutingUrl: "https://maps.googleapis.com",', host: 'google-maps', want: 'here-routing' },
  { text: "  s3Url: 'https://s3.eu-west-1.amazonaws.com',", host: 'aws-s3', want: 's3' },
  { text: "  apnsUrl: 'https://api.push.apple.com',", host: 'apple', want: 'apns' },
  {
    text: '    ocr_base_url: str = "https://westeurope.api.cognitive.microsoft.com"',
    host: 'microsoft',
    want: 'ocr',
  },
  { text: '  tax-desk-url: https://eu.vertexinc.com', host: 'vertexinc', want: 'tax-desk' },
  { text: 'PUSH_URL=https://api.expo.dev', host: 'expo', want: 'push' },
  { text: "  stripeUrl: 'https://api.stripe.com',", host: 'stripe', want: null },
  { text: "  adyenCheckoutUrl: 'https://checkout.adyen.com',", host: 'adyen', want: null },
  { text: "  baseUrl: 'https://api.stripe.com',", host: 'stripe', want: null },
  { text: "  upstreamApiUrl: 'https://api.stripe.com',", host: 'stripe', want: null },
  { text: "  paymentUrl: 'https://api.stripe.com',", host: 'stripe', want: null },
  { text: "  ledgerUrl: 'https://api.stripe.com',", host: 'stripe', want: null },
  { text: "fetch('https://api.stripe.com/v1')", host: 'stripe', want: null },
])('$text', ({ text, host, want }) => {
  expect(ownWordFor(text, host, OURS)).toBe(want);
});
