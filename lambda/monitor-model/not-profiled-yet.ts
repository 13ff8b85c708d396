/** Hours are being profiled: a later run of the monitor compares them. */
export class NotProfiledYet extends Error {}
