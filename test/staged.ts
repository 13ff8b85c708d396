import type { AppProps } from 'aws-cdk-lib';

/**
 * Of an app whose assets are read or deployed: it copies them into its output, which `setup.js` turns off.
 */
export const STAGED: AppProps = { postCliContext: { 'aws:cdk:disable-asset-staging': false } };
