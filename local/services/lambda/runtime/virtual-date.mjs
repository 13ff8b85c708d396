const RealDate = Date;
const realNow = RealDate.now.bind(RealDate);
let offset = 0;

/** Makes `Date` tell the time of the local cloud: real time plus an offset in milliseconds. Timers stay real. */
export function setClockOffset(milliseconds) {
  offset = milliseconds;
}

const now = () => Math.floor(realNow() + offset);
RealDate.now = now;
const VirtualDate = new Proxy(RealDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
  apply: () => new RealDate(now()).toString(),
});
RealDate.prototype.constructor = VirtualDate;
globalThis.Date = VirtualDate;
