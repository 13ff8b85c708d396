import {
  formatLedgerEntry,
  type LedgerEntry,
  ledgerKey,
  parseLedgerEntry,
  productionAt,
  sequenceOfLedgerKey,
} from '../../../../lambda/domain/records/ledger';

const entry = (sequence: number, rest: Partial<LedgerEntry>): LedgerEntry => ({
  sequence,
  time: `2026-11-0${sequence}T00:00:00Z`,
  kind: 'release',
  pipeline: 'flights',
  reasons: [],
  ...rest,
});

const HISTORY = [
  entry(1, { modelVersion: '1.0.0', reasons: ['first model'] }),
  entry(2, { kind: 'rejection', modelVersion: '1.1.0', champion: '1.0.0', reasons: ['not better'] }),
  entry(3, { modelVersion: '1.2.0', champion: '1.0.0', reasons: ['AUC .71 against .68'] }),
  entry(4, { kind: 'rollback', modelVersion: '1.3.0', champion: '1.2.0', reasons: ['canary errors'] }),
  entry(5, { kind: 'failure', reasons: ['training failed'] }),
  entry(6, { kind: 'rollback', modelVersion: '1.2.0', champion: '1.0.0', reasons: ['alarm'] }),
];

test('nothing is in production before the first release', () => {
  expect(productionAt(HISTORY, '2026-10-31T00:00:00Z')).toBeUndefined();
});

test('a release is in production from its own instant on', () => {
  const production = productionAt(HISTORY, '2026-11-01T00:00:00Z');
  expect(production).toEqual({ modelVersion: '1.0.0', since: '2026-11-01T00:00:00Z', entry: HISTORY[0] });
});

test('a rejection changes nothing', () => {
  expect(productionAt(HISTORY, '2026-11-02T12:00:00Z')?.modelVersion).toBe('1.0.0');
});

test('a release names what it beat and why', () => {
  const production = productionAt(HISTORY, '2026-11-03T00:00:00Z');
  expect(production).toMatchObject({ modelVersion: '1.2.0', beat: '1.0.0' });
  expect(production?.entry.reasons).toEqual(['AUC .71 against .68']);
});

test('a canary that is rolled back and a failure leave the champion its record', () => {
  const production = productionAt(HISTORY, '2026-11-05T12:00:00Z');
  expect(production).toMatchObject({ modelVersion: '1.2.0', since: '2026-11-03T00:00:00Z' });
});

test('a rollback of the version in production restores the one before', () => {
  const production = productionAt(HISTORY, '2026-11-06T00:00:00Z');
  expect(production).toMatchObject({ modelVersion: '1.0.0', since: '2026-11-06T00:00:00Z', beat: '1.2.0' });
});

test('a version released again with other settings and rolled back to itself keeps its record', () => {
  const entries = [
    entry(1, { modelVersion: '1.0.0' }),
    entry(2, { kind: 'rollback', modelVersion: '1.0.0', champion: '1.0.0' }),
  ];
  expect(productionAt(entries, '2026-11-03T00:00:00Z')).toMatchObject({
    modelVersion: '1.0.0',
    since: '2026-11-01T00:00:00Z',
  });
});

test('a rollback of the only version leaves nothing in production', () => {
  const entries = [
    entry(1, { modelVersion: '1.0.0' }),
    entry(2, { kind: 'rollback', modelVersion: '1.0.0' }),
  ];
  expect(productionAt(entries, '2026-11-03T00:00:00Z')).toBeUndefined();
});

test('the order of the argument and of the clocks does not matter, the sequence does', () => {
  const late = [
    entry(1, { modelVersion: '1.0.0', time: '2026-11-01T00:00:02Z' }),
    entry(2, { modelVersion: '1.1.0', champion: '1.0.0', time: '2026-11-01T00:00:01Z' }),
  ];
  expect(productionAt([...late].reverse(), '2026-11-02T00:00:00Z')?.modelVersion).toBe('1.1.0');
});

test('a time that cannot be read is refused', () => {
  expect(() => productionAt(HISTORY, 'yesterday')).toThrow("time 'yesterday' is not ISO 8601");
});

test('keys sort like numbers and can be read back', () => {
  expect(ledgerKey(42)).toBe('ledger/00000042.json');
  expect(sequenceOfLedgerKey(ledgerKey(42))).toBe(42);
  expect(ledgerKey(9) < ledgerKey(10)).toBe(true);
  expect(sequenceOfLedgerKey('ledger/42.json')).toBeUndefined();
});

test.each([0, -1, 1.5, Number.NaN, 100_000_000])('refuses %p as a sequence number', (sequence) => {
  expect(() => ledgerKey(sequence)).toThrow(`ledger sequence ${sequence} is not a whole number`);
});

test('an entry survives writing and reading', () => {
  for (const each of HISTORY) expect(parseLedgerEntry(formatLedgerEntry(each))).toEqual(each);
});

test('a release without a version is refused', () => {
  expect(() => formatLedgerEntry(entry(1, {}))).toThrow('a release must name the version');
});

test('an entry with a wrong kind and time is refused by field', () => {
  const text = JSON.stringify({ ...HISTORY[0], kind: 'party', time: 'noon' });
  expect(() => parseLedgerEntry(text)).toThrow(
    /time: expected the format datetime, got "noon"; kind: expected "release" or .*, got "party"/,
  );
});
