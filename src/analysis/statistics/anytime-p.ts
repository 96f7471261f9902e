import { logChangeAlarm } from './loss-alarm.ts';

/**
 * Two-sided p-value of the discordant counts that may be looked at after every pair: what McNemar's is for one look, 1/E of
 * the two-sided e-value, at most 1. Vovk & Wang 2021, E-values: calibration, combination and applications.
 */
export function anytimeP(gains: number, losses: number): number {
  return Math.min(1, Math.exp(-logChangeAlarm(losses, gains)));
}
