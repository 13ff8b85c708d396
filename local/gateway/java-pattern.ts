/** POSIX classes of Java's regular expressions, as the inside of a character class. */
const POSIX_CLASSES: Readonly<Record<string, string>> = { Print: '\\x20-\\x7E', Alnum: 'a-zA-Z0-9' };

/**
 * A pattern of a service model as a regular expression that must match a whole text, as AWS matches:
 * EventBridge refuses the name `Invalid Name With Spaces!` by `[\.\-_A-Za-z0-9]+`, which finds something in
 * it.
 *
 * @throws SyntaxError if the pattern has something of Java's dialect that is not translated here
 */
export function javaPattern(pattern: string): RegExp {
  const translated = pattern
    .replace(/^\\A|\\z$/g, '')
    // The end, as often as you like: meant was the length of the group before it.
    .replace(/\$\{\d+,\d+\}$/, '$')
    .replace(/\[\\p\{(Print|Alnum)\}/g, (_, name: string) => `[${POSIX_CLASSES[name]}`)
    .replace(/\\p\{(Print|Alnum)\}(?=[^[]*\])/g, (_, name: string) => POSIX_CLASSES[name] as string)
    .replace(/\\p\{(Print|Alnum)\}/g, (_, name: string) => `[${POSIX_CLASSES[name]}]`);
  const source = `^(?:${translated})$`;
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    // Without the flag, escapes of Unicode mean something else, and needless escapes are fine.
    if (/\\[pu]/.test(translated)) throw error;
    return new RegExp(source);
  }
}
