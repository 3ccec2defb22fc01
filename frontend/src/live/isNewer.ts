interface Numbered {
  readonly sequence: number;
  readonly epoch: number;
}

/** Whether `a` comes after `b`: another epoch is a new beginning; sequences are 32-bit and wrap. */
export const isNewer = (a: Numbered, b: Numbered): boolean =>
  a.epoch !== b.epoch || ((a.sequence - b.sequence) | 0) > 0;

interface Masked extends Numbered {
  readonly mask: unknown;
}

/** Whether `a` is the same picture as `b`, now with the mask that was made from it. */
export const isCompletedBy = (b: Masked, a: Masked): boolean =>
  a.epoch === b.epoch && a.sequence === b.sequence && b.mask === null && a.mask !== null;
