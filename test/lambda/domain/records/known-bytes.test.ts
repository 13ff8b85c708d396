import fc from 'fast-check';
import { KnownBytes } from '../../../../lambda/domain/records/known-bytes';

test('known bytes are found where they stand, and nowhere else', () => {
  const few = fc.uint8Array({ max: 1, maxLength: 12 });
  fc.assert(
    fc.property(few, few, few, fc.nat(3), (bytes, before, after, change) => {
      const all = Buffer.concat([before, bytes, after]);
      const view = new DataView(all.buffer, all.byteOffset, all.length);
      for (let place = 0; place <= all.length; place++) {
        const end = Math.max(place, all.length - change);
        const stands = end - place >= bytes.length && all.subarray(place, place + bytes.length).equals(bytes);
        expect(new KnownBytes(bytes).isAt(view, place, end)).toBe(stands);
      }
    }),
  );
});
