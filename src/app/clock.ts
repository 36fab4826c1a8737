/** Returns the current time. Tests pass a fixed one. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
