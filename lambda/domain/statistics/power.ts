import { normalUpperQuantile } from './special-functions';

/** Probability with which a lead that is there must be found. */
export const POWER = 0.8;

/** A comparison that was made, for what another number of rows would show. */
export interface Precision {
  readonly rows: number;
  /** Of the lead. */
  readonly standardError: number;
  readonly alpha: number;
}

/**
 * The lead that these rows show with probability {@link POWER}: (z_alpha + z_{1 - power}) standard errors (J.
 * Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 2). What lead was found does
 * not matter.
 */
export function detectableLead({ standardError, alpha }: Omit<Precision, 'rows'>): number {
  return (normalUpperQuantile(alpha) + normalUpperQuantile(1 - POWER)) * standardError;
}

/**
 * The rows that show the lead with that probability, the standard error falling with the root of the rows.
 */
export function rowsNeeded(precision: Precision, lead: number): number {
  return Math.ceil(precision.rows * (detectableLead(precision) / lead) ** 2);
}
