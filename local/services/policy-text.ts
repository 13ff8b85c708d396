import type { PolicyDocument } from '../gateway/policy';

/** A policy document from its JSON; undefined otherwise. */
export function parsePolicy(text: string | undefined): PolicyDocument | undefined {
  if (!text) return undefined;
  try {
    const document = JSON.parse(text) as PolicyDocument | null;
    return typeof document === 'object' && document?.Statement ? document : undefined;
  } catch {
    return undefined;
  }
}
