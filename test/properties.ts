import fc from 'fast-check';

/**
 * Property tests draw the same examples in every run: a check that fails without a change stops everybody who did nothing wrong.
 * `PROPERTY_SEED=random npm run test:unit` looks for new counterexamples; a number repeats the run that found one.
 */
const wanted = process.env['PROPERTY_SEED'] ?? '20261128';

if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });
