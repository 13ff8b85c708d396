import type { GateRule } from './rule';
import { figure3 } from './words';

/**
 * The challenger's archive is at most so many times as large as the champion's. Applies if there is a
 * champion.
 */
export function sizeWithin(ratio: number): GateRule {
  return ({ bytes, champion }) => {
    if (!champion) return undefined;
    const rule = 'size-within';
    if (!bytes?.champion || !bytes.challenger) {
      const message = `the size of the ${bytes?.champion ? 'challenger' : 'champion'}'s archive is not known`;
      return { rule, passed: false, undecided: true, message, numbers: { ratio } };
    }
    const found = bytes.challenger / bytes.champion;
    const passed = found <= ratio;
    const message = `challenger's archive has ${figure3(found)} times the size of champion's, ${passed ? 'within' : 'above'} ${ratio}`;
    const numbers = { challenger: bytes.challenger, champion: bytes.champion, ratio };
    return { rule, passed, message, numbers };
  };
}
